# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandboxes of tasks: what each wrote, and what became of it, as its agent keeps them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.lab.agents import Agent

#: An agent forgets all but so many executors that have ended.
MOST_COMPLETED = 150
#: Bytes of a file. A task of the lab writes no more.
LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Status:
    """A state of a task, with its time, and what Mesos says of it."""

    state: str
    at: float
    message: str = ""
    reason: str = ""


@dataclass
class Sandbox:
    """A task's directory on its agent, and the states it was in."""

    task: str
    agent: Agent
    directory: str
    files: dict[str, bytearray] = field(default_factory=lambda: {"stdout": bytearray(), "stderr": bytearray()})
    states: list[Status] = field(default_factory=list)
    ended: bool = False

    def write(self, name: str, text: str) -> None:
        """Write a line, until the file is full."""
        content = self.files[name]
        if len(content) < LARGEST:
            content += f"{text}\n".encode()

    def enters(self, state: str, message: str = "", reason: str = "", *, ends: bool = False) -> None:
        """Note a state of the task, which is its last one where it ends."""
        self.states.append(Status(state, time.time(), message, reason))
        self.ended = ends


class Sandboxes:
    """All sandboxes of the cluster."""

    def __init__(self) -> None:
        self.framework = f"{uuid.uuid4()}-0001"
        self._all: dict[str, Sandbox] = {}

    def make(self, task: str, agent: Agent) -> Sandbox:
        """Make the sandbox of a task that is launched."""
        executor = f"/var/lib/mesos/slaves/{agent.id}/frameworks/{self.framework}/executors/{task}"
        made = self._all[task] = Sandbox(task, agent, f"{executor}/runs/{uuid.uuid4()}")
        over = [each for each in self.on(agent) if each.ended]
        for each in over[:-MOST_COMPLETED]:
            del self._all[each.task]
        return made

    def of(self, task: str) -> Sandbox:
        """Return the sandbox of a task that was launched."""
        return self._all[task]

    def on(self, agent: Agent) -> Iterator[Sandbox]:
        """Yield those on an agent, the oldest first."""
        yield from [each for each in self._all.values() if each.agent is agent]
