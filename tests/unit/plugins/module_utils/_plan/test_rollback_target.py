# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which version comes back, under which name and priority."""

from __future__ import annotations

import dataclasses
import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollback_states import (
    BLUE,
    gone_back,
    plan,
    second,
    way_back,
    with_versions,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    group_view,
    listener,
    pool,
    upgraded,
    version,
)


def test_the_version_before_comes_back_as_it_was_with_the_highest_priority():
    found = plan(second())
    assert (found.action, found.app, found.priority, found.definition["instances"]) == ("deploy", "app1-100-r2", 30, 2)
    assert [(step.step, step.app) for step in found.steps] == [
        ("deploy", "app1-100-r2"),
        ("confirm", "app1-100-r2"),
        ("drain", "app1-200"),
        ("retire", "app1-200"),
    ]
    labels = found.definition["labels"]
    assert json.loads(labels.pop("ab_config")) == {"service": "app1", "priority": 30}
    assert json.loads(labels.pop("avi_proxy")) == {"pool": {"lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"}}
    assert labels == {"proxy_listener": "no", **way_back("app1-100", "app1-200")}
    assert {key: found.definition[key] for key in BLUE} == BLUE
    assert "app1-100 once more" in found.reason


@pytest.mark.parametrize("name", [None, "app1", "/app1"])
def test_the_listener_comes_back_as_a_version_without_a_virtual_service(name):
    found = plan(upgraded(), name)
    assert (found.action, found.app, found.priority) == ("deploy", "app1-r2", 20)
    labels = found.definition["labels"]
    assert set(labels) == {"proxy_listener", "ab_config", "avi_proxy", *way_back("app1", "app1-100")}
    assert "virtualservice" not in labels["avi_proxy"]
    assert labels["proxy_listener"] == "no"


@pytest.mark.parametrize("name", ["100", "app1-100", "100-r2"])
def test_what_came_back_before_comes_back_under_the_next_free_name(name):
    versions = (*gone_back().versions, version("300", 40, (1, 2)))
    found = plan(with_versions(*versions, in_a=(1, 2), in_b=(7, 8)), name)
    assert (found.action, found.app) == ("deploy", "app1-100-r3")
    assert found.definition["labels"]["dcos_avi_rollback_of"] == "app1-100"


def test_a_pruned_version_that_came_back_once_is_found_by_what_it_was():
    versions = (*gone_back().versions[1:], version("300", 40, (1, 2)))
    state = with_versions(*versions, in_a=(1, 2), in_b=(7, 8))
    found = plan(state, "100")
    assert (found.app, found.definition["env"]) == ("app1-100-r3", BLUE["env"])


def test_a_name_that_another_app_has_is_passed_over():
    found = plan_rollback(picture(second()), RollbackRequest(), {"app1-100-r2", "app1-100-r3"}.__contains__)
    assert found.app == "app1-100-r4"


def test_the_version_before_is_the_one_that_ran_not_one_that_was_given_up_in_between():
    times = {"100": (1, 9), "200": (2, 3), "300": (8, 8)}
    versions = [
        dataclasses.replace(version(name, 10 * number, (3, 4) if name == "300" else ()), changed_at=f"2026-01-0{created}", scaled_at=f"2026-01-0{scaled}")
        for number, (name, (created, scaled)) in enumerate(times.items(), 1)
    ]  # fmt: skip
    assert plan(with_versions(*versions, in_a=(3, 4))).app == "app1-100-r2"


def test_the_version_before_a_restarted_one_is_the_one_that_it_names():
    restarted = version("300", 30, (3, 4), labels={"dcos_avi_takes_over_from": "app1-100"})
    versions = (version("100", 10), version("200", 20), dataclasses.replace(restarted, changed_at="2026-01-09"))
    found = plan(with_versions(*versions, in_a=(3, 4)))
    assert found.app == "app1-100-r2"
    assert found.definition["labels"]["dcos_avi_takes_over_from"] == "app1-300"


def deleted(*servers, head=None, versions=()):
    """The version that had the traffic, in pool A, was deleted; app1-100 runs still, in pool B."""
    return with_versions(
        version("50", 5), version("100", 10, (3, 4), **BLUE), *versions, in_a=servers, in_b=(3, 4), head=head
    )


@pytest.mark.parametrize(
    "state",
    [
        deleted(),
        deleted(5, 6),
        deleted(head=listener((1, 2))),
        deleted(versions=(version("105", 15),)),
    ],
)
@pytest.mark.parametrize("name", [None, "100"])
def test_below_a_version_that_was_deleted_the_version_before_is_the_one_that_still_runs(state, name):
    found = plan(state, name)
    assert (found.action, found.app, found.withdraw) == ("deploy", "app1-100-r2", ())
    # The connector may remember the priority of the deleted one.
    assert found.priority >= 110


def test_a_version_that_only_lost_its_tasks_is_not_taken_for_a_deleted_one():
    lost = with_versions(version("50", 5, (1, 2)), version("100", 10, (), 2), version("200", 20, (5, 6)), in_b=(5, 6))
    assert (plan(lost).app, plan(lost).priority) == ("app1-100-r2", 30)
    late = with_versions(version("50", 5, (1, 2)), version("100", 10, (3, 4)), in_b=(1, 2))
    assert (plan(late).app, plan(late).priority) == ("app1-50-r2", 20)


def test_a_priority_is_above_those_that_a_pool_group_still_shows():
    view = group_view((pool("c", (5, 6), state="OPER_DOWN"), 100), (pool("b", (3, 4)), 100), (pool("a", (1, 2)), 100))
    state = Observation("app1", view, listener(), (version("100", 10, (3, 4)),))
    assert picture(state).next_priority == 30


def outranked(in_b=()):
    """app1-200 was given up, with nothing of it left, but still takes the traffic: its empty pool B does."""
    return with_versions(version("100", 10, (3, 4), **BLUE), version("200", 20), in_a=(3, 4), in_b=in_b, ratio=100)


@pytest.mark.parametrize("name", [None, "100"])
def test_below_a_version_that_keeps_the_traffic_with_nothing_of_it_left_the_way_back_is_forward(name):
    found = plan(outranked(), name)
    # With the long step: that the traffic was left by the version that is still there is not certain.
    assert (found.action, found.app, found.priority) == ("deploy", "app1-100-r2", 120)
    assert found.definition["labels"]["dcos_avi_rollback_from"] == "app1-200"
    assert found.definition["instances"] == 2
