# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plans that migration_info makes of a service as both APIs show it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import migration_info
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.cloud import app
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    LISTENER_LABELS,
)


def test_a_plan_for_a_rollout(cloud):
    plan = migration_info(cloud.rollout(version="200", image="x:2"), check_mode=True)["plan"]
    assert (plan["action"], plan["app"], plan["priority"], plan["refusals"]) == ("deploy", "app1-200", 20, [])
    assert [step["step"] for step in plan["steps"]] == [
        "lock",
        "deploy",
        "confirm",
        "drain",
        "retire",
        "drain",
        "retire",
    ]


def test_what_goes_on_with_a_release_is_not_held_up(cloud):
    """A release begins inside of a window, and is not taken back because the window closes before its last service moves."""
    other_day = datetime.now(timezone.utc) + timedelta(days=3)
    never = {"days": [other_day.strftime("%a").lower()], "hours": "10:00-11:00", "time_zone": "UTC"}
    held, not_held = (
        migration_info(cloud.rollout(version="200", image="x:2", goes_on=goes_on, windows=[never]), check_mode=False)[
            "plan"
        ]
        for goes_on in (False, True)
    )
    assert (held["action"], not_held["action"]) == ("refuse", "deploy")


def test_a_plan_to_go_back_passes_over_names_of_other_apps(cloud):
    cloud.apps["/app1-r2"] = app("/app1-r2", {})
    plan = migration_info(
        cloud.params(rollback={"version": None, "instances": None, "instant": True}), check_mode=False
    )["plan"]
    assert (plan["action"], plan["app"], plan["withdraw"]) == ("deploy", "app1-r3", [])


def test_a_plan_from_a_file(cloud, tmp_path):
    path = tmp_path / "app1-200.json"
    path.write_text('{"id": "app1-200", "cpus": 4}')
    plan = migration_info(cloud.rollout(version="200", src=str(path)), check_mode=False)["plan"]
    assert [refusal["code"] for refusal in plan["refusals"]] == ["no_health_check"]


def test_an_app_that_has_the_name_of_the_version_already(cloud):
    cloud.apps["/app1-200"] = app("/app1-200", {})
    plan = migration_info(cloud.rollout(version="200", image="x:2"), check_mode=False)["plan"]
    assert [refusal["code"] for refusal in plan["refusals"]] == ["id_taken"]


def test_a_plan_for_a_listener(cloud):
    params = cloud.params(listener={"definition": {**DEFINITION, "labels": LISTENER_LABELS}, "src": None, "avi": None})
    assert migration_info(params, check_mode=False)["plan"]["action"] == "none"
