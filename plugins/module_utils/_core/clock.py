# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clock by which moments of this machine are compared: no time server moves it, and it goes on while the machine is suspended."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ansible_collections.dcos.avi.plugins.module_utils._core.run import place_of_this_process

# Linux stops its monotonic clock while the machine is suspended, other systems have one that does not stop.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True)
class Moment:
    """A moment by the clock of a place: one boot of one machine. Moments of two places have nothing to do with each other.

    Without a place, it cannot be compared with any.
    """

    place: str
    at: float

    def until(self, later: Moment) -> float | None:
        """Return the seconds from this moment to a later one; None where that cannot be told."""
        if not self.place or self.place != later.place or later.at < self.at:
            return None
        return later.at - self.at


def moment_after(now: datetime, seconds: float) -> datetime:
    """Return the moment so many seconds after one; the last that a calendar has, where a user writes a number that is to be for ever."""
    try:
        return now + timedelta(seconds=seconds)
    except OverflowError:
        return datetime.max.replace(tzinfo=timezone.utc)


def elapsed() -> float:
    """Return the seconds since some moment of the past, those included in which this machine was suspended."""
    return time.clock_gettime(_CLOCK)


def here_and_now() -> Moment:
    """Return this moment, by the clock of this machine."""
    return Moment(place_of_this_process(), elapsed())
