# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a service, plan, lock it and check it again: the work of the module migration_begin."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._core.work import MORE_SHOWN, Work
from ansible_collections.dcos.avi.plugins.module_utils._gates.retirable import until_retirable
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._plan.capacity import warnings_of_capacity
from ansible_collections.dcos.avi.plugins.module_utils._plan.moves import (
    Move,
    MovesAsked,
    leaves_anything,
    listener_moves,
    moves_before_lock,
    retire_moves,
    rollback_moves,
    rollout_moves,
    way_of,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import REFUSE
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_steps import GATES
from ansible_collections.dcos.avi.plugins.module_utils._plan.shown import leaving_lines, plan_lines
from ansible_collections.dcos.avi.plugins.module_utils._questions.asked import ONE_PLAN, PLAN_OPTIONS, Asked
from ansible_collections.dcos.avi.plugins.module_utils._questions.basis import Basis
from ansible_collections.dcos.avi.plugins.module_utils._questions.retire import why_not_retirable
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_request import LOCK_OPTIONS, LockRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import SERVICE_OPTIONS, Service

HOOKS = ("before_deploy", "before_switch", "after_switch", "before_retire")
MOVES_OPTIONS: dict[str, Any] = {
    "gates": {"type": "list", "elements": "str", "choices": list(GATES), "default": []},
    "hooks": {"type": "list", "elements": "str", "choices": list(HOOKS), "default": []},
    "checks": {"type": "list", "elements": "str", "default": []},
}
MIGRATION_BEGIN_OPTIONS: dict[str, Any] = {
    **SERVICE_OPTIONS,
    **PLAN_OPTIONS,
    "moves": {"type": "dict", "options": MOVES_OPTIONS, "apply_defaults": True},
    "locked": {"type": "dict"},
    **{name: option for name, option in LOCK_OPTIONS.items() if name != "break_holder"},
    **WAIT_OPTIONS,
    **marathon.MARATHON_OPTIONS,
    **avi.AVI_OPTIONS,
}
Found = dict[str, Any]


def migration_begin(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_begin.

    :param params: its options, each key present.
    :returns: what migration_info does, and {moves, way, locked, unlock}.
    :raises Refused: the plan is refused, or another run holds the lock and is not to be waited for. Nothing was changed.
    :raises DcosAviError: whatever else went wrong. Where the lock was taken, it was given back.
    """
    asked = Asked.of(params)
    with avi.controller_from(params) as controller:
        client = marathon.client_from(params)
        service = Service.asked_for(params, client, controller, connections=False)
        return _Begin(params, check_mode, asked, service, client).result()


class _Begin:
    """One beginning of a migration."""

    def __init__(
        self, params: dict[str, Any], check_mode: bool, asked: Asked, service: Service, client: Marathon
    ) -> None:
        self._params, self._check_mode = params, check_mode
        self._asked, self._service, self._client = asked, service, client
        # What is to be checked first comes before the lock; whoever has checked it says what was planned.
        self._checks = () if params["planned"] else params["moves"]["checks"]
        self._warnings: list[str] = []
        self._locks = bool(params["purpose"]) and not params["locked"] and not self._checks

    def result(self) -> dict[str, Any]:
        planned = self._params["planned"]
        if self._locks and planned:
            found, locked = self._under_lock(planned)
        else:
            found, locked = self._look(planned), self._locked_before()
            if self._locks and self._has_steps(found):
                found, locked = self._under_lock(_planned(found), found)
        if not (self._checks and found.get("plan", {}).get("waits")):
            self._refuse_if_any(found)
        moves = self._moves(found)
        is_left = bool((found["lock"] or {}).get("gone")) and not self._has_steps(found)
        return {
            "changed": False,
            "check_mode": self._check_mode,
            **found,
            "moves": moves,
            "way": way_of(moves),
            "locked": locked,
            "unlock": not self._check_mode and bool(locked.get("taken") or is_left),
            "warnings": [*self._warnings, *self._doubts(found)],
            MORE_SHOWN: self._lines(found),
        }

    def _look(self, planned: Mapping[str, Any] | None) -> Found:
        look, asked = self._service.look, replace(self._asked, planned=planned)
        if self._plans:
            seen = look()
        else:
            # A server that is down for a moment, or a task that is not checked yet, is no verdict.
            interval = self._params["wait_interval"]
            with self._service.keeping_the_lock(check_mode=self._check_mode):
                seen, _waited = until_retirable(
                    look, lambda seen: why_not_retirable(seen, asked.kept, self._client), interval=interval
                )
        return asked.answered(Basis.of(self._service, self._client, seen))

    def _under_lock(self, planned: Mapping[str, Any] | None, seen: Found | None = None) -> tuple[Found, dict[str, Any]]:
        """Take the lock, and look again: somebody else may have done meanwhile what was planned, or made possible what was refused."""
        begin, before = time.monotonic(), HttpSession.requests_of_all
        request = LockRequest({**self._params, "break_holder": None}, self._check_mode)
        lock = request.present()
        spent = {"seconds": round(time.monotonic() - begin, 2), "requests": HttpSession.requests_of_all - before}
        locked = {**{name: lock[name] for name in ("owner", "taken", "waited")}, "spent": spent}
        self._warnings = lock["warnings"]
        if lock["waited"]:
            self._asked.room.forget()
        if seen and (self._check_mode or not lock["taken"]):
            # Nothing is taken in check mode. And what this run held already, it had when it looked.
            return seen, locked
        try:
            found = self._look(planned)
            self._refuse_if_any(found)
        except BaseException as error:
            self._give_back(request, locked, error)
            raise
        return found, locked

    @staticmethod
    def _give_back(request: LockRequest, locked: Mapping[str, Any], error: BaseException) -> None:
        """Give the lock back that nobody else would, and say so where that is not possible."""
        if not locked["taken"]:
            return
        try:
            request.give_back()
        except DcosAviError as kept:
            if not isinstance(error, DcosAviError):
                raise
            error.sentence += f" {kept.sentence}"

    def _locked_before(self) -> dict[str, Any]:
        given = self._params["locked"]
        return {**given, "earlier": True} if given else {}

    @property
    def _plans(self) -> bool:
        return any(self._params[each] is not None for each in ("rollout", "listener", "rollback"))

    def _has_steps(self, found: Found) -> bool:
        if not self._plans:
            return leaves_anything(found)
        return bool(found["plan"]["steps"] or found["plan"].get("waits"))

    def _refuse_if_any(self, found: Found) -> None:
        """:raises Refused: the plan is refused."""
        if not self._plans:
            if found["retire_blocked"]:
                raise Refused(f"Nothing of {found['service']} is scaled down. {found['retire_blocked']}")
            return
        plan = found["plan"]
        if plan["action"] == REFUSE:
            sentences = " ".join(refusal["sentence"] for refusal in plan["refusals"])
            raise Refused(sentences, details={"refusals": plan["refusals"]})

    def _moves(self, found: Found) -> list[Move]:
        given, plan = self._params["moves"], found.get("plan")
        if self._checks and self._has_steps(found):
            return moves_before_lock()
        if plan is None:
            return retire_moves(found, prunes=self._asked.kept["keep"] is not None)
        if self._params["listener"]:
            return listener_moves(plan, check_mode=self._check_mode)
        # What ran without instances was ended since the lock was taken.
        leftover = () if self._params["locked"] else found["leftover"]
        asked = MovesAsked(given["gates"], given["hooks"], check_mode=self._check_mode)
        return (rollout_moves if self._params["rollout"] else rollback_moves)(plan, leftover, asked)

    def _lines(self, found: Found) -> list[str]:
        """Return what is about to be done, unless that was shown before the lock was taken."""
        if not self._plans:
            return leaving_lines(found)
        plan = found["plan"]
        if self._params["planned"] and not plan["anew"]:
            return []
        if plan["action"] == REFUSE or (self._params["rollout"] and not plan["steps"]):
            # What is refused while another run is under way is planned when that is over. What was not to be done is said in the end.
            return []
        lines = plan_lines(found["service"], plan, with_reasons=self._check_mode)
        return [*lines, *(self._room(found) if self._check_mode else [])]

    @staticmethod
    def _room(found: Found) -> list[str]:
        """Return that there is room. Where there may be none, a warning says so."""
        capacity = found.get("capacity")
        return [f"  capacity: {capacity['sentence']}"] if capacity and not warnings_of_capacity(capacity) else []

    def _doubts(self, found: Found) -> list[str]:
        """Return that there may be no room, unless that was said before the lock was taken."""
        is_said = self._params["planned"] and not found.get("plan", {}).get("anew")
        return [] if is_said else warnings_of_capacity(found.get("capacity"))


def _planned(found: Found) -> dict[str, Any] | None:
    plan = found.get("plan")
    return plan and {"steps": plan["steps"], "leftover": [each["app"] for each in found["leftover"]]}


MIGRATION_BEGIN = Work(migration_begin, MIGRATION_BEGIN_OPTIONS, {"mutually_exclusive": ONE_PLAN})
