# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts what the gates of a rollout saw into tables and sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._page.outside_data import (
    as_line,
    count_in,
    number_in,
    part_of,
    parts_among,
    text_in,
)
from ansible_collections.dcos.avi.plugins.module_utils._page.rollout_picture import verdict_of
from ansible_collections.dcos.avi.plugins.module_utils._page.wording import length_of_time

TITLES = {
    "smoke": "Smoke: each task was asked",
    "confirm": "Confirm: Avi sends all traffic to it",
    "requests": "Requests: the virtual service was asked",
    "soak": "Soak: what Avi measured",
    "retire": "Drain: the version before",
}
# Cards, rows of one, lines of data that this page has no table for, and characters of a line.
MOST_CARDS, MOST_ROWS, MOST_LINES, LONGEST_LINE = 20, 100, 60, 400
_DEEPEST = 6


@dataclass(frozen=True)
class Card:
    """What was seen: a table, or lines, and named outputs of several lines. ``verdict`` is passed, failed, or empty."""

    title: str
    verdict: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    outputs: tuple[tuple[str, tuple[str, ...]], ...] = ()


def evidence_cards(result: Mapping[str, Any]) -> list[Card]:
    """Return a card for each gate that has something to show, and for one that failed."""
    evidence = part_of(result, "evidence")
    return [_card(result, str(name), evidence[name]) for name in list(evidence)[:MOST_CARDS]]


def _card(result: Mapping[str, Any], name: str, found: object) -> Card:
    title, verdict = TITLES.get(name, as_line(name, 60)), verdict_of(result, name)
    if name in ("smoke", "requests") and parts_among(found):
        return Card(
            title, verdict, columns=("target", "answer", "slowest", "requests"), rows=_targets(parts_among(found))
        )
    if name == "confirm" and isinstance(found, Mapping):
        return Card(
            title, verdict, tuple(filter(None, (text_in(found, "last"), _after(found), text_in(found, "watched"))))
        )
    if name == "soak" and isinstance(found, Mapping) and found:
        return Card(title, verdict, columns=("limit", "allowed", "worst", "last", "samples"), rows=_measures(found))
    if name == "retire" and parts_among(found):
        return Card(title, verdict, _drains(parts_among(found)))
    if found is None or found == {} or found == []:
        return Card(
            title, verdict, ("The sentence above says why." if verdict == "failed" else "It left no measurements.",)
        )
    return Card(title, verdict, tuple(data_lines(found)))


def _targets(found: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            text_in(each, "target", LONGEST_LINE),
            text_in(each, "reason", LONGEST_LINE)
            or f"{'as expected' if each.get('passed') is True else 'answered'}, {text_in(each, 'status', 20)}",
            length_in_milliseconds(number_in(each, "slowest_seconds")),
            _count(each, "requests"),
        )
        for each in found[:MOST_ROWS]
    )


def _measures(found: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (as_line(name, 60), *(text_in(part_of(found, name), key, 40) for key in ("limit", "worst", "last", "samples")))
        for name in list(found)[:MOST_ROWS]
    )


def _drains(found: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    lines = []
    for each in found[:MOST_ROWS]:
        drained = part_of(each, "drained")
        said = [text_in(drained, "last", LONGEST_LINE), _after(drained)]
        lines.append(f"{text_in(each, 'app', 80)}: {' '.join(filter(None, said)) or 'scaled to zero'}")
    return tuple(lines)


def _after(waited: Mapping[str, Any]) -> str:
    seconds = number_in(waited, "seconds")
    if seconds is None:
        return ""
    return f"{'Waited' if waited.get('complete') is True else 'Given up after'} {length_of_time(seconds)}."


def _count(data: Mapping[str, Any], key: str) -> str:
    count = count_in(data, key)
    return "" if count is None else str(count)


def length_in_milliseconds(seconds: float | None) -> str:
    """Return how long an answer took."""
    return "" if seconds is None else f"{seconds * 1000:.0f} ms"


def data_lines(value: object) -> list[str]:
    """Return data that this page knows no table for, a line for each value with where it stands, and no more than a page can show."""
    found: list[str] = []
    for line in _each_line(value, "", 0):
        if len(found) == MOST_LINES:
            return [*found, "…"]
        found.append(as_line(line, LONGEST_LINE))
    return found


def _each_line(value: object, path: str, depth: int) -> Iterator[str]:
    if depth < _DEEPEST and isinstance(value, Mapping) and value:
        for key in value:
            yield from _each_line(value[key], f"{path} {as_line(key, 60)}".strip(), depth + 1)
    elif depth < _DEEPEST and isinstance(value, (list, tuple)) and value:
        for number, each in enumerate(value, 1):
            yield from _each_line(each, path if len(value) == 1 else f"{path} {number}".strip(), depth + 1)
    else:
        yield f"{path}: {as_line(value)}" if path else as_line(value)
