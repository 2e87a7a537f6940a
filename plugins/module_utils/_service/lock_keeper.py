# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes, renews and releases the lock of a service in Marathon, exactly once, whoever else tries at the same time."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed, here_and_now
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    Conflict,
    DcosAviError,
    NotFound,
    Refused,
    UnknownOutcome,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.run import run_is_gone
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import Send, apply_change
from ansible_collections.dcos.avi.plugins.module_utils._service.awx_jobs import awx_job_of
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import GREATEST_AGE, lease_from
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import (
    Lock,
    Run,
    Situation,
    definition_of,
    judge,
    lock_of,
    locks_of,
    new_lock,
    renewed_lock,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_watch import LockWatch
from ansible_collections.dcos.avi.plugins.module_utils._service.record import NOT_TOLD, Told

# Seconds for finding out what became of one write, however long there is to wait for another run.
WRITE_SECONDS, LOOK_PAUSE = 30.0, 0.2
# Attempts to take a lock that is free: another run may create it first, and be gone before a look shows it.
TRIES = 5
# Seconds after which nothing more comes from a run that still held the lock when this one took it: the last request that rests on what it
# saw then has been sent, and has come.
LAST_REQUESTS = GREATEST_AGE + 3.0


@dataclass(frozen=True)
class Attempt:
    """What came of trying to take a lock: ``lock``, or the ``holder`` that stood in the way. It was ``taken`` unless the run had it.

    ``why_over`` says of leftovers whose runs may live why their locks were taken over all the same.
    """

    lock: Lock | None = None
    holder: Lock | None = None
    taken: bool = False
    leftovers: tuple[Lock, ...] = ()
    why_over: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return self.taken or bool(self.leftovers)


class LockKeeper:
    """The lock of a service, for a run. What the methods raise is DcosAviError."""

    def __init__(
        self,
        client: Marathon,
        service: str,
        me: Run,
        is_gone: Callable[[str], bool] = run_is_gone,
        *,
        told: Told = NOT_TOLD,
        lease: int = 0,
        awx: str = "",
        watch: LockWatch | None = None,
    ) -> None:
        self._client = client
        self._service = service
        self._me = me
        self._is_gone = is_gone
        self._told = told
        self._lease, self._awx = lease, awx
        self._watch = watch or LockWatch()
        # Locks whose creation failed midway, and which may still exist.
        self._tried: list[Lock] = []

    def look(self, to_break: str | None = None) -> Situation:
        """Return how the lock is now; ``to_break`` is the owner whose lock is not to stand in the way."""
        locks = self._read()
        has_leases = any(lock.lease.seconds for lock in locks)
        self._watch.saw(locks, self._client.own_time if has_leases else None)
        return judge(locks, self._me, to_break, self._is_gone, self._watch.is_over)

    def _read(self) -> list[Lock]:
        return locks_of(self._service, self._client.apps(label=COMPANION))

    def predict(self, purpose: str, to_break: str | None = None) -> Attempt:
        """Return what ``take`` would, and change nothing."""
        now = self.look(to_break)
        if now.holder:
            return Attempt(holder=now.holder)
        return self._attempt(now.mine or self._next(now, purpose), now, taken=now.mine is None)

    def take(self, purpose: str, to_break: str | None = None) -> Attempt:
        """Take the lock unless another run holds it, and remove what is left of those that hold it no more."""
        now = self.look(to_break)
        had = now.mine is not None and now.mine not in self._tried
        for tries_left in reversed(range(TRIES)):
            if now.mine or now.holder:
                break
            lock = self._next(now, purpose)
            try:
                try:
                    self._create(lock)
                except Conflict:
                    # Another was faster, and is done before it was seen, or the id belongs to what is no app.
                    if not tries_left:
                        raise
                    time.sleep(LOOK_PAUSE)
                now = self.look(to_break)
            except DcosAviError as error:
                # Nobody would give it back: who does not know that he holds a lock does not unlock.
                self._tried.append(lock)
                try:
                    self.remove(lock)
                except DcosAviError:
                    error.sentence += (
                        f". The lock /{lock.app} may have been taken and could not be given back: where it is still there, and {lock.owner} is "
                        f"this run, remove it with dcos.avi.migration_lock and break_holder: {lock.owner}"
                    )
                raise
        if now.holder:
            if now.mine and not had:
                self.remove(now.mine)
            return Attempt(holder=now.holder)
        if now.mine is None:
            raise UnknownOutcome(f"The lock of {self._service} was created {TRIES} times, and is not to be seen.")
        lock = self._kept(now, now.mine) if had else self._alone(now, now.mine)
        return self._attempt(lock, now, taken=not had)

    def _kept(self, now: Situation, mine: Lock) -> Lock:
        """Return the lock that this run held before, renewed where that is due."""
        for leftover in now.leftovers:
            self.remove(leftover)
        return self.renew(mine) if mine.lease.is_due(here_and_now()) else mine

    def _alone(self, now: Situation, mine: Lock) -> Lock:
        """Remove what is left of those that held the lock, the oldest first: nobody finds his own last again. Returns the lock.

        Where that fails, the lock is given back. Otherwise the run before would find its own lock again when this one has released it.
        """
        try:
            if any(not self._is_gone(leftover.owner) for leftover in now.leftovers):
                # Its run may live, and rest on what it saw before. Whatever it has sent by then is done before this run looks again.
                time.sleep(LAST_REQUESTS)
            for leftover in now.leftovers:
                self.remove(leftover)
        except DcosAviError:
            with contextlib.suppress(DcosAviError):
                self.remove(mine)
            raise
        return mine

    def _attempt(self, lock: Lock, now: Situation, *, taken: bool) -> Attempt:
        named = ((leftover, self._watch.why_over(leftover)) for leftover in now.leftovers)
        why_over = tuple(
            f"The lock of {each.owner} ({each.purpose}) is taken over, because {why}." for each, why in named if why
        )
        return Attempt(lock, None, taken, now.leftovers, why_over)

    def renew(self, mine: Lock) -> Lock:
        """Have the lock for the time of another lease, and return it as it is then. It is the last of this run, and has just been seen so.

        :raises Refused: another run has taken it.
        """
        fresh = renewed_lock(
            self._service, mine, mine.number + 1, self._me, lease_from(mine.lease.seconds, here_and_now())
        )
        with contextlib.suppress(Conflict):
            self._create(fresh)
        locks = self._read()
        # Whoever took the lock over has deleted the one before, or has created the one after it.
        older = [lock for lock in locks if self._me.holds(lock) and lock != fresh]
        if not older or not self._me.holds(locks[-1]):
            if fresh in locks:
                self.remove(fresh)
            raise Refused(
                f"The lock of {self._service} could not be renewed, because another run has taken it or broken it."
            )
        for lock in older:
            if lock != locks[-1]:
                # What is left is deleted with the next one.
                with contextlib.suppress(DcosAviError):
                    self.remove(lock, locks[-1].lease.ends_at)
        return locks[-1]

    def release(self, now: Situation) -> None:
        """Delete the locks of this run, the oldest first. One that is over is renewed before, as another run may take it in that moment."""
        older, mine = now.renewed, now.mine
        if mine and mine.lease.is_over(here_and_now()):
            try:
                mine, older = self.renew(mine), ()
            except Refused:
                return
        for lock in (*older, *([mine] if mine else [])):
            self.remove(lock, mine.lease.ends_at if mine else math.inf)

    def remove(self, lock: Lock, until: float = math.inf) -> None:
        """Delete a lock, if it is still this one. Later than ``until``, nothing is sent: another run may have one of this id by then."""

        def next_step(app: AppJson | None, in_doubt: bool) -> Send | None:
            is_still_there = app is not None and lock_of(app, self._service) == lock
            not_after = min(elapsed() + GREATEST_AGE, until)
            return (lambda: self._client.delete_app(lock.app, not_after=not_after)) if is_still_there else None

        # Somebody else may delete it in this moment.
        with contextlib.suppress(NotFound):
            apply_change(self._client, lock.app, self._client.app(lock.app), next_step, _time_for_a_write())

    def _next(self, now: Situation, purpose: str) -> Lock:
        lock = new_lock(self._service, now.number, self._me, purpose, datetime.now(timezone.utc), self._told)
        # It counts from before it is asked for.
        return replace(lock, lease=lease_from(self._lease, here_and_now()), awx=self._awx if awx_job_of(lock) else "")

    def _create(self, lock: Lock) -> None:
        """Create the lock, unless there is one with its number; whose it is then, a look tells."""

        def next_step(app: AppJson | None, in_doubt: bool) -> Send | None:
            if app is not None and lock_of(app, self._service) is None:
                raise Refused(f"/{lock.app} should be a lock, but is another app. Delete it if it is not needed.")
            return (lambda: self._client.create_app(definition_of(lock, self._service))) if app is None else None

        apply_change(self._client, lock.app, None, next_step, _time_for_a_write())


def _time_for_a_write() -> Deadline:
    return Deadline(WRITE_SECONDS, LOOK_PAUSE)
