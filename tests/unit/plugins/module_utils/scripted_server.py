# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An HTTP server on a real socket that answers, or fails to, as a test tells it."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """A request that arrived. ``body`` is parsed JSON, the fields of a form, or None."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


def _value(raw: bytes, content_type: str) -> Any:
    if not raw:
        return None
    return dict(parse_qsl(raw.decode())) if "form" in content_type else json.loads(raw)


@dataclass(frozen=True)
class Reply:
    """How to answer: ``body`` is sent as JSON, ``text`` as it is."""

    status: int = 200
    body: Any = None
    text: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut_short: bool = False  # announce more bytes than are sent, then close
    drop: bool = False  # reset the connection instead of answering
    stream: Iterable[str | float] | None = None  # send these texts, pausing for the numbers in seconds, then close

    def content(self) -> bytes:
        if self.text is not None:
            return self.text.encode()
        return b"" if self.body is None else json.dumps(self.body).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that go before they are answered: tests have them do that."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class ScriptedServer:
    """Serves on a free port of the loopback until closed; ``requests`` holds what arrived, in order.

    ``answer`` is asked for each request. ``script`` replaces it by a list of replies, used in order.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._scheme = "https" if tls else "http"
        self.ca_path = ""
        self.requests: list[Request] = []
        self.answer: Callable[[Request], Reply] = lambda request: Reply(
            404, {"message": f"no answer for {request.path}"}
        )
        self._server = _Server(("127.0.0.1", 0), self._handler())
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def lines(self) -> list[str]:
        """The requests as "METHOD /path"."""
        return [f"{request.method} {request.path}" for request in self.requests]

    def script(self, *replies: Reply) -> None:
        left = list(replies)
        self.answer = lambda request: left.pop(0)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                raw = self.rfile.read(length)
                parts = urlsplit(self.path)
                request = Request(
                    self.command,
                    parts.path,
                    parse_qs(parts.query, keep_blank_values=True),
                    dict(self.headers),
                    _value(raw, self.headers.get("Content-Type", "")),
                )
                server.requests.append(request)
                self._reply(server.answer(request))

            def _reply(self, reply: Reply) -> None:
                time.sleep(reply.delay)
                if reply.drop:
                    self._reset()
                    return
                content = reply.content()
                self.send_response_only(reply.status)
                if "Date" not in reply.headers:
                    self.send_header("Date", self.date_time_string())
                if reply.stream is not None:
                    self._stream(reply)
                    return
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content) + (100 if reply.cut_short else 0)))
                self.end_headers()
                self.wfile.write(content)
                if reply.cut_short:
                    self.close_connection = True

            def _stream(self, reply: Reply) -> None:
                for name, value in {"Content-Type": "text/event-stream", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                for piece in reply.stream or ():
                    if isinstance(piece, str):
                        self.wfile.write(piece.encode())
                        self.wfile.flush()
                    else:
                        time.sleep(piece)
                self.close_connection = True

            def _reset(self) -> None:
                linger_none = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_none)
                # makefile() keeps the socket open beside the connection itself.
                self.rfile.close()
                self.connection.close()
                self.close_connection = True

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

            def log_message(self, *_args: Any) -> None:
                """Keep the test output quiet."""

        return Handler
