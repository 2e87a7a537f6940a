# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says what is kept of superseded versions: warm, with their instances, for a time; and retired, up to a number. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.clock import moment_after
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import left_previews
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import (
    Retirement,
    plan_retire,
    plan_withdraw,
    retirement,
    superseded,
    why_not_retire,
    why_not_withdraw,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, short_id, time_of
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import before
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

# After that time since a version's last change of configuration, what Avi writes is not the move of the traffic to it.
LONGEST_MOVE = timedelta(hours=1)


@dataclass(frozen=True)
class Warm:
    """A superseded app that keeps its instances for now, and until when (in UTC, as "2026-01-15T10:20:30Z")."""

    app: str
    until: str

    def as_result(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def kept_warm(picture: Picture, seconds: int, now: datetime) -> list[Warm]:
    """Return the superseded apps that keep their instances for so many ``seconds`` after the traffic moved to the active version.

    With 0 nothing is kept, whatever the clocks say: HTTP tells whole seconds, and the clock of a proxy may be behind Marathon's. Neither
    Marathon nor Avi records the moment. It is the later one of the last change of the version's configuration, and of when Avi came to
    send the traffic there, see _moved_ago.

    :param now: the time by Marathon's clock, which wrote that of the version's change.
    """
    changed_at = picture.active.changed_at if picture.active else None
    changed, ago = time_of(changed_at) if changed_at else None, _moved_ago(picture)
    times = [] if ago is None else [now - timedelta(seconds=ago)]
    if changed:
        times = [changed, *(min(moved, changed + LONGEST_MOVE) for moved in times)]
    until = moment_after(max(times, default=now), seconds)
    if not seconds or not times or now >= until:
        return []
    written = until.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [Warm(item.app, written) for item in superseded(picture)]


def _moved_ago(picture: Picture) -> float | None:
    """Return how many seconds ago Avi came to send the traffic where it goes, by Avi's clock; None where it does not tell.

    In a pool group: when the group was last written, or later, when the first server of the pool came up. Of pools A and B: when pool A
    was last written, which holds the setting. But the list of its servers is written with each task that moves. Where one of them came up
    since that write, it was the list: then it is when the first of the servers that take the traffic came up.
    """
    ages, service, taker = picture.observed.avi.ages, picture.observed.avi.virtual_service, picture.traffic.taker
    if service is None or taker is None:
        return None
    deciding = service.pool_group or service.pool or ""
    if not {service.uuid, deciding} <= ages.configs.keys():
        return None
    written = min(ages.configs[service.uuid], ages.configs[deciding])
    servers = ages.servers.get(taker.pool.uuid) or ()
    if service.pool_group:
        return min(written, max(servers, default=written))
    listed = ages.servers.get(deciding) or ()
    return max(written, *servers) if servers and listed and min(listed) <= written else written


def plan_prune(picture: Picture, keep: int) -> list[Retirement]:
    """Return the retired versions to delete, the oldest first, so that the newest ``keep`` of them, 0 or more, stay.

    Never the listener, nor what is active or above, nor the version before the active one. Empty where something speaks
    against it, see why_not_retire.
    """
    active = picture.active
    if active is None or why_not_retire(picture):
        return []
    lower = [app for app in picture.apps if app.priority < active.priority and app is not picture.observed.listener]
    retired = [app for app in lower if app.instances == 0 and not app.tasks and not app.deployments]
    previous = before(picture.apps, active)
    reason = f"retired; {keep} newer ones are kept"
    return [
        retirement(app, reason)
        for app in retired[: max(len(retired) - keep, 0)]
        if app is not previous and not _names_the_pool(picture, app)
    ]


def _names_the_pool(picture: Picture, app: App) -> bool:
    """Whether the pool that takes the traffic is named after the app: whosever tasks it holds, with the app the pool could go."""
    taker = picture.traffic.taker
    return taker is not None and taker.pool.name.startswith(f"{app.id.replace('/', '-')}-pool-")


def what_may_leave(
    picture: Picture,
    *,
    keep_warm: int,
    keep: int | None,
    by: str | None = None,
    at_least: int | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Return what may be scaled to zero or deleted, as JSON-like data, in the shape that migration_info documents.

    :param by: the id of the app without whose traffic nothing is superseded, None where whatever is active will do.
    :param at_least: with fewer instances that app is too small to take over; 0 stands for as many as the version before it has,
        None for any number.
    """
    retire, retire_blocked = what_may_retire(picture, keep_warm, by, at_least, now)
    lists: dict[str, Sequence[Retirement | Warm]] = {
        "retire": retire,
        "warm": kept_warm(picture, keep_warm, now),
        "prune": [] if keep is None else plan_prune(picture, keep),
        "withdraw": plan_withdraw(picture),
    }
    found = {name: [item.as_result() for item in items] for name, items in lists.items()}
    blocked = {"retire_blocked": retire_blocked, "withdraw_blocked": why_not_withdraw(picture)}
    return {**found, **blocked, "left_previews": list(left_previews(picture))}


def what_may_retire(
    picture: Picture, keep_warm: int, by: str | None, at_least: int | None, now: datetime
) -> tuple[list[Retirement], str | None]:
    """Return the superseded apps that may be scaled to zero now, and what speaks against it, None where nothing does.

    The parameters are those of ``what_may_leave``.
    """
    taken_over = _taken_over(picture, by)
    if taken_over:
        return [], taken_over
    if kept_warm(picture, keep_warm, now):
        # What is kept warm is not scaled down anyway.
        return [], why_not_withdraw(picture)
    blocked = why_not_retire(picture) or _too_small(picture, by, at_least)
    return [] if blocked else plan_retire(picture), blocked


def _taken_over(picture: Picture, app_id: str | None) -> str | None:
    """Say that another app is active than this one, None where that is not so."""
    if app_id is None or picture.active is None or picture.active.id == short_id(app_id):
        return None
    return f"{short_id(app_id)} does not take the traffic any more: {picture.active.id} does."


def _too_small(picture: Picture, by: str | None, at_least: int | None) -> str | None:
    """Say that the active version takes over with too few instances, None where that is not so.

    Somebody may have scaled it down, or the version before it up, since the number was planned. Older ones may be larger: what took
    over from them had enough. So had what is active below another one, to which the service went back.
    """
    active = picture.active
    if by is None or at_least is None or active is None or active.priority < picture.highest_priority:
        return None
    previous = before(picture.apps, active)
    if previous is None or previous.instances == 0 or active.instances >= (at_least or previous.instances):
        return None
    wanted = f"{at_least} were asked for"
    if not at_least:
        wanted = f"{previous.id}, which it takes over from, has {previous.instances}"
    return (
        f"{active.id} has {counted(active.instances, 'instance')}, and {wanted}: scale {active.id} up, and run this again. "
        "Or, if they are enough, retire the others with the playbook dcos.avi.retire."
    )
