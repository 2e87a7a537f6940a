# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps of other tenants that claim a service by their labels: they are named, and nothing is decided by them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import migration_info
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.cloud import Cloud, app, pool

from tests.modules import call

NO_TARGET = {"version": None, "instances": None, "instant": None}


def labels(priority: int, **more: str) -> dict[str, str]:
    ab_config = json.dumps({"service": "app1", "priority": priority})
    return {"proxy_listener": "no", "ab_config": ab_config, "avi_proxy": '{"pool": {}}', **more}


@pytest.fixture(name="cloud")
def fixture_cloud(server: Any) -> Cloud:
    """app1-200 serves, above app1-100, app1-50 and the listener, which are retired."""
    cloud = Cloud(server)
    del cloud.apps["/app1-bad"]
    cloud.apps["/app1"]["instances"] = 0
    cloud.apps["/app1"]["tasks"] = []
    cloud.apps["/app1-50"] = app("/app1-50", labels(5))
    cloud.apps["/app1-100"] = app("/app1-100", labels(10))
    cloud.apps["/app1-200"] = app("/app1-200", labels(20, dcos_avi_takes_over_from="app1-100"), 3)
    return cloud


def tenant_b(cloud: Cloud, app_id: str, priority: int, *ports: int, **more: str) -> None:
    """Another tenant creates an app that claims app1, with an image of its own."""
    evil = app(app_id, labels(priority, **more), *ports)
    evil["container"] = {"type": "DOCKER", "docker": {"image": "tenantb/evil"}}
    cloud.apps[app_id] = evil


def evil_takes_the_traffic(cloud: Cloud) -> None:
    """The cloud connector follows the label: the pool that takes the traffic holds a task of the foreign app."""
    tenant_b(cloud, "/tenantb/evil", 500, 8)
    cloud.bodies |= pool("b", 8)


def info(cloud: Cloud, **options: Any) -> dict[str, Any]:
    return migration_info(cloud.params(**options), False)


def problems(seen: dict[str, Any], code: str) -> list[str]:
    return [problem["subject"] for problem in seen["problems"] if problem["code"] == code]


@pytest.mark.parametrize(
    ("app_id", "more", "version"),
    [
        ("/tenantb/evil", {"dcos_avi_rollback_of": "app1-150"}, "150"),
        ("/tenantb/app1-150", {}, "150"),
        ("/app1-150/app1-150", {}, "150"),
        # In the listener's folder, beside a name that it could be mistaken for.
        ("/150", {}, "150"),
        ("/tenantb/evil", {}, "tenantb/evil"),
    ],
)
def test_no_foreign_app_is_rolled_back_to(cloud: Cloud, app_id: str, more: dict[str, str], version: str) -> None:
    tenant_b(cloud, app_id, 7, **more)
    seen = info(cloud, rollback={**NO_TARGET, "version": version})
    assert [refusal["code"] for refusal in seen["plan"]["refusals"]] == ["unknown_version"], seen["plan"]
    assert problems(seen, "foreign_app") == [app_id.strip("/")]
    assert app_id.strip("/") not in [each["app"] for each in seen["versions"]]


def test_the_version_before_is_none_of_a_foreign_app(cloud: Cloud) -> None:
    """The one that the label names was pruned, and the next below would be the other tenant's."""
    del cloud.apps["/app1-100"]
    tenant_b(cloud, "/tenantb/evil", 15, 8)
    plan = info(cloud, rollback=NO_TARGET)["plan"]
    assert (plan["action"], plan["app"]) == ("deploy", "app1-50-r2")
    assert "evil" not in json.dumps(plan)


def test_a_label_makes_no_id(cloud: Cloud) -> None:
    cloud.apps["/app1-100"]["labels"]["dcos_avi_rollback_of"] = "tenantb/evil"
    plan = info(cloud, rollback={**NO_TARGET, "version": "100"})["plan"]
    assert (plan["action"], plan["app"]) == ("deploy", "app1-100-r2")


def test_decoys_leave_what_is_kept_as_it_is(cloud: Cloud) -> None:
    keep = {"keep_warm": 0, "keep": 2, "by": None, "at_least": None}
    before = info(cloud, retire=keep)
    tenant_b(cloud, "/tenantb/decoy-1", 18)
    tenant_b(cloud, "/tenantb/decoy-2", 19)
    after = info(cloud, retire=keep)
    assert (before["prune"], after["prune"]) == ([], [])
    assert {**after, "problems": []} == {**before, "problems": []}


def test_a_foreign_app_with_the_traffic_is_named_and_nothing_is_scaled_down(cloud: Cloud) -> None:
    evil_takes_the_traffic(cloud)
    seen = info(cloud, rollback=NO_TARGET)
    assert (seen["active"], seen["serving"], seen["retire"], seen["withdraw"]) == (None, None, [], [])
    assert problems(seen, "foreign_traffic") == ["tenantb/evil"]
    (refusal,) = seen["plan"]["refusals"]
    assert refusal["code"] == "foreign_traffic"
    for part in (
        "Pool b takes the traffic",
        "127.0.0.2:8 are tasks of tenantb/evil",
        "scale it to zero",
        "versions_also",
    ):
        assert part in refusal["sentence"]
    assert "tenantb/evil" in seen["withdraw_blocked"]


def test_a_rollout_takes_the_traffic_back_only_by_a_priority_that_somebody_gives(cloud: Cloud) -> None:
    evil_takes_the_traffic(cloud)
    asked = {"version": "300", "definition": {**cloud.apps["/app1-100"], "instances": 1}}
    for field in ("id", "labels", "tasks", "version"):
        del asked["definition"][field]  # type: ignore[attr-defined]
    plan = migration_info(cloud.rollout(**asked), False)["plan"]
    (refusal,) = plan["refusals"]
    assert (refusal["code"], plan["action"]) == ("foreign_traffic", "refuse")
    assert "a priority above 500 (rollout_priority)" in refusal["sentence"]
    plan = migration_info(cloud.rollout(**asked, priority=500), False)["plan"]
    assert plan["action"] == "refuse"
    plan = migration_info(cloud.rollout(**asked, priority=510), False)["plan"]
    assert (plan["action"], plan["priority"]) == ("deploy", 510), plan["refusals"]


def test_a_rollout_starts_from_what_serves_and_its_priority_is_its_own(cloud: Cloud) -> None:
    before = migration_info(cloud.rollout(version="300", image="x:2"), False)["plan"]
    tenant_b(cloud, "/tenantb/evil", 999999, 8)
    after = migration_info(cloud.rollout(version="300", image="x:2"), False)["plan"]
    assert (after["action"], after["priority"]) == ("deploy", 30)
    assert after == before


def test_a_foreign_preview_is_none(cloud: Cloud) -> None:
    for app_id in ("/tenantb/app1-150-preview", "/app1-x/y-preview"):
        cloud.apps[app_id] = app(app_id, {"dcos_avi_service": "app1"}, 8)
    seen = info(cloud)
    assert seen["left_previews"] == []
    assert [each["app"] for each in seen["versions"] if each["role"] == "preview"] == []
    assert problems(seen, "foreign_app") == ["tenantb/app1-150-preview", "app1-x/y-preview"]


def test_any_number_of_claims_is_a_few_lines(cloud: Cloud) -> None:
    for number in range(200):
        tenant_b(cloud, f"/tenantb/decoy-{number}", 6)
    assert len(problems(info(cloud), "foreign_app")) == 11


def test_what_an_operator_names_belongs(cloud: Cloud) -> None:
    cloud.apps["/legacy/odd"] = {**cloud.apps.pop("/app1-100"), "id": "/legacy/odd"}
    named = info(cloud, versions_also=["/legacy/odd", ""], rollback={**NO_TARGET, "version": "legacy/odd"})
    assert problems(named, "foreign_app") == []
    assert "legacy/odd" in [each["app"] for each in named["versions"]]
    # What comes back does so in the service's own folder.
    assert (named["plan"]["action"], named["plan"]["app"]) == ("deploy", "app1-odd-r2")
    with pytest.raises(Refused, match="Underscores"):
        info(cloud, versions_also=["no_id"])


@pytest.fixture(name="marathon_app")
def fixture_marathon_app(cloud: Cloud) -> Callable[..., dict[str, Any]]:
    def marathon_app(**options: Any) -> dict[str, Any]:
        return call(APP, check_mode=True, marathon_url=[cloud.server.url], **options)

    return marathon_app


def test_a_foreign_priority_keeps_nobody_from_creating_a_version(cloud: Cloud, marathon_app: Any) -> None:
    tenant_b(cloud, "/tenantb/evil", 999999, 8)
    definition = {"id": "app1-300", "cmd": "sleep 1", "labels": labels(30)}
    assert marathon_app(definition=definition)["changed"]
    with pytest.raises(Refused, match="/tenantb/evil has 999999"):
        marathon_app(definition=definition, versions_also=["tenantb/evil"])


def test_a_foreign_app_permits_and_forbids_no_deletion(cloud: Cloud, marathon_app: Any) -> None:
    tenant_b(cloud, "/tenantb/evil", 999999, 8)
    with pytest.raises(Refused, match="no version of /app1 with instances has a higher priority"):
        marathon_app(id="app1-200", state="absent")
    other = app("/tenantb/evil-2", {"ab_config": json.dumps({"service": "/app1-100", "priority": 1})}, 8)
    cloud.apps["/tenantb/evil-2"] = other
    assert marathon_app(id="app1-100", state="absent")["changed"]
