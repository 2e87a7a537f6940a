# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Marathon says about itself: /v2/info, /v2/leader, /v2/plugins, /v2/events, /ping."""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import web

from tests.lab.marathon import ids
from tests.lab.marathon.api.requests import answer
from tests.lab.marathon.errors import Refusal
from tests.lab.marathon.events import Stream
from tests.lab.marathon.info import info_json
from tests.lab.marathon.leadership import PASSED_ON, Leadership
from tests.lab.marathon.marathon import Marathon
from tests.lab.marathon.negotiation import no_get

#: A blank line keeps an idle event stream open (Marathon's seconds).
KEEP_ALIVE = 60


#: What /ping answers, and to whom else than those who accept just that.
_PONGS = {
    "text/plain": ("text/*", "*/*"),
    "text/html": (),
    "application/json": ("application/*",),
}


class System:
    """The handlers that are about Marathon itself."""

    def __init__(self, marathon: Marathon, leadership: Leadership) -> None:
        self._marathon = marathon
        self._leadership = leadership
        self._abdication: asyncio.Task[None] | None = None

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v2/info", self.info),
            web.get("/v2/leader", self.leader),
            web.delete("/v2/leader", self.abdicate),
            web.get("/v2/plugins", self.plugins),
            web.get("/v2/events", self.events),
            web.get("/v2/pods", self.pods),
            web.get("/v2/pods/::status", self.pods),
            web.get("/metrics", self.metrics),
            web.get("/ping", self.ping),
            web.get("/", self.to_the_pages),
            *([] if self._marathon.persona.old_form else [web.get("/logging", self.loggers)]),
            web.get("/v2/pods/{id:.+}", self.no_pod),
            web.delete("/v2/pods/{id:.+}", self.no_pod),
        ]

    async def info(self, request: web.Request) -> web.Response:
        said = {"elected": PASSED_ON.get() is None, "leader": self._leadership.leader_address}
        return answer({**info_json(self._marathon.config, request.url.port), **said})

    async def leader(self, request: web.Request) -> web.Response:
        return answer({"leader": self._leadership.leader_address})

    async def abdicate(self, request: web.Request) -> web.Response:
        self._abdication = asyncio.create_task(self._leadership.abdicate())
        return answer({"message": "Leadership abdicated"})

    async def plugins(self, request: web.Request) -> web.Response:
        return answer({"plugins": []})

    async def pods(self, request: web.Request) -> web.Response:
        return answer([])

    async def no_pod(self, request: web.Request) -> web.Response:
        """There are none. Who asks for one is told so twice."""
        pod_id, _colons, part = request.match_info["id"].partition("::")
        name = ids.absolute(pod_id)
        message = f"Pod '{name}' does not exist"
        if request.method == "GET" and not part:
            message = f'{{"message": "pod with {name} does not exist"}}'
        raise Refusal(404, message)

    async def loggers(self, request: web.Request) -> web.Response:
        return answer({"ROOT": "INFO"})

    async def to_the_pages(self, request: web.Request) -> web.Response:
        place = "ui/" if self._marathon.persona.jersey_1 else "/ui/"
        return web.Response(status=302, headers={"Location": place})

    async def metrics(self, request: web.Request) -> web.Response:
        return answer({"start": self._marathon.clock.now(), "counters": {}, "gauges": {}, "histograms": {}})

    async def ping(self, request: web.Request) -> web.Response:
        """Text in either form, or as JSON, as it is accepted; nothing to who accepts none of that."""
        accepted = request.headers.get("Accept", "*/*")
        for kind, wildcards in _PONGS.items():
            if any(each in accepted for each in (kind, *wildcards)):
                return web.Response(body=b'"pong"' if "json" in kind else b"pong", content_type=kind)
        return web.Response(status=204)

    async def events(self, request: web.Request) -> web.StreamResponse:
        if "text/event-stream" not in request.headers.get("Accept", ""):
            return no_get(self._marathon.persona)
        persona = self._marathon.persona
        asked = request.query.get("plan-format") == "light" and not persona.old_form  # it was no choice before 1.5
        light = not persona.heavy_plans or asked
        stream = Stream(request.query.getall("event_type", []), light=light)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        address = str(request.remote)
        self._marathon.events.attach(stream, address)
        try:
            with contextlib.suppress(ConnectionError):
                await _feed(response, stream, self._marathon.clock.real(KEEP_ALIVE))
        finally:
            self._marathon.events.detach(stream, address)
        return response


async def _feed(response: web.StreamResponse, stream: Stream, keep_alive: float) -> None:
    """Write events until the stream ends, and something at least every `keep_alive` seconds."""
    while True:
        try:
            async with asyncio.timeout(keep_alive):
                frame = await stream.frames.get()
        except TimeoutError:
            frame = b"\r\n"
        if frame is None:
            return
        await response.write(frame)
