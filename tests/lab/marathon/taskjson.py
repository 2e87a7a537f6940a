# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks as clients see them."""

from __future__ import annotations

import zlib
from typing import Any

from tests.lab.marathon.networking import network_modes
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.ports import slots
from tests.lab.marathon.tasks import RUNNING, Health, Task


def task_json(task: Task, persona: Persona, *, listed: bool = False) -> dict[str, Any]:
    """Return a task as clients see it: in the list of all tasks (`listed`), or anywhere else."""
    results = [_health_json(health, task, persona) for health in task.health if health.known]
    rendered: dict[str, Any] = {
        "appId": task.app.id,
        "id": task.id,
        "host": task.agent.name,
        "state": task.shown_state,
        "ports": [] if task.ended else task.ports,
        "ipAddresses": ip_addresses(task) if task.started_at else [],
        "slaveId": task.agent.id,
        "stagedAt": None if task.ended else task.staged_at,
        "startedAt": None if task.ended else task.started_at,
        "version": None if task.ended else task.app.version,
        "healthCheckResults": results,
        # Only the list of all tasks fills these in.
        "servicePorts": [slot.service_port for slot in slots(task.app.definition)] if listed else [],
    }
    if persona.internal_instances:
        return {key: value for key, value in rendered.items() if value != [] or key == "ports"}
    rendered["localVolumes"] = []
    if persona.roles:
        rendered["role"] = task.app.definition["role"]
    return {key: value for key, value in rendered.items() if value is not None}


def killed_json(task: Task, persona: Persona) -> dict[str, Any]:
    """Return a task in the answer to a request that killed it: the releases before 1.6 show their own record of it."""
    if not persona.internal_instances:
        return task_json(task, persona)
    condition = {"str": "running" if task.shown_state == RUNNING else "staging"}
    status = {
        "stagedAt": task.staged_at,
        "startedAt": task.started_at,
        "mesosStatus": "",
        "condition": condition,
        "networkInfo": {"hostName": task.agent.name, "hostPorts": task.ports, "ipAddresses": ip_addresses(task)},
    }
    known = {"taskId": task.id, "runSpecVersion": task.app.version, "status": status}
    since = task.started_at or task.staged_at
    return {
        "instanceId": {"idString": task.instance_id},
        "agentInfo": {"host": task.agent.name, "agentId": task.agent.id, "attributes": []},
        "tasksMap": {task.id: known},
        "runSpecVersion": task.app.version,
        "state": {"condition": condition, "since": since, "activeSince": since},
        "unreachableStrategy": task.app.definition.get(
            "unreachableStrategy", {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0}
        ),
    }


def ip_addresses(task: Task) -> list[dict[str, str]]:
    """Return the addresses of a task that runs."""
    return [{"ipAddress": _own_address(task), "protocol": "IPv4"}]


def _own_address(task: Task) -> str:
    """Return the container's own address: as usual with Docker, one that is of no use from outside.

    Two tasks hardly ever have the same, so that a load balancer may name its servers so.
    """
    if network_modes(task.app.definition) == {"host"}:
        return task.agent.address
    number = zlib.crc32(task.id.encode())
    return f"172.17.{number // 254 % 256}.{2 + number % 252}"


def _health_json(health: Health, task: Task, persona: Persona) -> dict[str, Any]:
    old = persona.internal_instances
    rendered = {
        "alive": health.alive,
        "consecutiveFailures": health.consecutive_failures,
        "firstSuccess": health.first_success,
        "lastSuccess": health.last_success,
        "lastFailure": health.last_failure,
        "lastFailureCause": health.cause,
        "instanceId": task.instance_id if old else f"instance [{task.instance_id}]",
    }
    return {key: value for key, value in rendered.items() if old or value is not None}
