# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would a rollout do?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._plan.capacity import IGNORE, REQUIRE, WARN
from ansible_collections.dcos.avi.plugins.module_utils._plan.held_up import Timing, held_up
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import ended_first
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import Plan, launchable
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_steps import GATES, Ways
from ansible_collections.dcos.avi.plugins.module_utils._plan.windows import UTC, read_windows
from ansible_collections.dcos.avi.plugins.module_utils._questions.basis import Basis
from ansible_collections.dcos.avi.plugins.module_utils._questions.stated import STATED_OPTIONS, release_for
from ansible_collections.dcos.avi.plugins.module_utils._service.approval import approval_label

WINDOW_OPTIONS: dict[str, Any] = {
    "days": {"type": "list", "elements": "str", "default": []},
    "hours": {"type": "str", "required": True},
    "time_zone": {"type": "str", "default": UTC},
}
TIMING = ("windows", "override_freeze", "reason")
NOT_OF_THE_REQUEST = ("src", "gates", "goes_on", "approval_timeout", "capacity", *TIMING)
ROLLOUT_OPTIONS: dict[str, Any] = {
    **STATED_OPTIONS,
    "version": {"type": "raw", "required": True},
    "image": {"type": "str"},
    "overrides": {"type": "dict"},
    "instances": {"type": "int"},
    "priority": {"type": "int"},
    "strategy": {"type": "str", "choices": ["direct", "preview"], "default": "direct"},
    "promote": {"type": "bool", "default": True},
    "preview_instances": {"type": "int", "default": 1},
    "approval_timeout": {"type": "int", "default": 0},
    "windows": {"type": "list", "elements": "dict", "options": WINDOW_OPTIONS, "default": []},
    "override_freeze": {"type": "bool", "default": False},
    "reason": {"type": "str", "default": ""},
    "capacity": {"type": "str", "choices": [IGNORE, WARN, REQUIRE], "default": IGNORE},
    "gates": {"type": "list", "elements": "str", "choices": list(GATES), "default": []},
    "goes_on": {"type": "bool", "default": False},
}


def rollout_asked_for(basis: Basis, rollout: Mapping[str, Any], keep_warm: int, is_warm: bool) -> Plan:
    """Return the plan of a rollout.

    :param rollout: the options of ROLLOUT_OPTIONS, as ``stated`` returns them.
    :param keep_warm: for how many seconds superseded versions keep their instances; ``is_warm`` tells that they are within that time.
    """
    given = {key: value for key, value in rollout.items() if key not in NOT_OF_THE_REQUEST}
    given["to_approve"] = approval_label(rollout["approval_timeout"], basis.client.now())
    timing = Timing(read_windows(rollout["windows"]), rollout["override_freeze"], rollout["reason"])
    ways = Ways(rollout["gates"], keep_warm, is_warm=is_warm, goes_on=rollout["goes_on"])
    release = release_for(basis.client, rollout["definition"], rollout["overrides"])
    plan = plan_rollout(basis.planned_by, RolloutRequest(**given, ways=ways, release=release), basis.is_taken)
    if not rollout["goes_on"]:
        plan = held_up(plan, basis.service.id, basis.seen.observed.freeze, timing, basis.client.now())
    return ended_first(launchable(plan, basis.client.release), basis.seen)
