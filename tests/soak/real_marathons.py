# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/proof.md says of the runs on real Marathons. They were measured once: `make soak` does not repeat them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tests.soak.markdown import Row, table
from tests.soak.sums import Cases, Head

#: The rows that say what was sent and lost in a whole session, between its runs too.
TOTAL = "TOTAL"
#: What a scenario's name says it did, the first that fits.
KINDS: tuple[tuple[str, str], ...] = (
    (r"^ha", "a change of the leader, or a restart of Marathon, in the middle of a rollout"),
    (r"killed|after-kill", "a run killed at one of its steps, and the next one"),
    (r"error|crash|never-healthy|1000cpus", "a bad version: never healthy, answering errors, crashing, too large"),
    (r"^g-", "what follows where a crashed version came back although it was scaled to zero"),
    (r"^solo", "an app without a virtual service, changed in place"),
    (r"^s-|somebody|two-at-once", "somebody else scales, or rolls out at the same time"),
    (r"rollback", "rollbacks, at once and forward"),
    (r"", "rollouts, previews, gates, retirement, check mode, and the same again"),
)
#: Why requests were lost: as the documentation names it, or a fault.
REASONS: Mapping[str, str] = {
    "a bad version: never healthy, answering errors, crashing, too large": (
        "`direct` lets a version answer before it is judged, as documented; with a preview none was lost"
    ),
    "what follows where a crashed version came back although it was scaled to zero": (
        "a fault of commit 3a5ee7a on 1.4 and 1.5, since fixed"
    ),
    "an app without a virtual service, changed in place": "Marathon's own restart and rollback, not a migration",
    "somebody else scales, or rolls out at the same time": "somebody scaled the version that served",
    "rollbacks, at once and forward": "the documented cost of a rollback at once",
    "rollouts, previews, gates, retirement, check mode, and the same again": "a slow start without a health check that waits for it",
}


def section(head: Head, rows: Cases) -> str:
    """Return the section.

    :param head: {what, measured, machine}.
    :param rows: one a run: {marathon, avi, scenario, rc, seconds, changed, gets, writes, sent, lost: {kind: count}}.
    """
    if not rows:
        return "Not measured yet.\n"
    runs = [row for row in rows if row["scenario"] != TOTAL]
    in_all = _sent(row for row in rows if row["scenario"] == TOTAL)
    return (
        f"{head['what']}.\nMeasured on {head['measured']} ({head['machine']}).\n\n"
        "Their Mesos was a stand-in: it offers resources and starts a real process for each task. Real agents, container networks, "
        "volumes and image pulls were not measured.\n\n"
        f"{in_all:,} requests were sent in all, those between the runs included.\n\n{_by_release(runs)}\n{_by_kind(runs)}"
    )


def _by_release(runs: Iterable[Mapping[str, Any]]) -> str:
    releases: dict[str, list[Mapping[str, Any]]] = {}
    for run in runs:
        releases.setdefault(re.split(r"[ ,]", run["marathon"])[0], []).append(run)
    rows: list[Row] = [
        (
            release,
            len(found),
            f"{_sent(found):,}",
            f"{sum(run['gets'] for run in found):,}",
            f"{sum(run['writes'] for run in found):,}",
        )
        for release, found in sorted(releases.items(), key=lambda item: [int(part) for part in item[0].split(".")])
    ]
    return table(("Marathon", "runs", "requests sent", "reads", "writes"), rows)


def _by_kind(runs: Iterable[Mapping[str, Any]]) -> str:
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for run in runs:
        kinds.setdefault(_kind(run["scenario"]), []).append(run)
    rows: list[Row] = []
    for _pattern, kind in reversed(KINDS):
        found = kinds.get(kind, [])
        lost = sum((Counter(run.get("lost", {})) for run in found), Counter[str]())
        why = REASONS.get(kind, "") if lost else ""
        rows.append((kind, len(found), f"{_sent(found):,}", f"{lost.total():,}", why))
    return table(("what was done", "runs", "sent", "lost", "why"), rows)


def _kind(scenario: str) -> str:
    return next(kind for pattern, kind in KINDS if re.search(pattern, scenario))


def _sent(runs: Iterable[Mapping[str, Any]]) -> int:
    return sum(run.get("sent", 0) for run in runs)
