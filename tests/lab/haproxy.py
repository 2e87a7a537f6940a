# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HAProxy as a child process: configured once at its start, changed only through its runtime socket."""

from __future__ import annotations

import asyncio
import csv
import re
import shutil
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.lab.children import dies_with_parent
from tests.lab.serving import LOOPBACK

#: The frontend at which HAProxy tells what it counts.
METRICS = "metrics"
#: HAProxy reads a batch of commands into one buffer of 16 kB.
_BATCH = 8000
_FAILURE = re.compile(r"^\[[0-3]\]: (.*)$", re.MULTILINE)

# No retries: a request that fails is a request lost, as the test of a migration needs to see it.
# Server and client timeouts exceed every slow request the lab makes, so that a timeout never hides who ended it.
_CONFIGURATION = """\
global
    stats socket {socket} mode 600 level admin
    maxconn 8000
    nbthread 1

defaults
    mode http
    retries 0
    timeout connect 1s
    timeout queue 1s
    timeout http-request 10s
    timeout http-keep-alive 120s
    timeout client 120s
    timeout server 120s
    http-reuse aggressive

backend nowhere
"""

# The route of a frontend is "<pool a>:<pool b>:<percent to b>": one key of the map, so that it changes at once.
_FRONTEND = """
frontend {name}
    bind fd@{fd}
    http-request set-var(txn.route) fe_name,map({routes})
    http-request set-var(txn.ratio) var(txn.route),field(3,:)
    use_backend %[var(txn.route),field(2,:)] if {{ rand(100),sub(txn.ratio) lt 0 }}
    use_backend %[var(txn.route),field(1,:)]
"""

# What HAProxy counts, in the text format of Prometheus.
_METRICS = """
frontend {name}
    bind fd@{fd}
    http-request use-service prometheus-exporter
"""

_BACKEND = """
backend {name}
    balance roundrobin
    server-template s 1-{seats} {loopback}:1 disabled
"""


class HAProxyError(Exception):
    """HAProxy is missing, did not start, or refused a command; the message says which."""


class HAProxy:
    """One HAProxy with named frontends on free ports and named backends with empty server seats ``s1``, ``s2``, ...

    With ``metrics`` it has one more port, where it tells what it counts. That takes one that is built with its exporter, as Debian's is.
    """

    def __init__(self, frontends: Sequence[str], backends: Sequence[str], seats: int, *, metrics: bool = False) -> None:
        self._frontends = frontends
        self._metrics = metrics
        self._backends = backends
        self._seats = seats
        self._files = tempfile.TemporaryDirectory(prefix="lab-haproxy-")
        self._socket = Path(self._files.name, "runtime.sock")
        self._routes = Path(self._files.name, "routes.map")
        self._log = Path(self._files.name, "haproxy.log")
        self._process: asyncio.subprocess.Process | None = None
        self._asking = asyncio.Lock()  # HAProxy serves but a few clients on its runtime socket at once
        self.ports: dict[str, int] = {}
        """The port of each frontend, known after `start`."""

    async def start(self) -> None:
        """Start and wait until it answers. Raises HAProxyError."""
        program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
        if program is None:
            raise HAProxyError("HAProxy was not found: install the package haproxy.")
        # The sockets are bound here and handed over, so that no one else can take a free port in between.
        names = [*self._frontends, *([METRICS] if self._metrics else [])]
        listeners = [socket.create_server((LOOPBACK, 0), backlog=1024) for _each in names]
        try:
            self.ports = {n: s.getsockname()[1] for n, s in zip(names, listeners, strict=True)}
            fds = [each.fileno() for each in listeners]
            configuration = Path(self._files.name, "haproxy.cfg")
            configuration.write_text(self._configuration(fds))
            self._routes.write_text("".join(f"{name} {_route(None, None, 0)}\n" for name in self._frontends))
            with self._log.open("wb") as log:
                self._process = await asyncio.create_subprocess_exec(
                    program, "-db", "-f", str(configuration),
                    stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                    pass_fds=fds, preexec_fn=dies_with_parent(),
                )  # fmt: skip
        finally:
            for each in listeners:
                each.close()
        await self._wait_until_it_answers()

    async def stop(self) -> None:
        """End it, with every connection it holds."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._files.cleanup()

    async def command(self, commands: Sequence[str]) -> None:
        """Run commands in order, as few socket round trips as fit. Raises HAProxyError if one is refused."""
        for batch in _batches(commands):
            answer = await self._ask("set severity-output number;" + batch)
            failure = _FAILURE.search(answer)
            if failure:
                raise HAProxyError(f"HAProxy refused one of {batch!r}: {failure[1]}")

    def route(self, frontend: str, a: str | None, b: str | None, ratio: int) -> str:
        """Return the command that sends `ratio` percent of a frontend's requests to backend `b`, the rest to `a`."""
        return f"set map {self._routes} {frontend} {_route(a, b, ratio)}"

    async def statistics(self, what: str = "-1 3 -1") -> list[dict[str, str]]:
        """Return rows of ``show stat``; `what` is "<proxy> <kinds: 1 frontends, 2 backends, 4 servers> <server>"."""
        text = await self._ask(f"show stat {what}")
        return list(csv.DictReader(text.removeprefix("# ").splitlines()))

    def _configuration(self, fds: Sequence[int]) -> str:
        frontends = (
            _FRONTEND.format(name=name, fd=fd, routes=self._routes)
            for name, fd in zip(self._frontends, fds, strict=False)
        )
        metrics = _METRICS.format(name=METRICS, fd=fds[-1]) if self._metrics else ""
        backends = (_BACKEND.format(name=name, seats=self._seats, loopback=LOOPBACK) for name in self._backends)
        return _CONFIGURATION.format(socket=self._socket) + "".join(frontends) + metrics + "".join(backends)

    async def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        for _each in range(200):
            if self._process.returncode is not None:
                raise HAProxyError(f"HAProxy did not start:\n{self._log.read_text()}")
            try:
                await self._ask("show version")
                return
            except OSError:
                await asyncio.sleep(0.02)
        raise HAProxyError(f"HAProxy did not answer on its runtime socket:\n{self._log.read_text()}")

    async def _ask(self, line: str) -> str:
        async with self._asking:
            reader, writer = await asyncio.open_unix_connection(self._socket)
            try:
                writer.write(line.encode() + b"\n")
                return (await reader.read()).decode()
            finally:
                writer.close()


def _route(a: str | None, b: str | None, ratio: int) -> str:
    """Return a route as the map holds it; a pool that is none is the backend that has no server, which answers 503."""
    return f"{a or 'nowhere'}:{b or 'nowhere'}:{ratio}"


def _batches(commands: Sequence[str]) -> list[str]:
    batches: list[str] = []
    for command in commands:
        if batches and len(batches[-1]) + len(command) < _BATCH:
            batches[-1] += ";" + command
        else:
            batches.append(command)
    return batches
