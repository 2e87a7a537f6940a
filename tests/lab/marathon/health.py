# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health and readiness checks, really made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from tests.lab.marathon.clock import Clock
from tests.lab.marathon.events import Events
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.readiness import watch
from tests.lab.marathon.tasks import Health, Task

#: However fast the lab's seconds pass, a task is not checked more often than so (real seconds).
SHORTEST_INTERVAL = 0.1


class Checks:
    """Checks every running task as its app's definition says, until the task ends."""

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
        self._running: dict[str, list[asyncio.Task[None]]] = {}

    def begin(self, task: Task) -> None:
        """Check a task that has just begun to run."""
        definition = task.app.definition
        loops = [
            self._watch_health(task, check, number) for number, check in enumerate(definition.get("healthChecks", []))
        ]
        readiness = definition.get("readinessChecks", [])
        task.ready = not readiness
        loops += [watch(task, check, self._clock, self._ring) for check in readiness]
        self._running[task.id] = [asyncio.create_task(loop) for loop in loops]

    def end(self, task: Task) -> None:
        """Check a task no more."""
        for loop in self._running.pop(task.id, []):
            loop.cancel()

    async def _watch_health(self, task: Task, check: dict[str, Any], number: int) -> None:
        interval = max(self._clock.real(check["intervalSeconds"]), SHORTEST_INTERVAL)
        loop = asyncio.get_running_loop()
        next_time = loop.time()
        while True:
            next_time += interval
            await asyncio.sleep(next_time - loop.time())
            cause = await self._failure(task, check)
            if task.active:
                self._note(task, check, task.health[number], cause)

    def _note(self, task: Task, check: dict[str, Any], health: Health, cause: str | None) -> None:
        before = health.alive if health.known else None
        if cause is None:
            health.alive = True
            health.consecutive_failures = 0
            health.last_success = self._clock.now()
            health.first_success = health.first_success or health.last_success
        else:
            age = asyncio.get_running_loop().time() - task.started
            if not health.first_success and age < self._clock.real(check["gracePeriodSeconds"]):
                return
            health.alive = False
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
