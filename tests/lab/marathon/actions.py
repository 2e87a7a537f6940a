# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of a deployment, as processes that take their time."""

from __future__ import annotations

from tests.lab.marathon.cluster import Cluster
from tests.lab.marathon.plan import RESTART, SCALE, START, STOP, Action
from tests.lab.marathon.replacement import Replacement
from tests.lab.marathon.root import App
from tests.lab.marathon.scaling import fit


async def perform(action: Action, cluster: Cluster) -> None:
    """Do what an action says; return when it is done, however long that takes."""
    if action.kind == STOP:
        cluster.launcher.forget(action.app.id)
        await _scale(action.app, 0, cluster)
    elif action.kind == SCALE:
        await _scale(action.app, action.app.instances, cluster)
    elif action.kind == RESTART:
        await _restart(action.app, cluster)
    else:
        assert action.kind == START  # it starts with no instances; a later step scales it


async def _scale(app: App, instances: int, cluster: Cluster) -> None:
    """Bring an app to so many instances; the tasks that this starts must get ready, those that it kills must end.

    What waits already is none that this starts: it may be launched later, or never.
    """
    before = {task.instance_id for task in cluster.tasks_of(app.id)}
    entry = cluster.launcher.entries.get(app.id)
    missing = instances - sum(task.stays for task in cluster.live_of(app.id)) - (entry.count if entry else 0)
    while True:
        fit(app, instances, cluster)
        tasks = cluster.live_of(app.id)
        started = [task for task in tasks if task.active and task.instance_id not in before]
        ready = sum(task.healthy and task.ready for task in started)
        if all(task.active or task.is_lost for task in tasks) and ready >= missing:
            return
        await cluster.signals.wait(app.id)


async def _restart(app: App, cluster: Cluster) -> None:
    """Replace all tasks of an app's older versions, as its upgradeStrategy allows."""
    replacement = Replacement(app, cluster)
    while not replacement.step():
        await cluster.signals.wait(app.id)
    cluster.launcher.want(app, 0)
