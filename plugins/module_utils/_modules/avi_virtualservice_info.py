# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look virtual services up, with their pools: the work of the module avi_virtualservice_info."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.lookup import find, missing
from ansible_collections.dcos.avi.plugins.module_utils._avi.measures import (
    HEALTH_SCORE,
    METRIC_OPTIONS,
    METRICS,
    measures,
)
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import Pool, VirtualService
from ansible_collections.dcos.avi.plugins.module_utils._avi.options import AVI_OPTIONS, controller_from
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView, traffic
from ansible_collections.dcos.avi.plugins.module_utils._avi.view import CONNECTIONS, SERVERS, pool_result, view_of
from ansible_collections.dcos.avi.plugins.module_utils._core.query import QUERY_OPTIONS, answer
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work

MEASURES = (HEALTH_SCORE, METRICS)
SERVICE_METRICS = ["l4_client.avg_open_conns", "l7_client.avg_total_requests", "l7_client.pct_response_errors"]
VIRTUALSERVICE_INFO_OPTIONS: dict[str, Any] = {
    "name": {"type": "str"},
    "uuid": {"type": "str"},
    "cloud": {"type": "str"},
    "gather": {"type": "list", "elements": "str", "choices": list(MEASURES), "default": []},
    **METRIC_OPTIONS,
    "metric_ids": {**METRIC_OPTIONS["metric_ids"], "default": SERVICE_METRICS},
    **QUERY_OPTIONS,
    **AVI_OPTIONS,
}


def virtualservice_info(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of avi_virtualservice_info.

    :param params: its options, each key present.
    :returns: {changed: False, virtualservices: [...], warnings: [...]}, and ``result`` with ``query``. What was asked for and
        not found is a warning.
    :raises Refused: the connection is incomplete, or an expression is no JMESPath.
    :raises WaitTimeout: ``wait_for`` did not hold in time.
    :raises DcosAviError: whatever else went wrong with the Controller.
    """
    with controller_from(params) as avi:
        return answer(lambda: _look(avi, params), params)


def _look(avi: Avi, params: dict[str, Any]) -> dict[str, Any]:
    name, uuid = params["name"], params["uuid"]
    found = find(avi, "virtualservice", name=name, uuid=uuid, cloud=params["cloud"])
    views = [view_of(avi, config, config["name"]) for config in found]
    services = [
        {
            **_service(view.virtual_service, view),
            "unattached": _unattached(avi, traffic(view).side("a")),
            **measures(avi, "virtualservice", view.virtual_service.uuid, params, MEASURES),
        }
        for view in views
        if view.virtual_service
    ]
    asked = name or uuid
    warnings = missing(avi, found, f"virtual service {asked}") if asked else []
    return {"changed": False, "virtualservices": services, "warnings": warnings}


def _service(found: VirtualService, view: AviView) -> dict[str, Any]:
    goes = traffic(view)
    members = [member for member in goes.members if member.side is None]
    return {
        "name": found.name,
        "uuid": found.uuid,
        "enabled": found.enabled,
        "oper_state": found.oper_state,
        "shape": goes.shape,
        "ratio": goes.ratio,
        "pool_a": _pool(goes.side("a")),
        "pool_b": _pool(goes.side("b")),
        "members": [{**(_pool(item.pool) or {}), "priority": item.priority, "ratio": item.ratio} for item in members],
        "active_pool": goes.taker.pool.name if goes.taker else None,
        "active_side": goes.taker.side if goes.taker else None,
        "mixed": goes.mixed,
        "problems": [dataclasses.asdict(problem) for problem in goes.problems],
    }


def _unattached(avi: Avi, pool_a: Pool | None) -> dict[str, Any] | None:
    """Find the pool that the version in pool A has beside its place there: it takes no traffic, and is no place to look.

    Avi's pages name a pool <app>-pool-<port>. Pool A keeps the name of the first app and tells which app it holds.
    """
    suffix = re.search(r"-pool-[0-9]+(-[a-z]+)?$", pool_a.name) if pool_a else None
    if pool_a is None or pool_a.a_pool is None or suffix is None:
        return None
    found = find(avi, "pool", name=pool_a.a_pool + suffix[0])
    return {"name": found[0]["name"], "uuid": found[0]["uuid"]} if found else None


def _pool(pool: Pool | None) -> dict[str, Any] | None:
    return pool_result(pool, [SERVERS, CONNECTIONS]) if pool else None


VIRTUALSERVICE_INFO = Work(
    virtualservice_info, VIRTUALSERVICE_INFO_OPTIONS, {"mutually_exclusive": [("name", "uuid"), ("uuid", "cloud")]}
)
