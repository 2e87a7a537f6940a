# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scale check does: launch what an app lacks, kill what it has too much."""

from __future__ import annotations

from tests.lab.marathon.cluster import Cluster
from tests.lab.marathon.root import App
from tests.lab.marathon.strategy import victims
from tests.lab.marathon.tasks import RUNNING


def fit(app: App, instances: int, cluster: Cluster) -> bool:
    """Bring an app to so many instances; return whether it had too many."""
    if cluster.persona.separate_queue:
        return _fit_tasks(app, instances, cluster)
    tasks = cluster.live_of(app.id)
    lost = [task for task in tasks if task.is_lost]
    running = [*lost, *(task for task in tasks if task.state == RUNNING)]
    starting = [task for task in tasks if task.active and task.state != RUNNING]
    dying = [task for task in tasks if task.stays and not task.active and not task.is_lost]
    waiting = cluster.waiting(app.id)
    there = len(running) + len(starting) + len(dying) + waiting
    selection = app.definition["killSelection"]
    ranked = sorted(victims(running, len(running), selection), key=lambda task: not task.is_lost)  # those go first
    for task in ranked[: max(0, there - instances)]:
        cluster.kill(task)
    # What does not run yet is killed last; there the waiting ones are the youngest.
    left = max(0, there - instances - len(running))
    youngest_first = selection == "YOUNGEST_FIRST"
    others = [*victims(starting, len(starting), selection), *dying]
    waiting_gone = min(left, waiting) if youngest_first else max(0, left - len(others))
    for task in others[: left - waiting_gone]:
        cluster.kill(task)
    cluster.launcher.want(app, waiting - waiting_gone + max(0, instances - there))
    return there > instances


def _fit_tasks(app: App, instances: int, cluster: Cluster) -> bool:
    """Bring an app to so many tasks. What waits in the queue is no instance: it is launched even where nothing is missing any more."""
    tasks = [task for task in cluster.live_of(app.id) if task.stays]
    missing = instances - len(tasks)
    queued = cluster.launcher.entries.get(app.id)
    if missing > 0:
        cluster.launcher.want(app, max(missing, queued.count if queued else 0))
    ranked = victims(tasks, len(tasks), app.definition["killSelection"])
    # What Mesos has not said anything of yet goes last, but that is a moment.
    last = cluster.settings.kill_order == "worst"
    ranked.sort(key=lambda task: (task.state != RUNNING) == last)
    ranked.sort(key=lambda task: not task.is_lost)
    surplus = ranked[: max(0, -missing)]
    for task in surplus:
        cluster.kill(task)
    if not instances:
        for task in cluster.tasks_of(app.id):
            if task.given_up:
                cluster.expunge(task)
    return bool(surplus)
