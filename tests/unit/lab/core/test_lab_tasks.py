# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task's server does with requests, and with the requests it has when it is told to end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.lab.agents import FIRST_OF_ANY, LAST_PORT, Agent, Resources
from tests.lab.images import Behaviour, behaviour
from tests.lab.peer import Peer
from tests.lab.taskserver import Count, TaskServer

pytestmark = pytest.mark.asyncio


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(
        self, path: str = "/", method: str = "GET", body: bytes = b"", fields: str = "", minor: int = 1
    ) -> str:
        """Send a request; return the whole answer."""
        self.send(path, method, body, fields, minor)
        return await self.answer()

    def send(self, path: str = "/", method: str = "GET", body: bytes = b"", fields: str = "", minor: int = 1) -> None:
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        self.writer.write(f"{method} {path} HTTP/1.{minor}\r\n{length}{fields}\r\n".encode() + body)

    async def answer(self, body: bool = True) -> str:
        async with asyncio.timeout(5):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.split("Content-Length: ")[1].split("\r\n")[0])
            return head + ((await self.reader.readexactly(length)).decode() if body else "")

    async def is_closed(self) -> bool:
        async with asyncio.timeout(5):
            return await self.reader.read(1) == b""


class Served:
    """A task's server with one port."""

    def __init__(self) -> None:
        self.count = Count()
        self.agent = Agent(0, Resources(1, 1))

    async def start(self, behaves: Behaviour) -> None:
        self.server = TaskServer("/app", "app.1", behaves, ["/health", "/"], self.count)
        listeners = self.agent.reserve([0])
        self.port = listeners[0].getsockname()[1]
        await self.server.start(listeners)

    async def connect(self) -> Client:
        return Client(*await asyncio.open_connection(self.agent.address, self.port))


@pytest_asyncio.fixture
async def served() -> AsyncIterator[Served]:
    made = Served()
    await made.start(Behaviour(version="1.0"))
    yield made
    made.server.kill()


async def test_answers_name_who_gave_them(served: Served) -> None:
    client = await served.connect()
    answer = await client.ask("/any?thing")
    assert answer.startswith("HTTP/1.1 200 OK\r\n")
    assert "X-Lab-App: /app\r\nX-Lab-Task: app.1\r\nX-Lab-Version: 1.0\r\n" in answer
    assert answer.endswith("\r\n\r\n/app app.1 1.0\n")
    assert (await client.ask("/", "POST", b"hello")).endswith("/app app.1 1.0\nhello")
    client.send("/", "HEAD")
    assert "Content-Length: 15" in await client.answer(body=False)
    assert (await client.ask()).endswith("1.0\n")


async def test_requests_come_in_pieces_and_in_heaps(served: Served) -> None:
    client = await served.connect()
    for piece in (b"POST / HT", b"TP/1.1\r\nContent-Le", b"ngth: 4\r\n\r", b"\nab", b"cd"):
        client.writer.write(piece)
        await asyncio.sleep(0.01)
    assert (await client.answer()).endswith("abcd")
    for number in range(3):
        client.send(f"/{number}?delay=0.0{number}", "POST", f"{number}".encode())
    assert [(await client.answer())[-1] for _each in range(3)] == ["0", "1", "2"]


async def test_a_lossy_image_resets_some_of_the_traffic_and_no_health_check() -> None:
    served = Served()
    await served.start(Behaviour(resets_one_in=2))
    client = await served.connect()
    for _each in range(3):
        await client.ask("/health")
    await client.ask(fields="X-Lab-Traffic: 1\r\n")
    client.send("/", fields="X-Lab-Traffic: 1\r\n")
    with pytest.raises(OSError):
        await client.answer()
    assert served.count.traffic == 1
    served.server.kill()


@pytest.mark.parametrize(
    ("minor", "fields", "closes"),
    [(1, "", False), (1, "Connection: close\r\n", True), (0, "", True), (0, "Connection: keep-alive\r\n", False)],
)
async def test_who_closes(served: Served, minor: int, fields: str, closes: bool) -> None:
    client = await served.connect()
    answer = await client.ask(fields=fields, minor=minor)
    assert ("Connection: close" in answer) is closes
    if closes:
        assert await client.is_closed()
    else:
        await client.ask()


async def test_what_it_does_not_understand(served: Served) -> None:
    for request, status in (
        (b"nonsense\r\n\r\n", "400"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "411"),
    ):
        client = await served.connect()
        client.writer.write(request)
        assert (await client.answer()).split()[1] == status
        assert await client.is_closed()


async def test_traffic_is_counted_apart(served: Served) -> None:
    client = await served.connect()
    for fields in ("X-Lab-Traffic: 1\r\n", "x-lab-traffic: 1\r\n", "User-Agent: x-lab-traffic\r\n"):
        await client.ask(fields=fields)
    assert served.count == Count(traffic=2, other=1)


async def test_the_end_lets_finish_what_was_begun(served: Served) -> None:
    idle, busy, half = [await served.connect() for _each in range(3)]
    await idle.ask()
    busy.send("/?delay=0.3")
    half.writer.write(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na")
    await asyncio.sleep(0.05)
    end = asyncio.create_task(served.server.terminate(5))
    await asyncio.sleep(0.05)
    with pytest.raises(ConnectionRefusedError):
        await served.connect()
    assert await idle.is_closed()
    half.writer.write(b"b")
    for client in (busy, half):
        assert "Connection: close" in await client.answer()
        assert await client.is_closed()
    async with asyncio.timeout(1):
        await end


async def test_the_end_of_grace_resets_the_rest(served: Served) -> None:
    client = await served.connect()
    client.send("/?delay=5")
    await asyncio.sleep(0.05)
    async with asyncio.timeout(1):
        await served.server.terminate(0.2)
    with pytest.raises(ConnectionResetError):
        await client.answer()
    assert served.count == Count()


async def test_behaviours() -> None:
    for behaves, health, other in (
        (Behaviour(), "200", "200"),
        (Behaviour(errors=True), "200", "500"),
        (Behaviour(unhealthy_for=0.2), "503", "503"),
    ):
        served = Served()
        await served.start(behaves)
        client = await served.connect()
        assert (await client.ask("/health?x")).split()[1] == health
        assert (await client.ask("/health/not")).split()[1] == other
        await asyncio.sleep(behaves.unhealthy_for if behaves.unhealthy_for < 1 else 0)
        assert (await client.ask("/health")).split()[1] == "200"
        served.server.kill()


@pytest.mark.parametrize(
    ("path", "agent", "status"),
    [
        ("/ready", "lab-marathon", "200"),
        ("/ready?x", "avi/health-monitor", "200"),
        ("/", "lab-marathon", "404"),
        ("/health", "avi/health-monitor", "404"),
        ("/", "curl", "200"),
    ],
)
async def test_a_health_check_asks_the_path_that_the_image_has(path: str, agent: str, status: str) -> None:
    served = Served()
    await served.start(behaviour("lab/ok", {"HEALTH_PATH": "/ready"}, "1"))
    client = await served.connect()
    assert (await client.ask(path, fields=f"User-Agent: {agent}\r\n")).split()[1] == status
    served.server.kill()


@pytest.mark.parametrize(
    ("path", "fields", "is_check"),
    [
        ("/health", "", True),
        ("/other", "User-Agent: lab-marathon\r\n", False),
        ("/", "User-Agent: lab-marathon\r\n", True),
        ("/?x", "User-Agent: avi/health-monitor\r\n", True),
        ("/", "User-Agent: curl\r\n", False),
        ("/", "", False),
    ],
)
async def test_what_is_bad_to_users_is_good_to_health_checks(path: str, fields: str, is_check: bool) -> None:
    served = Served()
    await served.start(Behaviour(errors=True, delay=0.3))
    client = await served.connect()
    began = asyncio.get_running_loop().time()
    answer = await client.ask(path, fields=fields)
    late = asyncio.get_running_loop().time() - began >= 0.3
    assert (answer.split()[1], late) == (("200", False) if is_check else ("500", True))
    served.server.kill()


@pytest.mark.parametrize(
    ("image", "env", "expected"),
    [
        ("nginx", {}, Behaviour(version="marathon")),
        ("nginx:1.2", {}, Behaviour(version="1.2")),
        ("nginx:1.2", {"VERSION": "3"}, Behaviour(version="3")),
        ("lab/ok", {}, Behaviour(version="marathon")),
        ("lab/slow:2", {}, Behaviour(version="2", delay=0.3)),
        ("lab/slow-start", {}, Behaviour(version="marathon", unhealthy_for=3)),
        ("lab/slow-start", {"SLOW_START_SECONDS": "0.5"}, Behaviour(version="marathon", unhealthy_for=0.5)),
        ("lab/never-healthy", {}, Behaviour(version="marathon", unhealthy_for=float("inf"))),
        ("lab/crash", {"CRASH_AFTER_SECONDS": "soon"}, Behaviour(version="marathon", crashes_after=2)),
        ("lab/error", {}, Behaviour(version="marathon", errors=True)),
        ("lab/lossy", {}, Behaviour(version="marathon", resets_one_in=10_000)),
        ("lab/wrong-version:7", {}, Behaviour(version="not-7")),
    ],
)
async def test_images(image: str, env: dict[str, str], expected: Behaviour) -> None:
    assert behaviour(image, env, "marathon") == expected


async def test_ports_are_real_and_come_up_again_late() -> None:
    agent = Agent(1, Resources(1, 1))
    first = agent.reserve([0, 0])
    ports = {each.getsockname() for each in first}
    assert {address for address, _port in ports} == {"127.0.0.3"}
    with pytest.raises(OSError):
        agent.reserve([0, first[0].getsockname()[1]])
    for listener in first:
        listener.close()
    again = agent.reserve([0])[0]
    assert again.getsockname() not in ports
    again.close()


def test_the_first_ports_are_left_to_apps_that_ask_for_a_certain_one() -> None:
    """Labs that run beside each other share the addresses of their agents."""
    agent = Agent(0, Resources(1, 1))
    for _each in range(LAST_PORT - FIRST_OF_ANY):
        (one,) = agent.reserve([0])
        with one:
            assert FIRST_OF_ANY <= one.getsockname()[1] <= LAST_PORT


async def test_one_that_needs_another_service_answers_only_beside_its_own_version(served: Served) -> None:
    port, other = served.port, Served()
    url = f"http://{served.agent.address}:{port}/"

    async def asked(peer: Peer) -> str:
        await other.start(Behaviour(version="1.0", peer="app"))
        other.server.peer = peer
        client = await other.connect()
        answers = [(await client.ask(fields=fields)).partition("\r\n")[0] for fields in ("", "X-Lab-Peer: yes\r\n")]
        other.server.kill()
        assert answers[1] == "HTTP/1.1 200 OK", "who asks for another is answered without asking further"
        return answers[0]

    assert await asked(Peer(url, "app", "1.0")) == "HTTP/1.1 200 OK"
    assert await asked(Peer(url, "app", "2.0")) == "HTTP/1.1 500 Internal Server Error"
    found = Peer("", "app", "1.0", lambda service, version: [("127.0.0.1", 9), (served.agent.address, port)])
    assert await asked(found) == "HTTP/1.1 200 OK"
    assert await asked(Peer("", "app", "1.0")) == "HTTP/1.1 500 Internal Server Error"
