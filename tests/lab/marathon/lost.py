# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agents that Marathon loses sight of: their tasks go on serving, unseen, until the agent is back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.lab.agents import Agent
from tests.lab.journal import Journal
from tests.lab.marathon.tasks import RUNNING, UNREACHABLE, Task

if TYPE_CHECKING:
    from tests.lab.marathon.marathon import Marathon

#: Lost tasks of an app that waits for none are replaced after so many of Marathon's seconds.
REPLACED_AFTER = 2


class LostAgents:
    """Which agents cannot be seen, and what becomes of their tasks.

    How long Marathon waits for a lost task is its app's ``unreachableStrategy``: by default not at all. One that it gives up is replaced.
    Up to 1.5 that one is still listed; later releases forget it, and kill what they do not know when its agent is back.
    """

    def __init__(self, marathon: Marathon, journal: Journal) -> None:
        self._marathon = marathon
        self._cluster = marathon.cluster
        self._journal = journal
        self._replacing: set[asyncio.Task[None]] = set()

    def change(self, number: int, *, lost: bool) -> None:
        """Lose an agent, or have it back. Raises ValueError where there is no such agent."""
        agents = self._marathon.agents
        if number not in range(len(agents)):
            raise ValueError(f"There is no agent {number}: there are {len(agents)}, counted from 0.")
        agent = agents[number]
        if agent.lost != lost:
            agent.lost = lost
            self._journal.add("agent", agent=number, host=agent.name, lost=lost)
            (self._lose if lost else self._find)(agent)

    def stop(self) -> None:
        """Replace nothing any more."""
        for each in self._replacing:
            each.cancel()

    def _lose(self, agent: Agent) -> None:
        apps = set()
        for task in self._cluster.on(agent):
            if not task.active:
                continue  # it ends on its agent all the same
            task.lost_at = asyncio.get_running_loop().time()
            self._cluster.set_state(task, UNREACHABLE)
            if _wait(task) == 0:
                apps.add(task.app.id)
                self._give_up(task)
        if apps:
            replacing = asyncio.create_task(self._replace(apps))
            self._replacing.add(replacing)
            replacing.add_done_callback(self._replacing.discard)

    def _give_up(self, task: Task) -> None:
        if self._marathon.persona.internal_instances:
            task.given_up = True
        else:
            self._cluster.expunge(task)

    async def _replace(self, apps: set[str]) -> None:
        await asyncio.sleep(self._marathon.clock.real(REPLACED_AFTER))
        for app_id in apps:
            self._cluster.signals.ring(app_id)
            self._marathon.settle(app_id)

    def give_up_overdue(self) -> None:
        """Give up the tasks that were lost for longer than their apps wait; it is looked for at intervals only."""
        now = asyncio.get_running_loop().time()
        for task in self._cluster.all_tasks():
            wait = _wait(task)
            if not task.is_lost or task.given_up or wait is None:
                continue
            if now - task.lost_at >= self._marathon.clock.real(wait):
                self._give_up(task)

    def _find(self, agent: Agent) -> None:
        for task in self._cluster.expunged_on(agent):
            self._cluster.end_expunged(task)
        found = [task for task in self._cluster.on(agent) if task.is_lost]
        for task in found:
            was_told_to_end = task.given_up and not self._marathon.persona.internal_instances
            task.given_up = False
            if task.server is None:
                self._cluster.fail(task, "Agent was lost before the task ran")
                continue
            self._cluster.set_state(task, RUNNING)
            if was_told_to_end or task.app.id not in self._marathon.root.apps:
                self._cluster.kill(task)
        if not self._marathon.persona.old_form:  # 1.4 keeps them all until its next scale check
            for app_id in {task.app.id for task in found}:
                self._marathon.settle(app_id)
        self._cluster.launcher.offer()


def _wait(task: Task) -> float | None:
    """Return how long Marathon waits for a lost task before it is replaced; None for ever."""
    strategy = task.app.definition.get("unreachableStrategy", {})
    return None if strategy == "disabled" else float(strategy.get("inactiveAfterSeconds", 0))
