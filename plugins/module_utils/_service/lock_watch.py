# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds out whose locks a run may take over: whose lease is over, and whose job has ended.

A run that watches a lock counts from when it saw it first, by its own clock. A run that has just begun has Marathon's word alone: when it set
the lock, and what time it is now. After a change of the leader these are the clocks of two machines, so that it adds more than clocks
differ by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed
from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_health import moment
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Lock

# Seconds by which the clocks of two masters may differ.
CLOCKS_DIFFER = 900.0


def never_ended(_lock: Lock) -> str:
    """The answer of nobody: no job is known to have ended."""
    return ""


class LockWatch:
    """The locks of a service as one run sees them, look after look.

    :param job_end: says of a lock how the job ended that holds it ("is canceled"); nothing where that is not known.
    """

    def __init__(self, job_end: Callable[[Lock], str] = never_ended) -> None:
        self._job_end = job_end
        # Since when each has been seen as it is. A lock that was renewed is another one.
        self._since: dict[tuple[Lock, str], float] = {}
        self._why_over: dict[Lock, str] = {}

    def saw(self, locks: Sequence[Lock], marathon_time: datetime | None) -> None:
        """Note what locks there are, and find out which of them are over.

        :param marathon_time: the time by Marathon's clock; None where Marathon did not tell.
        """
        now = elapsed()
        self._since = {key: self._since.get(key, now) for key in ((lock, lock.set_at) for lock in locks)}
        for lock in locks:
            if lock not in self._why_over:
                why = self._why(lock, now, marathon_time)
                if why:
                    self._why_over[lock] = why

    def is_over(self, lock: Lock) -> bool:
        """Whether the holder of a lock is known to hold it no more."""
        return lock in self._why_over

    def why_over(self, lock: Lock) -> str:
        """Say why a lock is over, in a clause; nothing where it is not."""
        return self._why_over.get(lock, "")

    def _why(self, lock: Lock, now: float, marathon_time: datetime | None) -> str:
        seconds = lock.lease.seconds
        if seconds and now - self._since[lock, lock.set_at] >= seconds:
            return f"it was not renewed for the {seconds} s that it is good for"
        set_at = moment(lock.set_at)
        if seconds and set_at and marathon_time:
            age = (marathon_time - set_at).total_seconds()
            if age >= seconds + CLOCKS_DIFFER:
                return f"it was not renewed for {age:.0f} s by Marathon's clock, and is good for {seconds} s"
        return self._job_end(lock)
