# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The traffic itself: what is sent when, over which connection."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.lab.traffic.connection import Connection, Request
from tests.lab.traffic.tally import Tally, Total

#: How often requests that are due are sent, in seconds: the rate is even down to this.
_TICK = 0.002
_IDLE_CONNECTIONS = 64
#: Shorter than any server's patience: a request must not meet a connection that was closed for being idle.
_IDLE_SECONDS = 10.0
#: What it is called when a connection does not come about; a task that is killed resets those that it has not taken up yet.
_KINDS: dict[type[OSError], str] = {ConnectionRefusedError: "refused", ConnectionResetError: "reset"}


@dataclass(frozen=True)
class Mix:
    """What the requests are like: shares between 0 and 1, times in seconds.

    `new`: of them, those over a connection of their own (the others reuse one). `post`: those that send a body.
    `slow`: those that ask the task to answer after `slow_seconds`. A request is lost when it took `timeout` (with slow
    ones about, `slow_seconds` more).
    """

    new: float = 0.2
    post: float = 0.25
    slow: float = 0.0
    slow_seconds: float = 3.0
    timeout: float = 10.0

    @property
    def patience(self) -> float:
        """After how many seconds a request is lost: one for all, so that the oldest request is always the first to expire."""
        return self.timeout + (self.slow_seconds if self.slow else 0)


class Traffic:
    """Sends `rate` requests a second to a URL, whether or not earlier ones are answered (an open loop). Never retries."""

    def __init__(self, url: str, rate: float, mix: Mix | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"The traffic client takes an http:// URL, not {url!r}.")
        self._host, self._port, self._path = parts.hostname, parts.port or 80, parts.path or "/"
        self._rate = rate
        self._mix = mix = mix or Mix()
        self._patience = mix.patience
        self._random = random.Random(1)
        self._tally = Tally()
        self._number = 0
        self._idle: deque[Connection] = deque()
        self._under_way: dict[Request, None] = {}
        """In the order in which they were sent."""
        self._connecting: set[asyncio.Task[None]] = set()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to send."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> Total:
        """Send no more, wait for what is under way, and return the account: nothing in it is under way."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        while self._under_way:
            self._expire(time.monotonic())
            await asyncio.sleep(_TICK)
        for connection in self._idle:
            connection.close()
        self._idle.clear()
        return self._tally.total()

    def snapshot(self) -> Total:
        """Return the account so far."""
        return self._tally.total()

    def lap(self) -> Total:
        """Return the account since the last call."""
        return self._tally.lap()

    async def _run(self) -> None:
        began = time.monotonic()
        sent = 0
        while True:
            now = time.monotonic()
            due = int((now - began) * self._rate)
            while sent < due:
                self._send_one(now)
                sent += 1
            self._expire(now)
            await asyncio.sleep(_TICK)

    def _send_one(self, now: float) -> None:
        request = self._next_request(now)
        self._tally.sent()
        self._under_way[request] = None
        connection = None if request.alone else self._idle_connection(now)
        if connection is not None:
            connection.send(request)
        else:
            task = asyncio.create_task(self._connect_and_send(request))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    def _next_request(self, now: float) -> Request:
        mix, roll = self._mix, self._random.random
        self._number += 1
        alone = roll() < mix.new
        body = f"request {self._number}".encode() if roll() < mix.post else b""
        delay = f"&delay={mix.slow_seconds:g}" if roll() < mix.slow else ""
        message = (
            f"{'POST' if body else 'GET'} {self._path}?n={self._number}{delay} HTTP/1.1\r\n"
            f"Host: {self._host}:{self._port}\r\nUser-Agent: lab-traffic\r\nX-Lab-Traffic: 1\r\n"
            + ("Connection: close\r\n" if alone else "")
            + (f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n" if body else "")
            + "\r\n"
        )
        return Request(message.encode() + body, body, alone, now + self._patience)

    def _idle_connection(self, now: float) -> Connection | None:
        while self._idle:
            connection = self._idle.popleft()
            if connection.open and now - connection.idle_since < _IDLE_SECONDS:
                return connection
            if connection.open:
                connection.close()
        return None

    async def _connect_and_send(self, request: Request) -> None:
        loop = asyncio.get_running_loop()
        try:
            _transport, connection = await loop.create_connection(
                lambda: Connection(self._finished), self._host, self._port
            )
        except OSError as error:
            self._lose(request, _KINDS.get(type(error), "unreachable"))
            return
        if request in self._under_way:
            connection.send(request)
        else:  # it expired before there was a connection
            connection.close()

    def _finished(self, connection: Connection, request: Request, app: str | None, loss: str | None) -> None:
        if app is None:
            self._lose(request, loss or "closed")
        elif request in self._under_way:
            del self._under_way[request]
            self._tally.answered(app)
        if connection.open:
            if len(self._idle) < _IDLE_CONNECTIONS:
                connection.idle_since = time.monotonic()
                self._idle.append(connection)
            else:
                connection.close()

    def _lose(self, request: Request, kind: str) -> None:
        if request in self._under_way:
            del self._under_way[request]
            self._tally.lost(kind)

    def _expire(self, now: float) -> None:
        for request in list(self._under_way) if self._oldest_deadline() < now else ():
            if request.deadline >= now:
                break
            if request.connection is not None:
                request.connection.give_up("timeout")
            else:
                self._lose(request, "timeout")

    def _oldest_deadline(self) -> float:
        return next(iter(self._under_way)).deadline if self._under_way else float("inf")
