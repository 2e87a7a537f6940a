# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many tasks may go and come while an app is replaced, and which of them go first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.lab.marathon.tasks import STAGING, Task


@dataclass(frozen=True)
class Capacity:
    """The limits of one replacement."""

    most: int
    """So many tasks may exist at once, those that end included."""
    kill_at_once: int
    """So many old tasks go before any new one is ready. After that, one goes for each new one that is ready."""


def capacity(definition: dict[str, Any], healthy: int) -> Capacity:
    """Return the limits for replacing an app of which `healthy` tasks work now."""
    instances = definition["instances"]
    strategy = definition["upgradeStrategy"]
    least = math.ceil(instances * strategy["minimumHealthCapacity"])
    most = math.floor(instances * (1 + strategy["maximumOverCapacity"]))
    if least == most and most <= healthy and "residency" not in definition:
        most += 1  # else nothing could ever begin
    return Capacity(most, max(0, healthy - least))


def victims(tasks: Iterable[Task], count: int, selection: str) -> list[Task]:
    """Return the tasks to kill first: those that never got to work, then by age as the app's killSelection says."""
    ranked = sorted(tasks, key=lambda task: task.staged_at, reverse=selection == "YOUNGEST_FIRST")
    ranked.sort(key=lambda task: (task.state != STAGING, task.healthy))
    return ranked[:count]
