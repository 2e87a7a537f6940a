# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health monitors: whether a server answers, asked over the network as a Service Engine does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.lab.dataplane import Endpoint

#: However fast the lab's seconds pass: a server is not asked more often than this, in real seconds.
SHORTEST_INTERVAL = 0.2
SHORTEST_TIMEOUT = 1.0


@dataclass(frozen=True)
class Check:
    """What a health monitor asks: ``GET path`` where there is a path, else only a connection. Times in Avi's seconds."""

    path: str | None
    interval: float
    timeout: float
    failures: int
    """How many failures in a row make a server down; one success makes it up."""


def check_of(monitor: dict[str, Any]) -> Check:
    """Read the Avi object of a health monitor."""
    request = monitor.get("http_monitor", {}).get("http_request", "")
    path = request.split()[1] if monitor["type"] == "HEALTH_MONITOR_HTTP" and request else None
    return Check(path, monitor["send_interval"], monitor["receive_timeout"], monitor["failed_checks"])


class Monitors:
    """The running checks. `changed` is called whenever a server comes up or goes down; `speed` hastens the seconds."""

    def __init__(self, changed: Callable[[], None], speed: Callable[[], float]) -> None:
        self._changed = changed
        self._speed = speed
        self._running: dict[tuple[Endpoint, Check], asyncio.Task[None]] = {}
        self._up: set[tuple[Endpoint, Check]] = set()

    def watch(self, wanted: Iterable[tuple[Endpoint, Check]]) -> None:
        """Run exactly these checks from now on."""
        wanted = set(wanted)
        for key in self._running.keys() - wanted:
            self._running.pop(key).cancel()
            self._up.discard(key)
        for key in wanted - self._running.keys():
            self._running[key] = asyncio.create_task(self._watch(*key))

    def up(self, endpoint: Endpoint, check: Check) -> bool:
        """Whether a server passes a check, as known now; unknown is down."""
        return (endpoint, check) in self._up

    async def stop(self) -> None:
        """End all checks."""
        running = list(self._running.values())
        self.watch(())
        await asyncio.gather(*running, return_exceptions=True)

    async def _watch(self, endpoint: Endpoint, check: Check) -> None:
        key = (endpoint, check)
        failed = 0
        while True:
            timeout = max(check.timeout / self._speed(), SHORTEST_TIMEOUT)
            if await answers(endpoint, check.path, timeout):
                failed = 0
                if key not in self._up:
                    self._up.add(key)
                    self._changed()
            else:
                failed += 1
                if failed >= check.failures and key in self._up:
                    self._up.discard(key)
                    self._changed()
            await asyncio.sleep(max(check.interval / self._speed(), SHORTEST_INTERVAL))


async def answers(endpoint: Endpoint, path: str | None, timeout: float) -> bool:
    """Ask a server once, over a connection of its own; 2xx and 3xx are good answers."""
    writer = None
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(*endpoint)
            if path is None:
                return True
            request = f"GET {path} HTTP/1.1\r\nHost: {endpoint}\r\nUser-Agent: avi/health-monitor\r\nConnection: close\r\n\r\n"
            writer.write(request.encode())
            status = (await reader.readline()).split()
            return len(status) > 1 and status[1][:1] in (b"2", b"3")
    except (OSError, TimeoutError, asyncio.LimitOverrunError, ValueError):
        return False
    finally:
        if writer is not None:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
