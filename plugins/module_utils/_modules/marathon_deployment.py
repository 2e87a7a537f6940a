# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for deployments, roll them back or abandon them: the work of the module marathon_deployment."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused, UnknownOutcome
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.rolling_back import Rollback
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.to_zero import queued_launches
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import (
    abandon,
    under_way,
    wait_until_over,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS, client_from

DEPLOYMENT_OPTIONS: dict[str, Any] = {
    "id": {"type": "str"},
    "app": {"type": "str"},
    "state": {"type": "str", "choices": ["finished", "rolled_back", "abandoned"], "default": "finished"},
    "allow_outage": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    **WAIT_OPTIONS,
    **MARATHON_OPTIONS,
}


def end_deployments(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of marathon_deployment.

    :param params: its options, each key present.
    :returns: {changed, deployments: [...]}, the deployments that were under way, as Marathon shows them.
    :raises Refused: the id is empty, or could not be one of an app.
    :raises WaitTimeout: what was waited for did not end in time.
    :raises DcosAviError: whatever else went wrong with Marathon.
    """
    client = client_from(params)
    found = _under_way(client, params)
    if params["state"] == "rolled_back":
        return {"changed": _roll_back(client, found, params, check_mode), "deployments": found}
    result: dict[str, Any] = {"changed": params["state"] == "abandoned" and bool(found), "deployments": found}
    if not found or check_mode:
        return result
    if params["state"] == "abandoned":
        _abandon(client, found)
        return {**result, "warnings": _launches_to_come(client, found)}
    apps = {app for deployment in found for app in deployment.get("affectedApps") or []}
    deadline = Deadline(params["wait_timeout"], params["wait_interval"])
    awaited = [deployment["id"] for deployment in found]
    with client.listening(apps, params["wait_interval"]) as deadline.news:
        wait_until_over(client, awaited, f"deployment {' and '.join(awaited)} to be over", deadline)
    return result


def _launches_to_come(client: Marathon, abandoned: list[dict[str, Any]]) -> list[str]:
    """Return a warning for each app of which Marathon goes on launching tasks: from 1.8 on it gives up the deployment alone."""
    apps = dict.fromkeys(app for deployment in abandoned for app in deployment.get("affectedApps") or [])
    try:
        queue = client.queue()
    except DcosAviError as error:
        return [f"Whether Marathon goes on launching tasks could not be read: {error.sentence}"]
    waiting = {app: queued_launches(queue, app) for app in apps}
    return [
        f"{count} launches of {app} still wait in Marathon's queue, and happen when offers come. Scale {app} to 0 instances to end that."
        for app, count in waiting.items()
        if count
    ]


def _under_way(client: Marathon, params: dict[str, Any]) -> list[dict[str, Any]]:
    if params["app"] is not None:
        app_id = validate_id(params["app"])
        return under_way(client, lambda deployment: app_id in (deployment.get("affectedApps") or []))
    if not params["id"]:
        raise Refused("Give the id of a deployment: an empty one names none.")
    return under_way(client, lambda deployment: bool(deployment["id"] == params["id"]))


def _abandon(client: Marathon, found: list[dict[str, Any]]) -> None:
    ended = False
    for deployment in found:
        try:
            abandon(client, deployment["id"])
        except DcosAviError as error:
            error.changed = ended or isinstance(error, UnknownOutcome)
            raise
        ended = True


def _roll_back(client: Marathon, found: list[dict[str, Any]], params: dict[str, Any], check_mode: bool) -> bool:
    """Roll the deployments back, and return whether anything was, or would be, changed.

    Where an app is named, one that an interrupted rollback left half done is resumed, though no deployment of it is under way.
    """
    alone = sorted(
        {
            item["affectedApps"][0]
            for item in found
            if len(item.get("affectedApps") or ()) == 1 and not item.get("affectedPods")
        }
    )
    several = [item for item in found if not {*(item.get("affectedApps") or ())} & {*alone}]
    if params["app"] is not None and not found:
        app_id = validate_id(params["app"])
        alone = [app_id] if client.app(app_id) else []
    deadline = Deadline(params["wait_timeout"], params["wait_interval"])
    rollback = Rollback(client, deadline, allow_outage=params["allow_outage"], wait=params["wait"])
    rollback.refuse_outage_of_several(several)
    changing = [app_id for app_id in alone if rollback.changes_app(app_id)]
    if check_mode or not (changing or several):
        return bool(changing or several)
    try:
        with client.listening(changing, params["wait_interval"]) as deadline.news:
            for app_id in changing:
                rollback.of_app(app_id)
            if several:
                rollback.of_several(several)
    except DcosAviError as error:
        error.changed = error.changed or rollback.has_written
        raise
    return rollback.has_written


DEPLOYMENT = Work(
    end_deployments, DEPLOYMENT_OPTIONS, {"required_one_of": [("id", "app")], "mutually_exclusive": [("id", "app")]}
)
