# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading Marathon's apps: ports in every release's form, labels good and broken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lab.connector.apps import AbConfig, Health, Task, object_name, read_app

BRIDGE = [{"containerPort": 80, "hostPort": 0, "servicePort": 10000}, {"containerPort": 443, "servicePort": 10001}]


def app(**fields: Any) -> dict[str, Any]:
    return {"id": "/app1", "instances": 2, **fields}


@pytest.mark.parametrize(
    "definition",
    [
        app(container={"docker": {"network": "BRIDGE", "portMappings": BRIDGE}}),
        app(container={"portMappings": BRIDGE}, networks=[{"mode": "container/bridge"}]),
    ],
    ids=["up to 1.4", "from 1.5 on"],
)
def test_ports_are_those_of_the_container(definition: dict[str, Any]) -> None:
    assert read_app(definition).ports == (80, 443)
    assert read_app(definition).service_ports == (10000, 10001)


def test_an_app_on_its_hosts_network_has_service_ports() -> None:
    assert read_app(app(portDefinitions=[{"port": 10002}])).ports == (10002,)
    assert read_app(app(portDefinitions=[])).ports == ()
    assert read_app(app(ports=[10003])).ports == (10003,)


def test_only_running_tasks_count_and_their_hosts_are_resolved() -> None:
    tasks = [
        {"id": "a", "host": "127.2", "ports": [31000], "state": "TASK_RUNNING"},
        {"id": "b", "host": "127.2", "ports": [31001], "state": "TASK_STAGING"},
        {
            "id": "c",
            "host": "no.such.host.invalid",
            "ports": [31002],
            "state": "TASK_RUNNING",
            "ipAddresses": [{"ipAddress": "172.17.0.2", "protocol": "IPv4"}],
        },
    ]
    assert read_app(app(tasks=tasks)).tasks == (
        Task("a", "127.0.0.2", (31000,)),
        Task("c", "no.such.host.invalid", (31002,), "172.17.0.2"),
    )


def test_health_checks_become_what_a_load_balancer_can_ask() -> None:
    checks = [
        {"protocol": "HTTP", "path": "/up", "portIndex": 1, "intervalSeconds": 20, "maxConsecutiveFailures": 4},
        {"protocol": "MESOS_TCP", "timeoutSeconds": 5},
        {"protocol": "COMMAND", "command": {"value": "true"}},
        {"protocol": "HTTP", "port": 9000},
    ]
    assert read_app(app(healthChecks=checks)).health == (Health(1, "/up", 20, 20, 4), Health(0, None, 60, 5, 3))


def test_labels_say_what_the_app_is() -> None:
    labels = {
        "FE-Proxy": "Yes",
        "proxy_listener": "no",
        "ab_config": '{"service": "/app1", "priority": 10}',
        "avi_proxy": '{"tenant": "shop", "virtualservice": {"services": [{"port": 80}]}, "pool": {"lb_algorithm": "X"}}',
    }
    read = read_app(app(labels=labels))
    assert (read.frontend, read.listener, read.ab, read.tenant) == (True, False, AbConfig("app1", 10), "shop")
    assert (read.virtualservice, read.pool, read.broken) == ({"services": [{"port": 80}]}, {"lb_algorithm": "X"}, ())


@pytest.mark.parametrize(
    ("label", "value", "complaint"),
    [
        ("avi_proxy", '{"pool": }', "avi_proxy is not JSON"),
        ("avi_proxy", "{\u201cpool\u201d: {}}", "avi_proxy is not JSON"),
        ("avi_proxy", "[]", "avi_proxy should be an object"),
        ("avi_proxy", '{"pool": "x"}', "avi_proxy: pool should be an object"),
        ("avi_proxy", '{"virtualservice": {"services": {"port": 80}}}', "virtualservice.services cannot be"),
        ("avi_proxy", '{"pool": {"ab_pool": {"ratio": "10"}}}', "pool.ab_pool cannot be"),
        ("ab_config", '{"service": "app1"}', "ab_config needs"),
        ("ab_config", '{"service": "app1", "priority": "10"}', "ab_config needs"),
        ("ab_config", '{"service": "app1", "priority": true}', "ab_config needs"),
    ],
)
def test_a_broken_label_is_named_and_counts_as_absent(label: str, value: str, complaint: str) -> None:
    read = read_app(app(labels={label: value}))
    assert complaint in read.broken[0]
    assert (read.ab, read.pool, read.virtualservice) == (None, {}, {})


def test_labels_cannot_change_what_an_object_is() -> None:
    label = json.dumps({"pool": {"uuid": "x", "servers": [], "created_by": "me", "lb_algorithm": "X"}})
    assert read_app(app(labels={"avi_proxy": label})).pool == {"lb_algorithm": "X"}


def test_a_single_reference_is_taken_for_a_list_of_one() -> None:
    label = json.dumps({"pool": {"health_monitor_refs": "/api/healthmonitor?name=x"}})
    assert read_app(app(labels={"avi_proxy": label})).pool == {"health_monitor_refs": ["/api/healthmonitor?name=x"]}


def test_slashes_are_not_allowed_in_names() -> None:
    assert object_name("/prod/shop/app1") == "prod-shop-app1"
