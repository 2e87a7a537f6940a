# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a service that is to be migrated: its state, a plan, and what may leave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.run import run_is_gone
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.master import MASTER_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.state_result import as_result
from ansible_collections.dcos.avi.plugins.module_utils._questions.basis import Basis
from ansible_collections.dcos.avi.plugins.module_utils._questions.listener import LISTENER_OPTIONS, listener_asked_for
from ansible_collections.dcos.avi.plugins.module_utils._questions.planned import (
    PLANNED_OPTIONS,
    compared,
    ended_meanwhile,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.retire import (
    RETIRE_OPTIONS,
    what_is_kept,
    what_may_go,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.rollback import (
    ROLLBACK_OPTIONS,
    rollback_asked_for,
    rollback_request,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.rollout import ROLLOUT_OPTIONS, rollout_asked_for
from ansible_collections.dcos.avi.plugins.module_utils._questions.room import Room
from ansible_collections.dcos.avi.plugins.module_utils._questions.stated import stated

_BY_ONE = {"mutually_exclusive": [("definition", "src")]}
PLAN_OPTIONS: dict[str, Any] = {
    "rollout": {"type": "dict", "options": ROLLOUT_OPTIONS, **_BY_ONE},
    "listener": {"type": "dict", "options": LISTENER_OPTIONS, **_BY_ONE},
    "rollback": {"type": "dict", "options": ROLLBACK_OPTIONS},
    "retire": {"type": "dict", "options": {**RETIRE_OPTIONS, "keep": {"type": "int"}}},
    "planned": {"type": "dict", "options": PLANNED_OPTIONS},
    "no_log_env": {"type": "bool", "default": False},
    **MASTER_OPTIONS,
}
ONE_PLAN = [("rollout", "listener", "rollback")]


@dataclass(frozen=True)
class Asked:
    """What is asked for by PLAN_OPTIONS. The files of definitions are read, and nobody was asked yet."""

    kept: Mapping[str, Any]
    rollout: Mapping[str, Any] | None
    listener: Mapping[str, Any] | None
    rollback: RollbackRequest | None
    planned: Mapping[str, Any] | None
    room: Room

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Asked:
        """Read what is asked for.

        :raises Refused: the service's id is not a valid one, a version is no text, ``keep``, ``keep_warm`` or ``at_least`` is negative, or the
            file of a definition cannot be read.
        """
        validate_id(params["service"])
        rollback = None if params["rollback"] is None else rollback_request(params["rollback"])
        kept = what_is_kept(params["retire"])
        return cls(
            kept,
            stated(params["rollout"]),
            stated(params["listener"]),
            rollback,
            params["planned"],
            Room(params["mesos_master"]),
        )

    def answered(self, basis: Basis) -> dict[str, Any]:
        """Return the state of the service, what may be retired, pruned or withdrawn, and the plan that is asked for."""
        result = {**as_result(basis.seen), **what_may_go(basis, self.kept)}
        if result["lock"]:
            result["lock"]["gone"] = run_is_gone(result["lock"]["owner"])
        leftover, held = result["leftover"], result["lock"]
        if self.rollout:
            plan = rollout_asked_for(basis, self.rollout, self.kept["keep_warm"], is_warm=bool(result["warm"]))
            plan, capacity = self.room.checked(plan, basis, self.rollout["capacity"])
            result["capacity"] = capacity and capacity.as_result()
            result["plan"] = compared(plan, self.planned, leftover, held)
        if self.listener:
            result["plan"] = listener_asked_for(basis, self.listener).as_result()
        if self.rollback:
            way_back = ended_meanwhile(rollback_asked_for(basis, self.rollback), self.planned, leftover)
            result["plan"] = compared(way_back, self.planned, leftover, held)
        return result
