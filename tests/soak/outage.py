# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Something broken while some steps of a run last, and what met it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.lab.process import LabProcess
from tests.soak.steps import BAR

WELL = {"connector": "on", "connector_delay": 0, "avi_session_seconds": 86400}
SESSION_EXPIRED = 419
EVENTS = "/v2/events"


@dataclass(frozen=True)
class Broken:
    """What goes wrong: a fault of an API, settings of the lab, or Marathon without its leader, which another node becomes in the end.

    It passes after so many seconds, or lasts as long as the steps do.
    """

    name: str
    fault: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    leader_gone: bool = False
    seconds: float | None = None

    @property
    def is_of_one_write(self) -> bool:
        """Whether all but one write is answered."""
        return "method" in self.fault

    @property
    def is_uncounted(self) -> bool:
        """Whether the lab never sees the requests that meet it."""
        return self.fault.get("action") == "refuse"

    @property
    def lab(self) -> dict[str, Any]:
        """What the lab needs for it: another node, and what a Marathon without a leader answers."""
        return {"marathon_nodes": 2, "election_answers": "measured"} if self.leader_gone else {}


class Outage:
    """Begins with the first step whose name begins as one of STEPS does, and ends with the next that does not.

    A step without a phase is Ansible's own, and only leads to the next one.
    """

    def __init__(self, lab: LabProcess, broken: Broken, steps: tuple[str, ...]) -> None:
        self._lab = lab
        self._broken = broken
        self._steps = steps
        self._began: float | None = None
        self._ended: float | None = None

    def interfere(self, _number: int, name: str, _process: object) -> None:
        """Take notice of a step that begins."""
        if name.startswith(self._steps):
            self._begin()
        elif BAR in name:
            self.end()

    def _begin(self) -> None:
        if self._began is not None:
            return
        self._began = time.time()
        if self._broken.fault:
            self._lab.fault(**self._broken.fault)
        if self._broken.settings:
            self._lab.set(**self._broken.settings)
        if self._broken.leader_gone:
            self._lab.post("/marathon", {"leader": None, "down": [0]})
        if self._broken.seconds is not None:
            threading.Timer(self._broken.seconds, self.end).start()

    def end(self) -> None:
        """Put everything right; safe to call before it began, and twice."""
        if self._began is not None and self._ended is None:
            self._ended = time.time()
            self._lab.clear_faults()
            self._lab.set(**WELL)
            if self._broken.leader_gone:
                self._lab.post("/marathon", {"leader": 1})

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self._ended - self._began if self._began is not None and self._ended is not None else 0.0

    def met_by(self) -> list[dict[str, Any]]:
        """The requests that met it.

        Of a session that ended, those that were told so; of a leader that is gone, those to Marathon meanwhile; of the
        connector, those to Avi meanwhile, which were shown what it had left there.
        """
        if self._broken.fault:
            return self._lab.journal(kind="request", fault=self._broken.fault["action"])
        if "avi_session_seconds" in self._broken.settings:
            return self._lab.journal(kind="request", api="avi", status=SESSION_EXPIRED)
        api = "marathon" if self._broken.leader_gone else "avi"
        began, ended = self._began or 0.0, self._ended or 0.0
        return [each for each in self._lab.journal(kind="request", api=api) if began <= each["time"] <= ended]

    def was_read_next(self) -> bool:
        """Whether the first request to Marathon that followed one that met it was a read."""
        met = self.met_by()
        asked = self._lab.journal(since=met[0]["seq"], kind="request", api="marathon") if met else []
        return next((each["method"] for each in asked if each["path"] != EVENTS), "") == "GET"
