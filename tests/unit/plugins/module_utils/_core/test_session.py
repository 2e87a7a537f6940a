# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ssl

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.address import password_in, split_userinfo
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    AuthenticationError,
    Away,
    Breakdown,
    Conflict,
    DcosAviError,
    NotFound,
    NotJson,
    PermissionRefused,
    Refused,
    UnknownOutcome,
    Unreachable,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import may_pass
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import is_said_by_marathon
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

WRITES = ["POST", "PUT", "DELETE"]


def session(url, **kwargs):
    kwargs.setdefault("timeout", 30)
    return HttpSession(Connection(base_url=url, what="Marathon", **kwargs), sleep=lambda seconds: None)


def test_an_answer_has_its_parsed_body(server):
    server.script(Reply(201, {"id": "/a"}, headers={"Marathon-Deployment-Id": "d1"}))
    answer = session(server.url).request("POST", "/v2/apps", json={"id": "a"}, params={"force": "true"}, expect=(201,))
    assert (answer.status, answer.body, answer.headers["Marathon-Deployment-Id"]) == (201, {"id": "/a"}, "d1")
    (request,) = server.requests
    assert (request.body, request.query) == ({"id": "a"}, {"force": ["true"]})
    assert "Content-Length" in request.headers and "Transfer-Encoding" not in request.headers


def test_an_empty_body_is_none(server):
    server.script(Reply(202, text=""))
    assert session(server.url).request("DELETE", "/v2/deployments/d1", expect=(202,)).body is None


def test_a_path_prefix_and_a_closing_slash_are_kept_apart(server):
    server.script(Reply(200, {}))
    session(server.url + "/service/marathon/").request("GET", "/v2/info")
    assert server.lines == ["GET /service/marathon/v2/info"]


@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_refused_connection_is_retried_then_unreachable(method):
    before = HttpSession.requests_of_all
    with pytest.raises(Unreachable) as raised:
        session("http://127.0.0.1:1").request(method, "/v2/info")
    assert HttpSession.requests_of_all - before == 4
    assert "connection refused. Nothing was sent" in raised.value.sentence


PAGE = "<html><title>Error</title></html>"
# What is answered around a change of Marathon's leader, and while an Admin Router looks for it.
PASSING = [
    Reply(500, text=PAGE),
    Reply(500, {"message": "not currently active (Actor[akka://marathon/user/MarathonScheduler])"}),
    Reply(422, {"message": "requirement failed: the store must be opened before it can be used"}),
    Reply(502, text=PAGE),
    Reply(503, text=PAGE),
    Reply(504, text=PAGE),
    Reply(404, text=PAGE),
    Reply(404, text="404 Not Found: service `marathon` unknown."),
    Reply(404, {"code": "NoService"}),
]


@pytest.mark.parametrize(
    "reply", [*PASSING, Reply(500, {"message": "oops"}), Reply(429, text=PAGE), Reply(200, text='{"a": [')]
)
def test_a_read_outlives_what_passes(server, reply):
    server.script(reply, Reply(200, {"ok": True}))
    client = session(server.url, is_own_404=is_said_by_marathon)
    assert client.request("GET", "/v2/info").body == {"ok": True}
    assert len(server.requests) == 2


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("reply", PASSING)
def test_a_write_that_meets_what_passes_is_an_unknown_outcome(server, method, reply):
    server.answer = lambda request: reply
    with pytest.raises(UnknownOutcome) as raised:
        session(server.url, is_own_404=is_said_by_marathon).request(method, "/v2/apps")
    assert len(server.requests) == 1 and not isinstance(raised.value, Breakdown)
    assert raised.value.status == reply.status
    assert "Whether it was applied is not known" in raised.value.sentence


@pytest.mark.parametrize("reply", [*PASSING, Reply(429, text=PAGE)])
def test_what_passes_does_not_end_a_wait(server, reply):
    server.answer = lambda request: reply
    with pytest.raises(DcosAviError) as raised:
        session(server.url, is_own_404=is_said_by_marathon).request("GET", "/v2/apps")
    assert may_pass(raised.value) and raised.value.status == reply.status


@pytest.mark.parametrize("message", ["App '/x' does not exist", "DeploymentPlan d1 does not exist"])
def test_what_marathon_says_is_missing_is_missing(server, message):
    server.script(Reply(404, {"message": message}))
    with pytest.raises(NotFound) as raised:
        session(server.url, is_own_404=is_said_by_marathon).request("GET", "/v2/apps//x")
    assert not may_pass(raised.value) and len(server.requests) == 1


@pytest.mark.parametrize("method", ["GET", *WRITES])
@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "2"}, 2),
        ({"Retry-After": "86400"}, 5),
        ({"Retry-After": "Sun, 29 Nov 2026 10:00:03 GMT", "Date": "Sun, 29 Nov 2026 10:00:00 GMT"}, 3),
        ({"Retry-After": "Sun, 29 Nov 2026 09:00:00 GMT", "Date": "Sun, 29 Nov 2026 10:00:00 GMT"}, 0.25),
        ({"Retry-After": "soon"}, 0.25),
        ({}, 0.25),
    ],
)
def test_who_has_too_many_requests_is_asked_again_when_it_wants(server, method, headers, pause):
    paused = []
    server.script(Reply(429, text=PAGE, headers=headers), Reply(200, {"ok": True}))
    client = HttpSession(Connection(server.url, "Marathon"), sleep=paused.append)
    assert client.request(method, "/v2/apps").body == {"ok": True}
    assert paused == [pause]


@pytest.mark.parametrize("method", WRITES)
def test_a_write_that_was_turned_away_was_not_made(server, method):
    server.answer = lambda request: Reply(429, {"message": "slow down"})
    with pytest.raises(Away) as raised:
        session(server.url).request(method, "/v2/apps")
    assert len(server.requests) == 4 and raised.value.status == 429


def test_a_login_is_repeated_as_a_read_is(server):
    server.script(Reply(502, text=PAGE), Reply(drop=True), Reply(200, {"token": "t"}))
    assert session(server.url).request("POST", "/login", json={}, read_only=True).body == {"token": "t"}


def test_a_read_gives_up_on_a_status_that_does_not_pass(server):
    server.answer = lambda request: Reply(503, text="<html><head><title>Error 503</title></head></html>")
    with pytest.raises(ApiError) as raised:
        session(server.url).request("GET", "/v2/info")
    assert raised.value.status == 503
    assert "answered 503 to GET /v2/info: a page titled 'Error 503'" in raised.value.sentence
    assert len(server.requests) == 4


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(202, text="page"),
        Reply(502),
        Reply(503),
        Reply(504),
        Reply(drop=True),
        Reply(200, {"a": 1}, cut_short=True),
    ],
)
def test_a_write_without_a_usable_answer_is_never_repeated(server, method, reply):
    server.answer = lambda request: reply
    with pytest.raises(UnknownOutcome) as raised:
        session(server.url).request(method, "/v2/apps")
    assert len(server.requests) == 1
    assert "Whether it was applied is not known" in raised.value.sentence


def test_a_read_outlives_a_reset(server):
    server.script(Reply(drop=True), Reply(200, {}, cut_short=True), Reply(200, {"ok": True}))
    assert session(server.url).request("GET", "/v2/info").body == {"ok": True}


@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_no_answer_in_time_is_an_unknown_outcome_after_one_wait(server, method):
    server.answer = lambda request: Reply(200, {}, delay=3)
    with pytest.raises(UnknownOutcome) as raised:
        session(server.url, timeout=1).request(method, "/v2/apps")
    assert len(server.requests) == 1
    assert "no answer within 1 s" in raised.value.sentence


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AuthenticationError),
        (403, PermissionRefused),
        (404, NotFound),
        (409, Conflict),
        (422, ApiError),
        (500, Breakdown),
    ],
)
def test_each_status_has_its_error(server, status, kind):
    server.script(Reply(status, {"message": "because", "details": [{"path": "/id", "errors": ["too long"]}]}))
    with pytest.raises(kind) as raised:
        session(server.url).request("PUT", "/v2/apps//x")
    error = raised.value
    assert (error.status, error.details["message"]) == (status, "because")
    assert "PUT /v2/apps//x" in error.sentence and "because (/id: too long)" in error.sentence
    assert len(server.requests) == 1


@pytest.mark.parametrize("text", ["<html><title>Sign in</title></html>", '{"apps": [', "pong"])
def test_a_body_that_is_not_json_is_told(server, text):
    server.answer = lambda request: Reply(200, text=text)
    with pytest.raises(NotJson) as raised:
        session(server.url).request("GET", "/v2/apps")
    assert "not JSON" in raised.value.sentence
    assert ("Sign in" if "title" in text else text) in raised.value.sentence


def test_a_write_does_not_follow_a_redirect(server):
    server.script(Reply(302, headers={"Location": "http://user:hidden@other:8080/v2/apps"}))
    with pytest.raises(ApiError) as raised:
        session(server.url).request("POST", "/v2/apps", json={})
    assert "a redirect to http://other:8080/v2/apps" in raised.value.sentence
    assert len(server.requests) == 1


@pytest.mark.parametrize("url", ["localhost:8080", "http://", "http://[::1", "ftp://host", "http://a..b"])
def test_an_unusable_url_is_refused(url):
    with pytest.raises(Refused):
        session(url).request("GET", "/v2/info")


def test_a_name_that_does_not_resolve_is_said_so():
    with pytest.raises(Unreachable) as raised:
        session("http://marathon.invalid:8080").request("GET", "/v2/info")
    assert "its name does not resolve" in raised.value.sentence


def test_a_missing_ca_file_is_refused_by_name():
    with pytest.raises(Refused) as raised:
        session("https://127.0.0.1:1", verify="/nowhere/ca.pem").request("GET", "/v2/info")
    assert "/nowhere/ca.pem" in raised.value.sentence


def test_tls_to_a_server_without_tls_sends_nothing_and_is_not_retried(server):
    before = HttpSession.requests_of_all
    with pytest.raises(Unreachable) as raised:
        session(server.url.replace("http:", "https:")).request("POST", "/v2/apps")
    assert "TLS failed" in raised.value.sentence
    assert HttpSession.requests_of_all - before == 1


def test_an_untrusted_certificate_says_what_to_give(tls_server):
    with pytest.raises(Unreachable) as raised:
        session(tls_server.url).request("POST", "/v2/apps")
    assert (
        "its certificate is not trusted" in raised.value.sentence and "give the file of its CA" in raised.value.sentence
    )


def test_the_ca_file_wins_over_the_environment(tls_server, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ssl.get_default_verify_paths().openssl_cafile)
    assert session(tls_server.url, verify=tls_server.ca_path).request("GET", "/v2/info").body == {}


def test_verification_can_be_switched_off(tls_server, recwarn):
    assert session(tls_server.url, verify=False).request("GET", "/v2/info").body == {}
    assert not list(recwarn)


def test_credentials_in_the_url_are_used_and_not_shown(server):
    server.answer = lambda request: Reply(401, text="<title>Error 401 for s3cr%t?</title>")
    client = session(server.url.replace("://", "://admin:s3cr%25t%3F@"))
    with pytest.raises(AuthenticationError) as raised:
        client.request("GET", "/v2/info")
    assert server.requests[0].headers["Authorization"] == "Basic YWRtaW46czNjciV0Pw=="
    assert "s3cr" not in raised.value.sentence
    assert "s3cr" not in repr(client.connection)


def test_a_token_is_sent_not_shown_and_not_replaced_by_netrc(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.answer = lambda request: Reply(403, {"message": "no token=abcdef here"})
    with pytest.raises(PermissionRefused) as raised:
        session(server.url, headers={"Authorization": "token=abcdef"}).request("GET", "/v2/info")
    assert server.requests[0].headers["Authorization"] == "token=abcdef"
    assert "abcdef" not in raised.value.sentence


def test_a_credential_with_a_line_break_is_refused_unseen(server):
    with pytest.raises(Refused) as raised:
        session(server.url, headers={"Authorization": "token=abc\ndef"}).request("GET", "/v2/info")
    assert "abc" not in raised.value.sentence and not server.requests


def test_a_session_with_a_line_break_is_refused_unseen(server):
    client = session(server.url)
    client.cookies.update({"sessionid": "abcdef\n"})
    with pytest.raises(Refused, match="a line break") as raised:
        client.request("GET", "/api/pool")
    assert "abcdef" not in raised.value.sentence and not server.requests


@pytest.mark.parametrize("sign", ["/", "?", "#"])
@pytest.mark.parametrize("url", ["http://deployer:S3cr{}etPw@127.0.0.1:1", "http://deployer:S3cr{}et@Pw@127.0.0.1:1"])
def test_an_address_that_is_cut_short_by_its_password_is_refused_unseen(url, sign):
    with pytest.raises(Refused, match="encode / as %2F") as raised:
        session(url.format(sign))
    assert "S3cr" not in raised.value.sentence and "etPw" not in raised.value.sentence


@pytest.mark.parametrize("url", ["http://[::1", "http://u:S3cr@[::1", "http://u:S3cr@h:port", "http://u:S3cr"])
def test_an_address_that_cannot_be_read_is_refused_unseen(url):
    with pytest.raises(Refused, match="address of Marathon cannot be read") as raised:
        session(url)
    assert "S3cr" not in raised.value.sentence


@pytest.mark.parametrize(
    "url", ["http://h/a@b", "http://h:80/users/@me", "http://[::1]:80/a@b", "http://u:p@h:80/a@b", "http://h/a:b"]
)
def test_an_address_with_an_at_sign_in_its_path_is_one(url):
    session(url)


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("http://h/", ""),
        ("http://u@h/", ""),
        ("http://u:p@h/a@b", "p"),
        ("http://u:p/q@h", "p/q"),
        ("http://u:1/q?@h", "1/q?"),
        ("http://h/a:b@c", ""),
        ("http://[::1]/a@b", ""),
    ],
)
def test_password_in(url, password):
    assert password_in(url) == password


def test_a_password_beyond_latin_1_is_sent(server):
    server.script(Reply(200, {}))
    session(server.url, auth=("admin", "пароль€")).request("GET", "/v2/info")
    assert server.requests[0].headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("url", "plain", "auth"),
    [
        ("http://h:1/", "http://h:1", None),
        ("https://u:p@h/x", "https://h/x", ("u", "p")),
        ("http://u:p@q@h", "http://h", ("u", "p@q")),
        ("http://h/a@b", "http://h/a@b", None),
        ("http://u:p@[::1", "http://[::1", ("u", "p")),
    ],
)
def test_split_userinfo(url, plain, auth):
    assert split_userinfo(url) == (plain, auth)


def test_as_result_leaves_out_what_is_unknown():
    assert DcosAviError("x").as_result() == {}
    assert DcosAviError("x", status=409, details={"a": 1}).as_result() == {"status": 409, "details": {"a": 1}}
