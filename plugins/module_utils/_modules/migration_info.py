# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a service, wait for it, plan for it: the work of the module migration_info. Each question has its file in _questions."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._core.run import run_is_gone
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._plan.state_result import as_result
from ansible_collections.dcos.avi.plugins.module_utils._questions.basis import Basis
from ansible_collections.dcos.avi.plugins.module_utils._questions.drift import drift_seen
from ansible_collections.dcos.avi.plugins.module_utils._questions.listener import LISTENER_OPTIONS, listener_asked_for
from ansible_collections.dcos.avi.plugins.module_utils._questions.planned import (
    PLANNED_OPTIONS,
    compared,
    ended_meanwhile,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.recovery import (
    RECOVER_OPTIONS,
    recovery_of,
    seen_for_recovery,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.retire import (
    RETIRE_OPTIONS,
    what_is_kept,
    what_may_go,
    why_not_retirable,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.rollback import (
    ROLLBACK_OPTIONS,
    rollback_asked_for,
    rollback_request,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.rollout import ROLLOUT_OPTIONS, rollout_asked_for
from ansible_collections.dcos.avi.plugins.module_utils._questions.stated import stated
from ansible_collections.dcos.avi.plugins.module_utils._questions.until import UNTIL_OPTIONS, waited_until, warnings_of
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import SERVICE_OPTIONS, Service

_BY_ONE = {"mutually_exclusive": [("definition", "src")]}
MIGRATION_INFO_OPTIONS: dict[str, Any] = {
    **SERVICE_OPTIONS,
    "rollout": {"type": "dict", "options": ROLLOUT_OPTIONS, **_BY_ONE},
    "listener": {"type": "dict", "options": LISTENER_OPTIONS, **_BY_ONE},
    "rollback": {"type": "dict", "options": ROLLBACK_OPTIONS},
    "retire": {"type": "dict", "options": {**RETIRE_OPTIONS, "keep": {"type": "int"}}},
    "recover": {"type": "dict", "options": {**RECOVER_OPTIONS, "app": {"type": "str", "required": True}}},
    "planned": {"type": "dict", "options": PLANNED_OPTIONS},
    "drift": {"type": "bool", "default": False},
    "no_log_env": {"type": "bool", "default": False},
    **UNTIL_OPTIONS,
    **marathon.MARATHON_OPTIONS,
    **avi.AVI_OPTIONS,
}


def migration_info(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_info.

    :param params: its options, each key present.
    :returns: the state of the service and what may be retired, pruned or withdrawn; ``plan`` with rollout, listener or rollback;
        ``recovery`` with recover; ``drift`` with drift; ``waited`` with until.
    :raises Refused: the service's id is not a valid one, a version is no text, ``keep``, ``keep_warm`` or ``at_least`` is negative, or the file of a
        definition cannot be read; nothing was asked of anyone.
    :raises WaitTimeout: the app did not become active in time.
    :raises DcosAviError: whatever else went wrong with Marathon or Avi.
    """
    validate_id(params["service"])
    kept = what_is_kept(params["retire"])
    rollout, listener, failed = stated(params["rollout"]), stated(params["listener"]), params["recover"]
    rollback = None if params["rollback"] is None else rollback_request(params["rollback"])
    waited = None
    with avi.controller_from(params) as controller:
        client = marathon.client_from(params)
        service = Service.asked_for(params, client, controller)
        if params["until"]:
            seen, waited = waited_until(service, params, lambda picture: why_not_retirable(picture, kept, client))
        else:
            seen = seen_for_recovery(service, failed, params["wait_interval"]) if failed else service.look()
        basis = Basis.of(service, client, seen)
        result = {"changed": False, "check_mode": check_mode, **as_result(seen), **what_may_go(basis, kept)}
        if result["lock"]:
            result["lock"]["gone"] = run_is_gone(result["lock"]["owner"])
        held, planned = result["lock"], params["planned"]
        if rollout:
            plan = rollout_asked_for(basis, rollout, kept["keep_warm"], is_warm=bool(result["warm"]))
            result["plan"] = compared(plan, planned, result["leftover"], held)
        if listener:
            result["plan"] = listener_asked_for(basis, listener).as_result()
        if rollback:
            way_back = ended_meanwhile(rollback_asked_for(basis, rollback), planned, result["leftover"])
            result["plan"] = compared(way_back, planned, result["leftover"], held)
        if params["drift"]:
            result["drift"] = drift_seen(basis, controller)
        if failed:
            result["recovery"] = recovery_of(seen, failed["app"], failed).as_result()
    if waited:
        result["waited"] = waited.as_result()
        result["warnings"] = warnings_of(seen, params, waited)
    return result


MIGRATION_INFO = Work(
    migration_info,
    MIGRATION_INFO_OPTIONS,
    {
        "mutually_exclusive": [("rollout", "listener", "rollback")],
        "required_if": [("until", "active", ["app"]), ("until", "drained", ["app"])],
        "required_by": {"app": "until"},
    },
)
