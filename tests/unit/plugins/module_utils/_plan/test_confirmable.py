# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing is deployed that Avi could never confirm: whatever it shows, each plan that deploys has an end, or is refused."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool, GroupMember, Pool, Server
from ansible_collections.dcos.avi.plugins.module_utils._gates.active import is_active
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    ab_view,
    fresh,
    group_view,
    listener,
    pool,
    unhurried,
    upgraded,
    upgraded_group,
    version,
)
from hypothesis import event, given
from hypothesis import strategies as st

PORTS = range(50, 55)


def outcomes(state, plan):
    """What the connector may have made of the state when the plan's app runs: all that it is known to do."""
    count = plan.definition["instances"]
    app = version("x", plan.priority, PORTS[:count])
    app = dataclasses.replace(app, id=plan.app)
    servers = tuple(Server(f"127.0.0.2:{port}", state="OPER_UP") for port in PORTS[:count])
    others = tuple(each for each in state.versions if each.id != plan.app)
    view = state.avi
    for changed in _places(view, servers, plan.priority) if view.virtual_service else ():
        yield dataclasses.replace(state, versions=(*others, app), avi=changed)


def _places(view, servers, priority):
    service = view.virtual_service
    if view.group and service.pool_group:
        member = GroupMember("new", 100, str(priority))
        group = dataclasses.replace(view.group, members=(*view.group.members, member))
        yield dataclasses.replace(view, group=group, pools={**view.pools, "new": Pool("new", "new", servers=servers)})
    pool_a = view.pools.get(service.pool)
    if pool_a and not service.pool_group:
        b = view.pools.get(pool_a.ab_pool.pool) if pool_a.ab_pool else None
        with_b = dataclasses.replace(b or Pool("new", "new"), servers=servers)
        yield _set(view, dataclasses.replace(pool_a, servers=servers, ab_pool=pool_a.ab_pool and AbPool("new", 0)))
        if view.api_version < "18.1.2":
            yield _set(view, dataclasses.replace(pool_a, ab_pool=AbPool(with_b.uuid, 100)), with_b)


def _set(view, *pools):
    return dataclasses.replace(view, pools={**view.pools, **{each.uuid: each for each in reversed(pools)}})


def assert_can_be_confirmed(state, plan):
    event(plan.action)
    if plan.action == "deploy":
        assert any(is_active(picture(after), plan.app) for after in outcomes(state, plan))


@unhurried
@given(
    st.one_of(states.observations(), states.consistent_observations(), states.consistent_groups()),
    st.sampled_from([1, 2]),
)
def test_what_is_deployed_could_be_confirmed(state, instances):
    asked = RolloutRequest("900", definition=DEFINITION, instances=instances)
    assert_can_be_confirmed(state, plan_rollout(picture(state), asked))
    assert_can_be_confirmed(state, plan_rollback(picture(state), RollbackRequest("100", instances=instances)))


def of_service(state, **changes):
    view = state.avi
    return dataclasses.replace(
        state, avi=dataclasses.replace(view, virtual_service=dataclasses.replace(view.virtual_service, **changes))
    )


def of_group(**changes):
    state = upgraded_group()
    return dataclasses.replace(
        state, avi=dataclasses.replace(state.avi, group=dataclasses.replace(state.avi.group, **changes))
    )


def one_member(label):
    """A pool group with a single member, whose label is no number: it takes the traffic, but with a second one nobody could tell."""
    view = group_view((pool("a", (1, 2)), 100))
    member = dataclasses.replace(view.group.members[0], priority=label)
    return Observation(
        "app1", dataclasses.replace(view, group=dataclasses.replace(view.group, members=(member,))), listener()
    )


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (of_service(fresh(), pool=None), "no_pool"),
        (of_service(upgraded(), pool="nowhere"), "no_pool"),
        (of_service(upgraded_group(), pool="app1-pool-80"), "ambiguous"),
        (of_service(upgraded(), pool=None, pool_group="g"), "no_pool"),
        (of_group(labelled=True), "ambiguous"),
        (of_group(members=(GroupMember("app1-pool-80", None, "0"),)), "unreadable_ratio"),
        (of_group(members=(GroupMember("app1-pool-80", 100, "0"), GroupMember("gone", 100, "10"))), "no_pool"),
        (one_member("high"), "ambiguous"),
    ],
)
def test_what_could_never_be_confirmed_is_refused_before_anything_is_written(state, code):
    for asked in ({}, {"strategy": "preview"}, {"strategy": "preview", "promote": False}):
        found = plan_rollout(picture(state), RolloutRequest("900", definition=DEFINITION, instances=2, **asked))
        assert (found.action, [each.code for each in found.refusals]) == ("refuse", [code])
        assert found.refusals[0].sentence.endswith("So a rollout could not be confirmed.")
    if state.versions:
        found = plan_rollback(picture(state), RollbackRequest("app1", instances=2))
        assert (found.action, [each.code for each in found.refusals]) == ("refuse", [code])


@pytest.mark.parametrize("setting", [AbPool("gone", 100), AbPool("b", None)])
def test_what_the_connector_sets_anew_is_no_reason(setting):
    state = Observation("app1", ab_view(pool("a", (1, 2), ab_pool=setting)), listener())
    assert plan_rollout(picture(state), RolloutRequest("900", definition=DEFINITION, instances=2)).action == "deploy"


def test_fewer_servers_than_the_pool_group_needs_would_share_the_traffic():
    asked = RolloutRequest("900", definition=DEFINITION, instances=1)
    assert [each.code for each in plan_rollout(picture(of_group(min_servers=2)), asked).refusals] == ["mixed_ratio"]
    assert plan_rollout(picture(of_group(min_servers=2)), RolloutRequest("900", definition=DEFINITION, instances=2)).action == "deploy"  # fmt: skip


def test_a_priority_below_one_that_the_pool_group_still_shows_would_not_get_the_traffic():
    view = group_view((pool("b", (3, 4)), 100), (pool("a", (1, 2)), 100))
    state = Observation("app1", view, listener())
    asked = RolloutRequest("900", definition=DEFINITION, instances=2, priority=5)
    assert [each.code for each in plan_rollout(picture(state), asked).refusals] == ["priority_too_low"]


def test_where_nobody_is_known_to_take_the_traffic_a_second_version_is_not_begun():
    """One of those that run may wait to take it over, and would take turns with the new one."""
    state = dataclasses.replace(upgraded(), avi=ab_view(pool("a")))
    found = plan_rollout(picture(state), RolloutRequest("900", definition=DEFINITION, instances=2))
    assert [each.code for each in found.refusals] == ["unfinished"]
    assert "It cannot be told whether app1 or app1-100 takes the traffic" in found.refusals[0].sentence
    assert "finish its rollout by running it again, or go back with the playbook" in found.refusals[0].sentence
    alone = dataclasses.replace(state, listener=listener((), 0))
    assert plan_rollout(picture(alone), RolloutRequest("900", definition=DEFINITION, instances=2)).action == "deploy"


def test_what_a_rollback_brought_back_and_is_bad_itself_is_left_by_a_rollback_that_names_a_version():
    """One that names none would only finish what it began. Found by the seed 1046 of the random section."""
    labels = {"dcos_avi_rollback_of": "app1-100", "dcos_avi_rollback_from": "app1"}
    back = version("100-r2", 20, (3, 4), labels=labels)
    state = Observation("app1", ab_view(pool("a")), listener(), (version("100", 10, (), 0), back))
    found = plan_rollout(picture(state), RolloutRequest("900", definition=DEFINITION, instances=2))
    assert "go back to another version with its name (rollback_version)" in found.refusals[0].sentence
    named = plan_rollback(picture(state), RollbackRequest("app1", instances=2))
    assert (named.action, named.app) == ("deploy", "app1-r2")
