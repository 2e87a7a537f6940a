# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No answer takes for ever: one that drips ends in a sentence when its time is up."""

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    UnknownOutcome,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

from tests.security.hostile_answers import DRIPS, HEAD, in_drops, to_marathon


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
