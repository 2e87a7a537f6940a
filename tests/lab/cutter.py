# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy between a client and an API that cuts a connection at a moment that is chosen, with TLS to the client or without.

It is the API's address, or a forward proxy: one that is given whole requests, or one that is asked to CONNECT. What goes on above
TCP it leaves as it is.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

#: Seconds that a connection may be silent: longer than any answer of the lab takes.
SILENCE = 60.0
#: Bytes of TLS's first message, of which there are more than two hundred.
PART_OF_HELLO = 50

CONNECTED = "connected"
"""A connection is cut that was just made: before TLS, or in the middle of its first message."""
BEFORE = "before"
"""The request was read, and nothing of it was passed on."""
INSIDE = "inside"
"""A part of the request was passed on."""
SENT = "sent"
"""The request was passed on, and carried out while the client hears nothing of it."""
ANSWERED = "answered"
"""A part of the answer was passed on."""
AFTER = "after"
"""The whole answer was passed on: a connection that was to be kept alive is dead."""
MOMENTS = (CONNECTED, BEFORE, INSIDE, SENT, ANSWERED, AFTER)


@dataclass(frozen=True)
class Cut:
    """When a connection is cut; after what ``share`` of the request or of its answer; and whether it is reset."""

    moment: str
    share: float = 0.5
    reset: bool = False

    @property
    def is_of_a_connection(self) -> bool:
        """Whether it hits a connection that is made, and not a request."""
        return self.moment == CONNECTED


class _Left(Exception):
    """A peer has closed its connection."""


class Cutter:
    """Listens on a free port of 127.0.0.1 in a `with` block, and passes on to the host and port of ``url``.

    ``choose`` is asked for each request, and returns how it is cut, None where it is not; a new connection is a request with the
    method "". Only an API's address may have TLS (``server``, a context) and only behind CONNECT may a forward proxy.
    """

    def __init__(
        self,
        url: str,
        choose: Callable[[str, str], Cut | None],
        *,
        server: ssl.SSLContext | None = None,
        forward: bool = False,
        keeps_alive: bool = True,
    ) -> None:
        self._target = urlsplit(url)
        self._choose = choose
        self._server = server
        self._forward = forward
        self._keeps_alive = keeps_alive
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()

    @property
    def port(self) -> int:
        """The port it listens on."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What waits for a connection is woken by that alone.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in list(self._open):
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Serve a connection until somebody closes it, or it is cut."""
        peers = [client]
        try:
            client.settimeout(SILENCE)
            self._open.add(client)
            cut = self._choose("", "")
            if cut:
                if self._server:
                    client.recv(PART_OF_HELLO)
                _close(client, cut.reset)
                return
            if self._forward and self._server:
                _read_head(client)
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            if self._server:
                client = self._server.wrap_socket(client, server_side=True)
                peers[0] = client
                self._open.add(client)
            server = self._connected()
            peers.append(server)
            self._open.add(server)
            while self._passed_on(client, server):
                pass
        except (OSError, _Left):
            pass
        finally:
            for peer in peers:
                self._open.discard(peer)
                peer.close()

    def _connected(self) -> socket.socket:
        assert self._target.hostname
        server = socket.create_connection((self._target.hostname, self._target.port or 443), SILENCE)
        if self._target.scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            server = context.wrap_socket(server)
        server.settimeout(SILENCE)
        return server

    def _passed_on(self, client: socket.socket, server: socket.socket) -> bool:
        """Pass on one request and its answer, as far as it is not cut. Returns whether the connection goes on."""
        head, rest = _read_head(client)
        method, target = head.split(b" ", 2)[:2]
        path = urlsplit(target.decode()).path
        if self._forward and not self._server:
            origin = target.split(b"/", 3)
            head = head.replace(target, b"/" + (origin[3] if len(origin) > 3 else b""), 1)
        request = head + _read_body(client, head, rest)
        cut = self._choose(method.decode(), path)
        if path.endswith("/v2/events"):
            server.sendall(request)
            _pump(server, client)
            return False
        if cut is None:
            server.sendall(request)
            client.sendall(self._answer(server))
            return self._keeps_alive
        if cut.moment == INSIDE:
            server.sendall(_part(request, cut.share))
        if cut.moment in (BEFORE, INSIDE):
            _close(server, cut.reset)
            _close(client, cut.reset)
            return False
        server.sendall(request)
        if cut.moment == SENT:
            _close(client, cut.reset)
            # Whoever carries it out is not to notice that nobody waits for it.
            _read_answer(server)
            return False
        answer = self._answer(server)
        client.sendall(_part(answer, cut.share) if cut.moment == ANSWERED else answer)
        _close(client, cut.reset and cut.moment == ANSWERED)
        return False

    def _answer(self, server: socket.socket) -> bytes:
        answer = _read_answer(server)
        if self._keeps_alive:
            return answer
        first, rest = answer.split(b"\r\n", 1)
        return first + b"\r\nConnection: close\r\n" + rest


def _close(peer: socket.socket, reset: bool) -> None:
    """End a connection: in order, or as who has crashed. With TLS, neither says goodbye."""
    with contextlib.suppress(OSError):
        if reset:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()


def _part(content: bytes, share: float) -> bytes:
    """A part that is neither nothing nor all."""
    return content[: min(max(1, round(share * len(content))), len(content) - 1)]


def _more(peer: socket.socket) -> bytes:
    piece = peer.recv(65536)
    if not piece:
        raise _Left
    return piece


def _read_head(peer: socket.socket) -> tuple[bytes, bytes]:
    """Read the first line and the headers; return them, and what came after."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += _more(peer)
    head, rest = found.split(b"\r\n\r\n", 1)
    return head + b"\r\n\r\n", rest


def _read_body(peer: socket.socket, head: bytes, begun: bytes) -> bytes:
    """Read what belongs to these headers; nothing where they announce nothing."""
    headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    if headers.get(b"transfer-encoding") == b"chunked":
        while not begun.endswith(b"0\r\n\r\n"):
            begun += _more(peer)
        return begun
    while len(begun) < int(headers.get(b"content-length", 0)):
        begun += _more(peer)
    return begun


def _read_answer(server: socket.socket) -> bytes:
    head, rest = _read_head(server)
    return head + _read_body(server, head, rest)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass on what comes, for as long as both are there."""
    while True:
        sink.sendall(_more(source))
