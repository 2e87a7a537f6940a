# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Freeze a service, so that no rollout of it begins, or lift that: the work of the module migration_freeze."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotFound, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.run import user_of_this_run
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS, client_from
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import Send, apply_change
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.freeze import (
    Freeze,
    freeze_definition,
    freeze_id,
    freeze_of,
    new_freeze,
    read_until,
)

# Seconds for finding out what became of one write.
WRITE_SECONDS, LOOK_PAUSE = 30.0, 0.2
MIGRATION_FREEZE_OPTIONS: dict[str, Any] = {
    "service": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "reason": {"type": "str"},
    "until": {"type": "str"},
    "by": {"type": "str"},
    **MARATHON_OPTIONS,
}


def migration_freeze(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_freeze.

    :param params: its options, each key present.
    :returns: {changed, freeze, diff}; ``freeze`` as it is now, None where the service is not frozen.
    :raises Refused: the reason is empty, the end is no moment that is to come, or the id of the freeze belongs to another app.
    :raises UnknownOutcome: it could not be found out whether it was written.
    :raises DcosAviError: whatever else went wrong with Marathon.
    """
    wanted = params["state"] == "present"
    if wanted and not (params["reason"] or "").strip():
        raise Refused(
            "reason is empty. Say in it why the service is frozen: others read it when their rollout is refused."
        )
    client, service = client_from(params), short_id(validate_id(params["service"]))
    app = client.app(freeze_id(service))
    _refuse_another_app(app, service)
    before = freeze_of(app, service) if app else None
    after = None
    if wanted:
        end = read_until(params["until"], client.now())
        after = new_freeze(params["by"] or user_of_this_run(), params["reason"], end, client.now())
        if before and dataclasses.replace(before, since=after.since) == after:
            after = before
    if not check_mode and after != before:
        _write(client, service, app, after)
    return {"changed": after != before, "freeze": _shown(after), "diff": _diff(service, before, after)}


def _refuse_another_app(app: AppJson | None, service: str) -> None:
    if app is not None and freeze_of(app, service) is None:
        raise Refused(f"/{freeze_id(service)} should be a freeze, but is another app. Delete it if it is not needed.")


def _write(client: Marathon, service: str, app: AppJson | None, freeze: Freeze | None) -> None:
    """Bring the app to what it is to be, whoever writes it at the same time: the last one counts."""

    def next_step(found: AppJson | None, in_doubt: bool) -> Send | None:
        _refuse_another_app(found, service)
        if freeze is None:
            return (lambda: client.delete_app(freeze_id(service))) if found is not None else None
        definition = freeze_definition(freeze, service)
        if found is None:
            return lambda: client.create_app(definition)
        # At zero instances a change of labels restarts nothing.
        labels = {"labels": definition["labels"]}
        return (lambda: client.update_app(freeze_id(service), labels)) if freeze_of(found, service) != freeze else None

    # Somebody else may lift it in this moment.
    with contextlib.suppress(NotFound):
        apply_change(client, freeze_id(service), app, next_step, Deadline(WRITE_SECONDS, LOOK_PAUSE))


def _shown(freeze: Freeze | None) -> dict[str, Any] | None:
    return freeze.shown() if freeze else None


def _diff(service: str, before: Freeze | None, after: Freeze | None) -> dict[str, Any]:
    header = f"freeze of {service}"
    return {
        "before": _shown(before) or {},
        "after": _shown(after) or {},
        "before_header": header,
        "after_header": header,
    }


MIGRATION_FREEZE = Work(migration_freeze, MIGRATION_FREEZE_OPTIONS, {"required_if": [("state", "present", ["reason"])]})
