# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring an app that is scaled to zero to its end: wait for its tasks, and end what Marathon starts again from its queue.

A part of the work of the module migration_scale_down. What is ended may take the traffic, so that what serves without it and the lock are
checked right before each request, and who serves after the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Interfered, NotNow
from ansible_collections.dcos.avi.plugins.module_utils._ending.aftermath import NOT_RESTORED, who_serves
from ansible_collections.dcos.avi.plugins.module_utils._ending.last_check import Checked, last_check
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.lost_agents import lost_tasks, may_still_serve
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.to_zero import remainder, wait_until_at_zero
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import update
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import plan_leftovers, why_not_end
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import why_not_withdraw
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import given_up_labels
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run, refuse_without_the_lock
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_guard import LockGuard
from ansible_collections.dcos.avi.plugins.module_utils._service.nobody_serves import why_nobody_serves
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture


@dataclass(frozen=True)
class Leftover:
    """An app that is scaled to zero. ``me`` is the run that must hold the lock, None where nothing is to be changed."""

    service: Service
    client: Marathon
    app_id: str
    me: Run | None

    def end(self, timeout: float, interval: float) -> dict[str, Any]:
        """Wait until nothing of the app runs, or can come back, and end what does.

        :returns: the module's result.
        :raises Refused: the app has instances, what remains is not ready to serve, or this run does not hold the lock.
        :raises WaitTimeout: says what is left.
        """
        found = remainder(self.client, self.app_id)
        if self.me is None:
            return self._result(found.is_left)
        deadline = Deadline(timeout, interval)
        checks: list[Checked] = []

        def may_end() -> float:
            checks.append(self._last_check(deadline))
            return checks[-1].not_after

        with self.client.listening([f"/{self.app_id}"], interval) as deadline.news:
            app, ended = wait_until_at_zero(self.client, f"/{self.app_id}", deadline, may_end)
        notes = [self._judge(check.seen) for check in checks]
        if ended and checks:
            self._make_sure_that_somebody_serves(checks[-1].seen, timeout, interval)
        try:
            self._note(next((note for note in notes if note), {}), self.me)
        except DcosAviError as error:
            error.changed = error.changed or ended
            raise
        return {
            **self._result(ended),
            "warnings": may_still_serve(self.app_id, lost_tasks([found.app, app])),
        }

    def _last_check(self, deadline: Deadline) -> Checked:
        seen = self.service.look()
        self._judge(seen)
        look, look_again = self.service.look, self.service.look_again
        return last_check(look, look_again, self._judge, self.app_id, self._not_ended, seen, deadline)

    @property
    def _not_ended(self) -> str:
        return f"The tasks of {self.app_id} are not ended, although it has no instances"

    def _make_sure_that_somebody_serves(self, before: Picture, timeout: float, interval: float) -> None:
        """Fail where nobody serves since. The app had no instances, so that there are none to give it back."""
        done = f"The tasks of {self.app_id}, which ran although it has no instances, were ended"
        seen = who_serves(self.service, before, self.app_id, done, timeout, interval)
        why = why_nobody_serves(seen, self.app_id, before)
        if why is None:
            return
        sentence = (
            f"{done}, and then nobody served {seen.service}. {why} Scale the version up that was to serve, or bring one back with "
            "dcos.avi.rollback."
        )
        error = Interfered(sentence, details={"outcome": NOT_RESTORED, "app": self.app_id, "reason": why})
        error.changed = True
        raise error

    def _note(self, note: Mapping[str, str], me: Run) -> None:
        """Note on an app that had the traffic who got it back. Where it has no instances, labels restart nothing."""
        if not note:
            return
        app = self.client.app(self.app_id)
        if app is not None and not app.get("instances"):
            labels = given_up_labels(app.get("labels") or {}, note)
            what = f"That {self.app_id} is given up is not noted on it"
            not_after = LockGuard(self.client, self.service.id, me, what).not_after()
            self.client.update_app(self.app_id, update({"labels": labels}, app), not_after=not_after)

    def _result(self, changed: bool) -> dict[str, Any]:
        reason = "it is scaled to zero, so that nothing of it is to run"
        before, after = ({"tasks": "running"}, {"tasks": "none"}) if changed else ({}, {})
        diff = {"before": before, "after": after, "before_header": self.app_id, "after_header": self.app_id}
        return {"changed": changed, "app": self.app_id, "instances": 0, "reason": reason, "diff": diff}

    def _judge(self, seen: Picture) -> Mapping[str, str]:
        """Refuse to end what the service may need by what was seen, and return what is to be noted of its end."""
        refuse_without_the_lock(seen.observed.lock, seen.service, self.me, self._not_ended)
        found = next((item for item in plan_leftovers(seen) if item.app == self.app_id), None)
        if found:
            return found.note
        # What only waits in the queue runs nowhere yet: then the active version must be able to do without it.
        blocked = why_not_end(seen) or why_not_withdraw(seen)
        if blocked:
            raise NotNow(f"{self._not_ended}. {blocked}")
        return {}
