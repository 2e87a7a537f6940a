# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is it still what was planned before the lock was taken? And does what is refused have to wait for another run? Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import REFUSE, Plan, Refusal
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackPlan

PLANNED_OPTIONS: dict[str, Any] = {
    "steps": {"type": "list", "elements": "dict", "required": True},
    "leftover": {"type": "list", "elements": "str", "required": True},
}
Leftover = Sequence[Mapping[str, Any]]


def compared(
    plan: Plan, planned: Mapping[str, Any] | None, leftover: Leftover, lock: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return a plan as a result, with what follows from an earlier plan and from the lock.

    :param planned: the options of PLANNED_OPTIONS; None where nothing was planned, and no lock taken, before.
    :param leftover: what runs although it has no instances, and is to be ended first.
    :param lock: the lock of the service with ``gone``, as a result; None where nobody holds it.
    """
    result = plan.as_result()
    is_other = planned is not None and (plan.action == REFUSE or bool(leftover) or result["steps"] != planned["steps"])
    # What is refused while another run is under way may be possible when that is over.
    waits = plan.action == REFUSE and planned is None and lock is not None and not lock["gone"]
    return {**result, "anew": is_other, "waits": waits}


def ended_meanwhile(plan: RollbackPlan, planned: Mapping[str, Any] | None, leftover: Leftover) -> RollbackPlan:
    """Return the plan, refused where what was to be ended has ended by itself: what was asked for is done then, and the plan would go
    one version further.
    """
    if not planned or not planned["leftover"] or leftover or not plan.steps:
        return plan
    sentence = (
        f"{' and '.join(planned['leftover'])} ran although it was scaled to zero, and has ended by itself meanwhile. Nothing was "
        "changed. Look at it with the playbook dcos.avi.status, and run this again if you still want to roll back."
    )
    return dataclasses.replace(
        plan,
        action=REFUSE,
        refusals=(Refusal("ended_meanwhile", sentence),),
        definition=None,
        steps=(),
        withdraw=(),
        preview=None,
        leftovers=(),
    )
