# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readiness checks, really made, and how they went as clients see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from tests.lab.marathon.clock import Clock
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.ports import slots
from tests.lab.marathon.tasks import Response, Task

#: However fast the lab's seconds pass, a task is not checked more often than so (real seconds).
_SHORTEST_INTERVAL = 0.1


async def watch(task: Task, check: dict[str, Any], clock: Clock, ring: Callable[[str], None]) -> None:
    """Check a task until it is ready; then `ring` for its app."""
    names = [slot.name for slot in slots(task.app.definition)]
    port = task.endpoints[names.index(check["portName"])]
    while not task.ready:
        task.last_response = await _ask(task, port, check, clock) or task.last_response
        task.checked = True
        task.ready = task.last_response is not None and task.last_response.status in check["httpStatusCodesForReady"]
        if not task.ready:
            await asyncio.sleep(max(clock.real(check["intervalSeconds"]), _SHORTEST_INTERVAL))
    ring(task.app.id)


async def _ask(task: Task, port: int, check: dict[str, Any], clock: Clock) -> Response | None:
    try:
        async with asyncio.timeout(max(clock.real(check["timeoutSeconds"]), _SHORTEST_INTERVAL)):
            return await _get(task.agent.address, port, "/" + check["path"].removeprefix("/"))
    except (TimeoutError, OSError, ValueError, IndexError):
        return None


async def _get(address: str, port: int, path: str) -> Response:
    reader, writer = await asyncio.open_connection(address, port)
    try:
        head = f"GET {path} HTTP/1.1\r\nHost: {address}:{port}\r\nUser-Agent: lab-marathon\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        answer, _end, body = (await reader.read()).decode().partition("\r\n\r\n")
    finally:
        writer.close()
    line, *fields = answer.split("\r\n")
    headers = {name.lower(): value for name, _colon, value in (each.partition(": ") for each in fields)}
    return Response(int(line.split(" ")[1]), headers.get("content-type", ""), body)


def results_json(tasks: Iterable[Task], persona: Persona) -> list[dict[str, Any]]:
    """Return how the readiness checks of tasks went, as far as they have been made."""
    return [
        {
            "name": check["name"],
            "taskId": task.id,
            "ready": task.ready,
            **({"lastResponse": response} if (response := _response_json(task, check, persona)) else {}),
        }
        for task in tasks
        if task.checked
        for check in task.app.definition["readinessChecks"]
    ]


def _response_json(task: Task, check: dict[str, Any], persona: Persona) -> dict[str, Any] | None:
    last = task.last_response
    if last is None or not check["preserveLastResponse"]:
        return None
    # From 1.5 on the type gets lost.
    return {"status": last.status, "contentType": last.content_type if persona.old_form else "", "body": last.body}
