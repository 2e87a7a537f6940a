# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of a deployment, as processes that take their time."""

from __future__ import annotations

from tests.lab.marathon.cluster import Cluster
from tests.lab.marathon.plan import RESTART, SCALE, START, STOP, Action
from tests.lab.marathon.root import App
from tests.lab.marathon.strategy import capacity, victims
from tests.lab.marathon.tasks import Task


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
    """Bring an app to so many tasks; the ones that this starts must get ready, the ones that it kills must end."""
    before = {task.id for task in cluster.tasks_of(app.id)}
    while True:
        tasks = cluster.tasks_of(app.id)
        active = [task for task in tasks if task.active]
        missing = instances - len(active)
        cluster.launcher.scale(app, missing)
        for task in victims(active, max(0, -missing), app.definition["killSelection"]):
            cluster.kill(task)
        started = [task for task in active if task.id not in before]
        if missing == 0 and len(active) == len(tasks) and all(task.healthy and task.ready for task in started):
            return
        await cluster.signals.wait(app.id)


async def _restart(app: App, cluster: Cluster) -> None:
    """Replace all tasks of an app's older versions, as its upgradeStrategy allows."""
    old = [task for task in cluster.tasks_of(app.id) if not _is_current(task, app)]
    limits = capacity(app.definition, sum(task.active and task.healthy for task in old))
    may_go = limits.kill_at_once
    seen_ready: set[str] = set()
    while True:
        tasks = cluster.tasks_of(app.id)
        new = [task for task in tasks if _is_current(task, app) and task.active]
        old = [task for task in tasks if not _is_current(task, app)]
        ready = {task.id for task in new if task.healthy and task.ready}
        may_go += len(ready - seen_ready)
        seen_ready |= ready
        going = victims((task for task in old if task.active), may_go, app.definition["killSelection"])
        for task in going:
            cluster.kill(task)
        may_go -= len(going)
        if len(ready) == len(new) == app.instances and not old:
            cluster.launcher.want(app, 0)
            return
        room = max(0, limits.most - len(old) - len(new))
        cluster.launcher.want(app, min(room, app.instances - len(new)))
        await cluster.signals.wait(app.id)


def _is_current(task: Task, app: App) -> bool:
    return task.app.version >= app.last_config_change
