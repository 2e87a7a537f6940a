# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scale check does: launch what an app lacks, kill what it has too much."""

from __future__ import annotations

from tests.lab.marathon.cluster import Cluster
from tests.lab.marathon.root import App
from tests.lab.marathon.strategy import victims


def fit(app: App, instances: int, cluster: Cluster) -> bool:
    """Bring an app to so many instances; return whether it had too many."""
    active = [task for task in cluster.tasks_of(app.id) if task.active]
    missing = instances - len(active)
    selection = app.definition["killSelection"]
    surplus = victims(active, max(0, -missing), selection, running_first=False)
    cluster.launcher.scale(app, missing)
    for task in surplus:
        cluster.kill(task)
    return bool(surplus)
