# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports of the lab's APIs: one aiohttp application each, its requests journalled, its faults made."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from typing import Any

from aiohttp import web

from tests.lab.faults import Faults, make_fault
from tests.lab.journal import Journal

LOOPBACK = "127.0.0.1"
DCOS_LOGIN = "/acs/api/v1/auth/login"
#: A POST there changes nothing, and what it brings is secret.
_SESSIONS = ("/login", "/logout", DCOS_LOGIN)


class Site:
    """One application on one port of the loopback; the port stays the same when it stops listening for a while."""

    def __init__(
        self, app: web.Application, tls: ssl.SSLContext | None = None, *, host: str = LOOPBACK, port: int = 0
    ) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        self._tls = tls
        self._listener: web.TCPSite | None = None
        self._host = host
        self.port = port

    @property
    def address(self) -> str:
        """Where it listens, as ``host:port``."""
        return f"{self._host}:{self.port}"

    async def start(self) -> None:
        """Listen on the port, or a free one."""
        await self._runner.setup()
        await self.accept()
        self.port = self._runner.addresses[0][1]

    async def accept(self) -> None:
        """Listen (again)."""
        if self._listener is None:
            self._listener = web.TCPSite(self._runner, self._host, self.port, ssl_context=self._tls)
            await self._listener.start()

    async def refuse(self) -> None:
        """Stop listening and drop every connection; clients see their connections refused."""
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None
            assert self._runner.server is not None
            for connection in list(self._runner.server.connections):
                connection.force_close()

    async def stop(self) -> None:
        """Close for good."""
        await self._runner.cleanup()


def application(api: str, journal: Journal, faults: Faults) -> web.Application:
    """Return an application for one API ("marathon", "avi", "dcos", "mesos"): its requests go to the journal and may meet a fault."""

    @web.middleware
    async def noted(request: web.Request, handler: Any) -> web.StreamResponse:
        write = request.method not in ("GET", "HEAD", "OPTIONS") and request.path not in _SESSIONS
        entry = journal.add(
            "request",
            api=api,
            client=request.headers.get("User-Agent", ""),
            host=request.host,
            method=request.method,
            path=request.path,
            query=request.query_string,
            write=write,
            status=None,  # stays so when the client gets no answer
        )
        if write:
            entry["body"] = await _body(request)
        fault = faults.meet(api, request.method, request.path, request.query_string)
        if fault:
            entry["fault"] = fault.action

        async def done(request: web.Request) -> web.StreamResponse:
            response: web.StreamResponse = await handler(request)
            entry["applied"] = round(time.time(), 3)
            return response

        try:
            response: web.StreamResponse = await (make_fault(fault, request, done) if fault else handler(request))
        except web.HTTPException as error:
            entry["status"] = error.status
            raise
        if request.transport is not None and not request.transport.is_closing():
            entry["status"] = response.status
        return response

    return web.Application(middlewares=[noted], client_max_size=64 * 1024**2)


async def _body(request: web.Request) -> Any:
    """Return what was sent, as JSON where it is JSON."""
    try:
        text = await request.text()
    except (UnicodeDecodeError, asyncio.IncompleteReadError, ConnectionError):
        return None
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
