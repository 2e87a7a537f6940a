# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import plan_retire, plan_withdraw, why_not_retire
from ansible_collections.dcos.avi.plugins.module_utils._service.state import (
    Observation,
    is_complete,
    picture,
    recent_failure,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    crashing,
    fresh,
    listener,
    pool,
    unhurried,
    upgraded,
    version,
)
from hypothesis import event, given
from hypothesis import strategies as st


def partly_in_its_pool():
    """The traffic goes to app1-100, but only one of its two tasks is a server yet."""
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3,)))
    return Observation("app1", view, listener(), (version("100", 10, (3, 4)),))


def waiting(newest):
    """app1-100 takes the traffic, and above it is another version."""
    return dataclasses.replace(upgraded(), versions=(*upgraded().versions, newest))


def test_retire_names_what_is_below_the_active_version():
    (leaving,) = plan_retire(picture(upgraded()))
    assert (leaving.app, leaving.instances) == ("app1", 2)
    assert leaving.reason == "app1-100 takes all traffic with its 2 instances"


@pytest.mark.parametrize(
    "state", [fresh(), partly_in_its_pool(), dataclasses.replace(upgraded(), listener=listener((), 0))]
)
def test_retire_names_nothing(state):
    assert plan_retire(picture(state)) == []


def busy(app):
    return dataclasses.replace(app, deployments=("d1",))


def test_retire_leaves_alone_what_is_being_deployed():
    state = dataclasses.replace(upgraded(), listener=busy(listener()))
    assert plan_retire(picture(state)) == []
    # Else it would be left running without a word.
    assert why_not_retire(picture(state)) == (
        "app1 is superseded, but deployment d1 of it is under way: wait for its end, or end it with dcos.avi.marathon_deployment, "
        "and run this again."
    )
    state = dataclasses.replace(upgraded(), listener=busy(listener((), 0)))
    assert why_not_retire(picture(state)) is None
    state = dataclasses.replace(upgraded(), versions=tuple(map(busy, upgraded().versions)))
    assert plan_retire(picture(state)) == []
    assert "deployment d1" in why_not_retire(picture(state))


def test_retire_waits_until_the_active_version_is_all_there():
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3,)))
    state = Observation("app1", view, listener(), (version("100", 10, (3,), instances=2),))
    assert plan_retire(picture(state)) == []
    assert "1 of its 2 instances" in why_not_retire(picture(state))


def test_that_the_version_which_serves_was_scaled_to_zero_is_told_in_words():
    (active,) = upgraded().versions
    ending = dataclasses.replace(active, instances=0, deployments=("d1",))
    seen = picture(dataclasses.replace(upgraded(), versions=(ending,)))
    said = "app1-100 takes the traffic, but was scaled to zero, and its tasks are ending."
    assert why_not_retire(seen) == said
    assert [problem.sentence for problem in seen.problems if problem.code == "active_incomplete"] == [said]


def test_retire_waits_until_the_active_version_has_not_failed_for_a_while():
    assert plan_retire(picture(crashing(14.9))) == []
    assert why_not_retire(picture(crashing(14.9))) == (
        "app1-100 takes the traffic, but a task of it failed 15 s ago: TASK_FAILED on a1: exit 1. It may fail again."
    )
    assert [item.app for item in plan_retire(picture(crashing(15)))] == ["app1"]


def test_a_failure_hinders_nothing_where_nothing_would_be_scaled_down():
    state = dataclasses.replace(crashing(1), listener=listener((), 0))
    assert why_not_retire(picture(state)) is None


def test_why_a_version_is_not_all_there_is_told_with_its_failure():
    (failed,) = crashing(1).versions
    state = dataclasses.replace(crashing(1), versions=(dataclasses.replace(failed, instances=3),))
    assert "2 of its 3 instances healthy, and a task of it failed 1 s ago" in why_not_retire(picture(state))


def test_withdraw_takes_no_way_back_so_a_failure_is_no_hindrance():
    state = crashing(1)
    state = dataclasses.replace(state, versions=(*state.versions, version("200", 20, (), 2)))
    assert [item.app for item in plan_withdraw(picture(state))] == ["app1-200"]


def test_withdraw_names_what_waits_above_the_active_version_even_while_it_is_being_deployed():
    (leaving,) = plan_withdraw(picture(waiting(version("200", 20, (5,), instances=2))))
    assert (leaving.app, leaving.reason) == ("app1-200", "app1-100 takes all traffic with its 2 instances")
    assert [item.app for item in plan_withdraw(picture(waiting(busy(version("200", 20, (5, 6))))))] == ["app1-200"]


@pytest.mark.parametrize("state", [fresh(), upgraded(), partly_in_its_pool(), waiting(version("200", 20, (), 0))])
def test_withdraw_names_nothing(state):
    assert plan_withdraw(picture(state)) == []


@unhurried
@given(st.one_of(states.observations(), states.consistent_observations()))
def test_what_takes_traffic_is_never_named(state):
    seen = picture(state)
    leaving = [*plan_retire(seen), *plan_withdraw(seen)]
    if seen.active is None:
        assert leaving == []
    for item in leaving:
        app = seen.app(item.app)
        event("retires" if app.priority < seen.active.priority else "withdraws")
        assert app is not seen.active
        assert is_complete(seen.active)
        assert recent_failure(seen.active) is None or app.priority > seen.active.priority
        servers = {server.endpoint for server in seen.traffic.taker.pool.servers}
        assert not any(servers.intersection(task.endpoints) for task in app.tasks)
