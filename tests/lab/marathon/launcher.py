# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The launch queue: tasks that wait for an offer, for the end of a backoff, or for nothing at all."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.lab.agents import Agent, Resources
from tests.lab.marathon.clock import Clock
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.placement import REASONS, choose, declined
from tests.lab.marathon.root import App
from tests.lab.marathon.tasks import Task

#: A task that ran so long (Marathon's seconds) was no bad start: its failure begins a new backoff.
GOOD_START = 60
#: Agents make an offer so often (real seconds); a change that frees something makes one at once.
OFFER_INTERVAL = 0.5


@dataclass
class Entry:
    """What waits for one app."""

    app: App
    count: int
    since: str
    asked: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    """The event loop's time when more was wanted last."""
    ended: list[Task] = field(default_factory=list)
    """Those whose instances are among what waits, to run again."""
    processed: int = 0
    unused: int = 0
    last_used: str | None = None
    last_unused: str | None = None
    attempt: Counter[str] = field(default_factory=Counter)
    """Declines since the entry exists, by reason."""
    last: Counter[str] = field(default_factory=Counter)
    """Declines of the last round of offers, by reason."""
    declined: list[tuple[Agent, Resources, str]] = field(default_factory=list)
    """Agents whose last offer was declined, each with what it offered, and the reason."""


@dataclass
class Backoff:
    """How long an app that failed waits before its next launch."""

    delay: float
    """Marathon's seconds."""
    until: float
    """The event loop's time."""


class Launcher:
    """Decides when and where the next task of an app starts."""

    def __init__(
        self,
        clock: Clock,
        agents: Sequence[Agent],
        hosts: Callable[[str], list[str]],
        launch: Callable[[App, Agent, Task | None], None],
        *,
        is_separate: bool,
        ends_at: str | None,
        offer_wait: Callable[[], float],
    ) -> None:
        """Take how to learn the hosts of an app's tasks, and what to call to launch one more on an agent, perhaps in the place of one that ended.

        `is_separate`: see Persona.separate_queue; `ends_at`: see Persona.fatal_constraint.
        `offer_wait` returns the setting of that name.
        """
        self._clock = clock
        self._agents = agents
        self._hosts = hosts
        self._launch = launch
        self._is_separate = is_separate
        self.entries: dict[str, Entry] = {}
        self._backoffs: dict[str, Backoff] = {}
        self._wake = asyncio.Event()
        self._ends_at = ends_at
        # The release that has shares in GROUP_BY is the one that cannot do without their number.
        self._is_even = ends_at == "GROUP_BY"
        self._offer_wait = offer_wait
        self._ended = False

    def cancelled(self, app_id: str) -> None:
        """Let go of what a cancelled deployment has left to be launched, as far as this release does."""
        if self._is_separate:
            self.forget(app_id)

    def want(self, app: App, count: int) -> None:
        """Let so many tasks of an app wait for their launch, instead of those that waited before."""
        entry = self.entries.get(app.id)
        if count <= 0:
            self.forget(app.id)
        elif entry is None:
            self.entries[app.id] = Entry(app, count, self._clock.now())
            self.offer()
        else:
            if count > entry.count:
                entry.asked = asyncio.get_running_loop().time()
            entry.app, entry.count = app, count
            del entry.ended[count:]
            self.offer()

    def again(self, app: App, task: Task) -> None:
        """Let the instance of a task that has ended wait for its next launch."""
        entry = self.entries.get(app.id)
        self.want(app, (entry.count if entry else 0) + 1)
        self.entries[app.id].ended.append(task)

    def forget(self, app_id: str) -> None:
        """Let nothing wait for an app any more."""
        self.entries.pop(app_id, None)

    def offer(self) -> None:
        """Make the agents offer what they have now."""
        self._wake.set()

    def failed(self, app: App, ran: float) -> None:
        """Let an app wait longer before its next launch, because a task of it failed after `ran` real seconds."""
        definition = app.definition
        before = self._backoffs.get(app.id) if ran < self._clock.real(GOOD_START) else None
        delay = before.delay * definition["backoffFactor"] if before else definition["backoffSeconds"]
        delay = min(delay, definition["maxLaunchDelaySeconds"])
        self._backoffs[app.id] = Backoff(delay, asyncio.get_running_loop().time() + self._clock.real(delay))

    def forgive(self, app_id: str) -> None:
        """End an app's backoff."""
        self._backoffs.pop(app_id, None)
        self.offer()

    def delay_left(self, app_id: str) -> float:
        """Return the real seconds until an app's next launch may be tried."""
        backoff = self._backoffs.get(app_id)
        return max(0.0, backoff.until - asyncio.get_running_loop().time()) if backoff else 0.0

    async def run(self) -> None:
        """Match offers with what waits, for ever."""
        while True:
            delays = [left for entry in self.entries.values() if (left := self._wait_left(entry))]
            wait = min([OFFER_INTERVAL, *delays]) if self.entries else None
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            self._ended = self._ended or any(self._is_fatal(entry.app) for entry in self.entries.values())
            if self._ended:
                continue
            for entry in list(self.entries.values()):
                if not self._wait_left(entry):
                    self._match(entry)

    def _wait_left(self, entry: Entry) -> float:
        """Return the real seconds until a launch may be tried: a backoff has to end, and an offer to come."""
        offered = entry.asked + self._clock.real(self._offer_wait())
        return max(self.delay_left(entry.app.id), offered - asyncio.get_running_loop().time(), 0.0)

    def begin_again(self) -> None:
        """Launch as a Marathon does that has just begun to lead."""
        self._ended = False
        self._backoffs.clear()
        self.offer()

    def _is_fatal(self, app: App) -> bool:
        constraints = app.definition.get("constraints", [])
        return any(operator == self._ends_at and not value for _field, operator, *value in constraints)

    def _match(self, entry: Entry) -> None:
        while entry.count:
            offering = [agent for agent in self._agents if not agent.lost]
            hosts = self._hosts(entry.app.id)
            agent, reasons = choose(entry.app.definition, offering, hosts, is_even=self._is_even)
            entry.processed += len(offering)
            entry.unused += len(reasons)
            entry.last = Counter(reasons)
            entry.declined = self._declined(entry.app, offering)
            entry.attempt.update(reasons)
            if reasons:
                entry.last_unused = self._clock.now()
            if agent is None:
                return
            entry.last_used = self._clock.now()
            entry.count -= 1
            if not entry.count:
                self.entries.pop(entry.app.id, None)
            self._launch(entry.app, agent, entry.ended.pop(0) if entry.ended else None)

    def _declined(self, app: App, offering: Sequence[Agent]) -> list[tuple[Agent, Resources, str]]:
        hosts = self._hosts(app.id)
        found = ((each, each.free, declined(app.definition, each, hosts, is_even=self._is_even)) for each in offering)
        return [(agent, has, reason) for agent, has, reason in found if reason]


def unused(entry: Entry) -> list[dict[str, Any]]:
    """Return the offers that were declined last, as /v2/queue tells them where that is asked for."""
    return [
        {"offer": _offer(agent, has), "reason": [reason], "timestamp": entry.last_unused}
        for agent, has, reason in entry.declined
    ]


def _offer(agent: Agent, has: Resources) -> dict[str, Any]:
    scalars = [{"name": name, "role": "*", "scalar": value} for name, value in asdict(has).items()]
    return {
        "id": f"{agent.name}-O0",
        "agentId": agent.id,
        "hostname": agent.name,
        "resources": [*scalars, {"name": "ports", "role": "*", "ranges": [{"begin": 1, "end": 65535}]}],
        "attributes": [],
    }


def summary(entry: Entry, persona: Persona) -> dict[str, Any]:
    """Return the offers an entry saw, as /v2/queue tells them."""

    def rejections(counts: Counter[str], offers: int) -> list[dict[str, Any]]:
        # Each reason is looked at only for the offers that passed those before it.
        rows = []
        for reason in (each for each in REASONS if each not in persona.unknown_reasons):
            rows.append({"reason": reason, "declined": counts[reason], "processed": offers})
            offers -= counts[reason]
        return rows

    times = {"lastUnusedOfferAt": entry.last_unused, "lastUsedOfferAt": entry.last_used}
    return {
        "processedOffersCount": entry.processed,
        "unusedOffersCount": entry.unused,
        **{key: value for key, value in times.items() if value},
        "rejectSummaryLastOffers": rejections(entry.last, sum(entry.last.values())),
        "rejectSummaryLaunchAttempt": rejections(entry.attempt, entry.processed),
    }


def delay_json(seconds: float) -> dict[str, Any]:
    """Return a delay as /v2/queue tells it."""
    return {"timeLeftSeconds": math.ceil(seconds), "overdue": seconds == 0}
