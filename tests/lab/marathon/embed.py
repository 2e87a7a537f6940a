# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is embedded in an app when clients ask for it, and sometimes when they do not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from tests.lab.marathon.marathon import Marathon
from tests.lab.marathon.readiness import results_json
from tests.lab.marathon.render import app_json
from tests.lab.marathon.root import App
from tests.lab.marathon.taskjson import task_json
from tests.lab.marathon.tasks import counts, statistics

#: GET of one app embeds these whatever is asked for; GET of all apps only the first two.
ONE_APP = frozenset({"counts", "deployments", "tasks", "lastTaskFailure"})
ALL_APPS = frozenset({"counts", "deployments"})
_PREFIXES = ("group.apps.", "apps.", "app.")
_IMPLIED = {
    "tasks": {"tasks", "deployments"},
    "failures": {"tasks", "deployments", "lastTaskFailure"},
    **{each: {each} for each in ("counts", "deployments", "readiness", "lastTaskFailure", "taskStats")},
}


def wanted(embed: Iterable[str]) -> set[str]:
    """Return what values of `embed` ask for, such as "apps.tasks"; unknown ones ask for nothing."""
    result: set[str] = set()
    for each in embed:
        prefix = next((prefix for prefix in _PREFIXES if each.startswith(prefix)), "")
        result |= _IMPLIED.get(each[len(prefix) :], set())
    return result


def app_info(app: App, embed: Collection[str], marathon: Marathon) -> dict[str, Any]:
    """Return an app with what is to be embedded."""
    info = app_json(app, marathon.persona)
    tasks = marathon.cluster.tasks_of(app.id)
    if "counts" in embed:
        info.update({f"tasks{name.capitalize()}": count for name, count in counts(tasks).items()})
    if "deployments" in embed:
        info["deployments"] = [{"id": each.plan.id} for each in marathon.deployments.shown([app.id])]
    if "readiness" in embed:
        # It is the deployment that knows.
        deploys = any(marathon.deployments.of([app.id]))
        info["readinessCheckResults"] = results_json(tasks, marathon.persona) if deploys else []
    if "tasks" in embed:
        info["tasks"] = [task_json(task, marathon.persona) for task in tasks]
    if "lastTaskFailure" in embed and app.id in marathon.cluster.failures:
        info["lastTaskFailure"] = marathon.cluster.failures[app.id]
    if "taskStats" in embed:
        info[marathon.persona.task_stats] = statistics(app, tasks, marathon.clock.now())
    return info
