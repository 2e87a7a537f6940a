# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The traffic client accounts for every request, whatever the server does to it."""

from __future__ import annotations

import asyncio
import socket
import statistics
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from tests.lab.images import Behaviour
from tests.lab.taskserver import Count, TaskServer, _Connection
from tests.lab.traffic import Mix, Total, Traffic, TrafficProcess

pytestmark = pytest.mark.asyncio

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[str]:
    """Run a server that does this with each connection; gives its URL."""

    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await serve(reader, writer)
        writer.close()

    running = await asyncio.start_server(quietly, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}/"
    running.close()


@asynccontextmanager
async def task() -> AsyncIterator[tuple[str, TaskServer]]:
    """Run a task of app1 as the lab does."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    running = TaskServer("/app1", "app1.1", Behaviour(), [], Count())
    await running.start([listener])
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/", running
    running.kill()


async def send(url: str, seconds: float = 0.4, rate: float = 200, mix: Mix | None = None) -> Total:
    traffic = Traffic(url, rate, mix or Mix(timeout=5))
    await traffic.start()
    await asyncio.sleep(seconds)
    total = await traffic.stop()
    assert total.under_way == 0
    assert total.sent == total.answered + total.lost_total == sum(total.answered_by.values()) + sum(total.lost.values())
    assert total.sent >= 0.8 * seconds * rate
    return total


async def test_answers_are_counted_by_app() -> None:
    async with task() as (url, running):
        total = await send(url)
        assert (total.lost, total.answered_by) == ({}, {"/app1": total.sent})
        assert (running.count.traffic, running.count.other) == (total.sent, 0)


async def test_the_rate_is_even() -> None:
    async with task() as (url, _unused):
        traffic = Traffic(url, 500)
        await traffic.start()
        laps = []
        for _each in range(5):
            await asyncio.sleep(0.2)
            laps.append(traffic.lap().sent)
        await traffic.stop()
        assert 70 <= statistics.median(laps) <= 130, laps


async def test_the_mix_is_what_was_asked() -> None:
    seen: list[bytes] = []
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            seen.append(head)
            length = int(head.lower().split(b"content-length:")[1].split()[0]) if b"ontent-" in head else 0
            body = b"/app1 t 1\n" + await reader.readexactly(length)
            writer.write(
                b"HTTP/1.1 200 OK\r\nX-Lab-App: /app1\r\nX-Lab-Task: t\r\nContent-Length: %d\r\n\r\n%s"
                % (len(body), body)
            )

    async with server(serve) as url:
        total = await send(url, seconds=2, mix=Mix(new=0.3, post=0.5, slow=0.1, slow_seconds=2))
    assert total.lost == {}
    share = {
        name: sum(name in head for head in seen) / len(seen) for name in (b"POST", b"Connection: close", b"delay=2")
    }
    assert 0.35 < share[b"POST"] < 0.65 and 0.2 < share[b"Connection: close"] < 0.4 and 0.03 < share[b"delay=2"] < 0.2
    alone = sum(b"Connection: close" in head for head in seen)
    assert alone < connections < alone + (len(seen) - alone) / 2, "the others reuse a few connections"
    assert all(b"X-Lab-Traffic: 1" in head for head in seen)


async def test_what_is_under_way_at_the_end_is_waited_for() -> None:
    async with task() as (url, _unused):
        total = await send(url, mix=Mix(slow=1, slow_seconds=0.5))
        assert total.lost == {}


async def test_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    total = await send(url)
    assert total.lost == {"refused": total.sent}


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(-1)


def answers(head: bytes, body: bytes = b"") -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + b"\r\nConnection: close\r\n\r\n" + body)
        await writer.drain()

    return serve


GOOD = b"HTTP/1.1 200 OK\r\nX-Lab-App: /app1\r\nX-Lab-Task: t"


@pytest.mark.parametrize(
    ("serve", "kind"),
    [
        (reset, "reset"),
        (close, "closed"),
        (hang, "timeout"),
        (answers(b"HTTP/1.1 503 Service Unavailable"), "status_503"),
        (answers(b"HTTP/1.0 502 Bad Gateway", b"<html>"), "status_502"),
        (answers(GOOD + b"\r\nContent-Length: 99", b"/app1 t 1\n"), "closed"),
        (answers(GOOD + b"\r\nContent-Length: 12", b"/other t 1\n\n"), "wrong_body"),
        (answers(GOOD + b"\r\nContent-Length: 9", b"/app1 t 1"), "wrong_body"),
        (answers(b"HTTP/1.1 200 OK\r\nContent-Length: 10", b"/app1 t 1\n"), "wrong_body"),
        (answers(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"), "wrong_body"),
        (answers(b"SSH-2.0"), "wrong_body"),
    ],
)
async def test_each_loss_has_a_kind(serve: Serve, kind: str) -> None:
    async with server(serve) as url:
        total = await send(url, mix=Mix(post=0, timeout=0.3 if kind == "timeout" else 5))
    assert total.answered == 0
    assert total.lost == {kind: total.sent}


async def test_a_post_must_come_back() -> None:
    async with server(answers(GOOD + b"\r\nContent-Length: 10", b"/app1 t 1\n")) as url:
        total = await send(url, mix=Mix(post=1))
    assert total.lost == {"wrong_body": total.sent}


async def test_nothing_is_sent_twice() -> None:
    received = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal received
        while True:
            await reader.readuntil(b"\r\n\r\n")
            received += 1
            if received % 3 == 0:
                return
            writer.write(GOOD + b"\r\nContent-Length: 10\r\n\r\n/app1 t 1\n")

    async with server(serve) as url:
        total = await send(url, mix=Mix(new=0, post=0))
    assert received == total.sent
    assert total.lost == {"closed": received // 3}


async def test_a_task_that_is_killed_costs_what_it_had() -> None:
    async with task() as (url, running):
        traffic = Traffic(url, 200, Mix(new=0, slow=1, slow_seconds=60))
        await traffic.start()
        while len(running.connections) < 20:  # each holds a request that takes longer than the test
            await asyncio.sleep(0.01)
        running.kill()
        while not {"reset", "refused"} <= set(traffic.snapshot().lost):
            await asyncio.sleep(0.01)
        total = await traffic.stop()
    assert set(total.lost) == {"reset", "refused"} and total.answered == 0


@pytest.mark.parametrize(
    ("error", "kind"),
    [(ConnectionResetError, "reset"), (ConnectionRefusedError, "refused"), (socket.gaierror, "unreachable")],
)
async def test_a_connection_that_does_not_come_about_is_lost_by_why(
    monkeypatch: pytest.MonkeyPatch, error: type[OSError], kind: str
) -> None:
    async def connect(*_where: object) -> None:
        raise error

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", connect)
    total = await send("http://127.0.0.1:1/")
    assert total.lost == {kind: total.sent}


async def test_a_connection_that_was_accepted_as_its_task_was_killed_is_reset() -> None:
    async with task() as (_url, running):
        running.kill()
        here, there = socket.socketpair()
        await asyncio.get_running_loop().connect_accepted_socket(lambda: _Connection(running), there)
        reader, writer = await asyncio.open_connection(sock=here)
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()


async def test_only_http_is_spoken() -> None:
    with pytest.raises(ValueError, match="https://x"):
        Traffic("https://x", 1)


async def test_a_process_of_its_own_tells_the_same() -> None:
    async with task() as (url, running):

        def use() -> Total:
            with TrafficProcess(url, rate=100) as traffic:
                traffic.wait_for(lambda total: total.answered > 50)
                return traffic.stop()

        total = await asyncio.to_thread(use)
        assert total.lost == {} and total.sent == total.answered == running.count.traffic > 50
