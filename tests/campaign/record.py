# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was seen of a plan from outside: all that the judge goes by. It can be kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KILLED, OVERDUE = "killed", "overdue"
CONVERGE, WAY_BACK, AGAIN = "converge", "way back", "again"

Entry = Mapping[str, Any]
"""An entry of the lab's journal."""


@dataclass(frozen=True)
class Run:
    """A run of a playbook, and what it came to. Times are in seconds since the epoch."""

    service: str
    playbook: str
    app: str
    check: bool
    purpose: str
    """Empty where the plan asks for it; else which of the runs after that it is, or that it ran while another was stopped."""
    began: float
    ended: float
    exit_code: int
    changed: int
    failure: str
    output: str
    ended_by: str = ""
    """Whether it was killed, as planned or because it did not end."""
    stopped: float = 0.0
    """Seconds for which it was stopped."""
    missed: Sequence[str] = ()
    """The disturbances that it did not live to see."""

    def __str__(self) -> str:
        words = (
            self.purpose,
            self.playbook,
            self.app.strip("/") or self.service,
            "in check mode" if self.check else "",
        )
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Count:
    """How many of a service's requests were answered as they should be, by each count, and how many requests its tasks answered at all."""

    client: int
    haproxy: int
    tasks: int


@dataclass(frozen=True)
class Record:
    """One plan that was run."""

    lab: Mapping[str, Any]
    runs: Sequence[Run]
    journal: Sequence[Entry]
    """Without the requests that read."""
    laps: Mapping[str, Sequence[Mapping[str, Any]]]
    """What became of each service's requests, second by second."""
    counts: Mapping[str, Count]
    apps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """All apps at the end: their instances, and whether one is a lock."""

    @property
    def services(self) -> list[str]:
        """All services."""
        return list(self.laps)

    def runs_of(self, service: str) -> list[Run]:
        """The runs for a service, as they began."""
        return sorted((run for run in self.runs if run.service == service), key=lambda run: run.began)


def service_of(app: str) -> str:
    """The service that an app, a preview or a lock of it belongs to."""
    return app.strip("/").partition("-")[0]


def is_lock(app: str) -> bool:
    """Whether an app is a service's lock."""
    return "-migration-lock-" in app
