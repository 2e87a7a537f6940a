# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Delete an app."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import guards
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.change import Change
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.task import AppTask
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import READ_ONLY
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import (
    wait_until_gone,
    wait_until_listed,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import Send


def absent(task: AppTask) -> dict[str, Any]:
    """Have no such app. Errors are those of ``ensure_app``."""
    if task.app is None:
        return task.result(None)
    guards.refuse_other_version(task.id, task.params["expected_version"], task.app)
    if not task.params["delete_listener"]:
        versions = guards.versions_among(task.client.apps(label=AB_CONFIG), task.target.also)
        guards.refuse_deletion(task.app, versions)
    definition = {field: value for field, value in task.app.items() if field not in READ_ONLY}
    change = Change({}, definition, {}, {})
    if task.check_mode:
        task.is_to_override(task.app, "deleted")
        return task.result(None, change)

    def next_step(current: AppJson | None, in_doubt: bool) -> Send | None:
        if current is None:
            return None
        guards.refuse_other_version(task.id, task.params["expected_version"], current)
        force = task.is_to_override(current, "deleted")
        return lambda: task.client.delete_app(task.id, force=force)

    with task.listening():
        accepted = task.apply(task.app, next_step)
        if task.params["wait"]:
            wait_until_listed(task.deadline)
            wait_until_gone(task.client, task.id, task.deadline)
    return task.result(None, change, accepted)
