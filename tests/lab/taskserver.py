# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server inside a task: small and fast, because the lab's load goes through it."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.lab.images import Behaviour
from tests.lab.mesos.sandboxes import Sandbox
from tests.lab.peer import FIELD, Peer

_REQUEST_LINE = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.([01])")
_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)")
_DELAY = re.compile(rb"[?&]delay=(\d+(?:\.\d+)?)")
_MONITOR = re.compile(rb"\r\nuser-agent: (?:lab-marathon|avi/health-monitor)\r\n")
_METRICS = b"/metrics"
_RESET = struct.pack("ii", 1, 0)
_REASONS = {
    200: b"OK",
    400: b"Bad Request",
    404: b"Not Found",
    411: b"Length Required",
    500: b"Internal Server Error",
    503: b"Unavailable",
}


@dataclass
class Count:
    """The requests an app's tasks answered: those of the traffic client (header X-Lab-Traffic), and all others; and those that
    they reset on purpose."""

    traffic: int = 0
    other: int = 0
    dropped: int = 0
    first_traffic: float = field(default=0.0, compare=False)
    """When the first of the traffic client's was answered, in seconds since the epoch."""


class TaskServer:
    """Answers HTTP on a task's ports until it is terminated, killed or crashes."""

    def __init__(
        self,
        app_id: str,
        task_id: str,
        behaviour: Behaviour,
        health_paths: Iterable[str],
        count: Count,
        sandbox: Sandbox | None = None,
        peer: Peer | None = None,
    ) -> None:
        self._sandbox = sandbox
        self.peer = peer
        self.behaviour = behaviour
        self.count = count
        self.line = f"{app_id} {task_id} {behaviour.version}\n".encode()
        self.names = f"X-Lab-App: {app_id}\r\nX-Lab-Task: {task_id}\r\nX-Lab-Version: {behaviour.version}\r\n".encode()
        self.health_paths = {
            path.encode() for path in ([behaviour.health_path] if behaviour.health_path else health_paths)
        }
        self.connections: set[_Connection] = set()
        self.ending = False
        self.killed = False
        self._began = 0.0
        self._taken = 0
        self._answered: Counter[int] = Counter()
        self._servers: list[asyncio.Server] = []
        self._quiet = asyncio.Event()

    async def start(self, listeners: Iterable[socket.socket]) -> None:
        """Serve on sockets that listen already."""
        loop = asyncio.get_running_loop()
        self._began = loop.time()
        for listener in listeners:
            self._servers.append(await loop.create_server(lambda: _Connection(self), sock=listener, backlog=1024))
        for line in (f"version {self.behaviour.version} listens", *self.behaviour.says.splitlines()):
            self._write("stdout", line)

    @property
    def is_busy(self) -> bool:
        """Whether an answer was begun that is to come later."""
        return any(connection.is_busy for connection in self.connections)

    def is_check(self, path: bytes, fields: bytes) -> bool:
        """Return whether this is a health check: by its path, or at "/", where users ask too, by who asks."""
        path = path.partition(b"?")[0]
        return path in self.health_paths and (path != b"/" or _MONITOR.search(fields) is not None)

    def is_lost(self, path: bytes, fields: bytes) -> bool:
        """Return whether this is a health check at a path where the task knows of none."""
        if not self.behaviour.health_path or _MONITOR.search(fields) is None:
            return False
        return path.partition(b"?")[0] not in self.health_paths

    def status(self, check: bool) -> int:
        """Return the status of an answer to a health check, or to a user, now."""
        if asyncio.get_running_loop().time() - self._began < self.behaviour.unhealthy_for:
            return 503
        if check:
            return 200
        one_in = self.behaviour.errs_one_in
        is_its_turn = one_in > 0 and self._answered.total() % one_in == one_in - 1
        return 500 if self.behaviour.errors or is_its_turn else 200

    def note(self, status: int) -> None:
        """Count the answer to a request that is no health check."""
        self._answered[status] += 1

    def metrics(self) -> bytes:
        """Return what was counted, as a Prometheus reads it."""
        lines = (f'http_requests_total{{code="{status}"}} {count}\n' for status, count in self._answered.items())
        return ("# TYPE http_requests_total counter\n" + "".join(lines)).encode()

    def drops(self) -> bool:
        """Whether the request of the traffic client that comes now is one to reset."""
        one_in = self.behaviour.resets_one_in
        self._taken += 1
        return one_in > 0 and self._taken % one_in == 0

    async def terminate(self, grace: float) -> None:
        """Take a SIGTERM: listen no more, drop idle connections, finish what was begun within `grace` seconds, reset the rest."""
        self._stop_listening()
        for connection in list(self.connections):
            connection.end_if_idle()
        if self.connections:
            self._quiet.clear()
            try:
                await asyncio.wait_for(self._quiet.wait(), grace)
            except TimeoutError:
                self.kill()

    def crash(self, message: str) -> None:
        """End by itself; what it leaves is in its sandbox."""
        self._write("stderr", f"fatal: {message}")
        self.kill()

    def went_wrong(self, status: int, method: bytes) -> None:
        """Write down an answer that is an error."""
        self._write("stderr", f"error: answered {status} to {method.decode('latin-1')}")

    def _write(self, name: str, line: str) -> None:
        if self._sandbox:
            self._sandbox.write(name, line)

    def kill(self) -> None:
        """Take a SIGKILL, or crash: every connection is reset at once."""
        self.killed = True
        self._stop_listening()
        for connection in list(self.connections):
            connection.reset()

    def _stop_listening(self) -> None:
        self.ending = True
        for server in self._servers:
            server.close()

    def lost(self, connection: _Connection) -> None:
        """Forget a connection that is closed."""
        self.connections.discard(connection)
        if not self.connections:
            self._quiet.set()


class _Connection(asyncio.Protocol):
    """One client connection: requests are answered one after the other."""

    def __init__(self, server: TaskServer) -> None:
        self._server = server
        self._received = b""
        self._pending: asyncio.TimerHandle | asyncio.Task[None] | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections.add(self)
        if self._server.killed:  # it was accepted a moment before
            self.reset()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._pending:
            self._pending.cancel()
        self._server.lost(self)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._pending is None:
            self._serve()

    @property
    def is_busy(self) -> bool:
        """Whether it owes an answer."""
        return self._pending is not None

    def end_if_idle(self) -> None:
        """Close when nothing was begun here."""
        if self._pending is None and not self._received:
            self._transport.close()

    def reset(self) -> None:
        """Close with an RST, whatever was begun."""
        connection = self._transport.get_extra_info("socket")
        if connection is not None and connection.fileno() >= 0:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def _serve(self) -> None:
        """Answer what has come in whole."""
        while self._pending is None and self._received and not self._transport.is_closing():
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._received[: end + 2]
            line = _REQUEST_LINE.match(head)
            fields = head.lower()
            if line is None or b"\r\ntransfer-encoding:" in fields:
                self._answer(411 if line else 400, b"", b"", keep=False, traffic=False)
                return
            length = _CONTENT_LENGTH.search(fields)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < whole:
                return
            body = self._received[end + 4 : whole]
            self._received = self._received[whole:]
            self._take(line, fields, body)

    def _take(self, line: re.Match[bytes], fields: bytes, body: bytes) -> None:
        """Answer one request, now or after the delay it asks for."""
        method, path, minor = line.groups()
        keep = b"\r\nconnection: close" not in fields if minor == b"1" else b"\r\nconnection: keep-alive" in fields
        traffic = b"\r\nx-lab-traffic:" in fields
        if traffic and self._server.drops():
            self._server.count.dropped += 1
            self.reset()
            return
        if self._server.is_lost(path, fields):
            self._answer(404, method, body, keep=keep, traffic=traffic)
            return
        check = self._server.is_check(path, fields)
        if path == _METRICS and not check:
            self._send(200, method, self._server.metrics(), keep=keep)
            return
        asked = _DELAY.search(path)
        delay = (float(asked[1]) if asked else 0.0) + (0.0 if check else self._server.behaviour.delay)
        peer = self._server.peer
        if peer and not check and FIELD not in fields:
            self._pending = asyncio.ensure_future(self._answer_with(peer, method, body, keep, traffic))
        elif delay:
            loop = asyncio.get_running_loop()
            self._pending = loop.call_later(delay, self._answer_late, check, method, body, keep, traffic)
        else:
            self._judge(check, method, body, keep, traffic)

    def _judge(self, check: bool, method: bytes, body: bytes, keep: bool, traffic: bool) -> None:
        """Answer with the status that a request gets now."""
        status = self._server.status(check)
        if not check:
            self._server.note(status)
        self._answer(status, method, body, keep=keep, traffic=traffic)

    async def _answer_with(self, peer: Peer, method: bytes, body: bytes, keep: bool, traffic: bool) -> None:
        """Answer once the other service was asked, without whose own version this one is worth nothing."""
        agrees = await peer.agrees()
        self._pending = None
        self._answer(self._server.status(check=False) if agrees else 500, method, body, keep=keep, traffic=traffic)
        self._serve()

    def _answer_late(self, check: bool, method: bytes, body: bytes, keep: bool, traffic: bool) -> None:
        self._pending = None
        self._judge(check, method, body, keep, traffic)
        self._serve()

    def _answer(self, status: int, method: bytes, body: bytes, *, keep: bool, traffic: bool) -> None:
        server = self._server
        if status >= 500:
            server.went_wrong(status, method)
        self._send(status, method, server.line + body, keep=keep)
        if traffic:
            server.count.first_traffic = server.count.first_traffic or time.time()
            server.count.traffic += 1
        else:
            server.count.other += 1

    def _send(self, status: int, method: bytes, content: bytes, *, keep: bool) -> None:
        server = self._server
        keep = keep and not server.ending
        self._transport.write(
            b"HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n%sConnection: %s\r\n\r\n%s"
            % (
                status,
                _REASONS[status],
                len(content),
                server.names,
                b"keep-alive" if keep else b"close",
                b"" if method == b"HEAD" else content,
            )
        )
        if not keep:
            self._transport.close()
