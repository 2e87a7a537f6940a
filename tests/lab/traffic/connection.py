# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One connection of the traffic client, and the reading of an answer. Fast, because thousands a second pass here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_APP = re.compile(rb"\r\nx-lab-app: *([^\r]*)", re.IGNORECASE)
_TASK = re.compile(rb"\r\nx-lab-task: *([^\r]*)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(eq=False, slots=True)
class Request:
    """One request: its bytes, what it brings (and a task sends back), and whether its connection is for it alone."""

    message: bytes
    body: bytes
    alone: bool
    deadline: float
    connection: Connection | None = None


class Connection(asyncio.Protocol):
    """Carries one request at a time. `finished` is told of each: the app that answered well, or the kind of the loss."""

    def __init__(self, finished: Callable[[Connection, Request, str | None, str | None], None]) -> None:
        self._finished = finished
        self._transport: asyncio.Transport
        self._request: Request | None = None
        self._received = b""
        self.idle_since = 0.0
        self.open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.open = True

    def send(self, request: Request) -> None:
        """Send a request; the connection must be open and without one."""
        self._request = request
        self._received = b""
        request.connection = self
        self._transport.write(request.message)

    def close(self) -> None:
        """Close a connection that carries nothing."""
        self.open = False
        self._transport.close()

    def give_up(self, kind: str) -> None:
        """Lose the request under way, and the connection with it."""
        self.open = False
        self._transport.abort()
        self._finish(None, kind)

    def data_received(self, data: bytes) -> None:
        if self._request is None:  # nobody asked for this
            self.close()
            return
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head, body = self._received[: head_end + 2], self._received[head_end + 4 :]
        status, length = _STATUS.match(head), _LENGTH.search(head)
        if status is None or (length is None and status[1] == b"200"):
            self.give_up("wrong_body")
            return
        if status[1] != b"200":
            # HAProxy's own pages have no length; what they say is in the status, and the connection ends with them.
            self.close()
            self._finish(None, f"status_{status[1].decode()}")
            return
        assert length is not None
        if len(body) < int(length[1]):
            return
        if self._request.alone or _CLOSE.search(head):
            self.close()
        app, task = _APP.search(head), _TASK.search(head)
        ends_right = body.endswith(b"\n" + self._request.body)
        if app and task and ends_right and body.startswith(b"%s %s " % (app[1], task[1])):
            self._finish(app[1].decode(), None)
        else:
            self._finish(None, "wrong_body")

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        self._finish(None, "reset" if exc else "closed")

    def _finish(self, app: str | None, loss: str | None) -> None:
        request, self._request = self._request, None
        if request is not None:
            self._finished(self, request, app, loss)
