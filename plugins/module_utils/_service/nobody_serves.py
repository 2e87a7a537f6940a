# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says whether anybody serves without an app that goes, or has gone, to zero instances. Pure."""

from __future__ import annotations

from collections.abc import Collection

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import UP, Pool
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AB_POOL, fallback
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, holds, is_complete


def serving_pools(picture: Picture, leaving: str) -> list[Pool]:
    """Return the pool on which the service rests once the app has gone: the one that takes the traffic, or else takes it over."""
    app, taker = picture.app(leaving), picture.traffic.taker
    heir = fallback(picture.traffic) if app and taker in picture.places(app) else taker
    return [heir.pool] if heir else []


def why_nobody_serves(picture: Picture, leaving: str, before: Picture) -> str | None:
    """Say why no app but the one that leaves can answer requests, None where one can.

    One can that has instances and a task which runs and is a server of a pool that Avi sends traffic to, or would: in a pool group
    any member, because one stands in for another. Marathon knows first who has no instances any more.

    :param before: what was seen before the app left.
    """
    goes = picture.traffic
    fed = [member.pool for member in goes.members if (member.ratio or 0) > 0 and member.pool.enabled]
    others = [app for app in picture.apps if app.id != leaving]
    if any(_serves_from(pool, app) for pool in fed for app in others):
        return None
    app = picture.app(leaving)
    if app and goes.taker in picture.places(app):
        return f"The traffic goes to {leaving}."
    relied_on = [app.id for app in before.apps for pool in serving_pools(before, leaving) if holds(pool, app)]
    parts = [_fate(picture, app_id) for app_id in relied_on] or [picture.doubts]
    return " ".join(filter(None, parts)) or "No task of any version is in a pool that takes the traffic."


def is_restored(picture: Picture) -> bool:
    """Whether a version is proven to take the traffic with all its instances."""
    return picture.active is not None and is_complete(picture.active)


def cannot_get_traffic(picture: Picture, app_id: str, places: Collection[str]) -> bool:
    """Whether the app is healthy and gets no traffic all the same: pools A and B never stand in for one another.

    :param places: the uuids of the pools that it was in before.
    """
    app, taker = picture.app(app_id), picture.traffic.taker
    is_ready = app is not None and is_complete(app)
    return is_ready and picture.traffic.shape == AB_POOL and (taker is None or taker.pool.uuid not in places)


def _serves_from(pool: Pool, app: App) -> bool:
    servers = {server.endpoint for server in pool.servers if server.enabled and server.state in (UP, None)}
    # Right after a change of its leader, Marathon has checked no task.
    tasks = [task for task in app.tasks if task.healthy or task.unchecked]
    return app.instances > 0 and any(not servers.isdisjoint(task.endpoints) for task in tasks)


def _fate(picture: Picture, app_id: str) -> str:
    """Say what became of an app that was to serve."""
    app = picture.app(app_id)
    if app is None:
        return f"{app_id} does not exist any more."
    if not app.instances:
        return f"{app_id} has no instances any more."
    if app.healthy:
        return f"No task of {app_id} is up in a pool that takes the traffic."
    return f"None of the {app.instances} instances of {app_id} is healthy."
