# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No answer takes for ever, fills the memory or ends Python: each bound ends in a sentence, and what was begun is undone or named."""

from __future__ import annotations

import gzip
import itertools
import json
import threading
import time
import zlib

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi import client as avi_client
from ansible_collections.dcos.avi.plugins.module_utils._avi.access import Access, Session
from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._core import bounded as _bounded
from ansible_collections.dcos.avi.plugins.module_utils._core import error_bodies as _answers
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB, Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.error_bodies import (
    TooDeep,
    parsed,
    read_json,
    what_it_says,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    DcosAviError,
    NotJson,
    Refused,
    UnknownOutcome,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.lines import lines_of
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import may_pass
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_requests import MIGRATION_REQUESTS
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_keeper import LockKeeper
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

from tests.security.raw_server import RawServer

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def to_marathon(server, **kwargs):
    kwargs = {"timeout": 5, **kwargs}
    return HttpSession(Connection(base_url=server.url, what="Marathon", **kwargs), sleep=lambda seconds: None)


@pytest.fixture
def serving():
    """Return a function that starts a server which answers each request by a function of its connection."""
    servers = []

    def start(serve):
        servers.append(RawServer(serve))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


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


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)
@pytest.mark.parametrize(("method", "kind"), [("GET", UnknownOutcome), ("PUT", UnknownOutcome)])
def test_an_answer_that_drips_ends_when_its_time_is_up(serving, drip, method, kind):
    server = serving(in_drops(*drip))
    with pytest.raises(kind, match="whole answer within 1 s") as raised:
        to_marathon(server, timeout=1).request(method, "/v2/info")
    assert server.connections == 1, "it was asked again"
    assert ("Whether it was applied is not known" in raised.value.sentence) is (method == "PUT")


def test_so_it_does_behind_tls(tls_server):
    tls_server.answer = lambda request: Reply(200, stream=[" ", 0.05] * 200)
    with pytest.raises(UnknownOutcome, match="no whole answer within 1 s"):
        to_marathon(tls_server, timeout=1, verify=tls_server.ca_path).request("GET", "/v2/info")
    assert len(tls_server.requests) == 1
    tls_server.answer = lambda request: Reply(200, {})
    assert to_marathon(tls_server, timeout=5, verify=tls_server.ca_path).request("GET", "/v2/info").body == {}


def test_after_an_answer_that_was_cut_off_the_next_one_is_read(server, serving):
    slow = serving(in_drops(*DRIPS["body"]))
    session = HttpSession(
        Connection(base_url=slow.url, other_urls=(server.url,), what="Marathon", timeout=1), sleep=lambda seconds: None
    )
    server.answer = lambda request: Reply(200, {"version": "1.11.0"})
    with pytest.raises(UnknownOutcome):
        session.request("GET", "/v2/info")
    session._urls.reverse()
    assert session.request("GET", "/v2/info").body == {"version": "1.11.0"}


def test_connections_are_kept_and_their_time_begins_with_each_request(serving):
    def serve(connection):
        for _answer in range(3):
            time.sleep(0.4)
            connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")
            connection.recv(65536)

    server = serving(serve)
    session = to_marathon(server, timeout=1)
    for _request in range(3):
        assert session.request("GET", "/v2/info").body == {}
    assert server.connections == 1


def test_no_thread_is_left_behind(server):
    server.answer = lambda request: Reply(200, {})
    session = to_marathon(server)
    session.request("GET", "/v2/info")
    before = threading.active_count()
    for _request in range(10):
        session.request("GET", "/v2/info")
    assert threading.active_count() <= before + 1


def test_a_stream_may_take_as_long_as_it_likes(serving):
    def serve(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for _line in range(20):
            connection.sendall(b"event: x\n")
            time.sleep(0.1)

    session = to_marathon(serving(serve), timeout=1)
    with session.lines("/v2/events", params={}, accept="text/event-stream", silence=5) as lines:
        assert len(list(lines)) == 20


def test_what_comes_instead_of_a_stream_ends(serving):
    session = to_marathon(serving(in_drops(*DRIPS["body"])), timeout=1)
    with (
        pytest.raises(UnknownOutcome, match="no whole answer within 1 s"),
        session.lines("/v2/events", params={}, accept="text/event-stream", silence=5) as lines,
    ):
        list(lines)


def answering(headers, body):
    return lambda connection: connection.sendall(HEAD + headers + b"\r\n" + body)


def of_length(body, headers=b""):
    return answering(headers + b"Content-Length: %d\r\n" % len(body), body)


LARGE = b'"' + b"x" * (2 * MIB) + b'"'


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
    monkeypatch.setattr(_bounded.zlib, "decompressobj", lambda bits: Counting(make(bits)))
    with pytest.raises(_bounded.TooLarge):
        _bounded.read_whole(Response(bomb), MIB)
    assert sum(made) <= MIB + _bounded.PIECE
    assert _bounded.read_whole(Response(gzip.compress(b"a") + gzip.compress(b"b")), MIB) == b"ab"
    assert _bounded.read_whole(Response(gzip.compress(bytes(MIB))), MIB) == bytes(MIB)


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
    with pytest.raises(_bounded.TooLarge):
        list(lines_of(raw, MIB))


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


def to_avi(server):
    connection = Connection(base_url=server.url, what="the Avi Controller", timeout=5)
    return Avi(connection, Access(session=Session("my-session")), tenant="admin")


def test_pages_without_end_end(server, monkeypatch):
    monkeypatch.setattr(avi_client, "MOST_PAGES", 7)
    numbers = itertools.count()
    server.answer = lambda request: Reply(200, {"results": [], "next": f"/api/pool?page={next(numbers)}"})
    with pytest.raises(ApiError, match="without end: GET /api/pool had 7 pages") as raised:
        list(to_avi(server).collection("pool"))
    assert len(server.requests) == 7 and not may_pass(raised.value)


def test_pages_that_come_too_slowly_end(server, monkeypatch):
    monkeypatch.setattr(avi_client, "MOST_TIMES", 0)
    server.answer = lambda request: Reply(200, {"results": [], "next": "/api/pool?page=2"})
    with pytest.raises(ApiError, match="without end"):
        list(to_avi(server).collection("pool"))


def test_a_next_page_that_is_no_text_is_none(server):
    server.answer = lambda request: Reply(200, {"results": [], "next": {"page": 2}})
    assert list(to_avi(server).collection("pool")) == []


def deep(levels):
    return "[" * levels + "]" * levels


@pytest.mark.parametrize("levels", [101, 900, 100_000])
def test_json_that_is_too_deep_is_an_error_of_the_server(server, levels):
    server.answer = lambda request: Reply(200, text=deep(levels))
    with pytest.raises(NotJson, match="nested more than 100 levels deep"):
        to_marathon(server).request("GET", "/v2/apps")
    server.answer = lambda request: Reply(400, text=deep(levels))
    with pytest.raises(ApiError) as raised:
        to_marathon(server).request("GET", "/v2/apps")
    assert raised.value.details is None


def test_depth_has_a_bound():
    assert read_json(deep(100)) and parsed(deep(101)) is None
    with pytest.raises(TooDeep):
        read_json('{"a":' * 101 + "1" + "}" * 101)
    assert read_json(json.dumps({str(number): [{}] for number in range(1000)}))


class DeepAfterLocking:
    """A Marathon that takes the lock, and whose answers nobody can read."""

    def __init__(self, *, deletes):
        self.app, self.deletes = None, deletes

    def __call__(self, request):
        if request.method == "POST":
            self.app = request.body
            return Reply(201, text=deep(50_000))
        if request.method == "DELETE":
            if self.deletes:
                self.app = None
            return Reply(200 if self.deletes else 403, {"deploymentId": "d", "version": "v"})
        if request.path == "/v2/apps":
            return Reply(200, text=deep(50_000)) if self.app else Reply(200, {"apps": []})
        if self.app is None:
            return Reply(404, {"message": f"App '{request.path}' does not exist"})
        return Reply(200, {"app": {**self.app, "version": "v"}})


def test_a_lock_just_taken_is_given_back(server):
    marathon = server.answer = DeepAfterLocking(deletes=True)
    with pytest.raises(NotJson):
        LockKeeper(Marathon(to_marathon(server)), "app1", Run("me", "its nonce")).take("test")
    assert marathon.app is None


def test_a_lock_that_cannot_be_given_back_is_named(server):
    server.answer = DeepAfterLocking(deletes=False)
    with pytest.raises(DcosAviError) as raised:
        LockKeeper(Marathon(to_marathon(server)), "app1", Run("me", "its nonce")).take("test")
    assert "/app1-migration-lock-1 may have been taken" in raised.value.sentence


@pytest.mark.parametrize(
    "page",
    ["<title>" * 40_000, "<title" * 40_000, "<title>x" + "</titl" * 40_000, "<" * 200_000, "\n" * 200_000],
    ids=["begins", "begins unclosed", "ends", "signs", "lines"],
)
def test_the_title_of_a_page_is_looked_for_once(page, monkeypatch):
    looked = []

    class Text(str):
        def lower(self):
            return Text(super().lower())

        def find(self, *args):
            looked.append(args)
            return super().find(*args)

    monkeypatch.setattr(_answers, "LONGEST_ERROR", 10**9)
    _answers._title(Text(page))
    assert len(looked) <= 3
    assert len(what_it_says(page)) <= 300


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("<html><TITLE lang='en'>Not\n here</TITLE>", "a page titled 'Not here'"),
        ("<title>never closed", "<title>never closed"),
        ("</title><title>x</title>", "a page titled 'x'"),
    ],
)
def test_titles(page, says):
    assert what_it_says(page) == says


def test_of_a_long_error_only_its_begin_is_looked_at(server):
    server.answer = lambda request: Reply(400, {"message": "x" * 1_000_000})
    with pytest.raises(ApiError) as raised:
        to_marathon(server).request("GET", "/v2/apps")
    assert raised.value.details is None and len(raised.value.sentence) < 500
