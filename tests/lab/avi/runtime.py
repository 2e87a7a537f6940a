# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the Controller tells of how its objects do: runtime, connections, inventory. State from the engine, counts from HAProxy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.lab.avi.engine import DISABLED, UP, ServiceEngine, Status, endpoint_of
from tests.lab.avi.store import Object, Store
from tests.lab.dataplane import Count

#: The one Service Engine there is.
ENGINE_NAME = "lab-se-1"


class Runtime:
    """Answers in the shapes of the vendor's schema: PoolRuntimeSummary, PoolRuntimeDetail, ServerRuntimeSummary, ..."""

    def __init__(self, store: Store, engine: ServiceEngine) -> None:
        self._store = store
        self._engine = engine

    def place(self, what: Object) -> str:
        """Return the name under which the data plane counts a virtual service or pool."""
        return self._engine.place(what)

    def summary(self, kind: str, what: Object) -> Object:
        """Return ``/runtime`` of a pool or virtual service."""
        return self.pool(what) if kind == "pool" else self.virtualservice(what)

    def pool(self, pool: Object) -> Object:
        """Return a PoolRuntimeSummary."""
        enabled, up = len(self._engine.endpoints(pool)), len(self._engine.up(pool))
        return {
            "oper_status": _oper_status(self._engine.status(pool)),
            "num_servers": len(pool["servers"]),
            "num_servers_enabled": enabled,
            "num_servers_up": up,
            "percent_servers_up_total": _percent(up, len(pool["servers"])),
            "percent_servers_up_enabled": _percent(up, enabled),
        }

    def virtualservice(self, vs: Object) -> Object:
        """Return a VirtualServiceRuntimeSummary."""
        status = self._engine.status(vs)
        engines = 0 if status.state == DISABLED else 1
        counts = {"percent_ses_up": 100 * engines, "num_se_requested": engines, "num_se_assigned": engines}
        return {
            "oper_status": _oper_status(status),
            **counts,
            "vip_summary": [{"vip_id": "0", "oper_status": _oper_status(status), **counts}],
        }

    async def detail(self, kind: str, what: Object) -> list[Object]:
        """Return ``/runtime/detail``: one entry for each Service Engine."""
        services, pools = await self._engine.dataplane.counts()
        count = (pools if kind == "pool" else services).get(self.place(what), Count())
        stats = {"current_connections": count.open, "total_connections": count.requests, "failures": count.failures}
        named = {"name": what["name"], "uuid": what["uuid"], "se_uuid": self._se()["uuid"]}
        return [{**self.summary(kind, what), "pool_stats" if kind == "pool" else "vs_stats": stats, **named}]

    def servers(self, pool: Object) -> list[Object]:
        """Return ``/runtime/server`` of a pool: a ServerRuntimeSummary each."""
        attached = [{"vs_uuid": vs["uuid"]} for vs in self._engine.virtualservices_of(pool)]
        return [
            {
                "ip_addr": server["ip"],
                "port": server["port"],
                "hostname": server["hostname"],
                "oper_status": _oper_status(self._engine.status(pool, endpoint_of(server))),
                "se_uuid": self._se()["uuid"],
                "is_standby": False,
                **(attached[0] if attached else {}),
            }
            for server in pool["servers"]
        ]

    async def servers_detail(self, pool: Object) -> list[Object]:
        """Return ``/runtime/server/detail`` of a pool: the summaries, and each server's open connections."""
        under_way = await self._engine.dataplane.open_requests(self.place(pool))
        counts = [under_way.get(self._engine.reach(endpoint_of(server)), 0) for server in pool["servers"]]
        summaries = self.servers(pool)
        return [
            {**summary, "server_l4stats": {"current_connections": count}}
            for summary, count in zip(summaries, counts, strict=True)
        ]

    def inventory(self, kind: str, what: Object, include: set[str]) -> Object:
        """Return an entry of ``/api/<kind>-inventory``; references inside are paths, as in the store."""
        parts: Mapping[str, Any] = self._pool_inventory(what) if kind == "pool" else self._vs_inventory(what)
        optional = {"config", "runtime", "health_score", "alert"}
        return {"uuid": what["uuid"], **{name: each for name, each in parts.items() if name not in optional - include}}

    def _pool_inventory(self, pool: Object) -> Object:
        services = self._engine.virtualservices_of(pool)
        found: Object = {
            "config": _config(pool, "default_server_port") | {"num_servers": len(pool["servers"])},
            "runtime": self.pool(pool),
            "health_score": _health_score(_percent(len(self._engine.up(pool)), len(pool["servers"]))),
            "alert": _ALERT,
            "virtualservices": [vs["url"] for vs in services],
        }
        if services:
            found["virtualservice"] = {"uuid": services[0]["uuid"], "name": services[0]["name"]}
        b = self._store.refer(pool.get("ab_pool", {}).get("pool_ref"))
        if b is not None:
            found["ab_pools"] = [b["url"]]
        return found

    def _vs_inventory(self, vs: Object) -> Object:
        up = self._engine.status(vs).state == UP
        return {
            "config": _config(vs, "services", "type", "pool_ref", "pool_group_ref", "east_west_placement"),
            "runtime": self.virtualservice(vs),
            "health_score": _health_score(100 if up else 0),
            "alert": _ALERT,
            "pools": [pool["url"] for pool in self._engine.attached(vs)],
            "app_profile_type": "APPLICATION_PROFILE_TYPE_HTTP",
        }

    def _se(self) -> Object:
        found = self._store.named("serviceengine", ENGINE_NAME)
        assert found is not None
        return found


_ALERT = {"high": 0, "medium": 0, "low": 0}


def _config(what: Object, *more: str) -> Object:
    names = ("name", "uuid", "url", "tenant_ref", "cloud_ref", "created_by", "enabled", *more)
    return {name: what[name] for name in names if name in what}


def _oper_status(status: Status) -> Object:
    seconds, fraction = divmod(status.since, 1)
    return {
        "state": status.state,
        "reason": [status.reason] if status.reason else [],
        "reason_code": 0,
        "reason_code_string": "SYSERR_SUCCESS",
        "last_changed_time": {"secs": int(seconds), "usecs": int(fraction * 1_000_000)},
    }


def _health_score(score: int) -> Object:
    return {
        "health_score": score,
        "performance_score": score,
        "resources_penalty": 0,
        "anomaly_penalty": 0,
        "security_penalty": 0,
    }


def _percent(part: int, whole: int) -> int:
    return 100 * part // whole if whole else 0
