# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws the versions of a service as bands over time, with the traffic that goes from one to the next. Pure.

Each version has a row. Places from left to right are in percent, because the width is the reader's; those from top to bottom are in pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._page.lifetimes import (
    Lifetime,
    Takeover,
    lifetimes_of,
    takeovers_among,
)
from ansible_collections.dcos.avi.plugins.module_utils._page.outside_data import as_line, part_of, parts_of, text_in
from ansible_collections.dcos.avi.plugins.module_utils._page.time_axis import Tick, TimeAxis, time_axis
from ansible_collections.dcos.avi.plugins.module_utils._page.wording import time_of_day

# Rows of a picture: the newest versions. The list below it has all.
MOST_ROWS = 10
ROW, LABEL, BAND, BAND_HEIGHT = 46, 13, 20, 15
NARROWEST = 0.8
# Characters of a name that fit into the picture on a phone.
LONGEST_NAME = 20
SERVED, SHARED, IDLE = "served", "shared", "idle"
_WORDS = {"rolled_back": "rolled back", "unattached": "in no pool", "active": "serves"}


@dataclass(frozen=True)
class Segment:
    """A part of a band. ``kind`` is SERVED where the version took all traffic, SHARED while the traffic moved, IDLE where it took none."""

    x: float
    width: float
    kind: str


@dataclass(frozen=True)
class Band:
    """The row of a version. ``end_mark`` is how it ended, empty while it runs; ``side`` is a, b, or empty where that is not known."""

    y: int
    name: str
    words: str
    label_x: float
    label_dx: int
    anchor: str
    side: str
    segments: tuple[Segment, ...]
    end_x: float
    end_mark: str


@dataclass(frozen=True)
class Crossing:
    """Where the traffic went from the band of one row to that of another, which may be above it: from ``y1`` to ``y2`` at ``x``."""

    x: float
    y1: int
    y2: int
    window_x: float
    window_width: float
    is_rollback: bool

    @property
    def top(self) -> int:
        return min(self.y1, self.y2)

    @property
    def height(self) -> int:
        return abs(self.y2 - self.y1)


@dataclass(frozen=True)
class Timeline:
    """The picture. ``left_out`` versions are older than those in it; ``sentences`` say what it shows."""

    bands: tuple[Band, ...]
    crossings: tuple[Crossing, ...]
    ticks: tuple[Tick, ...]
    height: int
    left_out: int
    sentences: tuple[str, ...]


def timeline_of(seen: Mapping[str, Any], history: Mapping[str, Any], now: datetime) -> Timeline | None:
    """Return the picture of a service; None where no time of any app of it is known.

    :param seen: what migration_info returned of it; empty where it could not be read.
    :param history: what migration_history_info returned of it.
    """
    every = lifetimes_of(seen, history)
    shown = every[-MOST_ROWS:]
    if not shown:
        return None
    takeovers = takeovers_among(shown)
    now = max([now, *(each.begin for each in shown), *(each.end for each in shown if each.end)])
    axis = time_axis(_events(shown, now))
    roles = {text_in(each, "app"): text_in(each, "role", 20) for each in parts_of(seen, "versions")}
    roles[text_in(part_of(seen, "active"), "app")] = "active"
    rows = {each.app: row for row, each in enumerate(shown)}
    return Timeline(
        bands=tuple(_band(each, rows[each.app], roles.get(each.app, ""), takeovers, axis, now) for each in shown),
        crossings=tuple(_crossing(each, rows, axis, now) for each in takeovers),
        ticks=tuple(axis.ticks()),
        height=len(shown) * ROW,
        left_out=len(every) - len(shown),
        sentences=tuple(_sentences(shown, takeovers)),
    )


def _events(lifetimes: Sequence[Lifetime], now: datetime) -> Iterator[datetime]:
    for each in lifetimes:
        yield each.begin
        yield each.end or now


def _band(one: Lifetime, row: int, role: str, takeovers: Sequence[Takeover], axis: TimeAxis, now: datetime) -> Band:
    begin, end = axis.place(one.begin), axis.place(one.end or now)
    is_left = begin <= 50
    state = one.outcome if one.end else role or one.outcome
    words = [
        f"pool {one.side.upper()}" if one.side else "",
        _WORDS.get(state, state) if len(state) <= 20 else "",
        "a rollback" if one.is_rollback else "",
    ]
    return Band(
        y=row * ROW,
        name=as_line(one.name, LONGEST_NAME),
        words=" · ".join(filter(None, words)),
        label_x=begin,
        # Beside the arrow that leads to it.
        label_dx=(8 if is_left else -8) if any(each.new == one.app for each in takeovers) else 0,
        anchor="start" if is_left else "end",
        side=one.side or "",
        segments=tuple(_segments(one, takeovers, axis, now)),
        end_x=max(end, begin + NARROWEST),
        end_mark=one.outcome if one.end else "",
    )


def _segments(one: Lifetime, takeovers: Sequence[Takeover], axis: TimeAxis, now: datetime) -> Iterator[Segment]:
    """Cut the life of a version where the traffic was moving to it or from it."""
    begin, end = one.begin, one.end or now
    windows = sorted((each.begin, each.end or now) for each in takeovers if one.app in (each.old, each.new))
    kind = SERVED if one.served else IDLE
    at, is_drawn = begin, False
    for opens, closes in windows:
        since, until = max(at, opens), min(end, closes)
        if since > at:
            yield _segment(at, since, kind, axis)
        if until > since:
            yield _segment(since, until, SHARED, axis)
            is_drawn = True
        at = max(at, until)
    if at < end or not is_drawn:
        yield _segment(at, max(at, end), kind, axis)


def _segment(begin: datetime, end: datetime, kind: str, axis: TimeAxis) -> Segment:
    x = axis.place(begin)
    width = max(axis.place(end) - x, NARROWEST)
    return Segment(round(min(x, 100 - width), 3), round(width, 3), kind)


def _crossing(one: Takeover, rows: Mapping[str, int], axis: TimeAxis, now: datetime) -> Crossing:
    begin, end = axis.place(one.begin), axis.place(one.end or now)
    from_y, to_y = (rows[app] * ROW + BAND for app in (one.old, one.new))
    is_down = to_y > from_y
    return Crossing(
        x=begin,
        y1=from_y + (BAND_HEIGHT if is_down else 0),
        y2=to_y + (0 if is_down else BAND_HEIGHT),
        window_x=begin,
        window_width=round(max(end - begin, NARROWEST), 3),
        is_rollback=one.is_rollback,
    )


def _sentences(lifetimes: Sequence[Lifetime], takeovers: Sequence[Takeover]) -> Iterator[str]:
    yield f"{counted(len(lifetimes), 'version')} since {time_of_day(lifetimes[0].begin)}."
    for each in takeovers:
        how = "rolled back from" if each.is_rollback else "took over from"
        end = (
            f"between {time_of_day(each.begin)} and {time_of_day(each.end)}"
            if each.end
            else f"after {time_of_day(each.begin)}"
        )
        yield f"{as_line(each.new, 80)} {how} {as_line(each.old, 80)} {end}."
