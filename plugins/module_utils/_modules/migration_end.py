# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Give the lock of a service back, check it once more and sum the run up: the work of the module migration_end."""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._core.work import MORE_SHOWN, SHOWN, Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._plan.outcome import rollout_stats
from ansible_collections.dcos.avi.plugins.module_utils._plan.run_end import (
    RUNS,
    LastCheck,
    RunFailure,
    last_check_of,
    run_end,
    with_late_connector,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.state_result import as_result
from ansible_collections.dcos.avi.plugins.module_utils._questions.until import settled
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_request import LockRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_run import RUN_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import SERVICE_OPTIONS, Service

FAILURE_OPTIONS: dict[str, Any] = {
    "sentence": {"type": "str", "default": ""},
    "phase": {"type": "str", "default": ""},
    "recovery": {"type": "str", "default": ""},
    "tries": {"type": "int", "default": 0},
    "why": {"type": "dict", "default": {}},
}
MIGRATION_END_OPTIONS: dict[str, Any] = {
    **SERVICE_OPTIONS,
    "run": {"type": "str", "choices": list(RUNS), "required": True},
    "phases": {"type": "dict", "required": True},
    "failure": {"type": "dict", "options": FAILURE_OPTIONS},
    "unlock": {"type": "bool", "default": False},
    **RUN_OPTIONS,
    **WAIT_OPTIONS,
    **marathon.MARATHON_OPTIONS,
    **avi.AVI_OPTIONS,
}


def migration_end(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_end.

    :param params: its options, each key present.
    :returns: {changed}, and the keys of rollout_result where the run is a rollout. ``failed`` with ``msg`` where the last check does not show what
        the run did.
    :raises DcosAviError: the lock could not be given back, or, unless the run has failed already, the last check did not succeed.
    """
    run, failure = params["run"], RunFailure(**(params["failure"] or {}))
    phases = with_late_connector(params["phases"])
    if params["unlock"]:
        _give_the_lock_back(params, check_mode, failure)
    check = last_check_of(run, phases, failure, was_locked=params["unlock"], check_mode=check_mode)
    final = _checked(params, check, failure) if check else {}
    end = run_end(run, {**phases, "report": final}, failure, check_mode)
    result: dict[str, Any] = {"changed": False, **(end.result or {})}
    if end.result:
        stats = rollout_stats(end.result, end.result["service"])
        # Else Ansible merges them with those of an earlier rollout of the play.
        result["ansible_stats"] = {"data": stats, "per_host": False, "aggregate": False}
    # A run that failed says so in the end, and once.
    result.update(
        {"failed": bool(end.unproven), SHOWN: "" if failure.sentence else end.sentence, MORE_SHOWN: end.lines}
    )
    return {**result, "msg": end.unproven, SHOWN: ""} if end.unproven else result


def _give_the_lock_back(params: dict[str, Any], check_mode: bool, failure: RunFailure) -> None:
    try:
        LockRequest({**params, **_NO_PURPOSE}, check_mode).give_back()
    except DcosAviError as error:
        if not failure.sentence:
            error.sentence = f"All steps completed. {error.sentence}"
        raise


_NO_PURPOSE = {"purpose": None, "break_holder": None}


def _checked(params: dict[str, Any], check: LastCheck, failure: RunFailure) -> dict[str, Any]:
    """Check the service, and return what migration_info would; of a run that has failed, also why that was not possible."""
    begin, before = time.monotonic(), HttpSession.requests_of_all
    try:
        found = _seen(params, check)
    except DcosAviError as error:
        if not failure.sentence:
            what = f"the final state of {params['service']} could not be read"
            error.sentence = f"All steps completed, but {what}: {error.sentence}"
            raise
        found = {"failed": True, "msg": error.sentence}
    spent = {"seconds": round(time.monotonic() - begin, 2), "requests": HttpSession.requests_of_all - before}
    return {**found, "spent": spent}


def _seen(params: dict[str, Any], check: LastCheck) -> dict[str, Any]:
    with avi.controller_from(params) as controller:
        service = Service.asked_for(params, marathon.client_from(params), controller, connections=False)
        if not check.settles:
            return as_result(service.look())
        times = {"timeout": params["wait_timeout"], "interval": params["wait_interval"]}
        # After a failure the run still has it.
        with service.keeping_the_lock(nonce=params.get("nonce")):
            seen, waited = settled(service, check.app, **times)
    return {**as_result(seen), "waited": waited.as_result()}


MIGRATION_END = Work(migration_end, MIGRATION_END_OPTIONS)
