# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for deployments, and end them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    DcosAviError,
    NotFound,
    UnknownOutcome,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._marathon.absence import ABSENCE, RETRY_PAUSE, once_readable
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import (
    is_rolled_out,
    live_tasks,
    obstacles,
    obstacles_in_words,
    progress,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress_line import progress_line
from ansible_collections.dcos.avi.plugins.module_utils._marathon.two_looks import look_twice

# Seconds after which a deployment that was just begun is listed for certain: releases before 1.8 list it a moment late, and its
# absence until then does not tell that it is over.
LISTED_AFTER = 0.5


def wait_until_rolled_out(
    client: Marathon, app_id: str, deployment_id: str | None, deadline: Deadline, replaced: Collection[str] = ()
) -> dict[str, Any]:
    """Wait until the app is rolled out, and return it as it was then seen.

    :param deployment_id: the deployment that does it, named in errors; None where it is not known.
    :param replaced: the ids of tasks that must have ended by then: before 1.11 nothing else tells a task that was restarted from one that is
        still to be.
    :raises WaitTimeout: says what was seen last, and why it may not come further: the last task failure, failing health
        checks, declined offers. ``details`` holds them as data.
    :raises DcosAviError: the app is gone.
    """
    seen: list[dict[str, Any]] = []

    def look() -> dict[str, Any]:
        app = client.app(app_id)
        if app is None:
            raise DcosAviError(
                f"{app_id} is gone: it was deleted, or its creation rolled back, while it was rolled out."
            )
        seen[:] = [app]
        return app

    def left_of(app: dict[str, Any]) -> int:
        return sum(task.get("id") in replaced for task in live_tasks(app))

    def is_over(app: dict[str, Any]) -> bool:
        return is_rolled_out(app) and not left_of(app)

    def describe(app: dict[str, Any]) -> str:
        left = left_of(app)
        return progress(app) + (f", {left} tasks from before the restart are left" if left else "")

    try:
        return wait_until(
            lambda: look_twice(client, look, is_over),
            is_over,
            timeout=deadline.left,
            interval=deadline.interval,
            describe=describe,
            what=f"{app_id} to be rolled out" + (f" by deployment {deployment_id}" if deployment_id else ""),
            who=app_id.lstrip("/"),
            live=lambda app: progress_line(app, _obstacles(client, app)),
            sleep=deadline.sleep,
        )
    except WaitTimeout as error:
        raise (_explained(error, client, seen[0]) if seen else error) from None


def _explained(timeout: WaitTimeout, client: Marathon, app: dict[str, Any]) -> WaitTimeout:
    """Add why to what was seen last."""
    found = _obstacles(client, app)
    reasons = "".join(f"; {clause}" for clause in obstacles_in_words(found))
    details = {**(timeout.details if isinstance(timeout.details, dict) else {}), **found}
    return WaitTimeout(f"{timeout.sentence}{reasons}", details=details)


def _obstacles(client: Marathon, app: dict[str, Any]) -> dict[str, Any]:
    try:
        queue = client.queue()
    except DcosAviError:
        queue = []  # How far the app is, is the news; that the cause cannot be read as well is not.
    return obstacles(app, queue)


def wait_until_gone(client: Marathon, app_id: str, deadline: Deadline) -> None:
    """Wait until neither the app nor a deployment of it is left.

    :raises WaitTimeout: says what is left.
    """

    def look() -> tuple[dict[str, Any] | None, list[str]]:
        return client.app(app_id), [deployment["id"] for deployment in deployments_of(client, app_id)]

    def is_gone(seen: tuple[dict[str, Any] | None, list[str]]) -> bool:
        return seen == (None, [])

    wait_until(
        lambda: look_twice(client, look, is_gone),
        is_gone,
        timeout=deadline.left,
        # From 1.8 on the event of its deletion comes before its tasks have ended, so that none tells.
        interval=deadline.own_interval,
        describe=lambda seen: progress(seen[0]) if seen[0] else f"deployment {' and '.join(seen[1])} stops its tasks",
        what=f"{app_id} to be gone",
        sleep=deadline.sleep,
    )


def wait_until_listed(deadline: Deadline) -> None:
    """Wait until Marathon lists what it has just begun, as far as there is time."""
    time.sleep(min(LISTED_AFTER, deadline.left))


def wait_until_over(
    client: Marathon, deployment_ids: Iterable[str], what: str, deadline: Deadline, interval: float | None = None
) -> None:
    """Wait until none of the deployments is under way any more.

    :param what: completes "waited 300 s for ...".
    :param interval: the pause between two looks, where it is another than the deadline's.
    :raises WaitTimeout: names those that still are.
    """
    awaited = set(deployment_ids)
    wait_until(
        lambda: under_way(client, lambda deployment: deployment["id"] in awaited),
        lambda left: not left,
        timeout=deadline.left,
        interval=deadline.interval if interval is None else interval,
        describe=lambda left: " and ".join(map(in_a_step, left)),
        what=what,
        sleep=deadline.sleep,
    )


def in_a_step(deployment: dict[str, Any]) -> str:
    """Say in words how far a deployment is."""
    actions = [f"{action.get('action')} {action.get('app')}" for action in deployment.get("currentActions") or []]
    doing = f" ({', '.join(actions)})" if actions else ""
    step, steps = deployment.get("currentStep", "?"), deployment.get("totalSteps", "?")
    return f"deployment {deployment['id']} in step {step} of {steps}{doing}"


def under_way(client: Marathon, is_meant: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Return the deployments of a kind that are under way. Where there are none, two looks under one leader have shown none."""
    return look_twice(
        client,
        lambda: [deployment for deployment in client.deployments() if is_meant(deployment)],
        lambda found: not found,
    )


def deployments_of(client: Marathon, app_id: str) -> list[dict[str, Any]]:
    """Return the deployments under way that affect an app."""
    return [deployment for deployment in client.deployments() if app_id in (deployment.get("affectedApps") or [])]


def start_rollback(client: Marathon, deployment: dict[str, Any]) -> list[str]:
    """Have Marathon undo a deployment that is under way, and return the ids of the deployments that do it.

    A deployment that is over in the meantime is not undone.

    :param deployment: {id, affectedApps}.
    :raises UnknownOutcome: Marathon's answer was lost, and the deployment is still under way.
    """
    try:
        return [client.roll_back_deployment(deployment["id"]).deployment_id]
    except NotFound:
        return []
    except UnknownOutcome:
        # Where it was applied, another deployment of the same apps has taken its place.
        affected = set(deployment.get("affectedApps") or [])
        others = [other["id"] for other in _read_after_doubt(client) if affected & set(other.get("affectedApps") or [])]
        if deployment["id"] in others:
            raise
        return others


def abandon(client: Marathon, deployment_id: str) -> None:
    """Have Marathon give up a deployment that is under way, and leave its apps half done.

    :raises UnknownOutcome: Marathon's answer was lost, and the deployment is still under way.
    """
    try:
        client.abandon_deployment(deployment_id)
    except NotFound:
        return
    except UnknownOutcome:
        if any(deployment["id"] == deployment_id for deployment in _read_after_doubt(client)):
            raise


def _read_after_doubt(client: Marathon) -> list[dict[str, Any]]:
    """Return the deployments under way, after the answer to a request that ends one was lost."""
    time.sleep(RETRY_PAUSE)
    return once_readable(client.deployments, ABSENCE, "the deployments")
