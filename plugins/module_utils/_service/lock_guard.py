# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes sure, right before something is written, that the run still holds the lock of the service.

A run that was stopped may find its lock broken when it wakes, and another run at work. So the lock is the last thing read before a
request, and the request may rest on it for two seconds only, by a clock that no time server moves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import RUN
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Lock, Run, locks_of, refuse_without_the_lock
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_run import RUN_OPTIONS, run_from
from ansible_collections.dcos.avi.plugins.module_utils._service.record import NOT_TOLD, creation_label

# Seconds for which a request may rest on what was seen, from the first question on.
GREATEST_AGE = 2.0
LOCK_OPTION: dict[str, Any] = {"type": "dict", "options": {"service": {"type": "str", "required": True}, **RUN_OPTIONS}}


@dataclass(frozen=True)
class LockGuard:
    """The lock of a service, which the run ``me`` must hold. ``what`` begins the sentence of a refusal, "app1-200 is not changed"."""

    client: Marathon
    service: str
    me: Run
    what: str
    clock: Callable[[], float] = time.monotonic

    def not_after(self) -> float:
        """Read the lock, and return by when (of the monotonic clock) a request that rests on it may be sent.

        :raises Refused: this run does not hold it.
        """
        begun = self.clock()
        self._held()
        return begun + GREATEST_AGE

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
    guard = LockGuard(client, service, run_from(asked), what)
    client.before_writes = guard.not_after
    return guard
