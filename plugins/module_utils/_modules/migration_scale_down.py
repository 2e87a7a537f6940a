# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scale a version to zero, or delete it, if a look taken then proves that nothing needs it: the work of the module migration_scale_down.

Between the proof and the request lies no other task, no wait and no other service. Right before each request, what serves and the
lock are checked once more; right after it, who serves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, NotNow, Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._ending.aftermath import Aftermath
from ansible_collections.dcos.avi.plugins.module_utils._ending.deletion import Deletion
from ansible_collections.dcos.avi.plugins.module_utils._ending.last_check import Checked, last_check
from ansible_collections.dcos.avi.plugins.module_utils._ending.leftover import Leftover
from ansible_collections.dcos.avi.plugins.module_utils._ending.superseded import retire_all
from ansible_collections.dcos.avi.plugins.module_utils._gates.drained import not_waited_out, until_drained
from ansible_collections.dcos.avi.plugins.module_utils._gates.patience import look_until_settled
from ansible_collections.dcos.avi.plugins.module_utils._gates.retirable import until_retirable
from ansible_collections.dcos.avi.plugins.module_utils._gates.waited import Waited
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import guards
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.lost_agents import lost_tasks, may_still_serve
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.overriding import overridden
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import update
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import ENDED
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import Send, apply_change
from ansible_collections.dcos.avi.plugins.module_utils._plan.record_of_end import record_of_end
from ansible_collections.dcos.avi.plugins.module_utils._plan.recovery import WITHDRAW
from ansible_collections.dcos.avi.plugins.module_utils._plan.retention import what_may_retire
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import Retirement, plan_withdraw
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._questions.recovery import (
    RECOVER_OPTIONS,
    recovery_of,
    why_it_may_pass,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.retire import (
    NOTHING_KEPT,
    RETIRE_OPTIONS,
    what_is_kept,
    why_not_retirable,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.rollback import ROLLBACK_OPTIONS, rollback_request
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import given_up_labels, retired_labels
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run, refuse_without_the_lock
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_guard import LockGuard
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_run import RUN_OPTIONS, run_from
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import SERVICE_OPTIONS, Service
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, servers_up

# Why an app may go.
REASONS = ("retire", "rollback", "recover", "leftover", "prune", "preview")
SCALE_DOWN_OPTIONS: dict[str, Any] = {
    **SERVICE_OPTIONS,
    "app": {"type": "str"},
    "retire": {"type": "dict", "options": {**RETIRE_OPTIONS, "drain_timeout": {"type": "int", "default": 300}}},
    "rollback": {"type": "dict", "options": ROLLBACK_OPTIONS},
    "recover": {"type": "dict", "options": RECOVER_OPTIONS},
    "leftover": {"type": "bool"},
    "prune": {"type": "dict", "options": {"keep": {"type": "int", "required": True}}},
    "preview": {"type": "bool"},
    "said": {"type": "str"},
    **RUN_OPTIONS,
    "force": {"type": "bool", "default": False},
    **WAIT_OPTIONS,
    **marathon.MARATHON_OPTIONS,
    **avi.AVI_OPTIONS,
}


def scale_down(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_scale_down.

    :param params: its options, each key present.
    :returns: {changed, app, instances, reason, diff}, and ``waited`` where connections were waited for; without an app {changed, retired, ended, warm, diff}.
    :raises Refused: a look taken then does not prove that nothing needs the app, or this run does not hold the lock of the service.
        Nothing was changed.
    :raises WaitTimeout: the app stayed locked by a deployment.
    :raises UnknownOutcome: it could not be found out whether it was scaled down.
    :raises DcosAviError: whatever else went wrong with Marathon or Avi.
    """
    validate_id(params["service"])
    for name in ("leftover", "preview"):
        if params[name] is False:
            raise Refused(
                f"{name} is either true or not given: without it, say why the app may go (retire, rollback, recover or prune)."
            )
    what_is_kept({**NOTHING_KEPT, **(params["retire"] or {}), **(params["prune"] or {})})
    if params["app"] is None and not params["retire"]:
        raise Refused("app is missing. Only with retire it can be left out: then all superseded versions are retired.")
    app_id = short_id(validate_id(params["app"])) if params["app"] is not None else None
    with avi.controller_from(params) as controller:
        client = marathon.client_from(params)
        service = Service.asked_for(params, client, controller)
        me = None if check_mode else run_from(params)
        with service.keeping_the_lock(nonce=me.nonce if me else None, check_mode=check_mode) as holder:
            if me:
                what = f"Nothing of {app_id or service.id} is changed"
                client.before_writes = LockGuard(client, service.id, me, what, holder).not_after
            return _done_to(service, client, app_id, params, me)


def _done_to(
    service: Service, client: Marathon, app_id: str | None, params: dict[str, Any], me: Run | None
) -> dict[str, Any]:
    """Do to an app what is asked for, or without one to all that are superseded. Returns the module's result."""
    times = params["wait_timeout"], params["wait_interval"]
    if app_id is None:
        return _retire_all(service, client, params, me)
    if params["leftover"]:
        return Leftover(service, client, app_id, me).end(*times)
    if params["prune"]:
        return Deletion(service, client, app_id, me).prune(params["prune"]["keep"], *times)
    if params["preview"]:
        return Deletion(service, client, app_id, me).end_preview(*times, force=params["force"])
    return _Leaving(service, client, app_id, params, me).leave()


def _retire_all(service: Service, client: Marathon, params: dict[str, Any], me: Run | None) -> dict[str, Any]:
    """Retire each superseded version, one after another, after what runs although it has no instances was ended."""

    def end(app_id: str) -> dict[str, Any]:
        return Leftover(service, client, app_id, me).end(params["wait_timeout"], params["wait_interval"])

    def leave(app_id: str) -> dict[str, Any]:
        return _Leaving(service, client, app_id, params, me).leave()

    retire = params["retire"]
    # A server that is down for a moment, or a task that is not checked yet, is no verdict.
    seen, _waited = until_retirable(
        service.look, lambda seen: why_not_retirable(seen, retire, client), interval=params["wait_interval"]
    )
    return retire_all(seen, retire, client.now(), end, leave)


def _result_of(leaving: _Leaving, proof: Retirement, waited: Waited | None) -> dict[str, Any]:
    diff = {"before": {"instances": proof.instances}, "after": {"instances": 0}}
    result = {
        "changed": True,
        "app": proof.app,
        "instances": proof.instances,
        "reason": proof.reason,
        "diff": {**diff, "before_header": proof.app, "after_header": proof.app},
    }
    if waited:
        result["waited"] = waited.as_result()
    cancelled = [f"The request cancelled {each}." for each in leaving.cancelled]
    result["warnings"] = [*(not_waited_out(waited) if waited else []), *cancelled, *leaving.lost]
    return result


@dataclass(frozen=True)
class _Leaving:
    """An app that is to go. ``me`` is the run that must hold the lock, None where nothing is to be changed.

    ``cancelled`` are the deployments that its last request cancels, in words. ``lost`` warns of tasks on lost agents.
    """

    service: Service
    client: Marathon
    app_id: str
    params: dict[str, Any]
    me: Run | None
    cancelled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def leave(self) -> dict[str, Any]:
        """Scale the app to zero, right after what proves that it can go. Returns the module's result."""
        drains = self.params["retire"] and self.me
        seen, waited = self.look_when_drained() if drains else (self.look_when_settled(), None)
        proof = self.proof(seen, waited.last if waited else "")
        if self.me:
            self.scale_down(proof, seen, self.me)
        else:
            self.predict(seen)
        return _result_of(self, proof, waited)

    def look_when_drained(self) -> tuple[Picture, Waited]:
        return until_drained(
            self.service.look,
            self.service.open_connections,
            self.app_id,
            timeout=self.params["retire"]["drain_timeout"],
            interval=self.params["wait_interval"],
        )

    def look_when_settled(self) -> Picture:
        """Return a look. What only for a moment speaks against scaling the app down gets time to pass."""
        seen = self.service.look()
        if self._why_not(seen) is None:
            return seen
        return look_until_settled(self.service.look, seen, self._why_not, interval=self.params["wait_interval"])

    def _why_not(self, seen: Picture) -> str | None:
        """Say what speaks against scaling the app down, and may pass; None where nothing does."""
        if self.params["retire"] or self.params["rollback"]:
            leaving, blocked = self._may_leave(seen)
            return None if any(each.app == self.app_id for each in leaving) else blocked or "Its own state has changed."
        return why_it_may_pass(recovery_of(seen, self.app_id, self.params["recover"]))

    def proof(self, seen: Picture, otherwise: str = "") -> Retirement:
        """Return what proves that the app can go.

        :param otherwise: what is known to speak against it where nothing else does.
        :raises NotNow: nothing does.
        :raises Refused: another run may migrate the service meanwhile.
        """
        what = f"{self.app_id} is not scaled to zero"
        refuse_without_the_lock(seen.observed.lock, seen.service, self.me, what)
        leaving, blocked = self._may_leave(seen)
        found = next((each for each in leaving if each.app == self.app_id), None)
        if found is None:
            raise self._not_now(
                f"{self.app_id} is not scaled to zero, because a fresh look speaks against it. "
                f"{blocked or otherwise or 'Its own state has changed.'}{self._why_not_taken_over(seen)} "
                "Look at it with the playbook dcos.avi.status."
            )
        return found

    def _not_now(self, sentence: str) -> NotNow:
        """Return the error of a decision that the present state has overtaken. What is withdrawn can be decided anew."""
        error = NotNow(sentence)
        error.not_now = not self.params["retire"]
        return error

    def _refuse_if_changed(self, proven: Mapping[str, Any], app: Mapping[str, Any] | None) -> None:
        """Whoever changed it since the first check may need it, for a rollback, for example."""
        try:
            guards.refuse_changed_app(f"/{self.app_id}", proven, app)
        except Refused as changed:
            raise self._not_now(changed.sentence) from None

    def _why_not_taken_over(self, seen: Picture) -> str:
        """Say what became of the version that should have the traffic: in a pool group one that crashed loses it to the one before."""
        heir = seen.app(short_id((self.params["retire"] or {}).get("by") or ""))
        if heir is None or heir is seen.active or heir.failure is None:
            return ""
        return f" {heir.id} does not take all traffic, and {heir.failure}."

    def scale_down(self, proof: Retirement, seen: Picture, me: Run) -> None:
        """Have no instances of the app, by a request that is only sent right after a check, and make sure that somebody serves then.

        :param proof: what proved first that the app can go, by the look ``seen``.
        """
        deadline = Deadline(self.params["wait_timeout"], self.params["wait_interval"])
        checks: list[Checked] = []
        now = seen.app(self.app_id)
        proven = dict(now.definition) if now else {}

        def next_step(current: AppJson | None, in_doubt: bool) -> Send | None:
            if current is None or not current.get("instances"):
                if not in_doubt:
                    self._refuse_if_changed(proven, current)
                return None
            # Before the check, so that nothing lies between that and the request.
            force = self._is_to_override(current)
            checks.append(self._last_check(proven, self.service.look() if checks else seen, deadline))
            fresh = self.proof(checks[-1].seen)
            labels = self._labels(fresh, current, checks[-1].seen)
            body, not_after = update({"instances": 0, **labels}, current), checks[-1].not_after
            return lambda: self.client.update_app(self.app_id, body, force=force, not_after=not_after)

        times = self.params["wait_timeout"], self.params["wait_interval"]
        aftermath = Aftermath(self.service, self.client, proof, me, *times)
        try:
            apply_change(self.client, f"/{self.app_id}", proven or None, next_step, deadline)
        except DcosAviError:
            # What was tried may have been done after all.
            if checks:
                with contextlib.suppress(WaitTimeout):
                    aftermath.check(checks[-1].seen)
            raise
        before = checks[-1].seen if checks else seen
        self.lost.extend(self._on_lost_agents(before, aftermath.check(before)))

    def _on_lost_agents(self, before: Picture, after: Picture) -> list[str]:
        """Return a warning about tasks that go on serving where Marathon cannot end them."""
        looks = [app for app in (before.app(self.app_id), after.app(self.app_id)) if app]
        lost = lost_tasks(app.definition for app in looks)
        up = {server for app in looks for server in servers_up(after, app, lost)}
        return may_still_serve(self.app_id, lost, up)

    def predict(self, seen: Picture) -> None:
        """Refuse in check mode what the request would be refused for."""
        now = seen.app(self.app_id)
        self._is_to_override(dict(now.definition) if now else {})
        self.cancelled.clear()

    def _last_check(self, proven: Mapping[str, Any], seen: Picture, deadline: Deadline) -> Checked:
        """Return a last check. ``proven`` is the app as the first check saw it."""

        def judge(seen: Picture) -> None:
            app = seen.app(self.app_id)
            self._refuse_if_changed(proven, app.definition if app else None)
            self.proof(seen)

        what = f"{self.app_id} is not scaled to zero"
        return last_check(self.service.look, self.service.look_again, judge, self.app_id, what, seen, deadline)

    def _is_to_override(self, current: AppJson) -> bool:
        """Whether a deployment is under way that the request is to cancel: that of what is given up may never end."""
        if not current.get("deployments"):
            self.cancelled.clear()
        else:
            self.cancelled[:] = overridden(self.app_id, self.client.deployments(), asked=self.params["force"])
        return bool(self.cancelled)

    @property
    def _why(self) -> str:
        return next((name for name in ("retire", "rollback") if self.params[name]), "recover")

    def _labels(self, leaving: Retirement, current: AppJson, seen: Picture) -> dict[str, Any]:
        """Return the labels that say how a version ended. In the write that scales it to zero they restart nothing.

        A listener gets none: its labels are the virtual service's.
        """
        labels = current.get("labels") or {}
        if AB_CONFIG not in labels:
            return {"labels": given_up_labels(labels, leaving.note)} if leaving.note else {}
        record = record_of_end(seen, leaving, self._why, self.params["said"] or "", self.client.now())
        if leaving.note:
            return {"labels": given_up_labels(labels, {**leaving.note, ENDED: record})}
        return {"labels": retired_labels(labels, record)}

    def _may_leave(self, seen: Picture) -> tuple[list[Retirement], str | None]:
        """Return the apps that may go for the reason that is asked about, and what speaks against it."""
        retire, rollback, recover = (self.params[name] for name in ("retire", "rollback", "recover"))
        if retire:
            return what_may_retire(seen, retire["keep_warm"], retire["by"], retire["at_least"], self.client.now())
        if rollback:
            plan = plan_rollback(
                seen, rollback_request(rollback), lambda app_id: self.service.has_namesake(seen, app_id)
            )
            return list(plan.withdraw), " ".join(each.sentence for each in plan.refusals) or plan.reason
        recovery = recovery_of(seen, self.app_id, recover)
        return plan_withdraw(seen) if recovery.action == WITHDRAW else [], recovery.sentence


MIGRATION_SCALE_DOWN = Work(
    scale_down,
    SCALE_DOWN_OPTIONS,
    {
        "required_one_of": [REASONS],
        "mutually_exclusive": [REASONS],
    },
)
