# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run asks for the lock of a service, waits for it, and gives it back."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import here_and_now
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.live import tell
from ansible_collections.dcos.avi.plugins.module_utils._core.run import user_of_this_run
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.awx_jobs import AWX_OPTIONS, AwxJobs
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import LEAST_SECONDS
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Lock, held_by, refusal
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_keeper import Attempt, LockKeeper
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_run import RUN_OPTIONS, run_from
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_watch import LockWatch
from ansible_collections.dcos.avi.plugins.module_utils._service.record import Told

# A lock that stays locks the service for everybody.
GIVE_BACK_TRIES, GIVE_BACK_PAUSE = 6, 2.0
LOCK_OPTIONS: dict[str, Any] = {
    **RUN_OPTIONS,
    "purpose": {"type": "str"},
    "break_holder": {"type": "str"},
    "lease": {"type": "int", "default": 0},
    "by": {"type": "str"},
    "job": {"type": "str"},
    "reason": {"type": "str"},
    "release": {"type": "str"},
    **AWX_OPTIONS,
}


class LockRequest:
    """A run that asks for the lock of a service, or gives it back.

    ``params`` are the service, LOCK_OPTIONS, and the options of waits and of Marathon, each key present.
    """

    def __init__(self, params: dict[str, Any], check_mode: bool) -> None:
        self._check_mode = check_mode
        self._service = short_id(validate_id(params["service"]))
        self._me = run_from(params)
        self._to_break = params["break_holder"]
        self._given_name = self._to_break or params["owner"]
        self._given_purpose = params["purpose"]
        self._purpose = self._given_purpose or "removing a lock that nobody holds any more"
        self._timeout, self._interval = params["wait_timeout"], params["wait_interval"]
        by = params.get("by") or user_of_this_run()
        told = Told(by, *(params.get(name) or "" for name in ("job", "reason", "release")))
        self._lease = params.get("lease") or 0
        self._jobs = AwxJobs(params)
        self._keeper = LockKeeper(
            client_from(params),
            self._service,
            self._me,
            told=told,
            lease=self._lease,
            awx=self._jobs.url,
            watch=LockWatch(self._jobs.end_of),
        )
        self._held: Lock | None = None

    def present(self) -> dict[str, Any]:
        """Take the lock, after others, and return what came of it: {changed, owner, lock, taken, broken, taken_over, waited, diff, warnings}.

        :raises Refused: the purpose is empty, the lease is too short, another run holds the lock and is not to be waited for, or another than
            the one to break does.
        :raises WaitTimeout: another run held it all the time.
        :raises UnknownOutcome: it could not be found out whether it was taken.
        :raises DcosAviError: whatever else went wrong with Marathon.
        """
        if not (self._given_purpose or "").strip():
            raise Refused(
                "purpose is empty. Say in it what the lock is taken for: others read it when they meet the lock."
            )
        if self._lease and self._lease < LEAST_SECONDS:
            raise Refused(f"lease must be 0 or at least {LEAST_SECONDS} (seconds), not {self._lease}.")
        begun = time.monotonic()
        attempt, waited = self._try(), 0.0
        if attempt.holder:
            if self._check_mode or self._to_break or not self._timeout:
                raise Refused(self._refusal(attempt.holder))
            attempt = self._wait()
            waited = time.monotonic() - begun
        self._held, lock = attempt.lock, self._shown(attempt.lock)
        result = self._result(attempt.changed, None if attempt.changed else lock, lock, attempt.leftovers, waited)
        return {**result, "taken": attempt.taken, "warnings": list(attempt.why_over)}

    def renew_if_due(self) -> None:
        """Renew the lock that ``present`` returned, where that is due.

        :raises Refused: another run has it.
        :raises DcosAviError: whatever else went wrong with Marathon.
        """
        if self._held and self._held.lease.is_due(here_and_now()):
            attempt = self._keeper.take(self._purpose)
            if attempt.holder:
                raise Refused(self._refusal(attempt.holder))
            self._held = attempt.lock

    def absent(self) -> dict[str, Any]:
        """Give the lock back, and remove one whose run has ended. Returns what ``present`` does, but not ``taken``.

        :raises Refused: another than the one to break holds it.
        :raises UnknownOutcome: it could not be found out whether it was released.
        :raises DcosAviError: whatever else went wrong with Marathon.
        """
        try:
            return self._absent()
        except Refused:
            raise
        except DcosAviError as error:
            error.sentence = f"{self._perhaps_kept()} {error.sentence}"
            raise

    def give_back(self) -> dict[str, Any]:
        """Give the lock back as ``absent`` does, and try again where that fails: nobody else would."""
        for _try in range(GIVE_BACK_TRIES - 1):
            try:
                return self.absent()
            except DcosAviError as error:
                tell(f"{error.sentence} It is tried again in {GIVE_BACK_PAUSE:.0f} s.")
                time.sleep(GIVE_BACK_PAUSE)
        return self.absent()

    def _absent(self) -> dict[str, Any]:
        now = self._keeper.look(self._to_break)
        if self._to_break and now.holder:
            raise Refused(self._refusal(now.holder))
        leftovers = () if now.holder else now.leftovers
        if not self._check_mode:
            # To remove another's lock is to succeed it: deleted outright, it could be another's by then.
            self._keeper.release(replace(now, mine=self._try().lock) if leftovers else now)
        before = now.mine or now.holder or next(iter(leftovers), None)
        return self._result(before != now.holder, self._shown(before), self._shown(now.holder), leftovers)

    def _perhaps_kept(self) -> str:
        """What it means that a lock could not be given back, and what to do."""
        remedy = (
            f"remove it by dcos.avi.migration_lock with break_holder: {self._given_name}"
            if self._given_name
            else "the next run on this host takes it over"
        )
        return f"The lock of {self._service} was perhaps not given back; if it is still there, {remedy}."

    def _try(self) -> Attempt:
        attempt = self._keeper.predict if self._check_mode else self._keeper.take
        return attempt(self._purpose, self._to_break)

    def _wait(self) -> Attempt:
        attempts: list[Attempt] = []

        def look() -> Attempt:
            attempts[:] = [self._try()]
            return attempts[0]

        try:
            return wait_until(
                look,
                lambda attempt: attempt.holder is None,
                timeout=self._timeout,
                interval=self._interval,
                describe=lambda attempt: held_by(self._service, attempt.holder, "") if attempt.holder else "",
                what=f"the lock of {self._service}",
                who=self._service,
            )
        except WaitTimeout as timeout:
            holder = attempts[0].holder if attempts else None
            if holder is None:
                raise
            held = held_by(self._service, holder, "")
            raise WaitTimeout(timeout.sentence.replace(held, self._refusal(holder)), details=timeout.details) from None

    def _refusal(self, holder: Lock) -> str:
        return refusal(self._service, holder, self._me, self._to_break, _now(), self._jobs.problem)

    def _shown(self, lock: Lock | None) -> dict[str, Any] | None:
        return {**lock.shown(), "age": lock.age(_now())} if lock else None

    def _result(
        self,
        changed: bool,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
        leftovers: tuple[Lock, ...],
        waited: float = 0.0,
    ) -> dict[str, Any]:
        owners = [lock.owner for lock in leftovers]
        header = f"lock of {self._service}"
        return {
            "changed": changed,
            "owner": self._me.name,
            "lock": after,
            "broken": self._to_break if self._to_break in owners else None,
            "taken_over": next((owner for owner in owners if owner != self._to_break), None),
            "waited": round(waited, 1),
            "diff": {"before": before or {}, "after": after or {}, "before_header": header, "after_header": header},
        }


def _now() -> datetime:
    return datetime.now(timezone.utc)
