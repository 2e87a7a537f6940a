# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a redirect may lead to: credentials, cookies and those of .netrc go to no host that the user did not name."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.access import Access, Session
from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError, DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_requests import MIGRATION_REQUESTS
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

STATUSES = [301, 302, 303, 307, 308]


def to_marathon(server, *others, **kwargs):
    urls = {"base_url": server.url, "other_urls": tuple(other.url for other in others)}
    return HttpSession(Connection(what="Marathon", timeout=5, **urls, **kwargs), sleep=lambda seconds: None)


@pytest.fixture(autouse=True)
def _netrc(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password of-netrc\n")
    monkeypatch.setenv("NETRC", str(netrc))


@pytest.fixture
def redirects(server, other):
    """Have the server redirect to the other one, which answers everything."""
    other.answer = lambda request: Reply(200, {})
    server.answer = lambda request: Reply(redirects.status, headers={"Location": f"{other.url}{request.path}"})
    redirects.status = 302
    return redirects


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_request_never_follows(redirects, server, other, status, method):
    redirects.status = status
    with pytest.raises(ApiError, match=rf"a redirect to {other.url}/v2/info\. It was not followed") as raised:
        to_marathon(server, auth=("deployer", "secret")).request(method, "/v2/info")
    assert not other.requests and len(server.requests) == 1
    assert raised.value.status == status


def test_what_netrc_holds_goes_nowhere(redirects, server, other):
    with pytest.raises(ApiError):
        to_marathon(server).request("GET", "/v2/info")
    assert not other.requests
    assert "Authorization" not in server.requests[0].headers


def test_a_session_of_avi_goes_to_no_other_host(redirects, server, other):
    connection = Connection(base_url=server.url, what="the Avi Controller", timeout=5)
    with pytest.raises(DcosAviError):
        Avi(connection, Access(session=Session("my-session", "my-token")), tenant="admin").get("pool")
    assert "my-session" in server.requests[0].headers["Cookie"]
    assert not other.requests


def test_a_session_is_bound_to_its_host_and_never_sent_without_tls():
    connection = Connection(base_url="https://avi.example.com:9443", what="the Avi Controller")
    avi = Avi(connection, Access(session=Session("my-session", "my-token")), tenant="admin")
    cookies = list(avi._http.cookies)
    assert len(cookies) == 3
    assert {(cookie.domain, cookie.path, cookie.secure) for cookie in cookies} == {("avi.example.com", "/", True)}


@pytest.mark.parametrize("host", ["avi", "localhost", "127.0.0.1", "avi.example.com", "[::1]", "AVI.example.com"])
def test_a_session_is_sent_to_its_host_by_whatever_name(host):
    http = HttpSession(Connection(base_url=f"https://{host}:9443", what="the Avi Controller"))
    http.set_cookies({"sessionid": "my-session"})
    prepare = http._session.prepare_request
    assert "my-session" in prepare(_get(f"https://{host}:9443/api/pool")).headers["Cookie"]
    assert "Cookie" not in prepare(_get(f"http://{host}:9443/api/pool")).headers
    assert "Cookie" not in prepare(_get("https://other.example.com/api/pool")).headers


def _get(url):
    requests = pytest.importorskip("requests")
    return requests.Request("GET", url)


EVENTS = Reply(200, headers={"Content-Type": "text/event-stream"}, stream=["event: x\n\n"])


def read_events(session):
    with session.lines("/v2/events", params={"plan-format": "light"}, accept="text/event-stream", silence=5) as lines:
        return list(lines)


def test_events_are_read_from_the_leader_without_credentials(redirects, server, other):
    other.answer = lambda request: EVENTS
    assert read_events(to_marathon(server)) == ["event: x", ""]
    (request,) = other.requests
    assert request.query == {"plan-format": ["light"]} and "Authorization" not in request.headers


def test_events_are_read_with_credentials_from_a_leader_that_was_named(redirects, server, other):
    other.answer = lambda request: EVENTS
    assert read_events(to_marathon(server, other, auth=("deployer", "secret"))) == ["event: x", ""]
    assert "Authorization" in other.requests[0].headers


@pytest.mark.parametrize(
    "credentials",
    [{"auth": ("deployer", "secret")}, {"headers": {"Authorization": "token=secret"}}],
    ids=["password", "token"],
)
def test_credentials_follow_to_no_leader_that_was_not_named(redirects, server, other, credentials):
    with pytest.raises(ApiError, match=f"a redirect to {other.url}/v2/events"):
        read_events(to_marathon(server, **credentials))
    assert not other.requests


@pytest.mark.parametrize(
    "location", ["ftp://127.0.0.1/v2/events", "http://[::1/v2/events", "", "/admin", "http://u:p@127.0.0.1/v2/events"]
)
def test_a_stream_follows_to_nothing_else(server, location):
    server.answer = lambda request: Reply(302, headers={"Location": location})
    with pytest.raises(ApiError):
        read_events(to_marathon(server))
    assert len(server.requests) == 1


def test_a_leader_that_redirects_again_is_not_followed(server, other):
    server.answer = lambda request: Reply(302, headers={"Location": f"{other.url}/v2/events"})
    other.answer = lambda request: Reply(302, headers={"Location": f"{server.url}/v2/events"})
    with pytest.raises(ApiError, match="a redirect to"):
        read_events(to_marathon(server))
    assert (len(server.requests), len(other.requests)) == (1, 1)


def test_a_gate_sends_its_headers_nowhere_else(redirects, server, other):
    given = {"url": server.url, "headers": {"Authorization": "Bearer of-the-gate"}, "wait_timeout": 0}
    options = {name: option.get("default") for name, option in MIGRATION_REQUESTS.options.items()}
    result = MIGRATION_REQUESTS.result(
        {**options, **given}, module="migration_requests", check_mode=False, diff_mode=False
    )
    assert "answered 302 instead of 200" in result["msg"]
    assert not other.requests
