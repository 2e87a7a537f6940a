# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many tasks may go and come while an app is replaced, and which of them go first."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.lab.marathon.tasks import Task

#: The tracker keeps the instances of an app in the order in which they came, up to so many; more have no order.
ORDERED = 4


@dataclass(frozen=True)
class Capacity:
    """The limits of one replacement."""

    most: int
    """So many tasks may exist at once, those that end included."""
    kill_at_once: int
    """So many old tasks go before any new one is ready. After that, one goes for each new one that is ready."""


def capacity(definition: dict[str, Any], counted: int, surplus: int = 0) -> Capacity:
    """Return the limits for replacing an app. `counted` instances count as working now; `surplus` ones are too many anyway."""
    instances = definition["instances"]
    strategy = definition["upgradeStrategy"]
    least = math.ceil(instances * strategy["minimumHealthCapacity"])
    most = math.floor(instances * (1 + strategy["maximumOverCapacity"]))
    if least == most and most <= counted and "residency" not in definition:
        most += 1  # else nothing could ever begin
    return Capacity(most, max(0, counted - least, surplus))


def considered_healthy(task: Task) -> bool:
    """Whether a restart of 1.11 counts a task as healthy: it knows what Mesos checks, not what Marathon does."""
    checks = task.app.definition.get("healthChecks", [])
    if not checks:
        return True
    return task.healthy and any(check["protocol"].startswith("MESOS_") for check in checks)


def replacement_order(tasks: Iterable[Task], *, worst: bool, unhealthy_first: bool) -> list[Task]:
    """Return the tasks in the order in which a restart takes them down: the tracker's, which knows nothing of health.

    `worst` takes those that serve first. `unhealthy_first`: what 1.11 considers healthy goes last.
    """
    ranked = list(tasks)
    if len(ranked) > ORDERED:
        ranked.sort(key=lambda task: zlib.crc32(task.instance_id.encode()))
    if worst:
        ranked.sort(key=lambda task: not task.healthy)
    if unhealthy_first:
        ranked.sort(key=considered_healthy)
    return ranked


def victims(tasks: Iterable[Task], count: int, selection: str) -> list[Task]:
    """Return the tasks that a scale-down kills among equals: by age, as the app's killSelection says. Nobody asks for their health."""
    return sorted(tasks, key=lambda task: task.staged_at, reverse=selection == "YOUNGEST_FIRST")[:count]
