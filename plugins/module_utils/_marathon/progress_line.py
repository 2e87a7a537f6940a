# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far an app is, in the line that a person reads while it is waited for. Pure.

An error has room for all that was seen. Here each task stands once, by what it still lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import (
    health_counts,
    healthy_tasks,
    live_tasks,
    obstacles_in_words,
    outdated_tasks,
    running_tasks,
    starting_tasks,
    unreachable_tasks,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_health import UNCHECKED, UNHEALTHY

# These are said of the tasks that wait for their launch.
_OF_LAUNCHES = ("declined_offers", "no_offers", "delayed_seconds")


def progress_line(app: dict[str, Any], found: Mapping[str, Any]) -> str:
    """Say how many tasks are healthy, what the others lack, and what failed last.

    :param found: what ``obstacles`` returned of the app.
    """
    instances = app.get("instances") or 0
    outdated = outdated_tasks(app)
    current = [task for task in healthy_tasks(app) if task not in outdated]
    state = "healthy" if app.get("healthChecks") else "running"
    parts = [f"{len(current)} of {instances} tasks {state}", *_lacking(app, found, instances, len(outdated))]
    if not parts[1:] and app.get("deployments"):
        parts.append("the deployment is not over yet")
    reasons = obstacles_in_words({key: value for key, value in found.items() if key not in _OF_LAUNCHES})
    return "; ".join([", ".join(parts), *reasons])


def _lacking(app: dict[str, Any], found: Mapping[str, Any], instances: int, outdated: int) -> Iterator[str]:
    verdicts = health_counts(app)
    counts = {
        "staged": len(starting_tasks(app)),
        "not checked yet": verdicts[UNCHECKED],
        "unhealthy": verdicts[UNHEALTHY],
        "of an older configuration": outdated,
        "on a lost agent": len(unreachable_tasks(app)),
    }
    yield from (f"{count} {word}" for word, count in counts.items() if count)
    missing = instances - len(live_tasks(app)) - len(unreachable_tasks(app)) + outdated
    if missing > 0:
        yield f"{missing} {_waiting(missing, found)}"
    surplus = len(running_tasks(app)) - outdated - instances
    if surplus > 0:
        yield f"{surplus} to be stopped"


def _waiting(count: int, found: Mapping[str, Any]) -> str:
    """Say what launches wait for."""
    verb = "waits" if count == 1 else "wait"
    if "delayed_seconds" in found:
        return f"{verb} {found['delayed_seconds']} s for another try"
    offers = found.get("declined_offers")
    if offers:
        return f"{verb} for an offer ({', '.join(each['reason'] for each in offers)})"
    return f"{verb} for an offer" if found.get("no_offers") else f"{verb} to be launched"
