# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a virtual service with the pools it leads to: how many requests that takes depends on these alone."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.lookup import find
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import (
    Pool,
    VirtualService,
    read_pool,
    read_pool_group,
    read_virtual_service,
    server_states,
)
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView
from ansible_collections.dcos.avi.plugins.module_utils._avi.references import name_in
from ansible_collections.dcos.avi.plugins.module_utils._avi.settled import ages_of, settled_seconds

SERVERS = "servers"
CONNECTIONS = "connections"
MOST_READS = 3
"""How often what leads to a pool is read again where that pool is not there."""


def look_at(avi: Avi, name: str, cloud: str | None = None, *, connections: bool = True) -> AviView:
    """Return what Avi shows of the virtual service with this name; of none where several clouds have one, and none was chosen.

    :param cloud: the name of its cloud; None where the name tells it.
    :param connections: the open connections of its pools are counted, which takes a request for each.
    """
    found = find(avi, "virtualservice", name=name, cloud=cloud or None, with_runtime=True)
    clouds = [name_in(item.get("cloud_ref")) for item in found]
    if len(found) > 1:
        named = tuple(sorted(each or "without a name" for each in clouds))
        return AviView(name, avi.tenant, avi.api_version, cloud=cloud, clouds=named)
    # A Controller that knows no such filter passes over it without a word.
    is_other = bool(cloud and clouds and clouds[0] and clouds[0] != cloud)
    config = found[0] if found and not is_other else None
    return replace(view_of(avi, config, name, connections=connections), cloud=cloud)


def view_of(avi: Avi, config: Mapping[str, Any] | None, name: str, *, connections: bool = True) -> AviView:
    """Return what Avi shows of a virtual service whose configuration is known; None is one that was not found."""
    if config is None:
        return AviView(name, avi.tenant, avi.api_version)
    found = read_virtual_service(config, config.get("runtime") or avi.runtime("virtualservice", config["uuid"]))
    group, pools = _led_to(avi, found)
    servers = {pool["uuid"]: avi.runtime("pool", pool["uuid"], "server") for pool in pools}
    counted = pools if connections else ()
    details = {pool["uuid"]: avi.runtime("pool", pool["uuid"], "detail") for pool in counted}
    configs = [config, *pools, *([group] if group else [])]
    return AviView(
        name,
        avi.tenant,
        avi.api_version,
        found,
        read_pool_group(group) if group else None,
        {uuid: read_pool(pool, servers[uuid], details.get(uuid)) for uuid, pool in zip(servers, pools)},
        # Only in a pool group does it depend on the states of servers which pool takes the traffic.
        settled_seconds(configs, servers if group else {}, avi.date),
        ages_of(configs, servers, avi.date),
    )


def is_unchanged(avi: Avi, view: AviView, pools: Iterable[Pool]) -> bool:
    """Tell whether Avi shows what it did of the setting that says where the traffic goes, and of the servers of some pools.

    One request, and one for each pool until something differs. False also where the virtual service was not found.

    :param view: what it showed; the pools are of it.
    """
    return all(is_still_so(avi) for is_still_so in comparisons(view, pools))


def comparisons(view: AviView, pools: Iterable[Pool]) -> list[Callable[[Avi], bool]]:
    """Return the questions of ``is_unchanged``, each of which is one request and needs no other."""
    service = view.virtual_service
    if service is None:
        return [lambda avi: False]
    return [functools.partial(_setting_is, service, view), *(functools.partial(_servers_are, pool) for pool in pools)]


def _servers_are(known: Pool, avi: Avi) -> bool:
    return server_states(avi.runtime("pool", known.uuid, "server")) == known.states


def _setting_is(service: VirtualService, view: AviView, avi: Avi) -> bool:
    if service.pool_group:
        group = avi.object("poolgroup", service.pool_group)
        return group is not None and read_pool_group(group) == view.group
    known = view.pools.get(service.pool or "")
    pool = avi.object("pool", known.uuid) if known else None
    return pool is not None and known is not None and read_pool(pool).ab_pool == known.ab_pool


def pools_behind(avi: Avi, config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the configurations of the pools that a virtual service leads to: A and then B, or the members of its group."""
    return _led_to(avi, read_virtual_service(config))[1]


def pool_of(avi: Avi, config: Mapping[str, Any], gather: Collection[str]) -> Pool:
    """Return a pool whose configuration is known, with its servers' states and its open connections as far as asked for."""
    uuid = config["uuid"]
    return read_pool(
        config,
        servers=avi.runtime("pool", uuid, "server") if SERVERS in gather else None,
        detail=avi.runtime("pool", uuid, "detail") if CONNECTIONS in gather else None,
    )


def _led_to(avi: Avi, found: VirtualService) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return the group and the pools that a virtual service leads to.

    One that was deleted after the read that names it is named no more in the next: then what names it is read again, a few times.
    Other tenants' pools may be members of the group by the dozen, and come and go: those that were read are kept.
    """
    named: set[str] = set()
    members: dict[str, dict[str, Any]] = {}
    for _read in range(MOST_READS):
        group = _group(avi, found)
        pools = _behind(avi, found, group, members)
        before, named = named, _named(found, group, pools)
        if named in (before, {pool["uuid"] for pool in pools}):
            break
    return group, pools


def _named(found: VirtualService, group: Mapping[str, Any] | None, pools: Iterable[Mapping[str, Any]]) -> set[str]:
    members = [member.pool for member in read_pool_group(group).members] if group else []
    settings = [read_pool(pool).ab_pool for pool in pools if pool["uuid"] == found.pool]
    return {uuid for uuid in (found.pool, *members, *(each.pool for each in settings if each)) if uuid}


def _group(avi: Avi, found: VirtualService) -> dict[str, Any] | None:
    return avi.object("poolgroup", found.pool_group) if found.pool_group else None


def _behind(
    avi: Avi, found: VirtualService, group: Mapping[str, Any] | None, members: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the pools; adds to ``members`` those of the group, by their ids, which are not read again."""
    named = {member.pool: None for member in read_pool_group(group).members if member.pool} if group else {}
    members |= {pool["uuid"]: pool for pool in _objects(avi, [uuid for uuid in named if uuid not in members])}
    pools = _objects(avi, [found.pool]) + [members[uuid] for uuid in named if uuid in members]
    settings = [read_pool(pool).ab_pool for pool in pools if pool["uuid"] == found.pool]
    return pools + _objects(avi, [setting.pool for setting in settings if setting and setting.pool != found.pool])


def _objects(avi: Avi, uuids: list[str | None]) -> list[dict[str, Any]]:
    configs = [avi.object("pool", uuid) for uuid in dict.fromkeys(uuids) if uuid]
    return [config for config in configs if config]


def pool_result(pool: Pool, gathered: list[str]) -> dict[str, Any]:
    """Return a pool as JSON-like data; None for the measures that were not gathered."""
    servers = [dataclasses.asdict(server) for server in pool.servers]
    servers_up = pool.servers_up if SERVERS in gathered else None
    return {**dataclasses.asdict(pool), "servers": servers, "servers_up": servers_up}
