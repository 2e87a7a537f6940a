# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No answer fills the memory: what is too large ends in a sentence."""

from __future__ import annotations

import gzip
import http.client
import io
import itertools
import zlib

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core import bounded
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    Refused,
    UnknownOutcome,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.lines import lines_of
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import may_pass
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_requests import MIGRATION_REQUESTS
from ansible_collections.dcos.avi.plugins.module_utils._sources.marathon_event import events_of

from tests.security.hostile_answers import HEAD, LARGE, answering, of_length, to_marathon


@pytest.mark.parametrize(
    "serve",
    [
        of_length(LARGE),
        answering(b"Connection: close\r\n", LARGE),
        answering(b"Transfer-Encoding: chunked\r\n", b"%x\r\n" % len(LARGE) + LARGE + b"\r\n0\r\n\r\n"),
        of_length(gzip.compress(LARGE), b"Content-Encoding: gzip\r\n"),
    ],
    ids=["length", "no length", "chunked", "gzip"],
)
def test_an_answer_has_no_more_bytes_than_are_allowed(serving, serve):
    server = serving(serve)
    with pytest.raises(ApiError, match=r"more than 1 MiB\. marathon_max_answer allows more") as raised:
        to_marathon(server, most_bytes=MIB, most_option="marathon_max_answer").request("GET", "/v2/apps")
    assert server.connections == 1 and not may_pass(raised.value)
    with pytest.raises(UnknownOutcome, match="Whether it was applied is not known"):
        to_marathon(server, most_bytes=MIB).request("PUT", "/v2/apps")
    assert len(to_marathon(server, most_bytes=3 * MIB).request("GET", "/v2/apps").body) == 2 * MIB


class Response:
    """An answer of a hundred million zeros, compressed, that counts what is made of it."""

    status_code = 200

    def __init__(self, content, encoding="gzip"):
        self.headers = {"Content-Encoding": encoding, "Content-Length": str(len(content))}
        self.raw = self
        self._content = content

    def stream(self, amount, decode_content):
        assert not decode_content
        yield from (self._content[at : at + amount] for at in range(0, len(self._content), amount))


def test_what_is_compressed_is_never_decoded_beyond_the_bound(monkeypatch):
    bomb = gzip.compress(bytes(100_000_000))
    made = []

    class Counting:
        def __init__(self, engine):
            self._engine = engine

        def decompress(self, piece, most):
            made.append(len(found := self._engine.decompress(piece, most)))
            return found

        def __getattr__(self, name):
            return getattr(self._engine, name)

    make = zlib.decompressobj
    monkeypatch.setattr(bounded.zlib, "decompressobj", lambda bits: Counting(make(bits)))
    with pytest.raises(bounded.TooLarge):
        bounded.read_whole(Response(bomb), MIB)
    assert sum(made) <= MIB + bounded.PIECE
    assert bounded.read_whole(Response(gzip.compress(b"a") + gzip.compress(b"b")), MIB) == b"ab"
    assert bounded.read_whole(Response(gzip.compress(bytes(MIB))), MIB) == bytes(MIB)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(gzip.compress(b"{}")), "gzip, gzip"),
        (zlib.compress(b"{}"), "deflate"),
        (b"{}", "br"),
        (b"{}", "gzip"),
        (gzip.compress(b"{}" * 1000)[:-20], "gzip"),
    ],
    ids=["twice", "deflate", "brotli", "not at all", "cut short"],
)
def test_an_encoding_that_was_not_asked_for_is_no_answer(serving, body, encoding):
    server = serving(of_length(body, b"Content-Encoding: %s\r\n" % encoding.encode()))
    with pytest.raises(UnknownOutcome, match="gave no usable answer"):
        to_marathon(server).request("GET", "/v2/info")


def test_a_compressed_answer_is_read(serving):
    server = serving(of_length(gzip.compress(b'{"version": "1.11.0"}'), b"Content-Encoding: gzip\r\n"))
    assert to_marathon(server).request("GET", "/v2/info").body == {"version": "1.11.0"}


def test_a_line_of_events_has_a_bound():
    class Raw:
        _fp = None

        def read1(self, amount):
            return b"x" * amount

    raw = Raw()
    raw._fp = raw
    with pytest.raises(bounded.TooLarge):
        list(lines_of(raw, MIB))


def test_a_chunk_of_less_than_nothing_is_not_read_to_its_end(serving):
    server = serving(answering(b"Transfer-Encoding: chunked\r\n", b"-1\r\n" + b"x" * (32 * MIB)))
    with pytest.raises(ApiError, match="more than 1 MiB"):
        to_marathon(server, most_bytes=MIB).request("GET", "/v2/apps")


def test_a_line_before_a_chunk_has_a_bound():
    class Raw:
        """An answer in chunks, as urllib3 1.26 reads it."""

        def __init__(self):
            self._fp = self
            self.fp = io.BytesIO(b"1" * MIB)

        def stream(self, amount, decode_content):
            yield self.fp.readline()

    response = Response(b"", "identity")
    response.raw = Raw()
    with pytest.raises(http.client.LineTooLong):
        bounded.read_whole(response, 2 * MIB)


def test_an_event_has_a_bound_however_many_lines_it_has():
    endless = itertools.repeat("data: x")
    with pytest.raises(bounded.TooLarge):
        next(events_of(endless, MIB))
    small = ["data: " + "x" * (MIB // 2), ""]
    assert len(list(events_of(small * 3, MIB))) == 3


def test_a_gate_bounds_what_it_reads(serving):
    endless = serving(lambda connection: [connection.sendall(HEAD + b"Connection: close\r\n\r\n"), forever(connection)])
    options = {name: option.get("default") for name, option in MIGRATION_REQUESTS.options.items()}
    given = {**options, "url": endless.url, "wait_timeout": 0, "max_seconds": 60.0}
    result = MIGRATION_REQUESTS.result(given, module="migration_requests", check_mode=False, diff_mode=False)
    assert "answered with more than 64 MiB" in result["msg"]


def forever(connection):
    while True:
        connection.sendall(b"x" * MIB)


@pytest.mark.parametrize("given", [0, -1])
def test_a_bound_of_nothing_is_refused(given):
    with pytest.raises(Refused, match="marathon_max_answer"):
        client_from({"marathon_url": ["http://127.0.0.1:1"], "marathon_max_answer": given})


def test_the_bound_is_an_option(serving):
    server = serving(of_length(LARGE))
    given = {"marathon_url": [server.url], "marathon_max_answer": 1, "marathon_timeout": 5}
    with pytest.raises(ApiError, match=r"more than 1 MiB. marathon_max_answer \(MARATHON_MAX_ANSWER\) allows more"):
        client_from(given).info()
