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
# In percent: the writing of two times has room on a phone.
BETWEEN_TICKS = 21.0


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
        span = self.times[-1] - self.times[0]
        chosen = [0]
        for at in range(1, len(self.times) - 1):
            has_room = self.places[at] - self.places[chosen[-1]] >= BETWEEN_TICKS
            if has_room and self.places[-1] - self.places[at] >= BETWEEN_TICKS:
                chosen.append(at)
        if len(self.times) > 1:
            chosen.append(len(self.times) - 1)
        anchors = {0: "start", len(self.times) - 1: "end"}
        return [Tick(self.places[at], short_time(self.times[at], span), anchors.get(at, "middle")) for at in chosen]


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
