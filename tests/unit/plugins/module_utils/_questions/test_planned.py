# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan is worth that was made before the lock was taken."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import DEPLOY, NONE, Plan, Refusal, Step, refuse
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackPlan
from ansible_collections.dcos.avi.plugins.module_utils._questions.planned import compared, ended_meanwhile

STEP = Step("deploy", "app1-200", "a new version")
PLAN = Plan(DEPLOY, "app1-200", steps=(STEP,))
REFUSED = refuse("app1-200", [Refusal("unfinished", "Wait.")])
LEFT = [{"app": "app1-300"}]


def planned(plan, leftover=()):
    return {"steps": plan.as_result()["steps"], "leftover": list(leftover)}


@pytest.mark.parametrize(
    ("plan", "before", "leftover", "anew"),
    [
        (PLAN, None, [], False),
        (PLAN, planned(PLAN), [], False),
        (Plan(NONE, "app1-200"), planned(PLAN), [], True),
        (PLAN, planned(REFUSED), [], True),
        (PLAN, planned(PLAN), LEFT, True),
        (REFUSED, planned(REFUSED), [], True),
    ],
)
def test_other_steps_than_the_planned_ones_are_planned_anew(plan, before, leftover, anew):
    assert compared(plan, before, leftover, None)["anew"] is anew


@pytest.mark.parametrize(
    ("plan", "before", "lock", "waits"),
    [
        (REFUSED, None, {"gone": False}, True),
        (REFUSED, None, {"gone": True}, False),
        (REFUSED, None, None, False),
        (PLAN, None, {"gone": False}, False),
        # The lock is this run's own then.
        (REFUSED, planned(PLAN), {"gone": False}, False),
    ],
)
def test_what_is_refused_while_another_run_is_under_way_waits_for_it(plan, before, lock, waits):
    assert compared(plan, before, [], lock)["waits"] is waits


def test_a_rollback_goes_no_further_where_what_was_to_be_ended_has_ended_by_itself():
    plan = RollbackPlan(DEPLOY, "app1-100-r2", steps=(STEP,))
    found = ended_meanwhile(plan, planned(plan, ["app1-300"]), [])
    assert (found.action, found.steps, [each.code for each in found.refusals]) == ("refuse", (), ["ended_meanwhile"])
    assert found.refusals[0].sentence.startswith("app1-300 ran although it was scaled to zero, and has ended by itself")
    for before, leftover in (
        (None, []),
        (planned(plan), []),
        (planned(plan, ["app1-300"]), LEFT),
    ):
        assert ended_meanwhile(plan, before, leftover) is plan
