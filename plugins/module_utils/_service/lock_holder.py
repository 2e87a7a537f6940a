# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps the lock that a run holds for as long as one of its modules is at work: renews it when it is due, whoever looks at it.

A run is several processes, one after another. So when a lock was renewed is written into the lock, and each of them counts from there. A
look at the service shows the lock anyway, so that a lock that is young costs no request.
"""

from __future__ import annotations

import math
import os

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed, here_and_now
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.run import nonce_of_this_run, run_is_gone, run_or_none
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import RENEW_AFTER
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Lock, Run, locks_of, refuse_without_the_lock
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_keeper import LockKeeper
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_run import NONCE_VARIABLE

# Seconds after which a wait that sees no lock by itself asks for it, and between two tries to renew it.
ASK_AFTER, TRY_EVERY = 60.0, 5.0


class LockHolder:
    """The lock of a service for a process of the run that holds it. Whose it is, the nonce proves alone: its owner's name is in the lock.

    ``seen_at`` is when the lock was last seen to be this run's, ``lock`` what was seen; -inf and None before.
    """

    def __init__(self, client: Marathon, service: str, nonce: str) -> None:
        self._client, self._service, self._nonce = client.unguarded(), service, nonce
        self._run = run_or_none()
        self._asks_at = elapsed() + ASK_AFTER
        self._is_renewing = False
        self.lock: Lock | None = None
        self.seen_at = -math.inf

    def saw(self, lock: Lock | None, begun: float) -> Lock | None:
        """Note what a look shows, and renew the lock where it is this run's, and due. Returns the lock as it is now.

        :param begun: when the look began, by the clock ``elapsed``.
        :raises Refused: another run has taken it meanwhile.
        """
        if lock is None or not Run(lock.owner, self._nonce).holds(lock):
            # A wait that has lost its lock ends; one that has none does not ask again.
            self._asks_at = -math.inf if self.lock else math.inf
            return lock
        self._note(lock, begun)
        return (self._renewed(lock) or lock) if lock.lease.is_due(here_and_now()) else lock

    def attend(self) -> None:
        """Keep the lock in a wait that sees none by itself: called between two looks.

        :raises Refused: this run held it, and does no more.
        """
        if self._is_renewing or elapsed() < self._asks_at:
            return
        held, begun = self.lock, elapsed()
        try:
            locks = locks_of(self._service, self._client.apps(label=COMPANION))
        except DcosAviError:
            self._asks_at = elapsed() + TRY_EVERY
            return  # What waits finds out by itself that Marathon does not answer.
        last = locks[-1] if locks else None
        me = Run(held.owner, self._nonce) if held else None
        if me and not me.holds(last):
            refuse_without_the_lock(last, self._service, me, "This run does not wait any longer")
        self.saw(last, begun)

    def _note(self, lock: Lock, begun: float) -> None:
        self.lock, self.seen_at = lock, begun
        lease = lock.lease
        self._asks_at = lease.renewed.at + RENEW_AFTER * lease.seconds if lease.seconds else math.inf

    def _renewed(self, lock: Lock) -> Lock | None:
        """Return the lock once it is renewed; None where that did not come about, and may be tried again."""
        if self._is_renewing or (self._run and run_is_gone(self._run)):
            return None
        self._is_renewing, begun = True, elapsed()
        keeper = LockKeeper(self._client, self._service, Run(lock.owner, self._nonce), told=lock.told)
        try:
            fresh = keeper.renew(lock)
        except Refused:
            raise
        except DcosAviError:
            self._asks_at = elapsed() + TRY_EVERY
            return None
        finally:
            self._is_renewing = False
        self._note(fresh, begun)
        return fresh


def holder_of(client: Marathon, service: str, nonce: str | None = None) -> LockHolder | None:
    """Return who keeps the lock of a service for this run, None where the run cannot be proven.

    :param nonce: what proves it; None where it is to be found out.
    """
    proof = nonce or _nonce_or_none()
    return LockHolder(client, service, proof) if proof else None


def _nonce_or_none() -> str | None:
    try:
        return os.environ.get(NONCE_VARIABLE) or nonce_of_this_run()
    except Refused:
        return None
