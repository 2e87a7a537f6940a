# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says which versions that were given up a late cloud connector may still move the traffic to. Pure.

A late connector acts on what Marathon showed some seconds before, one change after the other. So it moves no traffic to a version any more
once it has taken away the servers of its ended tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import Pool
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, port_mappings, time_of
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

# Seconds for which a connector is watched whose delay is not known: one that does not listen to events takes a minute to notice a change.
UNKNOWN_SECONDS = 60.0


@dataclass(frozen=True)
class GivenUp:
    """A version that has no instances, with the seconds since it was scaled to zero and since it was created, None if that is not known."""

    app: App
    ended: float
    created: float | None = None


def given_up_lately(seen: Picture, now: datetime, within: float) -> list[GivenUp]:
    """Return the versions above the one that serves that were scaled to zero within so many seconds.

    A connector moves no traffic to a version below the one that has it.
    """
    serving = seen.active or seen.serving
    if serving is None:
        return []
    above = [app for app in seen.apps if app.priority > serving.priority and not app.runs and app.scaled_at]
    found = [GivenUp(app, (now - time_of(app.scaled_at or "")).total_seconds()) for app in above]
    return [each for each in found if each.ended <= within]


def why_unnoticed(version: GivenUp, view: AviView) -> str | None:
    """Say why the connector may not have noticed the end of a version yet, None where it has."""
    name, ages, pools = version.app.id, view.ages.configs, _pools_for(version.app, view)
    held = [pool.name for pool in pools if pool.servers]
    if held:
        return f"{name}, as pool {' and '.join(held)} still has servers of it"
    if any(ages.get(pool.uuid, version.ended) < version.ended for pool in pools):
        return None
    delay = UNKNOWN_SECONDS
    # It has put the version in its place, and never a task of it: so late it may be with what comes after that, too.
    if pools and ages and version.created is not None:
        delay = min(max(version.created - min(ages.values()), 0.0), UNKNOWN_SECONDS)
    if version.ended >= delay:
        return None
    if pools:
        return f"{name}, as the connector may be up to {delay:.0f} s late"
    return f"{name}, as the virtual service has had no pool of it yet, so that it is not known how late the connector is ({delay:.0f} s are waited)"


def _pools_for(app: App, view: AviView) -> list[Pool]:
    """Return the pools of the virtual service that are there for the tasks of an app: its own, or pool A that is to hold them."""
    names = _names_of_own_pools(app)
    return [pool for pool in view.pools.values() if pool.name in names or pool.a_pool == _name_in_avi(app)]


def _names_of_own_pools(app: App) -> list[str]:
    """Return the names of the pools that the cloud connector makes for an app: one for each port, unless a label names it."""
    stated = (app.labels.proxy or {}).get("pool")
    given = stated.get("name") if isinstance(stated, dict) else None
    if isinstance(given, str) and given:
        return [given]
    ports = [mapping.get("containerPort") for mapping in port_mappings(app.definition)]
    ports = ports or [item.get("port") for item in app.definition.get("portDefinitions") or ()]
    return [f"{_name_in_avi(app)}-pool-{port}" for port in dict.fromkeys(ports) if port]


def _name_in_avi(app: App) -> str:
    """Return how the names of an app's objects in Avi begin, which can have no slashes."""
    return app.id.replace("/", "-")
