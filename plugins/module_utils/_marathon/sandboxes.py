# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a task's files are, and what became of it, by the state that its Mesos agent shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

# How a task can end that failed.
FAILED_STATES = ("TASK_FAILED", "TASK_ERROR", "TASK_LOST", "TASK_DROPPED", "TASK_GONE")


@dataclass(frozen=True)
class Sandbox:
    """The directory of a task on its agent, the task's last ``state``, and ``at`` what time, as Marathon writes times."""

    task: str
    directory: str
    state: str = ""
    at: str = ""

    @property
    def has_failed(self) -> bool:
        return self.state in FAILED_STATES


def task_prefix(app_id: str) -> str:
    """Return what the ids of an app's tasks begin with. No other app's do: an id has no underscores, and no dot ends one."""
    return app_id.strip("/").replace("/", "_") + "."


def sandboxes_in(state: Any, prefix: str) -> list[Sandbox]:
    """Return those of an app's tasks, the newest first, from the answer of GET /state. What has another shape is passed over."""
    found = [
        Sandbox(task["id"], executor["directory"], *_last_state(task))
        for executor in _executors(state)
        for task in _listed(executor, "tasks", "completed_tasks")
        if str(task.get("id", "")).startswith(prefix) and isinstance(executor.get("directory"), str)
    ]
    return sorted(found, key=lambda box: box.at, reverse=True)


def _executors(state: Any) -> Iterator[Mapping[str, Any]]:
    for framework in _listed(state, "frameworks", "completed_frameworks"):
        yield from _listed(framework, "executors", "completed_executors")


def _listed(value: Any, *keys: str) -> Iterator[Mapping[str, Any]]:
    for key in keys:
        listed = value.get(key) if isinstance(value, Mapping) else None
        yield from (item for item in listed if isinstance(item, Mapping)) if isinstance(listed, list) else ()


def _last_state(task: Mapping[str, Any]) -> tuple[str, str]:
    last = [{}, *_listed(task, "statuses")][-1]
    when = last.get("timestamp")
    return str(task.get("state") or last.get("state") or ""), _time(when) if isinstance(when, (int, float)) else ""


def _time(seconds: float) -> str:
    try:
        moment = datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        return ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
