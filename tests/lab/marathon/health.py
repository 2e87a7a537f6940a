# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health and readiness checks, really made."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from tests.lab.marathon.clock import Clock
from tests.lab.marathon.events import Events
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.readiness import watch
from tests.lab.marathon.root import App
from tests.lab.marathon.tasks import RUNNING, Health, Task

#: However fast the lab's seconds pass, a task is not checked more often than so (real seconds).
SHORTEST_INTERVAL = 0.1
#: The first check of a version comes after so many of Marathon's seconds at most.
LONGEST_START = 5


class Checks:
    """Checks every running task as its app's definition says, at the ticks of that version."""

    def __init__(
        self,
        clock: Clock,
        events: Events,
        persona: Persona,
        ring: Callable[[str], None],
        kill: Callable[[Task, str], None],
    ) -> None:
        """Take what to call when an app's health changed (`ring`), and when a task fails too often (`kill`)."""
        self._clock = clock
        self._events = events
        self._persona = persona
        self._ring = ring
        self._kill = kill
        self._began: dict[tuple[str, str], float] = {}
        """When the checks of each version of an app began, as the event loop's time."""
        self._checked: dict[str, tuple[Task, list[asyncio.Task[None]]]] = {}
        self._readied: dict[str, list[asyncio.Task[None]]] = {}

    def expect(self, app: App) -> None:
        """Begin the checks of a version, of which a task is launched, if they have not begun."""
        self._began.setdefault((app.id, app.version), asyncio.get_running_loop().time())

    def begin(self, task: Task) -> None:
        """Check a task that has just begun to run."""
        readiness = task.app.definition.get("readinessChecks", [])
        task.ready = not readiness
        self._readied[task.id] = [
            asyncio.create_task(watch(task, check, self._clock, self._ring)) for check in readiness
        ]
        self._watch(task)

    def _watch(self, task: Task) -> None:
        checks = task.app.definition.get("healthChecks", [])
        loops = [asyncio.create_task(self._watch_health(task, *each)) for each in enumerate(checks)]
        self._checked[task.id] = task, loops

    def begin_again(self) -> None:
        """Forget all results, and begin the checks of every version anew, as a new leader does."""
        now = asyncio.get_running_loop().time()
        self._began = dict.fromkeys(self._began, now)
        for task, loops in list(self._checked.values()):
            task.health[:] = [Health() for _each in task.health]
            for loop in loops:
                loop.cancel()
            self._watch(task)

    def forget(self, app_id: str) -> None:
        """Forget when the checks of an app began that is no more."""
        self._began = {key: when for key, when in self._began.items() if key[0] != app_id}

    def end(self, task: Task) -> None:
        """Check a task no more."""
        _task, checks = self._checked.pop(task.id, (task, []))
        for loop in (*checks, *self._readied.pop(task.id, [])):
            loop.cancel()

    def stop(self) -> None:
        """Check nothing any more."""
        for task, _loops in list(self._checked.values()):
            self.end(task)

    async def _watch_health(self, task: Task, number: int, check: dict[str, Any]) -> None:
        """Check a task at each tick of its version. What has ended by then loses its results, and is checked no more."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._next_tick(task.app, check, loop.time()) - loop.time())
            if task.ended:
                task.health[number] = Health()
                return
            if task.given_up:
                task.health[number] = Health()
            if task.shown_state != RUNNING:
                continue
            cause = await self._failure(task, check)
            if task.shown_state == RUNNING:
                self._note(task, check, task.health[number], cause)

    def _next_tick(self, app: App, check: dict[str, Any], now: float) -> float:
        """Return when a version is checked next: first after the interval or 5 seconds, whichever is less, then each interval."""
        interval = max(self._clock.real(check["intervalSeconds"]), SHORTEST_INTERVAL)
        began = self._began.setdefault((app.id, app.version), now)
        first = began + min(interval, max(self._clock.real(LONGEST_START), SHORTEST_INTERVAL))
        return first if now < first else first + (math.floor((now - first) / interval) + 1) * interval

    def _note(self, task: Task, check: dict[str, Any], health: Health, cause: str | None) -> None:
        before = health.alive if health.known else None
        if cause is None:
            health.alive = True
            health.consecutive_failures = 0
            health.last_success = self._clock.now()
            health.first_success = health.first_success or health.last_success
        else:
            age = asyncio.get_running_loop().time() - task.started
            health.alive = False
            # Within its grace period a failure counts for nothing, and yet the task is not healthy.
            if health.first_success or age >= self._clock.real(check["gracePeriodSeconds"]):
                health.consecutive_failures += 1
                health.last_failure, health.cause = self._clock.now(), cause
                # From 1.5 on the instance's id is in the key of a task's.
                who: dict[str, Any] = {"instanceId" if self._persona.old_form else "taskId": task.instance_id}
                self._events.send("failed_health_check_event", appId=task.app.id, **who, healthCheck=check)
        health.known = True
        if health.alive != before:
            self._tell_change(task, health, was_alive=bool(before))
            self._ring(task.app.id)
        if cause is not None and 0 < check["maxConsecutiveFailures"] <= health.consecutive_failures:
            self._kill(task, cause)

    def _tell_change(self, task: Task, health: Health, *, was_alive: bool) -> None:
        """Tell of another health. What was never alive is no change of it, and before 1.5 no news of its instance, either."""
        if health.alive or was_alive:
            self._events.send(
                "health_status_changed_event",
                appId=task.app.id,
                instanceId=task.instance_id,
                version=task.app.version,
                alive=health.alive,
            )
        if health.alive or was_alive or not self._persona.old_form:
            self._events.send(
                "instance_health_changed_event",
                instanceId=task.instance_id,
                runSpecId=task.app.id,
                runSpecVersion=task.app.version,
                healthy=health.alive,
            )

    async def _failure(self, task: Task, check: dict[str, Any]) -> str | None:
        """Make one check; return why it failed, or None."""
        protocol = check["protocol"].removeprefix("MESOS_")
        if protocol == "COMMAND" and not task.endpoints:
            return None
        if protocol == "COMMAND":
            # What a command would look at is the same server that an HTTP check asks.
            check = {**check, "portIndex": 0}
        elif protocol == "TCP":
            return None if await _connects(task.agent.address, _port(task, check)) else "TCP connection refused"
        return await self._get(task, _port(task, check), check, range(200, 400))

    async def _get(self, task: Task, port: int, check: dict[str, Any], good: Any) -> str | None:
        timeout = max(self._clock.real(check["timeoutSeconds"]), SHORTEST_INTERVAL)
        try:
            async with asyncio.timeout(timeout):
                status = await http_status(task.agent.address, port, check.get("path", "/"))
        except TimeoutError:
            return f"Health check timed out after {check['timeoutSeconds']} seconds"
        except (OSError, ValueError) as error:
            return f"{type(error).__name__}: connection to {task.agent.name}:{port} failed"
        return None if status in good else f"{status} {HTTPStatus(status).phrase}"


def _port(task: Task, check: dict[str, Any]) -> int:
    port: int = check["port"] if "port" in check else task.endpoints[check.get("portIndex", 0)]
    return port


async def _connects(address: str, port: int) -> bool:
    try:
        _reader, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    writer.close()
    return True


async def http_status(address: str, port: int, path: str) -> int:
    """Return the status of a GET. Raises OSError or ValueError where there is no HTTP answer."""
    reader, writer = await asyncio.open_connection(address, port)
    try:
        path = path if path.startswith("/") else f"/{path}"
        head = f"GET {path} HTTP/1.1\r\nHost: {address}:{port}\r\nUser-Agent: lab-marathon\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        line = await reader.readline()
        return int(line.split(b" ")[1])
    except IndexError:
        raise ValueError("no HTTP answer") from None
    finally:
        writer.close()
