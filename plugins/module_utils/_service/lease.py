# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time for which a lock is good unless its holder renews it. Pure.

The clocks of two machines are never compared. The holder counts from before it asked for its lock, by the clock of its own machine; who
waits counts from when it first saw the lock, by that of its own. So the holder always counts more. It gives up a quarter of the time
before others may take over: that is for requests that are on their way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import Moment

SECONDS, RENEWED = "dcos_avi_lock_lease", "dcos_avi_lock_renewed"
# Parts of a lease after which its holder renews it, and after which it holds the lock no more unless it did.
RENEW_AFTER, GOOD_FOR = 0.25, 0.75
# A quarter of a shorter one is no time for a request.
LEAST_SECONDS = 20
# Seconds for which a request may rest on a check of the lock, from the first question on.
GREATEST_AGE = 2.0
NOWHERE = Moment("", 0.0)


@dataclass(frozen=True)
class Lease:
    """For how many ``seconds`` a lock is good after it was ``renewed``, at a moment before it was asked for. With 0 it is not a lease."""

    seconds: int = 0
    renewed: Moment = NOWHERE

    @property
    def ends_at(self) -> float:
        """When the holder holds the lock no more, by the clock of its machine."""
        return self.renewed.at + GOOD_FOR * self.seconds if self.seconds else math.inf

    def is_due(self, now: Moment) -> bool:
        """Whether its holder is to renew it. One that it cannot count is always due."""
        return self._has_passed(RENEW_AFTER, now)

    def is_over(self, now: Moment) -> bool:
        """Whether its holder holds the lock no more, unless it can renew it. One that it cannot count is always over."""
        return self._has_passed(GOOD_FOR, now)

    def _has_passed(self, part: float, now: Moment) -> bool:
        age = self.renewed.until(now)
        return self.seconds > 0 and (age is None or age >= part * self.seconds)

    def labels(self) -> dict[str, str]:
        """Return the labels that say so; none where it is not a lease."""
        if not self.seconds:
            return {}
        return {SECONDS: str(self.seconds), RENEWED: f"{self.renewed.place}-{self.renewed.at:.3f}"}


NO_LEASE = Lease()


def lease_from(seconds: int, now: Moment) -> Lease:
    """Return a lease that begins now, as its labels can say it. Where the next process could not count from there, it is not one."""
    # Rounded down: the holder may count more, and never less.
    return Lease(seconds, Moment(now.place, math.floor(now.at * 1000) / 1000)) if seconds and now.place else NO_LEASE


def lease_of(labels: Mapping[str, str]) -> Lease:
    """Return the lease that a lock's labels say. What cannot be read as one is not a lease."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", labels.get(SECONDS, "")):
        return NO_LEASE
    found = re.fullmatch(r"([0-9a-f]{8})-([0-9]{1,12}\.[0-9]{3})", labels.get(RENEWED, ""))
    return Lease(int(labels[SECONDS]), Moment(found[1], float(found[2])) if found else NOWHERE)
