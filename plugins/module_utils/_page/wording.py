# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times and lengths of time as a page shows them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

_UNITS = (("d", 86400), ("h", 3600), ("min", 60))


def length_of_time(seconds: float | None) -> str:
    """Return a length of time in the largest unit of which there are two: 90 s, 3 min, 20 d. Empty where it is not known."""
    if seconds is None:
        return ""
    named = next((f"{int(seconds // size)} {unit}" for unit, size in _UNITS if seconds >= 2 * size), "")
    return named or (f"{seconds:.0f} s" if seconds >= 10 or seconds == int(seconds) else f"{seconds:.1f} s")


def time_of_day(moment: datetime | None) -> str:
    """Return a time with its day, in UTC; empty where it is not known."""
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def short_time(moment: datetime, span: timedelta) -> str:
    """Return a time for the scale of a picture that spans so long: with seconds, with the day, or with the year."""
    if span < timedelta(minutes=20):
        return moment.strftime("%H:%M:%S")
    if span < timedelta(days=1):
        return moment.strftime("%H:%M")
    # The names of months depend on the machine's language.
    return moment.strftime("%m-%d %H:%M" if span < timedelta(days=180) else "%Y-%m-%d %H:%M")
