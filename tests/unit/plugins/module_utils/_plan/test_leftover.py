# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apps that run although they are scaled to zero: when they may be ended, and what follows."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import (
    ended_first,
    leftovers,
    picture_without_leftovers,
    plan_leftovers,
    to_plan_by,
    why_not_end,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import why_not_withdraw
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.state_result import as_result
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import Task, TaskFailure, read_app
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, is_complete, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    group_view,
    listener,
    pool,
    unhurried,
    version,
)
from hypothesis import event, given
from hypothesis import strategies as st


def came_back(heir=None, **more):
    """A pool group: app1-200 was scaled to zero and runs again, above app1-100."""
    heir = heir or version("100", 10, (3, 4))
    view = group_view((pool("200", (5,)), 100), (pool("100", (3, 4)), 100), (pool("app1", ()), 100))
    ghost = version("200", 20, (5,), instances=0, **more)
    return Observation("app1", view, listener((), 0), (heir, ghost))


def came_back_in_b(serves):
    """Pools A and B: app1-200 was scaled to zero and runs again in pool B, which takes the traffic or does not."""
    view = ab_view(pool("a", (3, 4), ab_pool=AbPool("b", 100 if serves else 0)), pool("b", (5,)))
    return Observation(
        "app1", view, listener((), 0), (version("100", 10, (3, 4)), version("200", 20, (5,), instances=0))
    )


@pytest.mark.parametrize("state", [came_back(), came_back_in_b(serves=False)])
def test_it_is_ended_where_another_version_is_ready(state):
    seen = picture(state)
    (left,) = plan_leftovers(seen)
    assert (left.app, left.instances) == ("app1-200", 0)
    assert "app1-100 is ready to take all traffic with its 2 instances" in left.reason
    after = to_plan_by(seen)
    assert after.active and after.active.id == "app1-100"
    assert (leftovers(after), why_not_withdraw(after)) == ([], None)
    assert to_plan_by(after) is after


FAILING = dataclasses.replace(version("100", 10, (3, 4)), failure=TaskFailure(2.0, "TASK_FAILED on a1: exit 1."))


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (came_back_in_b(serves=True), "nothing is ready to serve"),
        (came_back(version("100", 10, (3,), instances=2)), "does not hold exactly the healthy tasks of app1-100"),
        (came_back(dataclasses.replace(version("100", 10, (3, 4)), deployments=("d1",))), "deployment d1"),
        (came_back(FAILING), "app1-100 would take the traffic, but a task of it failed 2 s ago"),
    ],
)
def test_it_stays_where_nothing_else_is_ready_to_serve(state, why):
    seen = picture(state)
    assert plan_leftovers(seen) == []
    assert why in str(why_not_end(seen))
    assert to_plan_by(seen) is seen


def test_the_picture_names_it():
    result = as_result(picture(came_back()))
    (problem,) = [each for each in result["problems"] if each["code"] == "runs_at_zero"]
    assert problem["subject"] == "app1-200"
    assert "app1-200 is scaled to zero, but 1 task of it runs" in problem["sentence"]


@pytest.mark.parametrize(
    "states_of_it", [{"deployments": ("d1",)}, {"tasks": (Task("t", ("h:1",), False, is_live=False),)}]
)
def test_what_is_being_ended_or_has_ended_does_not_run(states_of_it):
    ghost = dataclasses.replace(version("200", 20, (5,), instances=0), **states_of_it)
    assert not ghost.runs_at_zero


@pytest.mark.parametrize(
    ("state", "runs"), [("TASK_RUNNING", True), ("TASK_STAGING", True), ("TASK_UNREACHABLE", False)]
)
def test_marathons_states(state, runs):
    app = {"id": "/app1-200", "instances": 0, "tasks": [{"id": "t", "state": state, "host": "a", "ports": [1]}]}
    assert read_app(app, lambda host: (), datetime(2026, 1, 1, tzinfo=timezone.utc)).runs_at_zero is runs


def test_a_rollout_ends_it_first():
    seen = picture(came_back())
    plan = plan_rollout(to_plan_by(seen), RolloutRequest("300", image="shop/server:300"))
    steps = [(step.step, step.app) for step in ended_first(plan, seen).steps]
    assert steps[:3] == [("lock", "app1"), ("end", "app1-200"), ("deploy", "app1-300")]
    assert [app for step, app in steps if step == "retire"] == ["app1-100"]


def test_a_rollback_ends_it_and_needs_nothing_more():
    seen = picture(came_back())
    plan = ended_first(plan_rollback(to_plan_by(seen), RollbackRequest()), seen)
    assert (plan.action, plan.app) == ("none", "app1-100")
    assert [(step.step, step.app) for step in plan.steps] == [("end", "app1-200")]


def test_a_rollback_rolls_forward_where_it_serves_and_nothing_else_can():
    seen = picture(came_back_in_b(serves=True))
    plan = ended_first(plan_rollback(to_plan_by(seen), RollbackRequest()), seen)
    assert (plan.action, plan.app) == ("deploy", "app1-100-r2")
    assert ("retire", "app1-200") in [(step.step, step.app) for step in plan.steps]


def test_a_rollout_below_it_is_refused_with_what_to_do():
    """Nothing is proven ready, so that ending it could be an outage; the new version's app would never get the traffic by itself."""
    waits = dataclasses.replace(version("200", 20, (5,), instances=0))
    view = ab_view(pool("a", (3, 4), ab_pool=AbPool("b", 0)), pool("b", (5,)))
    busy = dataclasses.replace(version("100", 10, (3, 4)), deployments=("d1",))
    seen = picture(Observation("app1", view, listener((), 0), (busy, waits)))
    plan = plan_rollout(to_plan_by(seen), RolloutRequest("300", image="shop/server:300"))
    assert [refusal.code for refusal in plan.refusals] == ["runs_at_zero"]


@st.composite
def scaled_to_zero(draw):
    """Warm pool groups, and any state, in which some apps have no instances any more, though their tasks run."""
    observed = draw(st.one_of(states.warm_groups(), states.consistent_groups(), states.observations()))
    versions = tuple(dataclasses.replace(app, instances=0) if draw(st.booleans()) else app for app in observed.versions)
    return dataclasses.replace(observed, versions=versions)


@unhurried
@given(scaled_to_zero())
def test_what_is_ended_leaves_a_version_that_is_ready(state):
    seen = picture(state)
    planned, left = plan_leftovers(seen), leftovers(seen)
    event(f"{len(planned)} ended, {len(left)} left over")
    assert [item.app for item in planned] in ([], [app.id for app in left])
    after = picture_without_leftovers(seen)
    assert leftovers(after) == []
    assert bool(planned) == (bool(left) and why_not_end(seen) is None)
    if planned:
        assert after.active and is_complete(after.active) and not after.active.deployments
        assert all(app.id != after.active.id for app in left)
