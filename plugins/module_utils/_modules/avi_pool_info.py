# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look pools up: the work of the module avi_pool_info."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.lookup import find, missing
from ansible_collections.dcos.avi.plugins.module_utils._avi.measures import (
    HEALTH_SCORE,
    METRIC_OPTIONS,
    METRICS,
    RUNTIME,
    measures,
)
from ansible_collections.dcos.avi.plugins.module_utils._avi.options import AVI_OPTIONS, controller_from
from ansible_collections.dcos.avi.plugins.module_utils._avi.view import (
    CONNECTIONS,
    SERVERS,
    pool_of,
    pool_result,
    pools_behind,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.query import QUERY_OPTIONS, answer
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work

MEASURES = (RUNTIME, HEALTH_SCORE, METRICS)
POOL_METRICS = ["l4_server.avg_open_conns", "l7_server.avg_total_requests", "l7_server.pct_response_errors"]
POOL_INFO_OPTIONS: dict[str, Any] = {
    "name": {"type": "str"},
    "uuid": {"type": "str"},
    "virtualservice": {"type": "str"},
    "cloud": {"type": "str"},
    "gather": {
        "type": "list",
        "elements": "str",
        "choices": [SERVERS, CONNECTIONS, *MEASURES],
        "default": [SERVERS, CONNECTIONS],
    },
    **METRIC_OPTIONS,
    "metric_ids": {**METRIC_OPTIONS["metric_ids"], "default": POOL_METRICS},
    **QUERY_OPTIONS,
    **AVI_OPTIONS,
}


def pool_info(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of avi_pool_info.

    :param params: its options, each key present.
    :returns: {changed: False, pools: [...], warnings: [...]}, and ``result`` with ``query``. What was asked for and not found
        is a warning.
    :raises Refused: the connection is incomplete, or an expression is no JMESPath.
    :raises WaitTimeout: ``wait_for`` did not hold in time.
    :raises DcosAviError: whatever else went wrong with the Controller.
    """
    with controller_from(params) as avi:
        return answer(lambda: _look(avi, params), params)


def _look(avi: Avi, params: dict[str, Any]) -> dict[str, Any]:
    service, name, uuid, gather = (params[key] for key in ("virtualservice", "name", "uuid", "gather"))
    if service:
        found = find(avi, "virtualservice", name=service)
        configs = [pool for item in found for pool in pools_behind(avi, item)]
    else:
        found = configs = find(avi, "pool", name=name, uuid=uuid, cloud=params["cloud"])
    pools = [
        {**pool_result(pool_of(avi, config, gather), gather), **measures(avi, "pool", config["uuid"], params, MEASURES)}
        for config in configs
    ]
    asked = f"virtual service {service}" if service else f"pool {name or uuid}" if name or uuid else ""
    return {"changed": False, "pools": pools, "warnings": missing(avi, found, asked) if asked else []}


POOL_INFO = Work(
    pool_info,
    POOL_INFO_OPTIONS,
    {"mutually_exclusive": [("name", "uuid", "virtualservice"), ("uuid", "cloud"), ("virtualservice", "cloud")]},
)
