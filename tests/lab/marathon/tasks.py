# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks: the running instances of apps."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from tests.lab.agents import Agent, Resources
from tests.lab.marathon import ids
from tests.lab.marathon.clock import parse
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.root import App
from tests.lab.taskserver import TaskServer

STAGING, RUNNING, KILLING = "TASK_STAGING", "TASK_RUNNING", "TASK_KILLING"
KILLED, FAILED = "TASK_KILLED", "TASK_FAILED"
UNREACHABLE = "TASK_UNREACHABLE"


@dataclass
class Health:
    """What one health check knows about a task."""

    alive: bool = False
    consecutive_failures: int = 0
    first_success: str | None = None
    last_success: str | None = None
    last_failure: str | None = None
    cause: str | None = None
    known: bool = False
    """Whether there is a result yet."""


@dataclass(frozen=True)
class Response:
    """What a task answered to a readiness check."""

    status: int
    content_type: str
    body: str


@dataclass
class Task:
    """One task, from its launch to its end."""

    app: App
    """The version of the app it was launched with."""
    id: str
    instance_id: str
    agent: Agent
    staged_at: str
    state: str = STAGING
    started_at: str | None = None
    started: float = 0.0
    """The event loop's time when it began to run."""
    reserved: list[socket.socket] = field(default_factory=list)
    """The sockets of its ports until it listens there."""
    endpoints: list[int] = field(default_factory=list)
    """Where it listens on its agent, or will: one port for each port of its app."""
    ports: list[int] = field(default_factory=list)
    """Those of them that Marathon knows: a container with an address of its own shows none."""
    health: list[Health] = field(default_factory=list)
    ready: bool = False
    """It passed its readiness checks, or has none."""
    checked: bool = False
    """A readiness check of it was made."""
    last_response: Response | None = None
    """What it answered to the last one, if it did."""
    server: TaskServer | None = None
    killed_while: str | None = None
    """Its state when it was told to end, where Marathon goes on showing that."""
    comes_back: bool = True
    """Where instances have incarnations: its instance is to run again once this task has ended."""
    lost_at: float = 0.0
    """When Marathon lost sight of it, as the event loop's time."""
    given_up: bool = False
    """It is lost, and no instance to count any more: it was replaced, or told to end when its agent is back."""

    @property
    def resources(self) -> Resources:
        return Resources(self.app.definition["cpus"], self.app.definition["mem"])

    @property
    def shown_state(self) -> str:
        """What Marathon says of it."""
        return self.killed_while or self.state

    @property
    def active(self) -> bool:
        """Whether it is not being killed."""
        return self.state in (STAGING, RUNNING)

    @property
    def stays(self) -> bool:
        """Whether its instance is one to count: it is active or lost, or is killed only to run again."""
        return self.active or self.is_lost or (self.state == KILLING and self.comes_back)

    @property
    def is_lost(self) -> bool:
        """Whether Marathon cannot see it now."""
        return self.state == UNREACHABLE

    @property
    def ended(self) -> bool:
        """Whether it is over: it is only shown until its instance runs again."""
        return self.state in (KILLED, FAILED)

    def is_named(self, task_id: str) -> bool:
        """Whether an id means this task. That of an earlier incarnation means the present one."""
        return task_id == self.id or (
            self.id.startswith(f"{self.instance_id}._app.") and task_id.rpartition(".")[0] == f"{self.instance_id}._app"
        )

    @property
    def healthy(self) -> bool:
        """Whether it does its work, as far as Marathon knows: all health checks alive, or running if there are none."""
        return self.state == RUNNING and all(health.known and health.alive for health in self.health)


def next_incarnation(dead: Task, app: App, agent: Agent, now: str) -> Task:
    """Return a task that has just been launched in the place of one that ended, and takes over what was known of its health."""
    number = int(dead.id.rpartition(".")[2]) + 1
    task_id = f"{dead.instance_id}._app.{number}"
    return Task(app, task_id, dead.instance_id, agent, now, health=dead.health)


def new_task(app: App, agent: Agent, now: str, persona: Persona) -> Task:
    """Return a task that has just been launched on an agent."""
    prefix, unique = ids.task_prefix(app.id), uuid.uuid1()
    if persona.internal_instances:
        task_id, instance_id = f"{prefix}.{unique}", f"{prefix}.marathon-{unique}"
    else:
        instance_id = f"{prefix}.instance-{unique}"
        task_id = f"{instance_id}._app.1"
    checks = app.definition.get("healthChecks", [])
    return Task(app, task_id, instance_id, agent, now, health=[Health() for _each in checks])


def counts(tasks: Iterable[Task]) -> dict[str, int]:
    """Return how many are staged, running, healthy, unhealthy; without results one is neither of the last two.

    Only results make these two: nobody asks whether the task still runs.
    """
    tasks = list(tasks)
    return {
        "staged": sum(task.shown_state == STAGING for task in tasks),
        "running": sum(task.shown_state == RUNNING for task in tasks),
        "healthy": sum(bool(task.health) and all(each.known and each.alive for each in task.health) for task in tasks),
        "unhealthy": sum(any(each.known and not each.alive for each in task.health) for task in tasks),
    }


def statistics(app: App, tasks: Iterable[Task], now: str) -> dict[str, Any]:
    """Return the task statistics of an app, by the version its tasks were launched with."""
    tasks = list(tasks)
    kinds = {
        "startedAfterLastScaling": [task for task in tasks if task.app.version >= app.last_scaling],
        "withLatestConfig": [task for task in tasks if task.app.version >= app.last_config_change],
        "withOutdatedConfig": [task for task in tasks if task.app.version < app.last_config_change],
        "totalSummary": tasks,
    }
    return {kind: {"stats": _statistics(some, now)} for kind, some in kinds.items() if some}


def _statistics(tasks: list[Task], now: str) -> dict[str, Any]:
    lives = [(parse(now) - parse(task.started_at)).total_seconds() for task in tasks if task.started_at]
    life = {"averageSeconds": sum(lives) / len(lives), "medianSeconds": median(lives)} if lives else None
    return {"counts": counts(tasks), **({"lifeTime": life} if life else {})}
