# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import (
    TaskFailure,
    port_mappings,
    read_app,
    version_name,
)

STARTED, PASSED = "2026-01-01T00:00:00.000Z", {"alive": True, "lastSuccess": "2026-01-01T00:00:05.000Z"}
RUNNING = {
    "state": "TASK_RUNNING",
    "host": "127.2",
    "ports": [31001],
    "startedAt": STARTED,
    "healthCheckResults": [PASSED],
}
CHECKED = {"healthChecks": [{"path": "/"}]}
LAST = TaskFailure(9.5, "TASK_FAILED on 127.2: exit 1", "2026-01-01T00:00:50.500Z")
NOW = datetime(2026, 1, 1, 0, 1, tzinfo=timezone.utc)


def resolve(name):
    return {"127.2": ["127.0.0.2"], "twin": ["10.0.0.1", "10.0.0.2"]}.get(name, [])


def read(task, **app):
    return read_app({"id": "/app1", "instances": 1, "tasks": [task], **app}, resolve, NOW).tasks[0]


def test_an_app_of_a_service():
    app = read_app(
        {
            "id": "/app1-100",
            "instances": 3,
            "labels": {"proxy_listener": "no", "ab_config": '{"service": "/app1", "priority": 10}'},
            "versionInfo": {"lastConfigChangeAt": "2026-01-01T00:00:00.000Z"},
            "deployments": [{"id": "d1"}],
            "tasks": [RUNNING, {**RUNNING, "healthCheckResults": []}],
            **CHECKED,
        },
        resolve,
        NOW,
    )
    assert (app.id, app.service, app.priority, app.instances, app.healthy) == ("app1-100", "app1", 10, 3, 1)
    assert (app.deployments, app.changed_at) == (("d1",), "2026-01-01T00:00:00.000Z")


def test_an_app_with_next_to_nothing():
    app = read_app(
        {"id": "/app1", "labels": None, "tasks": None, "deployments": None, "versionInfo": None}, resolve, NOW
    )
    assert (app.service, app.priority, app.instances, app.healthy) == (None, 0, 1, 0)
    # None at all would be an app that is retired, and may be deleted.
    assert read_app({"id": "/app1", "instances": None}, resolve, NOW).instances == 1


@pytest.mark.parametrize(
    ("task", "healthy", "unchecked"),
    [
        (RUNNING, True, False),
        ({**RUNNING, "healthCheckResults": [{"alive": False}]}, False, False),
        ({**RUNNING, "healthCheckResults": []}, False, True),
        ({**RUNNING, "startedAt": "2026-01-01T00:00:06.000Z"}, False, True),
        ({**RUNNING, "state": "TASK_UNREACHABLE"}, False, False),
    ],
)
def test_the_health_of_a_task(task, healthy, unchecked):
    found = read(task, **CHECKED)
    assert (found.healthy, found.unchecked) == (healthy, unchecked)


@pytest.mark.parametrize(
    ("task", "app", "endpoints"),
    [
        ({"host": "127.2", "ports": [31001]}, {}, ("127.0.0.2:31001", "127.2:31001")),
        ({"host": "twin", "ports": [31001]}, {}, ("10.0.0.1:31001", "10.0.0.2:31001", "twin:31001")),
        ({"host": "unknown", "ports": [31001]}, {}, ("unknown:31001",)),
        ({"host": "127.2", "ports": []}, {}, ()),
        ({}, {}, ()),
        (
            {"host": "unknown", "ports": [31001], "ipAddresses": [{"ipAddress": "172.17.0.2"}]},
            {"container": {"portMappings": [{"containerPort": 80}]}},
            ("unknown:31001", "172.17.0.2:80"),
        ),
        # On the agent's own network the task's address is the agent's.
        (
            {"host": "unknown", "ports": [31001], "ipAddresses": [{"ipAddress": "10.0.0.9"}, {}]},
            {},
            ("unknown:31001", "10.0.0.9:31001"),
        ),
    ],
)
def test_endpoints_are_all_that_avi_may_call_a_task(task, app, endpoints):
    assert read(task, **app).endpoints == endpoints


@pytest.mark.parametrize(
    ("app_id", "service", "name"),
    [
        ("app1", "app1", None),
        ("app1-100", "app1", "100"),
        ("app1-100-r2", "app1", "100-r2"),
        ("green", "app1", "green"),
        ("app1-", "app1", "app1-"),
        ("shop-admin", "shop", "admin"),
    ],
)
def test_version_name(app_id, service, name):
    assert version_name(app_id, service) == name


def test_port_mappings_are_found_where_each_release_keeps_them():
    mapping = {"containerPort": 80}
    assert port_mappings({"container": {"portMappings": [mapping]}}) == [mapping]
    assert port_mappings({"container": {"docker": {"portMappings": [mapping]}}}) == [mapping]
    assert port_mappings({"container": None}) == []


@pytest.mark.parametrize(
    ("version", "failure"),
    [
        ("2026-01-01T00:00:00.000Z", LAST),
        ("2026-01-01T00:00:30.000Z", LAST),
        # That of an older configuration says nothing of this one.
        ("2025-12-31T00:00:00.000Z", None),
    ],
)
def test_the_last_failure_of_the_present_configuration(version, failure):
    shown = {"state": "TASK_FAILED", "host": "127.2", "message": "exit 1", "timestamp": "2026-01-01T00:00:50.500Z"}
    app = {
        "id": "/app1",
        "versionInfo": {"lastConfigChangeAt": "2026-01-01T00:00:00.000Z"},
        "lastTaskFailure": {**shown, "version": version},
    }
    assert read_app(app, resolve, NOW).failure == failure
