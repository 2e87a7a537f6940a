# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes and releases the lock of a service in Marathon, exactly once, whoever else tries at the same time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

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
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import (
    Lock,
    Run,
    Situation,
    definition_of,
    judge,
    lock_of,
    locks_of,
    new_lock,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.record import NOT_TOLD, Told

# Seconds for finding out what became of one write, however long there is to wait for another run.
WRITE_SECONDS, LOOK_PAUSE = 30.0, 0.2
# Attempts to take a lock that is free: another run may create it first, and be gone before a look shows it.
TRIES = 5


@dataclass(frozen=True)
class Attempt:
    """What came of trying to take a lock: ``lock``, or the ``holder`` that stood in the way. It was ``taken`` unless the run had it."""

    lock: Lock | None = None
    holder: Lock | None = None
    taken: bool = False
    leftovers: tuple[Lock, ...] = ()

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
    ) -> None:
        self._client = client
        self._service = service
        self._me = me
        self._is_gone = is_gone
        self._told = told
        # Locks whose creation failed midway, and which may still exist.
        self._tried: list[Lock] = []

    def look(self, to_break: str | None = None) -> Situation:
        """Return how the lock is now; ``to_break`` is the owner whose lock is not to stand in the way."""
        locks = locks_of(self._service, self._client.apps(label=COMPANION))
        return judge(locks, self._me, to_break, self._is_gone)

    def predict(self, purpose: str, to_break: str | None = None) -> Attempt:
        """Return what ``take`` would, and change nothing."""
        now = self.look(to_break)
        if now.holder:
            return Attempt(holder=now.holder)
        return Attempt(now.mine or self._next(now, purpose), None, now.mine is None, now.leftovers)

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
        for leftover in now.leftovers:
            self.remove(leftover)
        return Attempt(now.mine, None, not had, now.leftovers)

    def remove(self, lock: Lock) -> None:
        """Delete a lock, if it is still this one."""

        def next_step(app: AppJson | None, in_doubt: bool) -> Send | None:
            is_still_there = app is not None and lock_of(app, self._service) == lock
            return (lambda: self._client.delete_app(lock.app)) if is_still_there else None

        # Somebody else may delete it in this moment.
        with contextlib.suppress(NotFound):
            apply_change(self._client, lock.app, self._client.app(lock.app), next_step, _time_for_a_write())

    def _next(self, now: Situation, purpose: str) -> Lock:
        return new_lock(self._service, now.number, self._me, purpose, datetime.now(timezone.utc), self._told)

    def _create(self, lock: Lock) -> None:
        """Create the lock, unless there is one with its number; whose it is then, a look tells."""

        def next_step(app: AppJson | None, in_doubt: bool) -> Send | None:
            if app is not None and lock_of(app, self._service) is None:
                raise Refused(f"/{lock.app} should be a lock, but is another app. Delete it if it is not needed.")
            return (lambda: self._client.create_app(definition_of(lock, self._service))) if app is None else None

        apply_change(self._client, lock.app, None, next_step, _time_for_a_write())


def _time_for_a_write() -> Deadline:
    return Deadline(WRITE_SECONDS, LOOK_PAUSE)
