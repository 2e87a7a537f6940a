# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request that must be sent by a moment is sent by then, or not at all: whatever was proven for it may not hold for longer."""

from __future__ import annotations

import socket
import time

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import TooLate
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Accepted, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import apply_change
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

APP = {"id": "/a", "version": "v", "instances": 1}


@pytest.fixture
def silent():
    """Return the port of a server that lets connections come, and says nothing in them: no TLS, and nothing of a proxy."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def session(url, **kwargs):
    return HttpSession(Connection(base_url=url, what="Marathon", **kwargs))


def test_nothing_is_sent_after_the_moment(server):
    with pytest.raises(TooLate, match="was not sent PUT /v2/apps//a"):
        session(server.url).request("PUT", "/v2/apps//a", json={}, not_after=elapsed())
    assert not server.requests


def test_what_is_in_time_is_sent(server):
    server.script(Reply(200, {}))
    session(server.url).request("PUT", "/v2/apps//a", json={}, not_after=elapsed() + 60)
    assert server.lines == ["PUT /v2/apps//a"]


def test_connecting_ends_with_the_moment_and_not_with_the_time_limit_of_the_connection(silent):
    begin = elapsed()
    with pytest.raises(TooLate, match="Nothing was sent"):
        session(f"https://127.0.0.1:{silent}", timeout=600).request("PUT", "/", not_after=begin + 0.5)
    assert elapsed() - begin < 300


def test_a_proxy_that_says_nothing_does_not_hold_it_up(silent, monkeypatch):
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{silent}")
    begin = elapsed()
    with pytest.raises(TooLate, match="Nothing was sent"):
        session("https://marathon.example", timeout=600).request("PUT", "/", not_after=begin + 0.5)
    assert elapsed() - begin < 300


def test_a_refused_connection_is_not_tried_again_after_the_moment():
    with pytest.raises(TooLate, match=r"connection refused\. Nothing was sent.*no time to try it again"):
        session("http://127.0.0.1:1").request("PUT", "/", not_after=elapsed() + 0.5)


def test_the_moment_may_pass_while_the_session_logs_in(server):
    moment = elapsed() + 0.2

    def log_in():
        while elapsed() < moment:
            time.sleep(0.05)
        return {}

    client = HttpSession(Connection(base_url=server.url, what="Marathon"), login=log_in)
    with pytest.raises(TooLate):
        client.request("PUT", "/", not_after=moment)
    assert not server.requests


def test_a_change_that_was_not_sent_in_time_is_worked_out_anew_from_a_look(server):
    server.answer = lambda request: Reply(200, {"app": APP} if request.method == "GET" else {"deploymentId": "d"})
    client, seen = Marathon(session(server.url)), []

    def next_step(app, in_doubt):
        seen.append((app["instances"], in_doubt))
        moment = elapsed() + (60 if len(seen) > 1 else -1)
        return lambda: client.update_app("/a", {"instances": 0}, not_after=moment)

    assert apply_change(client, "/a", {**APP, "instances": 2}, next_step, Deadline(60, 0.1)) == Accepted("d", "")
    # There is no doubt about what was not sent.
    assert seen == [(2, False), (1, False)]
    assert server.lines == ["GET /v2/apps/a", "PUT /v2/apps/a"]


def test_a_change_that_is_never_in_time_is_given_up_unsent(server):
    server.answer = lambda request: Reply(200, {"app": APP})
    client = Marathon(session(server.url))

    def next_step(app, in_doubt):
        return lambda: client.update_app("/a", {"instances": 0}, not_after=elapsed())

    with pytest.raises(TooLate) as raised:
        apply_change(client, "/a", APP, next_step, Deadline(0.2, 0.1))
    assert not raised.value.changed and set(server.lines) == {"GET /v2/apps/a"}
