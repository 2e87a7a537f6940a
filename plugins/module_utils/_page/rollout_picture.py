# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws what a rollout did, second by second: its phases, the two versions, the switch and the gates. Pure.

The result of a rollout has how long each phase took, and not when. They came one after the other; what lay between them is not drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._page.outside_data import (
    as_line,
    count_in,
    number_in,
    part_of,
    parts_of,
    text_in,
)
from ansible_collections.dcos.avi.plugins.module_utils._page.timeline import IDLE, SERVED, SHARED, Segment
from ansible_collections.dcos.avi.plugins.module_utils._service.record import SIDES

MOST_PHASES = 40
GATES = ("smoke", "confirm", "requests", "soak")
WHAT = {
    "observe": "reads the service in Marathon and Avi, and plans",
    "lock": "locks the service",
    "end": "ends what ran without instances",
    "preview": "deploys the preview",
    "deploy": "creates the version, and waits for its healthy tasks",
    "smoke": "asks each task",
    "confirm": "waits until Avi sends all traffic to exactly its tasks",
    "requests": "asks the virtual service",
    "soak": "watches what Avi measures",
    "retire": "drains the version before, and scales it to zero",
    "recover": "decides how to undo it",
    "report": "reads the service again",
}
# In percent: a phase of no time is seen, too.
NARROWEST = 1.0
# What the mark of a gate with its writing takes: in percent on a phone, and in pixels.
GATE_WIDTH, GATE_TOP, GATE_ROW = 40.0, 12, 20


@dataclass(frozen=True)
class Phase:
    """A phase with its place in percent of the whole. ``verdict`` is that of a gate: passed, failed, or empty."""

    name: str
    what: str
    seconds: float
    requests: int | None
    x: float
    width: float
    verdict: str

    @property
    def end(self) -> float:
        return round(self.x + self.width, 3)


@dataclass(frozen=True)
class Lane:
    """A version while the rollout ran: ``label`` says which, ``end_mark`` how it ended, where it did."""

    name: str
    words: str
    side: str
    segments: tuple[Segment, ...]
    end_mark: str = ""


@dataclass(frozen=True)
class GateMark:
    """A gate at the end of its phase, ``y`` pixels below the lanes: gates that are near to each other stand one below the other."""

    x: float
    y: int
    name: str
    verdict: str
    anchor: str


@dataclass(frozen=True)
class RolloutPicture:
    """``switch`` is where Avi confirmed that the traffic had moved; None where that did not happen."""

    phases: tuple[Phase, ...]
    lanes: tuple[Lane, ...]
    gates: tuple[GateMark, ...]
    switch: float | None
    seconds: float

    @property
    def gates_height(self) -> int:
        """How many pixels the gates take below the lanes."""
        return max((gate.y for gate in self.gates), default=0) + GATE_ROW


def rollout_picture(result: Mapping[str, Any]) -> RolloutPicture | None:
    """Return the picture of a rollout; None where its result has no phase."""
    phases = _phases(result)
    if not phases:
        return None
    switch = next((each.end for each in phases if each.name == "confirm" and each.verdict == "passed"), None)
    return RolloutPicture(
        phases=tuple(phases),
        lanes=tuple(_lanes(result, phases, switch)),
        gates=tuple(_gates(each for each in phases if each.name in GATES)),
        switch=switch,
        seconds=sum(each.seconds for each in phases),
    )


def verdict_of(result: Mapping[str, Any], phase: str) -> str:
    """Return "failed" for the phase that failed, "passed" for one whose evidence says so, empty where neither is known."""
    if text_in(result, "failed_phase", 40) == phase:
        return "failed"
    found = part_of(result, "evidence").get(phase)
    if phase == "confirm":
        return "passed" if isinstance(found, Mapping) and found.get("complete") is True else ""
    if phase in GATES:
        return "passed" if found else ""
    return ""


def _phases(result: Mapping[str, Any]) -> list[Phase]:
    found = [each for each in parts_of(result, "phases") if text_in(each, "phase")][:MOST_PHASES]
    seconds = [number_in(each, "seconds") or 0.0 for each in found]
    least = sum(seconds) * NARROWEST / 100 or 1.0
    shares = [max(each, least) for each in seconds]
    x, phases = 0.0, []
    for each, took, share in zip(found, seconds, shares):
        width, name = 100 * share / sum(shares), text_in(each, "phase", 40)
        phases.append(
            Phase(
                name=name,
                what=WHAT.get(name, ""),
                seconds=took,
                requests=count_in(each, "requests"),
                x=round(x, 3),
                width=round(width, 3),
                verdict=verdict_of(result, name),
            )
        )
        x += width
    return phases


def _gates(phases: Iterable[Phase]) -> Iterator[GateMark]:
    # Each row of marks, with where the last writing in it ends.
    rows: list[float] = []
    for phase in phases:
        is_left = phase.end <= 60
        begin = phase.end if is_left else phase.end - GATE_WIDTH
        row = next((number for number, end in enumerate(rows) if end <= begin), len(rows))
        rows[row : row + 1] = [begin + GATE_WIDTH]
        yield GateMark(phase.end, GATE_TOP + row * GATE_ROW, phase.name, phase.verdict, "start" if is_left else "end")


def _lanes(result: Mapping[str, Any], phases: Sequence[Phase], switch: float | None) -> Iterator[Lane]:
    before, after = part_of(result, "before"), part_of(result, "after")
    old, new, outcome = text_in(before, "app"), text_in(result, "app"), text_in(result, "outcome", 40)
    retire = next((each for each in phases if each.name == "retire"), None)
    if old and old != new:
        yield Lane(
            old,
            "served before",
            _side(before),
            tuple(_old_segments(switch, retire)),
            "retired" if outcome == "rolled_out" and retire else "",
        )
    begin = next((each for each in phases if each.name in ("preview", "deploy")), None)
    if new and begin:
        given_up = next((each for each in phases if each.name == "recover"), None)
        end = given_up.end if given_up and outcome in ("withdrawn", "rolled_back") else 100.0
        serves = text_in(after, "app") == new
        words = "serves now" if serves else outcome.replace("_", " ")
        mark = outcome if outcome in ("withdrawn", "rolled_back") else ""
        side = _side(after) if serves else _other(_side(before))
        yield Lane(new, words, side, tuple(_new_segments(begin.x, switch, end)), mark)
        came_back = text_in(after, "app")
        if given_up and came_back not in ("", old, new):
            yield Lane(came_back, "serves now", _side(after), (_part(given_up.x, 100.0, SERVED),))


def _old_segments(switch: float | None, retire: Phase | None) -> Iterator[Segment]:
    yield _part(0, 100.0 if switch is None else switch, SERVED)
    if switch is not None:
        # It runs until it is drained: the way back.
        yield _part(switch, retire.x if retire else 100.0, IDLE)
        if retire:
            yield _part(retire.x, retire.end, SHARED)


def _new_segments(begin: float, switch: float | None, end: float) -> Iterator[Segment]:
    yield _part(begin, end if switch is None else switch, IDLE)
    if switch is not None:
        yield _part(switch, end, SERVED)


def _part(begin: float, end: float, kind: str) -> Segment:
    return Segment(round(begin, 3), round(max(end - begin, 0), 3), kind)


def _side(active: Mapping[str, Any]) -> str:
    side = text_in(active, "side", 1)
    return side if side in SIDES else ""


def _other(side: str) -> str:
    return {"a": "b", "b": "a"}.get(side, "")


def lane_label(lane: Lane) -> str:
    """Return what is written above a lane, beside its name."""
    return " · ".join(filter(None, (f"pool {lane.side.upper()}" if lane.side else "", as_line(lane.words, 40))))
