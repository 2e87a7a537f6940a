# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Has it happened yet? Waits until an app is active or drained, or a service has settled or may lose its superseded versions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._gates.active import until_active
from ansible_collections.dcos.avi.plugins.module_utils._gates.drained import not_waited_out, until_drained
from ansible_collections.dcos.avi.plugins.module_utils._gates.retirable import until_retirable
from ansible_collections.dcos.avi.plugins.module_utils._gates.settled import until_settled
from ansible_collections.dcos.avi.plugins.module_utils._gates.waited import Waited
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

UNTIL_OPTIONS: dict[str, Any] = {
    "until": {"type": "str", "choices": ["active", "drained", "settled", "retirable"]},
    "app": {"type": "str"},
    **WAIT_OPTIONS,
}


def waited_until(
    service: Service, params: Mapping[str, Any], why_not: Callable[[Picture], str | None]
) -> tuple[Picture, Waited]:
    """Wait for what the options of UNTIL_OPTIONS name. Returns the last check of the service, and how the wait ended.

    :param why_not: says what speaks against scaling superseded versions down in a check, and may pass; None where nothing does.
    :raises WaitTimeout: the app did not become active in time, or not even the last check succeeded.
    """
    app_id, interval = short_id(params["app"] or ""), params["wait_interval"]
    if params["until"] == "retirable":
        return until_retirable(service.look, why_not, interval=interval)
    times = {"timeout": params["wait_timeout"], "interval": interval}
    if params["until"] == "settled":
        return settled(service, app_id or None, **times)
    if params["until"] == "active":
        return until_active(service.look, service.is_unchanged, app_id, **times)
    return until_drained(service.look, service.open_connections, app_id, **times)


def settled(service: Service, app_id: str | None, *, timeout: float, interval: float) -> tuple[Picture, Waited]:
    """Wait until no traffic can move any more. Returns the last check of the service, and how the wait ended.

    :param app_id: the app that is to serve then; None where another may.
    :raises WaitTimeout: not even the last check succeeded.
    """
    start = time.monotonic()

    def unnoticed(seen: Picture) -> list[str]:
        # What was given up lately when the wait began is so until it ends.
        return service.unnoticed(seen, timeout + time.monotonic() - start)

    return until_settled(service.look, app_id, unnoticed=unnoticed, timeout=timeout, interval=interval)


def warnings_of(seen: Picture, params: Mapping[str, Any], waited: Waited) -> list[str]:
    """Return what a person should know of how the wait ended."""
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
