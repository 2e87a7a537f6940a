# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at a service, wait for it, plan for it: the work of the module migration_info."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.given_names import given_name
from ansible_collections.dcos.avi.plugins.module_utils._core.run import is_gone
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._gates.active import until_active
from ansible_collections.dcos.avi.plugins.module_utils._gates.drained import not_waited_out, until_drained
from ansible_collections.dcos.avi.plugins.module_utils._gates.settled import until_settled
from ansible_collections.dcos.avi.plugins.module_utils._gates.settling import (
    Waited,
    look_until_settled,
    until_retirable,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.file import read_definition
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.releases import newer_fields
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._plan.asked import (
    RECOVER_OPTIONS,
    RETIRE_OPTIONS,
    ROLLBACK_OPTIONS,
    recovery_of,
    rollback_request,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import ended_first, plan_leftovers, to_plan_by
from ansible_collections.dcos.avi.plugins.module_utils._plan.listener import ListenerRequest, plan_listener
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import Plan, launchable
from ansible_collections.dcos.avi.plugins.module_utils._plan.retention import what_may_leave, what_may_retire
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import why_not_retire
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import (
    RollbackPlan,
    plan_rollback,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout import plan_rollout
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_steps import GATES, Ways
from ansible_collections.dcos.avi.plugins.module_utils._plan.state_result import as_result
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import SERVICE_OPTIONS, Service
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

NOTHING_KEPT = {"keep_warm": 0, "keep": None, "by": None, "at_least": None}
_STATED: dict[str, Any] = {"definition": {"type": "dict"}, "src": {"type": "path"}}

MIGRATION_INFO_OPTIONS: dict[str, Any] = {
    **SERVICE_OPTIONS,
    "rollout": {
        "type": "dict",
        "mutually_exclusive": [("definition", "src")],
        "options": {
            **_STATED,
            "version": {"type": "raw", "required": True},
            "image": {"type": "str"},
            "overrides": {"type": "dict"},
            "instances": {"type": "int"},
            "priority": {"type": "int"},
            "strategy": {"type": "str", "choices": ["direct", "preview"], "default": "direct"},
            "promote": {"type": "bool", "default": True},
            "preview_instances": {"type": "int", "default": 1},
            "gates": {"type": "list", "elements": "str", "choices": list(GATES), "default": []},
        },
    },
    "listener": {
        "type": "dict",
        "mutually_exclusive": [("definition", "src")],
        "options": {**_STATED, "avi": {"type": "dict"}},
    },
    "rollback": {"type": "dict", "options": ROLLBACK_OPTIONS},
    "retire": {"type": "dict", "options": {**RETIRE_OPTIONS, "keep": {"type": "int"}}},
    "recover": {"type": "dict", "options": {**RECOVER_OPTIONS, "app": {"type": "str", "required": True}}},
    "no_log_env": {"type": "bool", "default": False},
    "until": {"type": "str", "choices": ["active", "drained", "settled", "retirable"]},
    "app": {"type": "str"},
    **WAIT_OPTIONS,
    **marathon.MARATHON_OPTIONS,
    **avi.AVI_OPTIONS,
}


def migration_info(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_info.

    :param params: its options, each key present.
    :returns: the picture of the service and what may be retired, pruned or withdrawn; ``plan`` with rollout, listener or rollback; ``waited`` with until.
    :raises Refused: the service's id is not a valid one, a version is no text, ``keep``, ``keep_warm`` or ``at_least`` is negative, or the file of a
        definition cannot be read; nothing was asked of anyone.
    :raises WaitTimeout: the app did not become active in time.
    :raises DcosAviError: whatever else went wrong with Marathon or Avi.
    """
    validate_id(params["service"])
    keep: dict[str, Any] = params["retire"] or NOTHING_KEPT
    for name, what in (("keep", "versions"), ("keep_warm", "seconds"), ("at_least", "instances")):
        if (keep[name] or 0) < 0:
            raise Refused(f"{name} must be 0 or more ({what}), not {keep[name]}.")
    rollout, listener = _stated(params["rollout"]), _stated(params["listener"])
    if params["rollback"] is not None:
        rollback_request(params["rollback"])
    with avi.client_from(params) as controller:
        client = marathon.client_from(params)
        service = Service.asked_for(params, client, controller)
        seen, waited = _seen(service, params, lambda picture: _why_not_retired(picture, keep, client))
        # What runs although it has no instances is ended first: the steps after that follow from what is then.
        planned_by = to_plan_by(seen)
        result = {
            "changed": False,
            "check_mode": check_mode,
            **as_result(seen),
            **what_may_leave(planned_by, **keep, now=client.now()),
            "leftover": [item.as_result() for item in plan_leftovers(seen)],
        }
        if result["lock"]:
            result["lock"]["gone"] = is_gone(result["lock"]["owner"])
        if rollout:
            ways = Ways(rollout.pop("gates"), keep["keep_warm"], is_warm=bool(result["warm"]))
            plan = launchable(_rollout_plan(service, client, planned_by, rollout, ways), client.release)
            result["plan"] = ended_first(plan, seen).as_result()
        if listener:
            release = _release(client, listener["definition"])
            request = ListenerRequest(listener["definition"], listener["avi"] or {}, release)
            result["plan"] = launchable(plan_listener(seen, request), client.release).as_result()
        if params["rollback"] is not None:
            way_back = launchable(_rollback_plan(service, planned_by, params["rollback"]), client.release)
            result["plan"] = ended_first(way_back, seen).as_result()
        if params["recover"]:
            failed = params["recover"]
            result["recovery"] = recovery_of(seen, failed["app"], failed).as_result()
    if waited:
        result["waited"] = waited.as_result()
        result["warnings"] = _warnings(seen, params, waited)
    return result


def _stated(request: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Read the definition from its file, where it is stated by one, and the name of the version as text."""
    if not request:
        return None
    stated = dict(request)
    if "version" in stated:
        stated["version"] = given_name(stated["version"], "version")
    if stated["src"]:
        stated["definition"] = read_definition(stated["src"])
    return stated


def _why_not_retired(seen: Picture, keep: Mapping[str, Any], client: Marathon) -> str | None:
    """Say what speaks against scaling superseded versions down, and may pass: that another version takes the traffic does not."""
    planned_by = to_plan_by(seen)
    if why_not_retire(planned_by) is None:
        return None
    return what_may_retire(planned_by, keep["keep_warm"], keep["by"], keep["at_least"], client.now())[1]


def _seen(
    service: Service, params: dict[str, Any], why_not_retired: Callable[[Picture], str | None]
) -> tuple[Picture, Waited | None]:
    if not params["until"]:
        return _seen_for_recovery(service, params) if params["recover"] else service.look(), None
    if params["until"] == "retirable":
        return until_retirable(service.look, why_not_retired, interval=params["wait_interval"])
    app_id = short_id(params["app"] or "")
    times = {"timeout": params["wait_timeout"], "interval": params["wait_interval"]}
    if params["until"] == "settled":
        start, within = time.monotonic(), params["wait_timeout"]

        def unnoticed(seen: Picture) -> list[str]:
            # What was given up lately when the wait began is so until it ends.
            return service.unnoticed(seen, within + time.monotonic() - start)

        return until_settled(service.look, app_id or None, unnoticed=unnoticed, **times)
    if params["until"] == "active":
        return until_active(service.look, service.is_unchanged, app_id, **times)
    return until_drained(service.look, service.open_connections, app_id, **times)


def _seen_for_recovery(service: Service, params: dict[str, Any]) -> Picture:
    """Return a look. What only for a moment speaks against giving the app up gets time to pass."""
    failed, seen = params["recover"], service.look()

    def is_settled(picture: Picture) -> bool:
        return not recovery_of(picture, failed["app"], failed).may_pass

    return (
        seen
        if is_settled(seen)
        else look_until_settled(service.look, seen, is_settled, interval=params["wait_interval"])
    )


def _rollout_plan(service: Service, client: Marathon, seen: Picture, rollout: dict[str, Any], ways: Ways) -> Plan:
    given = {key: value for key, value in rollout.items() if key != "src"}
    release = _release(client, rollout["definition"], rollout["overrides"])
    request = RolloutRequest(**given, ways=ways, release=release)
    return plan_rollout(seen, request, lambda app_id: service.has_namesake(seen, app_id))


def _release(client: Marathon, *definitions: Mapping[str, Any] | None) -> tuple[int, int] | None:
    """Return Marathon's release where it makes a difference: a field may be too new for it."""
    return client.release() if any(newer_fields(definition or {}) for definition in definitions) else None


def _rollback_plan(service: Service, seen: Picture, rollback: dict[str, Any]) -> RollbackPlan:
    return plan_rollback(seen, rollback_request(rollback), lambda app_id: service.has_namesake(seen, app_id))


def _warnings(seen: Picture, params: Mapping[str, Any], waited: Waited) -> list[str]:
    if params["until"] == "settled":
        return [] if waited.is_watched_out else [waited.watched]
    if params["until"] == "retirable":
        return []
    return [*_unknown(seen, short_id(params["app"])), *not_waited_out(waited)]


def _unknown(seen: Picture, app_id: str) -> list[str]:
    """Return a warning where nothing was drained: a name that is misspelt would look the same."""
    if seen.app(app_id):
        return []
    return [
        f"Marathon shows no app {app_id} among those of {seen.service}, so that nothing of it could be seen. Check its id."
    ]


MIGRATION_INFO = Work(
    migration_info,
    MIGRATION_INFO_OPTIONS,
    {
        "mutually_exclusive": [("rollout", "listener", "rollback")],
        "required_if": [("until", "active", ["app"]), ("until", "drained", ["app"])],
        "required_by": {"app": "until"},
    },
)
