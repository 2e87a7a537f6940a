# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which node leads, and what the others do with a request: they pass it on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.lab.marathon.persona import Persona
from tests.lab.settings import Settings

#: A node that knows no leader looks again so often, so many times, before it gives up.
PATIENCE, LOOK_AGAIN = 10, 0.25
#: A leader that was killed still cuts an answer short that is asked for within so many seconds.
LAST_WORDS = 0.3
#: What was met within seconds of a change of the leader, in turn: by reads, and by writes. Text is JSON's message.
_READS = ((500, ""), (502, ""))
_WRITES = (
    (500, "not currently active (Actor[akka://marathon/user/marathonScheduler])"),
    (422, "requirement failed: the store must be opened before it can be used"),
    (502, ""),
)

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

    def __init__(
        self, settings: Settings, persona: Persona, lost: Callable[[], None], answered: Callable[[], None]
    ) -> None:
        """`lost` is called when a leader is no longer one, `answered` when one has answered a read."""
        self._settings = settings
        self._nodes = settings.marathon_nodes
        self._answered = answered
        self._turn = 0
        self._persona = persona
        self._lost = lost
        self.leader: int | None = 0
        self.down: set[int] = set()
        """Nodes that cannot be reached."""
        self.addresses: dict[int, str] = {}
        self._dying: int | None = None
        self._was_cut = asyncio.Event()

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
        await asyncio.sleep(self._settings.election_seconds)
        if self.leader is None and before is not None:
            self.appoint((before + 1) % self._nodes)

    async def die(self) -> int | None:
        """Let the leader's process be killed while it answers: the next answer is cut short. Return the node, which leads no more."""
        self._dying = node = self.leader
        self._was_cut.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await self._was_cut.wait()
        self._dying = None
        self.appoint(None)
        return node

    async def _cut_short(self, request: web.Request, whole: web.StreamResponse) -> web.StreamResponse:
        """Send half of what was to be answered, and close the connection."""
        body = whole.body if isinstance(whole, web.Response) and isinstance(whole.body, bytes) else b""
        part = web.StreamResponse(status=whole.status, headers={"Content-Type": whole.content_type})
        part.content_length = len(body) + 1  # at least the end is missing
        await part.prepare(request)
        await part.write(body[: len(body) // 2])
        if request.transport is not None:
            request.transport.close()
        self._was_cut.set()
        return part

    def middleware(self, node: int) -> Any:
        """Return what stands before the API on one node."""

        @web.middleware
        async def pass_on(request: web.Request, handler: Any) -> web.StreamResponse:
            refusal = await self._refusal(node, request)
            if refusal is not None:
                return refusal
            if node == self.leader or request.path == "/ping":
                direct: web.StreamResponse = await handler(request)
                if node == self._dying and not direct.prepared:
                    return await self._cut_short(request, direct)
                self._has_answered(request)
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
            self._has_answered(request)
            if not response.prepared:  # else it is a stream, whose headers are gone
                response.headers["X-Marathon-Via"] = via
            return response

        return pass_on

    def _has_answered(self, request: web.Request) -> None:
        if request.method == "GET" and request.path.startswith(("/v2/apps", "/v2/deployments")):
            self._answered()

    def _measured(self, request: web.Request) -> web.Response:
        """Return what a node says whose leader has just gone; the next one is told something else."""
        answers = _READS if request.method == "GET" else _WRITES
        status, message = answers[self._turn % len(answers)]
        self._turn += 1
        if message:
            return web.json_response({"message": message}, status=status)
        return html_error(status, "Connection to leader refused." if status == 502 else "Server Error", request.path)

    async def _refusal(self, node: int, request: web.Request) -> web.Response | None:
        """Return why a request cannot be answered now: no leader, or none that can be reached."""
        if self.leader is None and self._settings.election_answers == "measured" and request.path != "/ping":
            return self._measured(request)
        for _each in range(PATIENCE):
            if self.leader is not None:
                break
            await asyncio.sleep(LOOK_AGAIN)
        else:
            return html_error(self._persona.no_leader_status, "Could not determine the current leader", request.path)
        if node != self.leader and self.leader in self.down:
            return html_error(502, "Connection to leader refused.", request.path)
        return None
