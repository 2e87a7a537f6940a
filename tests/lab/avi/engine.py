# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Service Engine: makes the data plane do what the Controller's objects say, and knows how that goes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.lab.avi.monitor import Check, Monitors, check_of
from tests.lab.avi.store import ADMIN, Object, Store
from tests.lab.dataplane import DataPlane, Endpoint, Layout, Route
from tests.lab.journal import Journal

UP, DOWN, UNUSED, DISABLED = "OPER_UP", "OPER_DOWN", "OPER_UNUSED", "OPER_DISABLED"


@dataclass(frozen=True)
class Status:
    """The operational state of a virtual service, pool or server, why it is so, and since when (seconds)."""

    state: str
    reason: str = ""
    since: float = 0.0


class ServiceEngine:
    """Runs health monitors for every server the store knows, and carries the enabled virtual services on the data plane."""

    def __init__(self, store: Store, dataplane: DataPlane, journal: Journal, speed: Callable[[], float]) -> None:
        self.dataplane = dataplane
        self._store = store
        self._journal = journal
        self.addresses: dict[Endpoint, Endpoint] = {}
        """Where servers really listen whose addresses are those of containers: no such network is on the loopback."""
        self._monitors = Monitors(self._health_changed, speed)
        self._listeners: list[Callable[[], None]] = []
        self._statuses: dict[str, Status] = {}
        self._carried: set[str] = set()
        self._routes: dict[str, Route] = {}
        self._refreshing = asyncio.Lock()
        self._health = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to follow the servers' health."""
        self._running = asyncio.create_task(self._follow_health())

    async def stop(self) -> None:
        """End the monitors; the data plane goes on as it is."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self._monitors.stop()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have `listener` called after each change of a server's health."""
        self._listeners.append(listener)

    async def refresh(self) -> None:
        """Bring monitors and data plane to what the store holds now."""
        async with self._refreshing:
            self._monitors.watch(
                (self.reach(endpoint), check)
                for pool in self._store.all("pool")
                for endpoint in self.endpoints(pool)
                for check in self._checks(pool)
            )
            layout = self._layout()
            await self.dataplane.apply(layout)
            self._note_routes(layout)
            self._note_statuses()

    def place(self, what: Object) -> str:
        """Return the name of a virtual service or pool on the data plane: its own, with its tenant where that is another."""
        tenant = self._store.tenant_of(what)
        return str(what["name"]) if tenant == ADMIN else f"{tenant}/{what['name']}"

    def endpoints(self, pool: Object) -> list[Endpoint]:
        """Return where a pool's enabled servers listen, in the pool's order."""
        return [endpoint_of(server) for server in pool["servers"] if server.get("enabled", True)]

    def reach(self, endpoint: Endpoint) -> Endpoint:
        """Return where a server really listens."""
        return self.addresses.get(endpoint, endpoint)

    def up(self, pool: Object) -> frozenset[Endpoint]:
        """Return the servers of a pool that pass all its health monitors; without monitors, all of them."""
        checks = self._checks(pool)
        return frozenset(
            e for e in self.endpoints(pool) if all(self._monitors.up(self.reach(e), check) for check in checks)
        )

    def route(self, virtualservice: Object) -> Route:
        """Return where a virtual service sends its requests, as places of pools.

        With A/B pools the ratio decides, whether or not the chosen pool has a server: neither stands in for the other.
        In a pool group the members with a ratio above 0 and a server up are eligible, and those of the highest priority
        label share the requests by their ratios; the lab shares between two at most.
        """
        store = self._store
        group = store.refer(virtualservice.get("pool_group_ref"))
        if group is not None:
            return self._route_of(group)
        pool = store.refer(virtualservice.get("pool_ref"))
        if pool is None:
            return Route()
        ab_pool = pool.get("ab_pool", {})
        b = store.refer(ab_pool.get("pool_ref"))
        return Route(self.place(pool), self.place(b) if b else None, ab_pool.get("ratio", 0) if b else 0)

    def _route_of(self, group: Object) -> Route:
        eligible: list[tuple[int, int, str]] = []
        for member in group["members"]:
            pool = self._store.refer(member["pool_ref"])
            if pool is not None and member.get("ratio", 1) > 0 and self.up(pool):
                eligible.append((int(member.get("priority_label") or 0), member.get("ratio", 1), self.place(pool)))
        highest = max((label for label, *_rest in eligible), default=0)
        top = [(ratio, pool) for label, ratio, pool in eligible if label == highest]
        if len(top) < 2:
            return Route(top[0][1] if top else None)
        (a_ratio, a), (b_ratio, b) = top[:2]
        return Route(a, b, 100 * b_ratio // (a_ratio + b_ratio))

    def attached(self, virtualservice: Object) -> Iterator[Object]:
        """Return the pools a virtual service refers to, directly or through its A pool or pool group."""
        store = self._store
        pool = store.refer(virtualservice.get("pool_ref"))
        group = store.refer(virtualservice.get("pool_group_ref")) or {}
        refs = [virtualservice.get("pool_ref"), (pool or {}).get("ab_pool", {}).get("pool_ref")]
        for ref in [*refs, *(member["pool_ref"] for member in group.get("members", ()))]:
            found = store.refer(ref)
            if found is not None:
                yield found

    def virtualservices_of(self, pool: Object) -> list[Object]:
        """Return the virtual services a pool is attached to."""
        return [vs for vs in self._store.all("virtualservice") if any(each is pool for each in self.attached(vs))]

    def status(self, what: Object, endpoint: Endpoint | None = None) -> Status:
        """Return the status of a virtual service or pool, or of a server in a pool, as last noted."""
        return self._statuses.get(_key(what, endpoint), Status("OPER_UNKNOWN"))

    def _checks(self, pool: Object) -> list[Check]:
        monitors = (self._store.refer(ref) for ref in pool.get("health_monitor_refs", ()))
        return [check_of(monitor) for monitor in monitors if monitor is not None]

    def _layout(self) -> Layout:
        services = {}
        for vs in self._store.all("virtualservice"):
            if vs["enabled"]:
                services[self.place(vs)] = self.route(vs)
                self._carried.update(self.place(pool) for pool in self.attached(vs))
        # A pool that was attached once keeps its place until it is deleted: requests may still be under way there.
        pools = {
            self.place(pool): frozenset(self.reach(endpoint) for endpoint in self.up(pool))
            for pool in self._store.all("pool")
            if self.place(pool) in self._carried
        }
        self._carried &= pools.keys()
        return Layout(services, pools)

    def _note_routes(self, layout: Layout) -> None:
        for service, route in layout.services.items():
            if self._routes.get(service) != route:
                shares = [(route.a, 100 - route.ratio), (route.b, route.ratio)]
                self._journal.add("route", service=service, to={pool or "nowhere": n for pool, n in shares if n})
        self._routes = dict(layout.services)

    def _note_statuses(self) -> None:
        statuses: dict[str, Status] = {}
        attached: set[str] = set()
        for vs in self._store.all("virtualservice"):
            attached.update(pool["uuid"] for pool in self.attached(vs))
            statuses[_key(vs)] = self._virtualservice_status(vs)
        for pool in self._store.all("pool"):
            up = self.up(pool)
            for endpoint in self.endpoints(pool):
                down = Status(DOWN, "Health monitor: no good answer")
                statuses[_key(pool, endpoint)] = Status(UP) if endpoint in up else down
            if pool["uuid"] not in attached:
                statuses[_key(pool)] = Status(UNUSED, "Pool is not used by any virtual service")
            elif up:
                statuses[_key(pool)] = Status(UP)
            else:
                reason = "All servers of the pool are down" if pool["servers"] else "Pool has no servers"
                statuses[_key(pool)] = Status(DOWN, reason)
        now = time.time()
        names = {_key(pool): self.place(pool) for pool in self._store.all("pool")}
        for key, status in statuses.items():
            before = self._statuses.get(key)
            same = before is not None and (before.state, before.reason) == (status.state, status.reason)
            if not same and key in names:
                self._journal.add("pool", pool=names[key], state=status.state, reason=status.reason)
            statuses[key] = before if before and same else Status(status.state, status.reason, now)
        self._statuses = statuses

    def _virtualservice_status(self, vs: Object) -> Status:
        if not vs["enabled"]:
            return Status(DISABLED, "Virtual service is disabled")
        if self.dataplane.url(self.place(vs)) is None:
            return Status(DOWN, "No place left on the lab's data plane")
        route = self.route(vs)
        chosen = {route.a} if route.ratio == 0 else {route.b} if route.ratio == 100 else {route.a, route.b}
        pools = [pool for pool in self.attached(vs) if self.place(pool) in chosen]
        if any(self.up(pool) for pool in pools):
            return Status(UP)
        names = ", ".join(pool["name"] for pool in pools) or "none"
        return Status(DOWN, f"No server is up in the pool that takes the traffic: {names}")

    def _health_changed(self) -> None:
        self._health.set()

    async def _follow_health(self) -> None:
        while True:
            await self._health.wait()
            self._health.clear()
            await self.refresh()
            for listener in self._listeners:
                listener()


def endpoint_of(server: Object) -> Endpoint:
    """Return where a server of a pool object listens."""
    return Endpoint(server["ip"]["addr"], server["port"])


def _key(what: Object, endpoint: Endpoint | None = None) -> str:
    return f"{what['uuid']} {endpoint}" if endpoint else str(what["uuid"])
