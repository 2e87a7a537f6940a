# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Places times from left to right on a picture of unknown width, in percent of it. Pure.

Versions live for weeks, and a switch takes minutes: on a scale that is true, none of the switches could be seen. So a long stretch in which
nothing happens takes less room than its share, and a short one more. The order stays.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ansible_collections.dcos.avi.plugins.module_utils._page.wording import short_time

# A stretch is at most so many times as wide as the shortest one.
WIDEST_STRETCH = 5.0
# What a character of a tick takes on a phone, in percent, and what is left free between two ticks.
CHARACTER, BETWEEN_TICKS = 2.3, 2.0


@dataclass(frozen=True)
class Tick:
    """A time that is written below the picture. ``anchor`` is that of SVG, so that the first and the last stay inside."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True)
class TimeAxis:
    """Times in order, each with its place."""

    times: tuple[datetime, ...]
    places: tuple[float, ...]

    def place(self, moment: datetime) -> float:
        """Return the place of a time; what lies outside is at the edge."""
        at = bisect.bisect_left(self.times, moment)
        if at == 0:
            return self.places[0]
        if at == len(self.times):
            return self.places[-1]
        begin, end = self.times[at - 1], self.times[at]
        share = (moment - begin) / (end - begin)
        return round(self.places[at - 1] + share * (self.places[at] - self.places[at - 1]), 3)

    def ticks(self) -> list[Tick]:
        """Return some of the times, the first and the last among them, with room for their writing."""
        span, last = self.times[-1] - self.times[0], len(self.times) - 1
        labels = [short_time(moment, span) for moment in self.times]
        width = CHARACTER * max(map(len, labels))
        chosen, free_from = [0], width + BETWEEN_TICKS
        for at in range(1, last):
            if self.places[at] - width / 2 >= free_from and self.places[at] + width / 2 <= 100 - width - BETWEEN_TICKS:
                chosen.append(at)
                free_from = self.places[at] + width / 2 + BETWEEN_TICKS
        anchors = {0: "start", last: "end"}
        return [Tick(self.places[at], labels[at], anchors.get(at, "middle")) for at in (*chosen, last)]


def time_axis(moments: Iterable[datetime]) -> TimeAxis:
    """Return the axis from the first to the last of these times. There must be one."""
    times = sorted(set(moments))
    if len(times) == 1:
        times.append(times[0] + timedelta(seconds=1))
    widths = [_width(end - begin) for begin, end in zip(times, times[1:])]
    total, places = sum(widths), [0.0]
    for width in widths:
        places.append(places[-1] + 100 * width / total)
    return TimeAxis(tuple(times), (*(round(place, 3) for place in places[:-1]), 100.0))


def _width(stretch: timedelta) -> float:
    minutes = stretch.total_seconds() / 60
    return min(1 + math.log2(1 + minutes) / 2, WIDEST_STRETCH)
