# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which node leads, and what the others do with a request: they pass it on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.lab.marathon.persona import Persona

#: A node that knows no leader looks again so often, so many times, before it gives up.
PATIENCE, LOOK_AGAIN = 10, 0.25
#: How long an election takes (real seconds).
ELECTION = 1.0

_PAGE = """<html>
<head><meta http-equiv="Content-Type" content="text/html;charset=utf-8"/><title>Error {status} {reason}</title></head>
<body><h2>HTTP ERROR {status}</h2><p>Problem accessing {path}. Reason:
<pre>    {reason}</pre></p></body></html>
"""


@dataclass(frozen=True)
class Passage:
    """What happened to a request on its way from a standby to the leader."""

    body_lost: bool


PASSED_ON: ContextVar[Passage | None] = ContextVar("passed on", default=None)
"""How the request that is being answered came to the leader; None if straight."""


def html_error(status: int, reason: str, path: str) -> web.Response:
    """Return an error as the servlet container writes it."""
    page = _PAGE.format(status=status, reason=reason, path=path)
    return web.Response(status=status, text=page, content_type="text/html")


class Leadership:
    """The nodes by number, and which of them leads. All act on the same state, as they would through ZooKeeper."""

    def __init__(self, nodes: int, persona: Persona, lost: Callable[[], None]) -> None:
        """`lost` is called when a leader is no longer one."""
        self._nodes = nodes
        self._persona = persona
        self._lost = lost
        self.leader: int | None = 0
        self.down: set[int] = set()
        """Nodes that cannot be reached."""
        self.addresses: dict[int, str] = {}

    @property
    def leader_address(self) -> str | None:
        """Where the leader listens, as ``host:port``."""
        return None if self.leader is None else self.addresses[self.leader]

    def appoint(self, node: int | None) -> None:
        """Make a node the leader, or none. Raises ValueError where there is no such node."""
        if node is not None and node not in range(self._nodes):
            raise ValueError(f"There is no Marathon node {node}: there are {self._nodes}, counted from 0.")
        if node != self.leader:
            self.leader = node
            self._lost()

    async def abdicate(self) -> None:
        """Let the next node be elected, after a while without a leader."""
        before = self.leader
        self.appoint(None)
        await asyncio.sleep(ELECTION)
        if self.leader is None and before is not None:
            self.appoint((before + 1) % self._nodes)

    def middleware(self, node: int) -> Any:
        """Return what stands before the API on one node."""

        @web.middleware
        async def pass_on(request: web.Request, handler: Any) -> web.StreamResponse:
            refusal = await self._refusal(node, request)
            if refusal is not None:
                return refusal
            if node == self.leader or request.path == "/ping":
                direct: web.StreamResponse = await handler(request)
                return direct
            via = f"1.1 {self.addresses[node]}"
            if via in request.headers.get("X-Marathon-Via", ""):
                return html_error(502, "Detected proxying loop.", request.path)
            if request.path == "/v2/events" and self._persona.events_redirected:
                target = f"http://{self.leader_address}{request.path_qs}"
                return web.Response(status=302, headers={"Location": target})
            body_lost = self._persona.proxy_needs_length and request.content_length is None
            token = PASSED_ON.set(Passage(body_lost))
            try:
                response: web.StreamResponse = await handler(request)
            finally:
                PASSED_ON.reset(token)
            if not response.prepared:  # else it is a stream, whose headers are gone
                response.headers["X-Marathon-Via"] = via
            return response

        return pass_on

    async def _refusal(self, node: int, request: web.Request) -> web.Response | None:
        """Return why a request cannot be answered now: no leader, or none that can be reached."""
        for _each in range(PATIENCE):
            if self.leader is not None:
                break
            await asyncio.sleep(LOOK_AGAIN)
        else:
            return html_error(self._persona.no_leader_status, "Could not determine the current leader", request.path)
        if node != self.leader and self.leader in self.down:
            return html_error(502, "Connection to leader refused.", request.path)
        return None
