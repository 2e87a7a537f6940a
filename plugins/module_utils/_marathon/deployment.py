# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for deployments."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._errors import DcosAviError, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import (
    health,
    in_words,
    is_rolled_out,
    obstacles,
    progress,
)
from ansible_collections.dcos.avi.plugins.module_utils._wait import wait_until

__all__ = ["health", "wait_until_gone", "wait_until_rolled_out", "wait_until_unlocked"]


def wait_until_rolled_out(
    client: Marathon, app_id: str, *, deployment_id: str | None, timeout: float, interval: float
) -> dict[str, Any]:
    """Wait until the app is rolled out, and return it as it was then seen.

    :param deployment_id: the deployment that does it, named in errors; None where it is not known.
    :param timeout: seconds.
    :param interval: seconds between two looks.
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

    what = f"{app_id} to be rolled out" + (f" by deployment {deployment_id}" if deployment_id else "")
    try:
        return wait_until(look, is_rolled_out, timeout=timeout, interval=interval, describe=progress, what=what)
    except WaitTimeout as error:
        raise (_explained(error, client, seen[0]) if seen else error) from None


def _explained(timeout: WaitTimeout, client: Marathon, app: dict[str, Any]) -> WaitTimeout:
    """Add why to what was seen last."""
    try:
        queue = client.queue()
    except DcosAviError:
        queue = []  # The timeout is the news; that its cause cannot be read as well is not.
    found = obstacles(app, queue)
    reasons = "".join(f"; {clause}" for clause in in_words(found))
    details = {**(timeout.details if isinstance(timeout.details, dict) else {}), **found}
    return WaitTimeout(f"{timeout.sentence}{reasons}. Marathon goes on trying.", details=details)


def wait_until_gone(client: Marathon, app_id: str, *, timeout: float, interval: float) -> None:
    """Wait until neither the app nor a deployment of it is left.

    :raises WaitTimeout: says what is left.
    """
    wait_until(
        lambda: (client.app(app_id), deployments_of(client, app_id)),
        lambda seen: seen == (None, []),
        timeout=timeout,
        interval=interval,
        describe=lambda seen: progress(seen[0]) if seen[0] else f"deployment {' and '.join(seen[1])} stops its tasks",
        what=f"{app_id} to be gone",
    )


def wait_until_unlocked(client: Marathon, app_id: str, locks: list[str], *, timeout: float, interval: float) -> None:
    """Wait until the deployments that lock an app are over.

    :param locks: their ids, as Marathon's 409 names them.
    :raises WaitTimeout: names the deployments that still lock it.
    """
    wait_until(
        lambda: [deployment["id"] for deployment in client.deployments() if deployment["id"] in locks],
        lambda left: not left,
        timeout=timeout,
        interval=interval,
        describe=lambda left: f"deployment {' and '.join(left)} under way",
        what=f"other deployments to let go of {app_id}",
    )


def deployments_of(client: Marathon, app_id: str) -> list[str]:
    """Return the ids of the deployments under way that affect an app."""
    return [deployment["id"] for deployment in client.deployments() if app_id in (deployment.get("affectedApps") or [])]
