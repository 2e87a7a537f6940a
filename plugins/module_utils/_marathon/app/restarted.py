# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restart an app: have Marathon replace all its tasks."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import guards
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.change import Change
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.forced import Correction
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.task import AppTask
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.undo import with_outage
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.endless import (
    refuse_end_of_launches,
    refuse_endless_restart,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import live_tasks
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import Send


def _refuse_half_changed(task: AppTask, app: AppJson) -> None:
    if Correction(task.client, task.id, task.deadline).is_needed(app):
        why = "a change of it is half done; undo that with marathon_deployment and state: rolled_back"
        raise Refused(with_outage(task.id, why, "restarted"))


def restarted(task: AppTask) -> dict[str, Any]:
    """Restart the app once. Errors are those of ``ensure_app``."""
    app = task.app
    if task.target.says_anything():
        raise Refused(f"To restart {task.id}, give its id alone. To change it, leave state at present.")
    if app is None:
        raise Refused(f"{task.id} does not exist, so it cannot be restarted.")
    guards.refuse_other_version(task.id, task.params["expected_version"], app)
    if app.get("instances"):
        refuse_end_of_launches(task.id, app.get("constraints"), task.client.release)
        refuse_endless_restart(app, task.client.release)
    # The version is what a restart changes of an app.
    change = Change({}, {"version": app["version"]}, {"version": "that of the restart"}, app)
    if task.check_mode:
        task.is_to_override(app, "restarted")
        return task.result(app, change)

    def next_step(current: AppJson | None, in_doubt: bool) -> Send | None:
        if current is None:
            raise Refused(f"{task.id} was deleted by somebody else in the meantime.")
        if in_doubt and _has_begun(app, current):
            return None
        guards.refuse_other_version(task.id, task.params["expected_version"], current)
        force = task.is_to_override(current, "restarted")
        if force and not task.params["allow_outage"]:
            _refuse_half_changed(task, current)
        return lambda: task.client.restart_app(task.id, force=force)

    with task.listening():
        accepted = task.apply(app, next_step)
        return task.result(task.rolled_out(accepted, _ids(app)), change, accepted)


def _has_begun(before: AppJson, now: AppJson) -> bool:
    """Tell whether the restart of an app was begun. Its version alone does not tell, because any change of somebody else moves it, too."""
    if now["version"] == before["version"]:
        return False
    return bool(now.get("deployments")) or not before.get("instances") or not _ids(before) <= _ids(now)


def _ids(app: AppJson) -> set[str]:
    return {str(task.get("id")) for task in live_tasks(app)}
