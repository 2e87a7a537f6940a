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
    active = [task for task in cluster.live_of(app.id) if task.active]
    waiting = cluster.waiting(app.id)
    surplus = max(0, len(active) + waiting - instances)
    selection = app.definition["killSelection"]
    running = victims([task for task in active if task.state == RUNNING], surplus, selection)
    # What does not run yet is killed last; there the waiting ones are the youngest.
    left = surplus - len(running)
    starting = [task for task in active if task.state != RUNNING]
    most = max(0, left - waiting) if selection == "YOUNGEST_FIRST" else left
    launched = victims(starting, most, selection)
    for task in (*running, *launched):
        cluster.kill(task)
    missing = max(0, instances - len(active) - waiting)
    cluster.launcher.want(app, waiting - (left - len(launched)) + missing)
    return surplus > 0


def _fit_tasks(app: App, instances: int, cluster: Cluster) -> bool:
    """Bring an app to so many tasks. What waits in the queue is no instance: it is launched even where nothing is missing any more."""
    active = [task for task in cluster.live_of(app.id) if task.active]
    missing = instances - len(active)
    queued = cluster.launcher.entries.get(app.id)
    if missing > 0:
        cluster.launcher.want(app, max(missing, queued.count if queued else 0))
    # What Mesos has not said anything of yet goes last, but that is a moment.
    last = cluster.settings.kill_order == "worst"
    ranked = victims(active, len(active), app.definition["killSelection"])
    ranked.sort(key=lambda task: (task.state != RUNNING) == last)
    surplus = ranked[: max(0, -missing)]
    for task in surplus:
        cluster.kill(task)
    return bool(surplus)
