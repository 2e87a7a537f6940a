# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts what shows why a rollout failed into cards: its tasks, their output, its health checks, its requests and Mesos' offers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._page.evidence import Card, data_lines
from ansible_collections.dcos.avi.plugins.module_utils._page.outside_data import (
    LONGEST_TEXT,
    as_line,
    part_of,
    parts_of,
    text_in,
    texts_among,
    time_in,
)
from ansible_collections.dcos.avi.plugins.module_utils._page.wording import time_of_day

# Of each kind, and lines of one output.
MOST_OF_A_KIND, MOST_OUTPUT_LINES = 10, 100


def failure_cards(result: Mapping[str, Any]) -> list[Card]:
    """Return the cards about a failure, the most telling first; none where nothing was kept."""
    why = part_of(result, "why")
    cards = [
        *(_task(each) for each in parts_of(why, "tasks")[:MOST_OF_A_KIND]),
        *(_health_check(each) for each in parts_of(why, "health_checks")[:MOST_OF_A_KIND]),
        *(_request(each) for each in parts_of(why, "requests")[:MOST_OF_A_KIND]),
    ]
    offers, unread = part_of(why, "offers"), texts_among(why.get("unread"))
    if offers:
        cards.append(Card("Mesos' offers", "", tuple(data_lines(offers))))
    if unread:
        cards.append(Card("What could not be read", "", tuple(unread)))
    return cards


def _task(task: Mapping[str, Any]) -> Card:
    where = " on ".join(filter(None, (text_in(task, "task"), text_in(task, "host"))))
    state = " at ".join(filter(None, (text_in(task, "state", 60), time_of_day(time_in(task, "at")))))
    has_failed = task.get("failed") is True
    return Card(
        "A task that failed" if has_failed else "A task",
        "failed" if has_failed else "",
        tuple(filter(None, (where, state, text_in(task, "message"), text_in(task, "reason"), text_in(task, "unread")))),
        outputs=tuple(_outputs(task, "stderr", "stdout")),
    )


def _health_check(check: Mapping[str, Any]) -> Card:
    status = text_in(check, "status", 20)
    said = [f"Answered {status}." if status else "", text_in(check, "error"), text_in(check, "cause")]
    lines = (text_in(check, "url"), *said)
    return Card(
        "A health check, made once more", "failed", tuple(filter(None, lines)), outputs=tuple(_outputs(check, "body"))
    )


def _request(target: Mapping[str, Any]) -> Card:
    lines = (text_in(target, "target"), text_in(target, "reason"))
    return Card("A request", "failed", tuple(filter(None, lines)), outputs=tuple(_outputs(target, "body")))


def _outputs(data: Mapping[str, Any], *names: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield texts of several lines that are not empty, by their names."""
    for name in names:
        found = data.get(name)
        lines = found[:LONGEST_TEXT].splitlines() if isinstance(found, str) else texts_among(found)
        shown = tuple(as_line(line) for line in lines[-MOST_OUTPUT_LINES:])
        if any(shown):
            yield name, shown
