# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The windows in which rollouts may begin: weekdays and hours by the clock of a time zone. Pure.

A window is open while the clock on the wall there says so. So an hour that the change to daylight saving time leaves out never comes,
and one that it repeats comes twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused

NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTEST = 3
DAYS = tuple(name[:SHORTEST] for name in NAMES)
UTC = "UTC"
# For so many days an opening is looked for: a weekly one may fall into an hour that is left out.
DAYS_AHEAD = 15
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Window:
    """``days`` are numbers from 0, which is Monday. It begins on one of them, and where ``end`` is not after ``begin`` it ends on the next day.

    ``end`` is None for midnight.
    """

    days: frozenset[int]
    begin: time
    end: time | None
    zone: tzinfo
    zone_name: str

    def is_open(self, now: datetime) -> bool:
        """Tell whether it is open at an aware moment."""
        there = now.astimezone(self.zone)
        at, today, yesterday = there.time(), there.weekday(), (there.weekday() - 1) % len(DAYS)
        if self.end is None or self.begin < self.end:
            return today in self.days and self.begin <= at and (self.end is None or at < self.end)
        return (today in self.days and at >= self.begin) or (yesterday in self.days and at < self.end)

    def __str__(self) -> str:
        days = (
            " ".join(DAYS[day].capitalize() for day in sorted(self.days)) if len(self.days) < len(DAYS) else "every day"
        )
        end = self.end.strftime("%H:%M") if self.end else "24:00"
        return f"{days} {self.begin:%H:%M}-{end} {self.zone_name}"


def read_windows(stated: Sequence[Mapping[str, Any]]) -> tuple[Window, ...]:
    """Return the windows that are stated, each as {days, hours, time_zone}.

    :raises Refused: names what cannot be read in it.
    """
    return tuple(_window(each) for each in stated)


def may_begin(windows: Iterable[Window], now: datetime) -> bool:
    """Tell whether one of them is open at an aware moment."""
    return any(window.is_open(now) for window in windows)


def next_opening(windows: Sequence[Window], now: datetime) -> tuple[datetime, Window] | None:
    """Return when one of them opens next, by the clock of its zone, and which; None where none does within two weeks."""
    at = now.replace(second=0, microsecond=0) + _MINUTE
    for minutes in range(DAYS_AHEAD * 24 * 60):
        moment = at + minutes * _MINUTE
        for window in windows:
            if window.is_open(moment):
                return moment.astimezone(window.zone), window
    return None


def _window(stated: Mapping[str, Any]) -> Window:
    days = frozenset(_day(day) for day in stated.get("days") or DAYS)
    begin, end = _hours(stated["hours"])
    zone = str(stated.get("time_zone") or UTC)
    return Window(days, begin, end, _zone(zone), zone)


def _day(written: Any) -> int:
    day = str(written).strip().lower()
    found = next((number for number, name in enumerate(NAMES) if len(day) >= SHORTEST and name.startswith(day)), None)
    if found is None:
        # A window from one day to another would be that of the first one, if only its first letters counted.
        raise Refused(f"A window's days are among {', '.join(DAYS)}, one by one, and {written!r} is none.")
    return found


def _hours(written: Any) -> tuple[time, time | None]:
    """Return when it begins and ends; None for midnight."""
    found = re.fullmatch(
        r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)\s*", str(written), re.ASCII
    )
    if found is None:
        raise Refused(f"A window's hours are written as 09:00-16:30, and {written!r} are none.")
    end = time(int(found[3]), int(found[4])) if found[3] else None
    return time(int(found[1]), int(found[2])), end


def _zone(name: str) -> tzinfo:
    if name == UTC:
        return timezone.utc
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise Refused(
            f"{name!r} is no time zone that this machine knows. Write one such as 'Europe/Berlin'. Where the machine has no time zones "
            "at all, the Python package tzdata brings them."
        ) from error
