# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Mesos says of how a task ended, by the operator API of its agent. Pure.

Marathon keeps Mesos' message of the last failure only, and its reason of none. The state that an agent shows has neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# The call that returns the tasks of an agent, with all that Mesos knows of their statuses.
GET_TASKS = {"type": "GET_TASKS"}
# Mesos' reasons are of a fixed list, which grows.
_REASON = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
_KINDS = ("launched_tasks", "terminated_tasks", "completed_tasks")


@dataclass(frozen=True)
class Said:
    """Mesos' message and reason of the last status of a task. A status may have neither."""

    message: str = ""
    reason: str = ""


def said_of_tasks(answer: Any, prefix: str) -> dict[str, Said]:
    """Return what Mesos says of those of an app's tasks, by their ids, from the answer to GET_TASKS. What has another shape is passed over."""
    found = {}
    for task in _tasks(answer):
        name = _text(task.get("task_id"), "value")
        statuses = [each for each in _list(task.get("statuses")) if isinstance(each, Mapping)]
        if name.startswith(prefix) and statuses:
            message, reason = (_text(statuses[-1], key) for key in ("message", "reason"))
            found[name] = Said(message, reason if _REASON.fullmatch(reason) else "")
    return found


def _tasks(answer: Any) -> Iterator[Mapping[str, Any]]:
    found = answer.get("get_tasks") if isinstance(answer, Mapping) else None
    if isinstance(found, Mapping):
        for kind in _KINDS:
            yield from (each for each in _list(found.get(kind)) if isinstance(each, Mapping))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any, key: str) -> str:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""
