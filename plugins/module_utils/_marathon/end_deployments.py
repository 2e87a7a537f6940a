# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for deployments, roll them back or abandon them: the work of the module marathon_deployment."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._errors import DcosAviError, Refused, UnknownOutcome
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import (
    abandon,
    start_rollback,
    under_way,
    wait_until_listed,
    wait_until_over,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS, client_from
from ansible_collections.dcos.avi.plugins.module_utils._marathon.to_zero import queued_launches
from ansible_collections.dcos.avi.plugins.module_utils._wait import WAIT_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._work import Work

DEPLOYMENT_OPTIONS: dict[str, Any] = {
    "id": {"type": "str"},
    "app": {"type": "str"},
    "state": {"type": "str", "choices": ["finished", "rolled_back", "abandoned"], "default": "finished"},
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
    ends_them = params["state"] != "finished"
    if found and not check_mode:
        ended: list[str] = []
        try:
            _end(client, found, params, ended)
        except DcosAviError as error:
            error.changed = bool(ended) or (ends_them and isinstance(error, UnknownOutcome))
            raise
    result: dict[str, Any] = {"changed": ends_them and bool(found), "deployments": found}
    if found and params["state"] == "abandoned" and not check_mode:
        result["warnings"] = _launches_to_come(client, found)
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


def _end(client: Marathon, found: list[dict[str, Any]], params: dict[str, Any], ended: list[str]) -> None:
    """Bring the deployments to an end in the way that is asked for, and note in ``ended`` those that Marathon was made to end."""
    if params["state"] == "abandoned":
        for deployment in found:
            abandon(client, deployment["id"])
            ended.append(deployment["id"])
        return
    if params["state"] == "rolled_back" and not params["wait"]:
        _roll_back(client, found, ended)
        return
    apps = {app for deployment in found for app in deployment.get("affectedApps") or []}
    deadline = Deadline(params["wait_timeout"], params["wait_interval"])
    with client.listening(apps, params["wait_interval"]) as deadline.news:
        if params["state"] == "rolled_back":
            awaited = _roll_back(client, found, ended)
            wait_until_listed(deadline)
        else:
            awaited = [deployment["id"] for deployment in found]
        wait_until_over(client, awaited, f"deployment {' and '.join(awaited)} to be over", deadline)


def _roll_back(client: Marathon, found: list[dict[str, Any]], ended: list[str]) -> list[str]:
    """Have Marathon undo the deployments, and return the ids of those that do it."""
    undoing = []
    for deployment in found:
        undoing += start_rollback(client, deployment)
        ended.append(deployment["id"])
    return undoing


DEPLOYMENT = Work(
    end_deployments, DEPLOYMENT_OPTIONS, {"required_one_of": [("id", "app")], "mutually_exclusive": [("id", "app")]}
)
