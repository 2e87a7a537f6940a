# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the next version of a pool group takes over at once."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import TaskFailure
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils import migration_states as states
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollback_states import plan
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    group_view,
    listener,
    pool,
    upgraded,
    upgraded_group,
    version,
)


def test_a_warm_fallback_of_a_pool_group_takes_over_at_once():
    found = plan(upgraded_group(), instant=True)
    assert (found.action, found.app) == ("instant", "app1")
    assert [(step.step, step.app) for step in found.steps] == [("withdraw", "app1-100"), ("confirm", "app1")]
    assert [item.app for item in found.withdraw] == ["app1-100"]


def cold(app=None, lower=None, ratio=100, top=None):
    """The pool group of ``upgraded_group``, with something about the lower member or the upper one changed."""
    upper = top or pool("app1-100-pool-80", (3, 4))
    view = group_view((upper, 100), (lower or pool("app1-pool-80", (1, 2)), ratio))
    return dataclasses.replace(upgraded_group(), avi=view, listener=app or listener())


@pytest.mark.parametrize(
    "state",
    [
        upgraded(),
        cold(ratio=0),
        cold(listener((1, 2), instances=3)),
        cold(listener((1,)), pool("app1-pool-80", (1,))),
        cold(lower=pool("app1-pool-80", (1, 2), state="OPER_DOWN")),
        cold(lower=pool("app1-pool-80", (1,))),
        cold(lower=pool("app1-pool-80", (1, 2, 3))),
        cold(dataclasses.replace(listener(), deployments=("d1",))),
    ],
)
def test_a_fallback_that_is_not_proven_to_be_ready_is_not_relied_on(state):
    assert (plan(state, instant=True).action, plan(state, instant=True).app) == ("deploy", "app1-r2")


def sick_group(**changes):
    (serving,) = upgraded_group().versions
    return dataclasses.replace(upgraded_group(), versions=(dataclasses.replace(serving, **changes),))


HALF_DOWN = dataclasses.replace(
    pool("app1-100-pool-80"), servers=(*pool("", (3,)).servers, *pool("", (4,), state="OPER_DOWN").servers)
)


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (upgraded_group(), "deploy"),
        (sick_group(failure=TaskFailure(60.0, "TASK_LOST on a1")), "deploy"),
        (sick_group(failure=TaskFailure(2.0, "TASK_FAILED on a1: exit 1")), "instant"),
        (sick_group(deployments=("d1",)), "instant"),
        (sick_group(tasks=(states.task(3), states.task(4, healthy=False))), "instant"),
        (cold(top=HALF_DOWN), "instant"),
    ],
)
def test_the_way_back_is_the_one_that_loses_less(state, action):
    """From a version that is healthy it costs nothing to wait for the other; from one that fails, each second costs its requests."""
    found = plan(state)
    assert found.action == action
    assert ("ask for the way at once (rollback_instant: true)" in found.reason) == (action == "deploy")
    assert (plan(state, instant=True).action, plan(state, instant=False).action) == ("instant", "deploy")
    assert "at once" not in plan(upgraded()).reason


def test_only_the_next_in_a_pool_group_takes_over():
    view = group_view((pool("c", (5, 6)), 100), (pool("b", (3, 4)), 100), (pool("a", (1, 2)), 100))
    state = Observation("app1", view, listener(), (version("100", 10, (3, 4)), version("200", 20, (5, 6))))
    assert (plan(state, instant=True).action, plan(state, instant=True).app) == ("instant", "app1-100")
    assert (plan(state, "app1", instant=True).action, plan(state, "app1").app) == ("deploy", "app1-r2")
    assert plan(state, instances=3, instant=True).action == "deploy"
    assert plan(state, instant=False).action == "deploy"


def test_nothing_takes_over_at_once_while_the_newest_version_has_no_traffic():
    """To give up 300, which waits, would leave the traffic with 200, whose pool holds a server that nobody knows."""
    view = group_view((pool("b", (3, 4, 9)), 100), (pool("a", (1, 2)), 100))
    state = Observation("app1", view, listener(), (version("200", 20, (3, 4)), version("300", 30, (7, 8))))
    assert picture(state).active is None
    assert plan(state, "app1", instant=True).action == "deploy"
