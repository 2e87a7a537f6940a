# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a recovery makes of tasks on an agent that is lost: they may still serve."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import _Leaving
from ansible_collections.dcos.avi.plugins.module_utils._plan.recovery import NOTHING, ROLLBACK, plan_recovery
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    listener,
    pool,
    task,
    version,
)


def recover(state):
    return plan_recovery(picture(state), "app1-100", "rollback")


def lost_agent(state="OPER_UP", shown=True):
    """app1-100 was scaled to zero; an agent with a task of it is lost, which Avi shows so, and Marathon from 1.8 on."""
    tasks = (dataclasses.replace(task(3, False), is_live=False),) if shown else ()
    definition = {"tasks": [{"id": each.id, "state": "TASK_UNREACHABLE", "host": "agent7"} for each in tasks]}
    app = dataclasses.replace(version("100", 10, (), 0, **definition), tasks=tasks)
    view = ab_view(pool("a", (1, 2), ab_pool=AbPool("b", 100)), pool("b", (3,), state=state))
    return Observation("app1", view, listener(), (app,))


def test_a_version_is_not_gone_while_avi_shows_a_task_of_it_up_on_a_lost_agent():
    found = recover(lost_agent())
    assert found.action == ROLLBACK and "The traffic goes to app1-100" in found.sentence


@pytest.mark.parametrize("up", [True, False])
def test_where_the_traffic_of_a_version_goes_that_is_not_to_be_seen_any_more(up):
    found = recover(lost_agent("OPER_UP" if up else "OPER_DOWN", shown=False))
    assert found.action == ROLLBACK
    assert ("servers that Avi shows up and that are no task of any version: 127.0.0.2:3" in found.sentence) is up
    assert ("the traffic goes to nobody" in found.sentence) is not up


def test_a_version_is_gone_when_avi_does_not_show_its_task_on_a_lost_agent_up():
    found = recover(
        dataclasses.replace(lost_agent(), avi=ab_view(pool("a", (1, 2)), pool("b", (3,), state="OPER_DOWN")))
    )
    assert found.action == NOTHING


@pytest.mark.parametrize("state", ["OPER_UP", "OPER_DOWN"])
def test_a_scale_to_zero_tells_of_the_tasks_on_a_lost_agent(state):
    after = picture(lost_agent(state))
    (warning,) = _Leaving(None, None, "app1-100", {}, None)._on_lost_agents(after, after)
    assert warning.startswith("app1-100 may still serve on agent7")
    assert ("Avi still shows 127.0.0.2:3 up, so app1-100 is not gone" in warning) is (state == "OPER_UP")
