# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cloud without Marathon: real tasks, real HAProxy, the Controller and a connector that is told what there is."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest_asyncio

from tests.lab.avi.controller import Controller
from tests.lab.avi.engine import ServiceEngine
from tests.lab.avi.store import Object, Store
from tests.lab.connector import Connector
from tests.lab.connector.apps import AbConfig, App, Health, Task
from tests.lab.dataplane import DataPlane
from tests.lab.faults import Faults
from tests.lab.images import Behaviour
from tests.lab.journal import Journal
from tests.lab.settings import Settings
from tests.lab.taskserver import Count, TaskServer

OLD = {"X-Avi-Version": "17.2.14"}
HEALTH = (Health(0, "/", 4, 20, 1),)


class Cloud:
    """The parts, and short ways to use them."""

    def __init__(self) -> None:
        self.settings = Settings(speed=20)
        self.journal = Journal()
        self.store = Store()
        self.dataplane = DataPlane("app1")
        self.engine = ServiceEngine(self.store, self.dataplane, self.journal, lambda: self.settings.speed)
        self.controller = Controller(self.settings, self.journal, Faults(), self.store, self.engine)
        self.connector = Connector(self.settings, self.journal, self.store, self.engine, lambda: "http://unused")
        self.apps: dict[str, App] = {}
        self.servers: dict[str, list[TaskServer]] = {}
        self.now = 1000.0

    async def run(
        self, name: str, tasks: int = 2, priority: int | None = None, healthy: bool = True, **more: Any
    ) -> None:
        """Start the tasks of an app and make it known: a front-end service, or with a priority a version of app1."""
        servers = []
        for number in range(tasks):
            listener = socket.create_server((f"127.0.0.{2 + number % 2}", 0))
            behaviour = Behaviour(unhealthy_for=0.0 if healthy else 1e9)
            server = TaskServer(name, f"{name}.{number}", behaviour, ["/"], Count())
            await server.start([listener])
            self.servers.setdefault(name, []).append(server)
            address, port = listener.getsockname()
            servers.append(Task(f"{name}.{number}", address, (port,), f"172.17.{len(self.apps)}.{number}"))
        version = {"listener": False, "ab": AbConfig("app1", priority)} if priority else {"frontend": True}
        self.apps[name] = App(name, tasks, (80,), (0,), tuple(servers), HEALTH, **{**version, **more})

    async def scale_to_zero(self, name: str) -> None:
        """End an app's tasks and let the connector see it."""
        self.apps[name] = replace(self.apps[name], instances=0, tasks=())
        for server in self.servers.pop(name):
            server.kill()
        await self.look()

    async def look(self, seconds: float = 0.0) -> None:
        """Let the connector see what there is, this many seconds later."""
        self.now += seconds
        await self.connector.reconcile(list(self.apps.values()), self.now)

    async def settle(self) -> None:
        """Let the connector look until every healthy task is known to be up, and what follows from that is done."""
        deadline = time.monotonic() + 60
        while not self._healthy_are_up():
            assert time.monotonic() < deadline, "a healthy task never came up"
            await self.look()
            await asyncio.sleep(0.02)
        # On a busy machine a server may be seen down once more: only looks after which nothing happens are the end.
        quiet, known = 0, len(self.journal.entries())
        while quiet < 5:
            assert time.monotonic() < deadline, "the connector never came to rest"
            await self.look()
            await self.engine.refresh()  # after which the proxy has been told what the monitors know
            await asyncio.sleep(0.02)
            quiet, known = (quiet + 1 if len(self.journal.entries()) == known else 0), len(self.journal.entries())

    def _healthy_are_up(self) -> bool:
        healthy = {
            name: [s for s in servers if not s.behaviour.unhealthy_for] for name, servers in self.servers.items()
        }
        pools = {name: self.store.named("pool", f"{name}-pool-80") for name in healthy}
        return all(pool and len(self.engine.up(pool)) >= len(healthy[name]) for name, pool in pools.items())

    async def answers(self) -> str:
        """Ask the virtual service: the app that answers, or the status."""
        url = self.dataplane.url("app1")
        assert url is not None
        async with aiohttp.ClientSession() as client, client.get(url) as answer:
            return answer.headers.get("X-Lab-App") or str(answer.status)

    def pool(self, name: str) -> Object:
        found = self.store.named("pool", name)
        assert found is not None, f"there is no pool {name}"
        return found

    def ab(self) -> tuple[str | None, str | None, int]:
        """Return what pool A is said to hold, the name of pool B, and the ratio."""
        a = self.pool("app1-pool-80")
        ab_pool = a.get("ab_pool", {})
        b = self.store.refer(ab_pool.get("pool_ref"))
        return a.get("a_pool"), b["name"] if b else None, ab_pool.get("ratio", 0)

    def state(self, kind: str, name: str) -> str:
        found = self.store.named(kind, name)
        assert found is not None
        return self.engine.status(found).state


class Client:
    """One HTTP client with a cookie jar, which trusts the lab's authority."""

    def __init__(self, cloud: Cloud) -> None:
        self.base = f"https://{cloud.controller.address}"
        context = ssl.create_default_context(cafile=str(cloud.controller.ca_file))
        self.http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), connector=aiohttp.TCPConnector(ssl=context)
        )

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Return status and body: JSON where it is JSON, else text."""
        async with self.http.request(method, self.base + path, **options) as answer:
            self.headers = answer.headers
            try:
                return answer.status, await answer.json()
            except ValueError:
                return answer.status, await answer.text()

    async def get(self, path: str, **headers: str) -> Any:
        status, body = await self.ask("GET", path, headers={**OLD, **headers})
        assert status == 200, (status, body)
        return body

    async def login(self) -> dict[str, Any]:
        status, body = await self.ask("POST", "/login", data={"username": "admin", "password": "avi-lab"})
        assert status == 200, body
        return body

    def cookie(self, name: str) -> str:
        return next(cookie.value for cookie in self.http.cookie_jar if cookie.key == name)


@pytest_asyncio.fixture
async def cloud() -> AsyncIterator[Cloud]:
    made = Cloud()
    await made.dataplane.start()
    await made.engine.start()
    await made.controller.start()
    yield made
    await made.controller.stop()
    await made.engine.stop()
    await made.dataplane.stop()
    for servers in made.servers.values():
        for server in servers:
            server.kill()


@pytest_asyncio.fixture
async def client(cloud: Cloud) -> AsyncIterator[Client]:
    made = Client(cloud)
    yield made
    await made.http.close()


@pytest_asyncio.fixture
async def reader(client: Client) -> Client:
    await client.login()
    return client
