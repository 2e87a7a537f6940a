# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What migration_info returns of a service, and what it asks for that."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import migration_info
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.cloud import LABELS_100, app
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    LISTENER_LABELS,
)


def test_a_service_as_both_sides_show_it(cloud):
    result = migration_info(cloud.params(), check_mode=False)
    assert (result["changed"], result["active"]["app"], result["active"]["side"]) == (False, "app1-100", "b")
    assert [(item["app"], item["role"], item["side"]) for item in result["versions"]] == [
        ("app1", "listener", "a"),
        ("app1-100", "active", "b"),
    ]
    assert [item["app"] for item in result["retire"]] == ["app1"]
    assert [(problem["code"], problem["subject"]) for problem in result["problems"]] == [("broken_label", "app1-bad")]
    assert not {"plan", "waited"} & set(result)


def test_the_crash_of_a_task_keeps_the_way_back_open(cloud):
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    cloud.apps["/app1-100"]["lastTaskFailure"] = {"state": "TASK_FAILED", "host": "127.2", "timestamp": now}
    result = migration_info(cloud.params(), check_mode=False)
    assert (result["active"]["app"], result["retire"]) == ("app1-100", [])
    assert "TASK_FAILED on 127.2. It may fail again." in result["retire_blocked"]
    assert result["withdraw_blocked"] is None


def test_the_number_of_requests_depends_on_the_service_alone(cloud):
    migration_info(cloud.params(), check_mode=False)
    before = sorted(cloud.server.lines)
    for number in range(50):
        cloud.apps[f"/other-{number}"] = app(
            f"/other-{number}", {"ab_config": f'{{"service": "s{number}", "priority": 1}}'}, number
        )
    cloud.server.requests.clear()
    migration_info(cloud.params(), check_mode=False)
    assert sorted(cloud.server.lines) == before
    assert len(before) == 2 + 3 + 2 * 3 + 2


def test_no_fewer_than_no_versions_are_kept(cloud):
    with pytest.raises(Refused, match="not -1"):
        migration_info(cloud.params(retire={"keep_warm": 0, "keep": -1}), check_mode=True)
    assert cloud.server.lines == []


def test_companions_are_shown_and_change_nothing_else(cloud):
    cloud.apps["/app1"]["labels"] = {**LISTENER_LABELS, "dcos_avi_service": "app1"}
    cloud.apps["/app1-100"]["labels"] = {**LABELS_100, "dcos_avi_service": "app1"}
    before = migration_info(cloud.rollout(version="300", image="x:2"), check_mode=False)
    lock = {
        "dcos_avi_lock_owner": "job 1",
        "dcos_avi_lock_purpose": "rollout",
        "dcos_avi_lock_since": "2026-01-15T10:20:30Z",
    }
    for name, labels in {
        "app1-200-preview": {"dcos_avi_service": "/app1", "proxy_listener": "no"},
        "app1-migration-lock-1": {"dcos_avi_service": "app1", **lock},
        "shop-migration-lock-1": {"dcos_avi_service": "shop", **lock},
        "shop-200-preview": {"dcos_avi_service": "shop"},
    }.items():
        cloud.apps[f"/{name}"] = app(f"/{name}", labels, 9, deployments=[{"id": f"of {name}"}])
    after = migration_info(cloud.rollout(version="300", image="x:2"), check_mode=False)
    assert after["lock"] == {
        "app": "app1-migration-lock-1",
        "owner": "job 1",
        "purpose": "rollout",
        "since": "2026-01-15T10:20:30Z",
        "lease": 0,
        "gone": False,
    }
    *versions, preview = after["versions"]
    assert (preview["app"], preview["role"], preview["priority"]) == ("app1-200-preview", "preview", None)
    assert after["deployments"] == [{"id": "of app1-200-preview", "app": "app1-200-preview"}]
    # Who finishes deletes a preview that nobody waits for, and nothing else of them.
    assert (after["left_previews"], after["plan"]["leftovers"]) == (["app1-200-preview"], ["app1-200-preview"])
    assert after["plan"]["steps"].pop()["step"] == "delete"
    after["left_previews"], after["plan"]["leftovers"] = [], []
    shown = {"versions": versions, "lock": None, "deployments": []}
    assert {**after, **shown} == before


def test_a_preview_runs_the_same_as_its_version(cloud):
    labels = {name: value for name, value in LABELS_100.items() if name != "ab_config"}
    cloud.apps["/app1-100-preview"] = app("/app1-100-preview", {**labels, "dcos_avi_service": "app1"}, 9)
    _listener, version, preview = migration_info(cloud.params(), check_mode=False)["versions"]
    assert preview["definition_hash"] == version["definition_hash"]


def test_nothing_is_written_but_the_login(cloud):
    migration_info(cloud.rollout(version="200", image="x:2"), check_mode=False)
    writes = [line for line in cloud.server.lines if not line.startswith("GET ")]
    assert writes == ["POST /login", "POST /logout"]


def test_a_service_that_could_be_none_asks_nobody(cloud):
    with pytest.raises(Refused, match="Underscores"):
        migration_info(cloud.params(service="app_1"), check_mode=False)
    assert cloud.server.lines == []
