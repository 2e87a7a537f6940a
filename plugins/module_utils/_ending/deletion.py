# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Delete a retired version, or a preview: a part of the work of the module migration_scale_down.

What a request rests on is checked right before it, as before a scale to zero. A process that was stopped in between deletes nothing by what
it saw before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._ending.last_check import last_check
from ansible_collections.dcos.avi.plugins.module_utils._gates.retirable import until_retirable
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import guards
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.overriding import overridden
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import wait_until_gone, wait_until_listed
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import Send, apply_change
from ansible_collections.dcos.avi.plugins.module_utils._plan.retention import plan_prune
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import Retirement, why_not_retire
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import GREATEST_AGE
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run, refuse_without_the_lock
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture


@dataclass(frozen=True)
class Deletion:
    """An app that is to be deleted. ``me`` is the run that must hold the lock, None where nothing is to be changed."""

    service: Service
    client: Marathon
    app_id: str
    me: Run | None

    def prune(self, keep: int, timeout: float, interval: float) -> dict[str, Any]:
        """Delete a retired version of which ``keep`` newer ones stay.

        :returns: the module's result.
        :raises Refused: what was seen does not prove that nothing needs it, or this run does not hold the lock.
        :raises WaitTimeout: says what is left.
        """
        # A server that is down for a moment, or a task that is not checked yet, is no verdict.
        seen, _waited = until_retirable(self.service.look, why_not_retire, interval=interval)
        deadline = Deadline(timeout, interval)
        proof = self._unneeded(seen, keep)
        now = seen.app(self.app_id)
        proven = dict(now.definition) if now else {}

        def judge(seen: Picture) -> None:
            app = seen.app(self.app_id)
            guards.refuse_changed_app(f"/{self.app_id}", proven, app.definition if app else None)
            self._unneeded(seen, keep)

        def check(current: AppJson) -> float:
            guards.refuse_changed_app(f"/{self.app_id}", proven, current)
            # It may be the listener of another service.
            guards.refuse_deletion(current, guards.versions_among(self.client.apps(label=AB_CONFIG), self.service.also))
            look, look_again = self.service.look, self.service.look_again
            return last_check(look, look_again, judge, self.app_id, self._not_deleted, seen, deadline).not_after

        return self._delete(check, deadline, proof.reason)

    def end_preview(self, timeout: float, interval: float, *, force: bool) -> dict[str, Any]:
        """Delete a preview, if it is there. Nobody depends on it, and its deployment may be one that never ends, which is cancelled.

        :param force: somebody's deployment that changes other apps, too, is cancelled as well; else it is refused.
        :returns: the module's result.
        :raises Refused: it is no preview of the service, or this run does not hold the lock.
        :raises WaitTimeout: says what is left.
        """

        def is_to_override(current: AppJson) -> bool:
            if not current.get("deployments"):
                return False
            return bool(overridden(self.app_id, self.client.deployments(), asked=force, what="deleted"))

        return self._delete(self._check_preview, Deadline(timeout, interval), "it is a preview", is_to_override)

    def _check_preview(self, _current: AppJson) -> float:
        begun = elapsed()
        previews, lock = self.service.companions()
        refuse_without_the_lock(lock, self.service.id, self.me, self._not_deleted)
        if all(preview.id != self.app_id for preview in previews):
            raise Refused(f"{self._not_deleted}, because it is no preview of {self.service.id}.")
        return begun + GREATEST_AGE

    def _delete(
        self,
        check: Callable[[AppJson], float],
        deadline: Deadline,
        reason: str,
        is_to_override: Callable[[AppJson], bool] = lambda current: False,
    ) -> dict[str, Any]:
        """Delete the app by a request that is only sent right after ``check``, which returns by when."""
        app = self.client.app(self.app_id)
        if app is None or self.me is None:
            if app is not None:
                is_to_override(app)
            return self._result(app, reason)

        def next_step(current: AppJson | None, in_doubt: bool) -> Send | None:
            if current is None:
                return None
            # Before the check, so that nothing lies between that and the request.
            force, not_after = is_to_override(current), check(current)
            return lambda: self.client.delete_app(self.app_id, force=force, not_after=not_after)

        with self.client.listening([f"/{self.app_id}"], deadline.interval) as deadline.news:
            apply_change(self.client, f"/{self.app_id}", app, next_step, deadline)
            wait_until_listed(deadline)
            wait_until_gone(self.client, f"/{self.app_id}", deadline)
        return self._result(app, reason)

    @property
    def _not_deleted(self) -> str:
        return f"{self.app_id} is not deleted"

    def _unneeded(self, seen: Picture, keep: int) -> Retirement:
        """Return what proves that a retired version can go; Refused where nothing does."""
        refuse_without_the_lock(seen.observed.lock, seen.service, self.me, self._not_deleted)
        found = next((each for each in plan_prune(seen, keep) if each.app == self.app_id), None)
        if found is None:
            raise Refused(
                f"{self._not_deleted}: a fresh look does not find it retired and unneeded. "
                f"{why_not_retire(seen) or 'Its own state has changed.'} "
                "Look at it with the playbook dcos.avi.status, and run this again."
            )
        return found

    def _result(self, app: AppJson | None, reason: str) -> dict[str, Any]:
        instances = (app or {}).get("instances") or 0
        before, after = ({"instances": instances}, {"app": "deleted"}) if app else ({}, {})
        diff = {"before": before, "after": after, "before_header": self.app_id, "after_header": self.app_id}
        return {"changed": bool(app), "app": self.app_id, "instances": instances, "reason": reason, "diff": diff}
