# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data plane: virtual services and pools, carried by the frontends and backends of one HAProxy.

Whoever uses it states the whole layout it wants (`apply`); the data plane finds what changed and tells HAProxy, in an
order that never leaves a service without a server on the way. A server that leaves takes no new request and finishes
those it has.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.lab.haproxy import METRICS, HAProxy
from tests.lab.serving import LOOPBACK

FRONTENDS = 12
BACKENDS = 40
"""For so many services: room for the pools of each, and for some that come before others are gone."""
SEATS = 24


class Endpoint(NamedTuple):
    """Where a server listens."""

    address: str
    port: int

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


@dataclass(frozen=True)
class Route:
    """Where a virtual service sends its requests: `ratio` percent to pool `b`, the rest to pool `a`; 503 without one."""

    a: str | None = None
    b: str | None = None
    ratio: int = 0


@dataclass(frozen=True)
class Layout:
    """All that the data plane should carry: the route of each service, and the servers of each pool that take requests."""

    services: Mapping[str, Route] = field(default_factory=dict)
    pools: Mapping[str, frozenset[Endpoint]] = field(default_factory=dict)


@dataclass(frozen=True)
class Count:
    """What HAProxy counted for a service, a pool or a server since it got its place.

    `open`: requests under way (of a service: connections of clients). `requests`: all that came, also those under way.
    `responses`: by class, "2xx" and so on. `failures`: requests that found no server, or whose server did not answer.
    `latency`: milliseconds that the newest answers of a pool took, on average.
    """

    open: int = 0
    requests: int = 0
    responses: Mapping[str, int] = field(default_factory=dict)
    failures: int = 0
    latency: int = 0

    def since(self, start: Count) -> Count:
        """Return this count without what `start` had already counted."""
        responses = {kind: number - start.responses.get(kind, 0) for kind, number in self.responses.items()}
        failures = self.failures - start.failures
        return Count(self.open, self.requests - start.requests, responses, failures, self.latency)


@dataclass
class _Backend:
    name: str
    idle: deque[str]
    taken: dict[Endpoint, str] = field(default_factory=dict)
    start: Count = Count()


class DataPlane:
    """Frontends and backends of one HAProxy, given to services and pools by name as they come and taken back in turn."""

    def __init__(self, first_service: str, services: int = FRONTENDS, *, metrics: bool = False) -> None:
        """`first_service` is the service whose port is known from the start: it keeps the first frontend. `services` are carried at once.

        With `metrics`, HAProxy tells at an address of its own what it counts.
        """
        frontends = [f"vs{number}" for number in range(services)]
        backends = [f"pool{number}" for number in range(BACKENDS * services // FRONTENDS)]
        self._haproxy = HAProxy(frontends, backends, SEATS, metrics=metrics)
        self._reserved = {first_service: frontends[0]}
        self._frontends: dict[str, str] = {}
        self._free_frontends = deque(frontends[1:])
        self._routes: dict[str, str] = {}
        self._backends: dict[str, _Backend] = {}
        self._free_backends = deque(
            _Backend(name, deque(f"s{number}" for number in range(1, SEATS + 1))) for name in backends
        )
        self._starts: dict[str, Count] = {}
        self._changing = asyncio.Lock()

    async def start(self) -> None:
        """Start HAProxy. Raises HAProxyError."""
        await self._haproxy.start()

    async def stop(self) -> None:
        """Stop HAProxy."""
        await self._haproxy.stop()

    def url(self, service: str) -> str | None:
        """Return where a service answers: None if all frontends are taken."""
        frontend = self._frontends.get(service) or self._reserved.get(service)
        return f"http://{LOOPBACK}:{self._haproxy.ports[frontend]}/" if frontend else None

    @property
    def env(self) -> dict[str, str]:
        """Return where HAProxy tells what it counts, if it does, for the lab's clients."""
        port = self._haproxy.ports.get(METRICS)
        return {"LAB_HAPROXY_METRICS": f"{LOOPBACK}:{port}"} if port else {}

    async def apply(self, layout: Layout) -> None:
        """Carry this layout: new servers first, then routes, then the leaving of servers.

        Services, pools and servers beyond the places there are stay without one. Raises HAProxyError.
        """
        async with self._changing:
            await self._change(layout)
            if self._free_backends and layout.pools.keys() - self._backends.keys():
                await self._change(layout)  # for those that came in the place of others

    async def counts(self) -> tuple[dict[str, Count], dict[str, Count]]:
        """Return the counts of services and of pools, by name."""
        rows = {row["pxname"]: _count(row) for row in await self._haproxy.statistics()}
        services = {
            service: rows[frontend].since(self._starts[service]) for service, frontend in self._frontends.items()
        }
        pools = {pool: rows[backend.name].since(backend.start) for pool, backend in self._backends.items()}
        return services, pools

    async def open_requests(self, pool: str) -> dict[Endpoint, int]:
        """Return the requests under way on each of a pool's servers that take requests now."""
        backend = self._backends.get(pool)
        if backend is None:
            return {}
        rows = {row["svname"]: _count(row) for row in await self._haproxy.statistics(f"{backend.name} 4 -1")}
        return {endpoint: rows[seat].open for endpoint, seat in backend.taken.items()}

    def state(self) -> dict[str, Any]:
        """Return what is carried now, as JSON."""
        return {
            "services": {name: self.url(name) for name in self._frontends},
            "pools": {name: sorted(map(str, backend.taken)) for name, backend in self._backends.items()},
        }

    async def _change(self, layout: Layout) -> None:
        for service in self._frontends.keys() - layout.services.keys():
            frontend = self._frontends.pop(service)
            if frontend not in self._reserved.values():
                self._free_frontends.append(frontend)
        await self._give_places(layout)
        commands: list[str] = []
        for pool, servers in layout.pools.items():
            if pool in self._backends:
                commands += self._join(self._backends[pool], servers)
        commands += self._changed_routes(layout)
        for pool, backend in self._backends.items():
            commands += self._leave(backend, layout.pools.get(pool, frozenset()))
        if commands:
            await self._haproxy.command(commands)
        for pool in self._backends.keys() - layout.pools.keys():
            self._free_backends.append(self._backends.pop(pool))

    async def _give_places(self, layout: Layout) -> None:
        services = [name for name in layout.services if name not in self._frontends]
        pools = [name for name in layout.pools if name not in self._backends]
        if not services and not pools:
            return
        rows = {row["pxname"]: _count(row) for row in await self._haproxy.statistics()}
        for service in services:
            if service in self._reserved:
                self._frontends[service] = self._reserved[service]
            elif self._free_frontends:
                self._frontends[service] = self._free_frontends.popleft()
            else:
                continue
            self._starts[service] = rows[self._frontends[service]]
        for pool in pools:
            if self._free_backends:
                self._backends[pool] = self._free_backends.popleft()
                self._backends[pool].start = rows[self._backends[pool].name]

    def _changed_routes(self, layout: Layout) -> list[str]:
        wanted = dict.fromkeys(self._routes, Route()) | {
            self._frontends[name]: route for name, route in layout.services.items() if name in self._frontends
        }
        commands = []
        for frontend, route in wanted.items():
            a, b = (self._backends[pool].name if pool in self._backends else None for pool in (route.a, route.b))
            command = self._haproxy.route(frontend, a, b, route.ratio)
            if self._routes.get(frontend) != command:
                self._routes[frontend] = command
                commands.append(command)
        return commands

    def _join(self, backend: _Backend, servers: frozenset[Endpoint]) -> list[str]:
        commands = []
        for endpoint in sorted(servers - backend.taken.keys()):
            if not backend.idle:
                break
            seat = backend.taken[endpoint] = backend.idle.popleft()
            place = f"{backend.name}/{seat}"
            commands.append(f"set server {place} addr {endpoint.address} port {endpoint.port}")
            commands.append(f"set server {place} state ready")
        return commands

    def _leave(self, backend: _Backend, servers: frozenset[Endpoint]) -> list[str]:
        commands = []
        for endpoint in sorted(backend.taken.keys() - servers):
            seat = backend.taken.pop(endpoint)
            backend.idle.append(
                seat
            )  # at the end: a seat is used again as late as can be, it may still finish requests
            commands.append(f"set server {backend.name}/{seat} state maint")
        return commands


def _count(row: Mapping[str, str]) -> Count:
    """Read a row of ``show stat``. A frontend's sessions are connections; a backend's and a server's are requests."""
    is_frontend = row["svname"] == "FRONTEND"
    return Count(
        open=int(row["scur"]),
        requests=int(row["req_tot"] if is_frontend else row["stot"]),
        responses={f"{digit}xx": int(row[f"hrsp_{digit}xx"]) for digit in range(1, 6)},
        failures=0 if is_frontend else int(row["econ"]) + int(row["eresp"]),
        latency=0 if is_frontend else int(row["rtime"] or 0),
    )
