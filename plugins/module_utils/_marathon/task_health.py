# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says of a task whether it is healthy: it runs, and each of its health checks has succeeded since it started. Pure.

Marathon's own counts say something else. From 1.8 on a task that is started again in place of one that died inherits the results of
that one, and counts as healthy before anybody has asked it; tasks on a lost agent count as healthy on every release.
Both moments that are compared here come from Marathon's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

RUNNING = "TASK_RUNNING"
HEALTHY, UNCHECKED, UNHEALTHY = "healthy", "unchecked", "unhealthy"


def is_running(task: Mapping[str, Any]) -> bool:
    """Tell whether a task runs."""
    state = task.get("state")
    # Old releases tell no state, but when a task started.
    return state == RUNNING if state else bool(task.get("startedAt"))


def health_of(task: Mapping[str, Any], checks: int) -> str | None:
    """Return whether a task is healthy, unhealthy, or runs unchecked: no result of it is known yet. None where it does not run.

    :param checks: how many health checks its app has; without any, a task that runs is healthy.
    """
    if not is_running(task):
        return None
    if not checks:
        return HEALTHY
    results = [result for result in task.get("healthCheckResults") or () if result]
    started = moment(task.get("startedAt"))
    verdicts = [_verdict(result, started) for result in results]
    if UNHEALTHY in verdicts:
        return UNHEALTHY
    return HEALTHY if len(results) >= checks and UNCHECKED not in verdicts else UNCHECKED


def _verdict(result: Mapping[str, Any], started: datetime | None) -> str:
    success, failure = moment(result.get("lastSuccess")), moment(result.get("lastFailure"))
    if started is None:
        return UNCHECKED
    if result.get("alive"):
        return HEALTHY if success and success > started else UNCHECKED
    # A failure within the grace period has no time of its own. What is older than the task is of the one before it.
    asked = [at for at in (success, failure) if at]
    return UNHEALTHY if not asked or max(asked) > started else UNCHECKED


def moment(stamp: Any) -> datetime | None:
    """Return the time that Marathon writes as "2026-01-15T10:20:30.123Z", None where it wrote none."""
    try:
        found = datetime.fromisoformat(str(stamp).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
