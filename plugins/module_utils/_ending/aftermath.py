# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks who serves after an app was scaled to zero, and scales it up again where nobody does.

No check before a request closes the moment between the two. Somebody else may scale the other version down, delete it, or move
the traffic in it. To scale the app up again only undoes what this run did. So it is right whoever holds the lock by then, as long as this is
still that moment. A run that was stopped until its lease was over leaves the service to the run that holds the lock now.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import here_and_now
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Interfered, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import update
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import Send, apply_change
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import Retirement
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import END_LABELS, given_up_labels
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run
from ansible_collections.dcos.avi.plugins.module_utils._service.nobody_serves import (
    cannot_get_traffic,
    is_restored,
    serving_pools,
    why_nobody_serves,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

# Seconds for the request that scales the app up again, however short the time for the one before was.
WRITE_SECONDS = 30.0
RESTORED, NOT_RESTORED, LOCK_LOST = "restored", "not_restored", "lock_lost"
_LOOK = "See what else was changed with the playbook dcos.avi.status, then run this again."


def who_serves(
    service: Service, before: Picture, app_id: str, done: str, wait_timeout: float, wait_interval: float
) -> Picture:
    """Check who serves after something was done to an app.

    :param before: what was seen right before.
    :param done: begins the sentence of a failure, "app1-100 was scaled to zero".
    :raises WaitTimeout: it could not be seen.
    """
    pools = serving_pools(before, app_id)
    try:
        return wait_until(
            lambda: service.look_again(before, pools) or service.look(),
            lambda seen: True,
            timeout=wait_timeout,
            interval=wait_interval,
            describe=lambda seen: "",
            what=f"a check of who serves {before.service}",
        )
    except DcosAviError as error:
        sentence = f"{done}, but who serves since could not be checked: {error.sentence.rstrip('.')}. {_LOOK}"
        unseen = WaitTimeout(sentence, status=error.status, details=error.details)
        unseen.changed = True
        raise unseen from None


@dataclass(frozen=True)
class Aftermath:
    """What follows the request that scaled ``leaving`` to zero. ``me`` is the run that held the lock."""

    service: Service
    client: Marathon
    leaving: Retirement
    me: Run
    wait_timeout: float
    wait_interval: float

    def check(self, before: Picture) -> Picture:
        """Make sure that somebody serves, and return what was seen.

        :param before: what was seen right before the request.
        :raises Interfered: nobody served, and the app was scaled up again, if that could be done; or another run has the lock.
        :raises WaitTimeout: who serves could not be seen.
        """
        done = f"{self.leaving.app} was scaled to zero"
        seen = who_serves(self.service, before, self.leaving.app, done, self.wait_timeout, self.wait_interval)
        app = seen.app(self.leaving.app)
        if app is not None and app.instances:
            return seen
        why = why_nobody_serves(seen, self.leaving.app, before)
        if why is not None:
            raise self._restored(seen, why, before)
        lock = seen.observed.lock
        if not self.me.holds(lock):
            holder = lock.owner if lock else "nobody"
            sentence = (
                f"{self.leaving.app} was scaled to zero, and in that moment this run lost the lock of {seen.service} (now: {holder}). "
                f"A version serves. This run changes nothing more. {_LOOK}"
            )
            raise self._interfered(LOCK_LOST, sentence, seen, "The lock was taken or broken.")
        return seen

    def _restored(self, seen: Picture, why: str, before: Picture) -> Interfered:
        """Scale the app up again, wait until the service has recovered, and return the error that says so."""
        leaving = self.leaving
        happened = f"{leaving.app} was scaled to zero, and then nobody served {seen.service}. {why}"
        holder, held = seen.observed.lock, before.observed.lock
        if holder and held and not self.me.holds(holder) and held.lease.is_over(here_and_now()):
            sentence = f"{happened} It is not scaled up again, because this run was away for so long that {holder.owner} took its lock. {_LOOK}"
            return self._interfered(NOT_RESTORED, sentence, seen, why)
        try:
            is_up = self._scale_up(before)
        except DcosAviError as error:
            sentence = f"{happened} It could not be scaled up again: {error.sentence.rstrip('.')}. Scale it to {leaving.instances} at once."
            return self._interfered(NOT_RESTORED, sentence, seen, why)
        if not is_up:
            sentence = f"{happened} It was deleted meanwhile, so it could not be scaled up again. Bring a version back with dcos.avi.rollback."
            return self._interfered(NOT_RESTORED, sentence, seen, why)
        last = self._recovered(seen, before)
        happened = f"{happened} So {leaving.app} was scaled up to its {counted(leaving.instances, 'instance')} again."
        if is_restored(last) and last.active:
            return self._interfered(RESTORED, f"{happened} Now {last.active.id} serves. {_LOOK}", last, why)
        sentence = (
            f"{happened} But no version is proven to serve yet. Scale the version up that had the traffic, or bring one back with "
            "dcos.avi.rollback."
        )
        return self._interfered(NOT_RESTORED, sentence, last, why)

    def _scale_up(self, before: Picture) -> bool:
        """Have the app's instances again, and tell whether it is there."""
        app_id, found = f"/{self.leaving.app}", True
        known = before.app(self.leaving.app)
        labels = (known.definition.get("labels") or {}) if known else {}
        note = {key: labels[key] for key in END_LABELS if key in labels}

        def next_step(current: AppJson | None, in_doubt: bool) -> Send | None:
            nonlocal found
            found = current is not None
            if current is None or current.get("instances"):
                return None
            # It is not given up after all, and must not be taken for one that is.
            unmarked = {"labels": given_up_labels(current.get("labels") or {}, note)}
            body = update({"instances": self.leaving.instances, **unmarked}, current)
            # The deployment that scales it to zero locks it.
            return lambda: self.client.unguarded().update_app(app_id, body, force=True)

        deadline = Deadline(WRITE_SECONDS, self.wait_interval)
        # Whether the run that asked for it has ended by now or not, what it did is to be undone.
        apply_change(self.client, app_id, self.client.app(app_id), next_step, deadline, for_a_run_that_ended=True)
        return found

    def _recovered(self, seen: Picture, before: Picture) -> Picture:
        """Return the last look of a wait for the service to recover, as far as it can."""
        looks, app = [seen], before.app(self.leaving.app)
        places = {member.pool.uuid for member in before.places(app)} if app else set()

        def look() -> Picture:
            looks.append(self.service.look())
            return looks[-1]

        with contextlib.suppress(DcosAviError):
            wait_until(
                look,
                lambda last: is_restored(last) or cannot_get_traffic(last, self.leaving.app, places),
                timeout=self.wait_timeout,
                interval=self.wait_interval,
                describe=lambda last: why_nobody_serves(last, self.leaving.app, before) or last.doubts,
                what=f"{self.leaving.app} to serve again",
            )
        return looks[-1]

    def _interfered(self, outcome: str, sentence: str, seen: Picture, why: str) -> Interfered:
        details: dict[str, Any] = {
            "outcome": outcome,
            "app": self.leaving.app,
            "instances": self.leaving.instances,
            "reason": why,
            "active": seen.active.id if seen.active else None,
        }
        error = Interfered(sentence, details=details)
        error.changed = True
        return error
