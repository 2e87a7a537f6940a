# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reverse proxy to the Marathon that leads."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from tests.lab.faults import reset

#: What concerns one connection only, and so is not passed on.
_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer"}
_GZIP = b"\x1f\x8b"


def page(status: int, reason: str) -> web.Response:
    """Return an error as the proxy in front of a cluster writes it."""
    title = f"{status} {reason}"
    text = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n"
        f"<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n"
    )
    return web.Response(status=status, text=text, content_type="text/html")


class Proxy:
    """Passes on what comes below a prefix, and the answers as they come, event streams among them."""

    def __init__(self, prefix: str, target: Callable[[], str]) -> None:
        """`target` tells where to pass it on, as ``host:port``."""
        self._prefix = prefix
        self._target = target
        self._client: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Begin."""
        self._client = aiohttp.ClientSession(
            # A connection each: one that is kept might be closed by the other side, and the request be lost.
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            timeout=aiohttp.ClientTimeout(total=None),
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            auto_decompress=False,
        )

    async def stop(self) -> None:
        """End."""
        if self._client is not None:
            await self._client.close()

    async def affected(self, deployment_id: str) -> list[str]:
        """Return the apps of a deployment under way."""
        assert self._client is not None
        async with self._client.get(f"http://{self._target()}/v2/deployments") as answer:
            found = await answer.json() if answer.status == 200 else []
        return [app_id for each in found if each["id"] == deployment_id for app_id in each["affectedApps"]]

    async def pass_on(self, request: web.Request, rewritten: Callable[[Any], Any] | None = None) -> web.StreamResponse:
        """Answer a request with what Marathon says to it, or with what `rewritten` makes of its JSON."""
        return await self.pass_on_to(request, self._target(), self._prefix, rewritten)

    async def pass_on_to(
        self, request: web.Request, target: str, prefix: str, rewritten: Callable[[Any], Any] | None = None
    ) -> web.StreamResponse:
        """Do so with what somebody else says, who knows nothing of the prefix of the path."""
        assert self._client is not None
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in {*_ONE_CONNECTION, "host", "content-length"}
        }
        url = URL(f"http://{target}{request.raw_path.removeprefix(prefix)}", encoded=True)
        # It was read before, for the journal, so that the request itself says that there is none to read.
        body = await request.read() or None
        try:
            async with self._client.request(
                request.method, url, headers=headers, data=body, allow_redirects=False
            ) as answer:
                if rewritten and answer.status == 200:
                    return _changed(answer, rewritten(json.loads(_decoded(await answer.read()))))
                return await _relay(request, answer)
        except aiohttp.ClientError:
            return page(502, "Bad Gateway")


def _decoded(content: bytes) -> bytes:
    """The session decodes nothing, because it passes on what it gets."""
    return gzip.decompress(content) if content.startswith(_GZIP) else content


def _changed(answer: aiohttp.ClientResponse, value: Any) -> web.Response:
    of_the_content = {*_ONE_CONNECTION, "content-length", "content-type", "content-encoding"}
    headers = {name: text for name, text in answer.headers.items() if name.lower() not in of_the_content}
    return web.json_response(value, headers=headers)


async def _relay(request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, reason=answer.reason)
    for name, value in answer.headers.items():
        if name.lower() not in _ONE_CONNECTION:
            response.headers.add(name, value)
    await response.prepare(request)
    try:
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
    except aiohttp.ClientError:
        reset(request)  # what has been begun cannot be taken back
        return response
    await response.write_eof()
    return response
