# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes sure, right before something is written, that the run still holds the lock of the service.

A run that was stopped may find its lock broken or taken over when it wakes, and another run at work. So the lock is the last thing read
before a request. The request may rest on it for two seconds only, and only while the lease lasts, by a clock that no time server moves and
that goes on while the machine is suspended.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed, here_and_now
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import RUN
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import GREATEST_AGE
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Lock, Run, locks_of, refuse_without_the_lock
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_holder import LockHolder
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_run import RUN_OPTIONS, run_from
from ansible_collections.dcos.avi.plugins.module_utils._service.record import NOT_TOLD, creation_label

# Seconds in which a look that was taken for another reason is young enough to send something by.
YOUNG = 1.0
LOCK_OPTION: dict[str, Any] = {"type": "dict", "options": {"service": {"type": "str", "required": True}, **RUN_OPTIONS}}


@dataclass(frozen=True)
class LockGuard:
    """The lock of a service, which the run ``me`` must hold. ``what`` begins the sentence of a refusal, "app1-200 is not changed".

    ``holder`` has it renewed, and knows what the looks at the service showed of it.
    """

    client: Marathon
    service: str
    me: Run
    what: str
    holder: LockHolder | None = None
    clock: Callable[[], float] = elapsed

    def not_after(self) -> float:
        """Return by when (of the clock ``elapsed``) a request may be sent that rests on the lock. Reads it, unless a look has just shown it.

        :raises Refused: this run does not hold it.
        """
        holder = self.holder
        seen = holder.lock if holder and self.clock() - holder.seen_at < YOUNG else None
        if holder and seen and self.me.holds(seen) and not seen.lease.is_over(here_and_now()):
            return min(holder.seen_at + GREATEST_AGE, seen.lease.ends_at)
        while True:
            begun = self.clock()
            lock = self._held()
            kept = holder.saw(lock, begun) if holder else lock
            if kept == lock:
                refuse_without_the_lock(lock, self.service, self.me, self.what)
                return min(begun + GREATEST_AGE, lock.lease.ends_at if lock else math.inf)

    def attend(self) -> None:
        """Keep the lock in a wait: called between two looks.

        :raises Refused: this run held it, and does no more.
        """
        if self.holder:
            self.holder.attend()

    def recorded(self, definition: dict[str, Any]) -> dict[str, Any]:
        """Return the definition of an app that is to be created; that of a version with the record of this run.

        :raises Refused: this run does not hold the lock.
        """
        labels = definition.get("labels") or {}
        if AB_CONFIG not in labels:
            return definition
        lock = self._held()
        return {
            **definition,
            "labels": {**labels, RUN: creation_label(lock.told if lock else NOT_TOLD, self.client.now())},
        }

    def _held(self) -> Lock | None:
        locks = locks_of(self.service, self.client.apps(label=COMPANION))
        lock = locks[-1] if locks else None
        if not self.me.holds(lock):
            refuse_without_the_lock(lock, self.service, self.me, self.what)
        return lock


def guard_writes(client: Marathon, asked: dict[str, Any] | None, what: str, *, check_mode: bool) -> LockGuard | None:
    """Have nothing written by a client unless the run holds the lock that LOCK_OPTION names. Without it, nothing changes.

    :raises Refused: the service cannot be one, or the run cannot be found out.
    """
    if asked is None:
        return None
    service = short_id(validate_id(asked["service"]))
    if check_mode:
        return None
    me = run_from(asked)
    guard = LockGuard(client, service, me, what, LockHolder(client, service, me.nonce))
    client.before_writes = guard.not_after
    return guard
