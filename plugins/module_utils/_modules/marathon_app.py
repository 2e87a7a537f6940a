# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring an app to the state a user wants: the work of the module marathon_app."""

from __future__ import annotations

import contextlib
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS, attended
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.absent import absent
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.present import present
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.restarted import restarted
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.task import AppTask
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.env_from import ENV_FROM_OPTION
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.wanted import WANTED_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_guard import LOCK_OPTION, guard_writes

STATES = {"present": present, "absent": absent, "restarted": restarted}
APP_OPTIONS: dict[str, Any] = {
    **WANTED_OPTIONS,
    "state": {"type": "str", "choices": list(STATES), "default": "present"},
    "exclusive": {"type": "bool", "default": False},
    "expected_version": {"type": "str"},
    "delete_listener": {"type": "bool", "default": False},
    "force": {"type": "bool", "default": False},
    "force_own": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "allow_outage": {"type": "bool", "default": False},
    "on_failure": {"type": "str", "choices": ["keep", "rollback"], "default": "keep"},
    "env_from": ENV_FROM_OPTION,
    "diff_against": {"type": "str"},
    "no_log_env": {"type": "bool", "default": False},
    "lock": LOCK_OPTION,
    **WAIT_OPTIONS,
    **MARATHON_OPTIONS,
}


def ensure_app(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of marathon_app.

    :param params: its options, each key present.
    :returns: {changed, app, version, deployment_id, diff, warnings}. ``app`` and ``version`` are None for an app that is
        absent, ``deployment_id`` where nothing is deployed or its id is not known.
    :raises Refused: bad input, or unsafe, or the lock that is asked for is not this run's; nothing was written.
    :raises WaitTimeout: the app stayed locked and was not changed, or it was changed but not rolled out in time.
    :raises UnknownOutcome: it could not be found out whether the change was made.
    :raises DcosAviError: whatever else went wrong with Marathon.
    """
    task = AppTask(params, check_mode)
    guard = guard_writes(task.client, params.get("lock"), f"{task.id} is not changed", check_mode=check_mode)
    if guard is not None:
        task.recorded = guard.recorded
    try:
        with attended(guard.attend) if guard else contextlib.nullcontext():
            return STATES[params["state"]](task)
    except DcosAviError as error:
        error.changed = error.changed or task.has_written
        raise


APP = Work(ensure_app, APP_OPTIONS, {"mutually_exclusive": [("definition", "src")]})
