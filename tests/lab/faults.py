# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: what an API can be told to do wrong."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
APIS = ("marathon", "avi", "dcos", "mesos")
ACTIONS = ("error", "garbage", "html", "slow", "drop_before", "drop_after", "apply_late", "refuse")
#: RST instead of FIN: the client sees a reset connection, not a polite end.
_RESET = struct.pack("ii", 1, 0)
#: What is still to be done late; the event loop itself keeps no hold of it.
_LATE: set[asyncio.Task[web.StreamResponse]] = set()


class _Site(Protocol):
    async def refuse(self) -> None:
        """Stop listening."""

    async def accept(self) -> None:
        """Listen again."""


@dataclass
class Fault:
    """One thing to do wrong, for the requests it fits.

    `action`: "error" answers `status` with a JSON message; "garbage" cuts JSON short; "html" answers `status` with a page
    of a proxy; "slow" answers rightly after `seconds`, if the client still waits; "drop_before" resets the connection and does
    nothing; "drop_after" does what was asked and resets the connection instead of answering; "apply_late" does what was asked
    after `seconds`, whether or not the client still waits; "refuse" stops listening until it is cleared.
    `times`: how many requests meet it, without end where None; `skip`: how many are let pass before. `path` and `query` are regular
    expressions.
    """

    api: str
    action: str
    method: str | None = None
    path: str = ""
    status: int = 503
    seconds: float = 2.0
    times: int | None = None
    query: str = ""
    skip: int = 0

    def __post_init__(self) -> None:
        if self.api not in APIS:
            raise ValueError(f"A fault's api is one of {', '.join(APIS)}, not {self.api!r}.")
        if self.action not in ACTIONS:
            raise ValueError(f"A fault's action is one of {', '.join(ACTIONS)}, not {self.action!r}.")
        for name, pattern in (("path", self.path), ("query", self.query)):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(
                    f"A fault's {name} is a regular expression, and {pattern!r} is none: {error}."
                ) from None

    def fits(self, api: str, method: str, path: str, query: str) -> bool:
        """Whether a request meets this fault."""
        return (
            self.action != "refuse"
            and self.api == api
            and self.method in (None, method)
            and self.times != 0
            and re.search(self.path, path) is not None
            and re.search(self.query, query) is not None
        )


class Faults:
    """The faults set at the moment, and the sites they concern."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._sites: dict[str, list[_Site]] = {api: [] for api in APIS}

    def register(self, api: str, site: _Site) -> None:
        """Make a site known, so that it can be told to refuse connections."""
        self._sites[api].append(site)

    async def add(self, what: dict[str, Any]) -> None:
        """Set a fault from its JSON form. Raises ValueError or TypeError where it is none."""
        fault = Fault(**what)
        self._faults.append(fault)
        if fault.action == "refuse":
            for site in self._sites[fault.api]:
                await site.refuse()

    async def clear(self) -> None:
        """Take all faults back."""
        self._faults.clear()
        for sites in self._sites.values():
            for site in sites:
                await site.accept()

    def meet(self, api: str, method: str, path: str, query: str = "") -> Fault | None:
        """Return the first fault a request meets, and count it."""
        for fault in self._faults:
            if fault.fits(api, method, path, query):
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def as_list(self) -> list[dict[str, Any]]:
        """Return the faults in their JSON form."""
        return [asdict(fault) for fault in self._faults]


async def make_fault(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a request as its fault says."""
    if fault.action == "error":
        key = "error" if fault.api == "avi" else "message"
        return web.json_response({key: "The lab was told to fail here."}, status=fault.status)
    if fault.action == "html":
        page = f"<html><head><title>{fault.status} Bad Gateway</title></head><body>The lab's proxy page</body></html>"
        return web.Response(text=page, status=fault.status, content_type="text/html")
    if fault.action == "garbage":
        return web.Response(text='{"app": {"id": "/cut', content_type="application/json")
    if fault.action == "slow":
        await asyncio.sleep(fault.seconds)
        return await handler(request)
    if fault.action == "apply_late":
        # A client that gives up has its request cancelled; what is done late is done all the same.
        late = asyncio.create_task(_after(fault.seconds, handler, request))
        _LATE.add(late)
        late.add_done_callback(_LATE.discard)
        return await asyncio.shield(late)
    if fault.action == "drop_after":
        await handler(request)
    reset(request)
    return web.Response()


async def _after(seconds: float, handler: Handler, request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(seconds)
    return await handler(request)


def reset(request: web.Request) -> None:
    """Reset a request's connection: the client gets no answer, only an error."""
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    request.transport.abort()
