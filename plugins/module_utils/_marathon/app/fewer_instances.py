# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scale down an app that serves only while all its tasks run.

From 1.8 on, Marathon kills the tasks that run before the instances that do not run yet: with one of two tasks just dead, a scale down to
one kills the other. Its deployment ends as a success with no task running. Before 1.8 the launch that waits still comes.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.to_zero import queued_launches
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import deployment_ids, live_tasks
from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_health import is_running

# No event tells that a task runs.
PAUSE = 1.0


@dataclass(frozen=True)
class Running:
    """One look at an app and at the launch queue."""

    app: AppJson
    queued: int = 0

    def __str__(self) -> str:
        return self.why_not() or "all its tasks run"

    def why_not(self) -> str | None:
        """Say as a clause why a scale down could take down all that serves, None where it does not."""
        running, instances = len(_running(self.app)), self.app.get("instances") or 0
        deployments = deployment_ids(self.app)
        if not running:
            return None
        if deployments:
            return f"deployment {' and '.join(deployments)} of it is under way"
        if running != instances or len(self.app.get("tasks") or []) != instances:
            return f"{running} of its {instances} tasks run"
        return f"{self.queued} launches of it wait in Marathon's queue" if self.queued else None


def scales_down(app: AppJson, instances: object) -> bool:
    """Tell whether so many instances are fewer than an app that runs has, and not none."""
    has = max(app.get("instances") or 0, len(live_tasks(app)))
    return isinstance(instances, int) and 0 < instances < has and bool(_running(app))


def wait_until_all_run(client: Marathon, app_id: str, instances: int, deadline: Deadline) -> AppJson:
    """Wait until the app can be scaled down to so many instances, and return it as it was then seen.

    :raises WaitTimeout: says what was in the way to the end. Nothing was changed.
    """

    def look() -> Running:
        queue, app = client.queue(), client.app(app_id)
        if app is None:
            raise Refused(f"{app_id} was deleted by somebody else in the meantime.")
        return Running(app, queued_launches(queue, app_id))

    try:
        return wait_until(
            look,
            lambda seen: seen.why_not() is None,
            timeout=deadline.left,
            interval=deadline.interval,
            describe=str,
            what=f"all tasks of {app_id} to run",
            sleep=lambda seconds: deadline.sleep(min(seconds, PAUSE)),
        ).app
    except WaitTimeout as timeout:
        sentence = (
            f"{app_id} is not scaled down to {counted(instances, 'instance')}, because Marathon might kill all its tasks that run: from 1.8 on, it kills those "
            f"before instances that do not run yet. Nothing was changed: {timeout.sentence}. Run it again when all its tasks run. To scale it down "
            "all the same, accept the outage with allow_outage: true"
        )
        raise WaitTimeout(sentence, details=timeout.details) from None


def _running(app: AppJson) -> list[AppJson]:
    return [task for task in app.get("tasks") or [] if is_running(task)]
