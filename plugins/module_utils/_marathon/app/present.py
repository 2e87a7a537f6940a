# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create or change an app."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import guards
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.change import Change, as_change_of, change_to
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.fewer_instances import (
    scales_down,
    wait_until_all_run,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.task import AppTask
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import is_rolled_out
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import Send


def present(task: AppTask) -> dict[str, Any]:
    """Have the app as wanted. Errors are those of ``ensure_app``."""
    exclusive, app = task.params["exclusive"], task.app
    if app is not None and exclusive:
        raise Refused(f"{task.id} exists already, and exclusive allows only to create it. Nothing was changed.")
    guards.refuse_other_version(task.id, task.params["expected_version"], app)
    first = change_to(task.client, task.target, app)
    if first is None:
        return _settled(task)
    other = task.compared_with() if app is None else None
    if other is not None:
        first = as_change_of(other, first)
    if task.check_mode:
        if app is not None:
            task.is_to_override(app, "changed")
        return task.warned_of_outage(first, task.result(first.app, first))

    planned = [first]

    def next_step(current: AppJson | None, in_doubt: bool) -> Send | None:
        # What was planned before something failed is planned anew: another version may have come meanwhile.
        change = planned.pop() if planned else change_to(task.client, task.target, current)
        if current is not None and exclusive and (change is not None or not in_doubt):
            raise Refused(f"{task.id} was created by somebody else in the meantime. Nothing was changed.")
        if change is None:
            return None
        guards.refuse_other_version(task.id, task.params["expected_version"], current)
        body = change.body
        if current is None:
            return lambda: task.client.create_app(task.recorded(body))
        complete, force = task.target.complete, task.is_to_override(current, "changed")
        if not task.params["allow_outage"]:
            if change.scales_only and scales_down(current, body["instances"]):
                return _scaled_down(task, body["instances"])
            if not change.scales_only and (force or not current.get("deployments")):
                body, force = task.corrected(current, change, force)
        return lambda: task.client.update_app(task.id, body, complete=complete, force=force)

    with task.listening():
        accepted = task.apply(app, next_step)
        after = task.rolled_out(accepted)
    if app is not None and after is not None and task.is_unchanged(app, after):
        return task.unchanged(after)
    return task.warned_of_another_change(task.result(after, first, accepted))


def _scaled_down(task: AppTask, instances: int) -> Send | None:
    """Return the request that scales an app down, once none of its tasks that serve could be killed for one that does not."""
    app = wait_until_all_run(task.client, task.id, instances, task.deadline)
    guards.refuse_other_version(task.id, task.params["expected_version"], app)
    change = change_to(task.client, task.target, app)
    if change is None:
        return None
    body, complete = change.body, task.target.complete
    return lambda: task.client.update_app(task.id, body, complete=complete)


def _settled(task: AppTask) -> dict[str, Any]:
    """Wait for an app whose definition is as wanted already: an earlier run may have ended before it was rolled out."""
    app = task.app
    if not task.params["wait"] or app is None:
        return task.result(app)
    # Before 1.8 Marathon starts what waits in its queue, although the app has no instances any more.
    left = task.has_left_something()
    if is_rolled_out(app) and not left:
        return task.result(app)
    surplus = Change({}, {"tasks": "running"}, {"tasks": "none"}, app)
    if task.check_mode:
        return task.result(app, surplus if left else None)
    with task.listening():
        after = task.rolled_out(None)
    return task.result(after, surplus if task.has_written else None)
