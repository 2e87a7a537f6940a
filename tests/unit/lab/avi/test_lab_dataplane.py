# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data plane: what HAProxy does after each layout."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.lab import dataplane as module
from tests.lab.dataplane import DataPlane, Endpoint, Layout, Route
from tests.lab.haproxy import HAProxy, HAProxyError
from tests.lab.images import Behaviour
from tests.lab.taskserver import Count, TaskServer
from tests.lab.traffic import Mix, Traffic

pytestmark = pytest.mark.asyncio


class Plane(DataPlane):
    """A data plane with servers to send to."""

    def __init__(self) -> None:
        super().__init__("app1")
        self.servers: dict[Endpoint, TaskServer] = {}

    async def server(self, name: str) -> Endpoint:
        """Start a server that answers with this name."""
        listener = socket.create_server(("127.0.0.2", 0), backlog=1024)
        server = TaskServer(name, f"{name}.1", Behaviour(), [], Count())
        await server.start([listener])
        endpoint = Endpoint(*listener.getsockname())
        self.servers[endpoint] = server
        return endpoint

    async def ask(self, service: str = "app1", number: int = 1) -> Counter[str]:
        """Ask a service over new connections: how often each server answered, or the status."""
        answers: Counter[str] = Counter()
        url = self.url(service)
        assert url is not None
        for _each in range(number):
            async with aiohttp.ClientSession() as client, client.get(url) as answer:
                answers[answer.headers.get("X-Lab-App", str(answer.status))] += 1
        return answers


@pytest_asyncio.fixture
async def plane() -> AsyncIterator[Plane]:
    made = Plane()
    await made.start()
    yield made
    await made.stop()
    for server in made.servers.values():
        server.kill()


def one(pool: str, *servers: Endpoint) -> Layout:
    return Layout({"app1": Route(pool)}, {pool: frozenset(servers)})


async def test_the_first_service_has_its_port_before_it_exists(plane: Plane) -> None:
    assert await plane.ask() == {"503": 1}
    assert plane.url("other") is None


async def test_requests_go_round_the_servers_of_the_pool(plane: Plane) -> None:
    x, y = await plane.server("x"), await plane.server("y")
    await plane.apply(one("p", x, y))
    assert await plane.ask(number=6) == {"x": 3, "y": 3}


async def test_a_pool_without_servers_answers_503(plane: Plane) -> None:
    await plane.apply(one("p"))
    assert await plane.ask() == {"503": 1}


@pytest.mark.parametrize(("ratio", "answers"), [(0, {"a": 20}), (100, {"b": 20})])
async def test_the_ratio_decides_between_the_pools(plane: Plane, ratio: int, answers: dict[str, int]) -> None:
    pools = {"a": frozenset({await plane.server("a")}), "b": frozenset({await plane.server("b")})}
    await plane.apply(Layout({"app1": Route("a", "b", ratio)}, pools))
    assert await plane.ask(number=20) == answers


async def test_a_ratio_in_between_is_mixed(plane: Plane) -> None:
    pools = {"a": frozenset({await plane.server("a")}), "b": frozenset({await plane.server("b")})}
    await plane.apply(Layout({"app1": Route("a", "b", 30)}, pools))
    answers = await plane.ask(number=200)
    assert 30 < answers["b"] < 90 and answers.total() == 200


async def test_a_server_that_leaves_finishes_what_it_has(plane: Plane) -> None:
    x, y = await plane.server("x"), await plane.server("y")
    await plane.apply(one("p", x))
    async with aiohttp.ClientSession() as client:
        slow = asyncio.create_task(client.get(f"{plane.url('app1')}?delay=2"))
        while (await plane.counts())[1]["p"].open == 0:
            await asyncio.sleep(0.02)
        await plane.apply(one("p", y))
        assert await plane.ask(number=3) == {"y": 3}
        assert (await slow).headers["X-Lab-App"] == "x"


async def test_switches_under_load_lose_nothing(plane: Plane) -> None:
    pools = {"a": frozenset({await plane.server("a")}), "b": frozenset({await plane.server("b")})}
    await plane.apply(Layout({"app1": Route("a", "b", 0)}, pools))
    traffic = Traffic(str(plane.url("app1")), 500, Mix(slow=0.02, slow_seconds=0.3))
    await traffic.start()
    for number in range(10):
        await asyncio.sleep(0.1)
        await plane.apply(Layout({"app1": Route("a", "b", 100 * ((number + 1) % 2))}, pools))
    total = await traffic.stop()
    assert total.lost == {} and total.sent > 400
    assert set(total.answered_by) == {"a", "b"}
    services, backends = await plane.counts()
    assert services["app1"].requests == backends["a"].requests + backends["b"].requests == total.sent
    assert services["app1"].responses["2xx"] == total.answered


async def test_nothing_is_retried(plane: Plane) -> None:
    x, y = await plane.server("x"), await plane.server("y")
    await plane.apply(one("p", x, y))
    plane.servers[x].kill()
    assert await plane.ask(number=6) == {"y": 3, "503": 3}


async def test_counts_begin_with_the_place(plane: Plane) -> None:
    x = await plane.server("x")
    await plane.apply(one("first", x))
    await plane.ask(number=5)
    await plane.apply(Layout())
    for number in range(module.BACKENDS):  # so that each place was taken once
        await plane.apply(one(f"p{number}", x))
    await plane.ask(number=2)
    services, pools = await plane.counts()
    assert (services["app1"].requests, sum(pool.requests for pool in pools.values())) == (2, 2)


async def test_many_may_ask_for_counts_at_once(plane: Plane) -> None:
    await plane.apply(one("p", await plane.server("x")))
    answers = await asyncio.gather(*(plane.counts() for _each in range(50)))
    assert all(pools["p"].requests == 0 for _listeners, pools in answers)


async def test_who_finds_no_place_waits_for_one(plane: Plane) -> None:
    x = await plane.server("x")
    names = [f"svc{number}" for number in range(module.FRONTENDS)]
    crowd = Layout({name: Route("p") for name in names}, {"p": frozenset({x})})
    await plane.apply(crowd)
    assert [name for name in names if plane.url(name) is None] == ["svc11"], "app1's place is kept for it"
    await plane.apply(Layout({name: Route("p") for name in names[1:]}, crowd.pools))
    assert await plane.ask("svc11") == {"x": 1}


async def test_it_can_be_made_to_carry_more() -> None:
    names = [f"svc{number}" for number in range(2 * module.FRONTENDS)]
    plane = DataPlane("app1", len(names) + 1)
    await plane.start()
    try:
        await plane.apply(Layout({name: Route("p") for name in names}, {"p": frozenset()}))
        assert all(plane.url(name) for name in ("app1", *names))
    finally:
        await plane.stop()


async def test_a_pool_may_come_in_the_place_of_another(plane: Plane) -> None:
    x = frozenset({await plane.server("x")})
    await plane.apply(Layout({}, {f"p{number}": x for number in range(module.BACKENDS)}))
    await plane.apply(
        Layout({"app1": Route("new")}, {f"p{number}": x for number in range(1, module.BACKENDS)} | {"new": x})
    )
    assert await plane.ask() == {"x": 1}


async def test_a_seat_is_taken_by_every_server_in_turn(plane: Plane) -> None:
    x = await plane.server("x")
    for port in range(40000, 40000 + 2 * module.SEATS):
        await plane.apply(one("p", Endpoint("127.0.0.9", port)))
    await plane.apply(one("p", x))
    assert await plane.ask(number=3) == {"x": 3}


async def test_a_refused_command_is_an_error() -> None:
    haproxy = HAProxy(["vs0"], ["pool0"], 1)
    await haproxy.start()
    try:
        with pytest.raises(HAProxyError, match="No such server"):
            await haproxy.command(["set server pool0/s9 state ready"])
    finally:
        await haproxy.stop()
