# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a request whose connection was cut: with TLS and without, straight to the server and through either kind of proxy."""

from __future__ import annotations

import contextlib
import ssl
import time

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import UnknownOutcome, Unreachable
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.tests.lab.cutter import (
    AFTER,
    ANSWERED,
    BEFORE,
    CONNECTED,
    INSIDE,
    SENT,
    Cut,
    Cutter,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

LONG = 60.0
WAYS = ("direct", "tls", "proxy", "connect")
WRITES = ("POST", "PUT", "DELETE")


@contextlib.contextmanager
def session_through(way, server, certificate, monkeypatch, cut, keeps_alive=True):
    """A session whose first connection, or first request, is cut."""
    cuts = [cut] if cut else []

    def choose(method, _path):
        return cuts.pop() if cuts and bool(method) == (cut.moment != CONNECTED) else None

    context = None
    if way in ("tls", "connect"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    forward = way in ("proxy", "connect")
    with Cutter(server.url, choose, server=context, forward=forward, keeps_alive=keeps_alive) as cutter:
        url = f"{'https' if context else 'http'}://{cutter.address}"
        if forward:
            url = f"{'https' if context else 'http'}://127.0.0.1:1"
            for name in ("http_proxy", "https_proxy"):
                monkeypatch.setenv(name, f"http://{cutter.address}")
            for name in ("no_proxy", "NO_PROXY"):
                monkeypatch.delenv(name, raising=False)
        connection = Connection(url, "Marathon", timeout=LONG, verify=certificate if context else True)
        session = HttpSession(connection, sleep=lambda seconds: None)
        yield session
        session.close()


def arrived(server, count):
    """Whether so many requests arrive, and no more."""
    end = time.monotonic() + LONG
    while len(server.requests) < count and time.monotonic() < end:
        time.sleep(0.01)
    return len(server.requests) == count


@pytest.mark.parametrize("keeps_alive", [True, False], ids=["kept alive", "closed each time"])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_cut_gets_through(server, certificate, monkeypatch, way, keeps_alive):
    server.answer = lambda request: Reply(200, {"path": request.path})
    with session_through(way, server, certificate, monkeypatch, None, keeps_alive) as session:
        for path in ("/a", "/b"):
            assert session.request("PUT", path, json={"x": 1}).body == {"path": path}
    assert server.lines == ["PUT /a", "PUT /b"]


@pytest.mark.parametrize("reset", [True, False], ids=["reset", "closed"])
@pytest.mark.parametrize(("moment", "applied"), [(BEFORE, 0), (INSIDE, None), (SENT, 1), (ANSWERED, 1)])
@pytest.mark.parametrize("way", WAYS)
def test_a_write_that_is_cut_is_an_unknown_outcome(server, certificate, monkeypatch, way, moment, applied, reset):
    server.answer = lambda request: Reply(200, {"ok": True})
    with session_through(way, server, certificate, monkeypatch, Cut(moment, 0.3, reset)) as session:
        with pytest.raises(UnknownOutcome) as raised:
            session.request("POST", "/v2/apps", json={"id": "/a"})
        # To the test's server, headers that are cut short are headers.
        assert len(server.requests) <= 1 if applied is None else arrived(server, applied)
        assert "Whether it was applied is not known" in raised.value.sentence
        assert "does not let it through" not in raised.value.sentence
        # The next one is a request of its own.
        assert session.request("PUT", "/v2/apps//a", json={}).body == {"ok": True}


@pytest.mark.parametrize("moment", [BEFORE, INSIDE, SENT, ANSWERED])
@pytest.mark.parametrize("way", WAYS)
def test_a_read_that_is_cut_is_repeated(server, certificate, monkeypatch, way, moment):
    server.answer = lambda request: Reply(200, {"ok": True})
    with session_through(way, server, certificate, monkeypatch, Cut(moment, 0.9)) as session:
        assert session.request("GET", "/v2/apps").body == {"ok": True}


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("way", ["tls", "connect"])
def test_a_connection_that_is_cut_while_it_is_made_is_made_again(server, certificate, monkeypatch, way, method):
    server.answer = lambda request: Reply(200, {"ok": True})
    with session_through(way, server, certificate, monkeypatch, Cut(CONNECTED)) as session:
        assert session.request(method, "/v2/apps").body == {"ok": True}
    assert arrived(server, 1)


@pytest.mark.parametrize("way", WAYS)
def test_a_connection_that_dies_between_two_requests_is_seen(server, certificate, monkeypatch, way):
    server.answer = lambda request: Reply(200, {"ok": True})
    with session_through(way, server, certificate, monkeypatch, Cut(AFTER)) as session:
        session.request("GET", "/v2/info")
        # Its end may arrive while the next request is sent: then nobody knows what became of that.
        with contextlib.suppress(UnknownOutcome):
            session.request("PUT", "/v2/apps//a")
    assert server.lines.count("PUT /v2/apps//a") <= 1


@pytest.mark.parametrize("url", ["http://marathon.example", "https://marathon.example"])
def test_a_proxy_that_is_not_there_is_sent_nothing(monkeypatch, url):
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    before = HttpSession.requests_of_all
    with pytest.raises(Unreachable) as raised:
        HttpSession(Connection(url, "Marathon"), sleep=lambda seconds: None).request("POST", "/v2/apps")
    assert HttpSession.requests_of_all - before == 4
    assert "the proxy does not let it through" in raised.value.sentence and "Nothing was sent" in raised.value.sentence


def test_a_proxy_that_refuses_to_connect_is_sent_nothing(server, monkeypatch):
    server.answer = lambda request: Reply(403)
    monkeypatch.setenv("https_proxy", server.url)
    with pytest.raises(Unreachable, match="Nothing was sent"):
        HttpSession(Connection("https://marathon.example", "Marathon"), sleep=lambda seconds: None).request("POST", "/")
