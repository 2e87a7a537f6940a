# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look pools and virtual services up: the work of the modules avi_pool_info and avi_virtualservice_info."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import Pool
from ansible_collections.dcos.avi.plugins.module_utils._avi.options import AVI_OPTIONS, client_from
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView, traffic
from ansible_collections.dcos.avi.plugins.module_utils._avi.view import (
    CONNECTIONS,
    SERVERS,
    pool_of,
    pools_behind,
    view_of,
)

POOL_INFO_OPTIONS: dict[str, Any] = {
    "name": {"type": "str"},
    "uuid": {"type": "str"},
    "virtualservice": {"type": "str"},
    "gather": {
        "type": "list",
        "elements": "str",
        "choices": [SERVERS, CONNECTIONS],
        "default": [SERVERS, CONNECTIONS],
    },
    **AVI_OPTIONS,
}
POOL_INFO_EXCLUSIVE = [("name", "uuid", "virtualservice")]
VIRTUALSERVICE_INFO_OPTIONS: dict[str, Any] = {"name": {"type": "str"}, "uuid": {"type": "str"}, **AVI_OPTIONS}
VIRTUALSERVICE_INFO_EXCLUSIVE = [("name", "uuid")]


def pool_info(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of avi_pool_info.

    :param params: its options, each key present.
    :returns: {changed: False, pools: [...], warnings: [...]}; what was asked for and not found is a warning.
    :raises DcosAviError: whatever went wrong with the Controller.
    """
    name, uuid, service, gather = (params[key] for key in ("name", "uuid", "virtualservice", "gather"))
    with client_from(params) as avi:
        found = _found(avi, "virtualservice", service, None) if service else _found(avi, "pool", name, uuid)
        configs = [pool for item in found for pool in pools_behind(avi, item)] if service else found
        pools = [pool_result(pool_of(avi, config, gather), gather) for config in configs]
    asked = ("virtual service", service) if service else ("pool", name or uuid)
    return {"changed": False, "pools": pools, "warnings": _missing(found, *asked, avi.tenant)}


def virtualservice_info(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of avi_virtualservice_info.

    :param params: its options, each key present.
    :returns: {changed: False, virtualservices: [...], warnings: [...]}; what was asked for and not found is a warning.
    :raises DcosAviError: whatever went wrong with the Controller.
    """
    with client_from(params) as avi:
        found = _found(avi, "virtualservice", params["name"], params["uuid"])
        services = [virtual_service_result(view_of(avi, config, config["name"])) for config in found]
    warnings = _missing(found, "virtual service", params["name"] or params["uuid"], avi.tenant)
    return {"changed": False, "virtualservices": services, "warnings": warnings}


def pool_result(pool: Pool, gathered: Collection[str] = (SERVERS, CONNECTIONS)) -> dict[str, Any]:
    """Return a pool as JSON-like data, in the shape that the module avi_pool_info documents."""
    servers = [dataclasses.asdict(server) for server in pool.servers]
    servers_up = pool.servers_up if SERVERS in gathered else None
    return {**dataclasses.asdict(pool), "servers": servers, "servers_up": servers_up}


def virtual_service_result(view: AviView) -> dict[str, Any]:
    """Return a virtual service with its pools, in the shape that the module avi_virtualservice_info documents."""
    goes, found = traffic(view), view.virtual_service
    sides = {f"pool_{name}": _pool_or_none(goes.side(name)) for name in ("a", "b")}
    members = [member for member in goes.members if member.side is None]
    return {
        "name": found.name if found else view.asked_name,
        "uuid": found.uuid if found else None,
        "enabled": found.enabled if found else None,
        "oper_state": found.oper_state if found else None,
        "shape": goes.shape,
        "ratio": goes.ratio,
        **sides,
        "members": [{**pool_result(item.pool), "priority": item.priority, "ratio": item.ratio} for item in members],
        "active_pool": goes.taker.pool.name if goes.taker else None,
        "active_side": goes.taker.side if goes.taker else None,
        "mixed": goes.mixed,
        "problems": [dataclasses.asdict(problem) for problem in goes.problems],
    }


def _pool_or_none(pool: Pool | None) -> dict[str, Any] | None:
    return pool_result(pool) if pool else None


def _found(avi: Avi, kind: str, name: str | None, uuid: str | None) -> list[dict[str, Any]]:
    """Return the configurations of the objects asked for; all of the tenant's where neither name nor uuid is given."""
    if uuid:
        return list(filter(None, [avi.object(kind, uuid)]))
    return list(filter(None, [avi.named(kind, name)])) if name else list(avi.collection(kind))


def _missing(found: list[dict[str, Any]], what: str, which: str | None, tenant: str) -> list[str]:
    """An object of another tenant looks like one that does not exist."""
    if found or not which:
        return []
    return [f"Avi shows no {what} {which} in tenant {tenant}. If you know it is there, check the tenant."]
