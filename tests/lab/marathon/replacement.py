# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The replacement of an app's old instances by new ones, as a restart does it: by number, whatever their health."""

from __future__ import annotations

import zlib

from tests.lab.marathon.cluster import Cluster
from tests.lab.marathon.root import App
from tests.lab.marathon.strategy import ORDERED, capacity, considered_healthy, replacement_order
from tests.lab.marathon.tasks import Task


class Replacement:
    """Which old instances of an app go next while it is restarted, and how many new ones may come."""

    def __init__(self, app: App, cluster: Cluster) -> None:
        self._app = app
        self._cluster = cluster
        entry = cluster.launcher.entries.get(app.id)
        waiting = cluster.waiting(app.id)
        self._scheduled = 0 if entry is None or entry.app.version == app.version else waiting
        """Old instances that have no task."""
        if entry is not None and self._scheduled:
            entry.ended.clear()
        active = [task for task in cluster.live_of(app.id) if task.active or task.is_lost]
        total = sum(task.stays for task in cluster.live_of(app.id)) + waiting
        by_health = cluster.persona.restart_counts_healthy
        healthy = sum(considered_healthy(task) for task in active)
        limits = capacity(app.definition, healthy if by_health else total, total - app.instances if by_health else 0)
        self._most = limits.most
        old: list[Task | None] = [
            *replacement_order(
                [task for task in active if not self.is_current(task)],
                worst=cluster.settings.kill_order == "worst",
                unhealthy_first=by_health,
            )
        ]
        for number in range(self._scheduled):  # among few they came last; many have no order
            place = zlib.crc32(f"{app.id}{number}".encode()) % (len(old) + 1)
            old.insert(len(old) if total <= ORDERED else place, None)
        self._queue = old
        self._kill(limits.kill_at_once)
        self._seen_ready: set[str] = set()

    def is_current(self, task: Task) -> bool:
        """Whether a task is one of those that shall stay."""
        return task.app.version == self._app.version

    def step(self) -> bool:
        """Kill and launch what the strategy allows now; return whether all is done."""
        cluster, app = self._cluster, self._app
        new = [task for task in cluster.live_of(app.id) if self.is_current(task) and task.stays]
        ready = {task.id for task in new if task.healthy and task.ready}
        self._kill(len(ready - self._seen_ready))
        self._seen_ready |= ready
        old = sum(not self.is_current(task) for task in cluster.live_of(app.id)) + self._scheduled
        room = max(0, self._most - old - len(new))
        cluster.launcher.want(app, min(room, app.instances - len(new)))
        return len(ready) == len(new) == app.instances and not old

    def _kill(self, count: int) -> None:
        """Take the next ones down; one that has gone by itself is counted all the same."""
        going, self._queue = self._queue[:count], self._queue[count:]
        for task in going:
            if task is None:
                self._scheduled -= 1
            else:
                self._cluster.kill(task)
