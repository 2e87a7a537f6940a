# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are slow, large or deep, and a client that reads them."""

from __future__ import annotations

import itertools
import time

from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB, Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def to_marathon(server, **kwargs):
    kwargs = {"timeout": 5, **kwargs}
    return HttpSession(Connection(base_url=server.url, what="Marathon", **kwargs), sleep=lambda seconds: None)


def in_drops(*parts):
    """Send what comes first at once, and then one byte after the other, for as long as somebody listens."""

    def serve(connection):
        connection.sendall(parts[0])
        for byte in itertools.cycle(parts[1]):
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    return serve


DRIPS = {
    "body": (HEAD + b"Content-Length: 100000000\r\n\r\n", b" "),
    "body without length": (HEAD + b"Connection: close\r\n\r\n", b" "),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "headers": (HEAD, b"X: y\r\n"),
    "one header": (HEAD, b"X"),
    "status": (b"", b"H"),
}


def answering(headers, body):
    return lambda connection: connection.sendall(HEAD + headers + b"\r\n" + body)


def of_length(body, headers=b""):
    return answering(headers + b"Content-Length: %d\r\n" % len(body), body)


LARGE = b'"' + b"x" * (2 * MIB) + b'"'


def deep(levels):
    return "[" * levels + "]" * levels
