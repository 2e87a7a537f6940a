# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a service, wait for it, plan for it: the work of the module migration_info. Each question has its file in _questions."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.agents import MESOS_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._plan.capacity import warnings_of_capacity
from ansible_collections.dcos.avi.plugins.module_utils._questions.asked import ONE_PLAN, PLAN_OPTIONS, Asked
from ansible_collections.dcos.avi.plugins.module_utils._questions.basis import Basis
from ansible_collections.dcos.avi.plugins.module_utils._questions.drift import drift_seen
from ansible_collections.dcos.avi.plugins.module_utils._questions.recovery import (
    RECOVER_OPTIONS,
    recovery_of,
    seen_for_recovery,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.retire import why_not_retirable
from ansible_collections.dcos.avi.plugins.module_utils._questions.until import UNTIL_OPTIONS, waited_until, warnings_of
from ansible_collections.dcos.avi.plugins.module_utils._questions.why import gathering
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import SERVICE_OPTIONS, Service

MIGRATION_INFO_OPTIONS: dict[str, Any] = {
    **SERVICE_OPTIONS,
    **PLAN_OPTIONS,
    "recover": {
        "type": "dict",
        "options": {
            **RECOVER_OPTIONS,
            "app": {"type": "str", "required": True},
            "why": {"type": "bool", "default": False},
        },
    },
    "drift": {"type": "bool", "default": False},
    **UNTIL_OPTIONS,
    **MESOS_OPTIONS,
    **marathon.MARATHON_OPTIONS,
    **avi.AVI_OPTIONS,
}


def migration_info(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_info.

    :param params: its options, each key present.
    :returns: the state of the service and what may be retired, pruned or withdrawn; ``plan`` with rollout, listener or rollback;
        ``recovery`` with recover, and ``why`` where that is asked for; ``drift`` with drift; ``waited`` with until.
    :raises Refused: the service's id is not a valid one, a version is no text, ``keep``, ``keep_warm`` or ``at_least`` is negative, or the file of a
        definition cannot be read; nothing was asked of anyone.
    :raises WaitTimeout: the app did not become active in time.
    :raises DcosAviError: whatever else went wrong with Marathon or Avi.
    """
    asked, failed = Asked.of(params), params["recover"]
    waited = None
    with avi.controller_from(params) as controller:
        client = marathon.client_from(params)
        service = Service.asked_for(params, client, controller)
        gathered = gathering(params, failed["app"], client) if failed and failed["why"] else None
        with service.keeping_the_lock(check_mode=check_mode):
            if params["until"]:
                seen, waited = waited_until(
                    service, params, lambda picture: why_not_retirable(picture, asked.kept, client)
                )
            else:
                seen = seen_for_recovery(service, failed, params["wait_interval"]) if failed else service.look()
            why = gathered() if gathered else None
        basis = Basis.of(service, client, seen)
        result = {"changed": False, "check_mode": check_mode, **asked.answered(basis)}
        result["warnings"] = warnings_of_capacity(result.get("capacity"))
        if params["drift"]:
            result["drift"] = drift_seen(basis, controller)
        if failed:
            result["recovery"] = recovery_of(seen, failed["app"], failed).as_result()
        if why is not None:
            result["why"] = why
    if waited:
        result["waited"] = waited.as_result()
        result["warnings"] += warnings_of(seen, params, waited)
    return result


MIGRATION_INFO = Work(
    migration_info,
    MIGRATION_INFO_OPTIONS,
    {
        "mutually_exclusive": ONE_PLAN,
        "required_if": [("until", "active", ["app"]), ("until", "drained", ["app"])],
        "required_by": {"app": "until"},
    },
)
