# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server repeats of credentials is not printed: not in another form, not cut in two, and not what it gave itself."""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.options import controller_from as avi_from
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.hiding import forms, hidden
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import printable
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon.dcos import ServiceAccount, login
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from as marathon_from
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_requests import MIGRATION_REQUESTS
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

PASSWORD = 'p4ss/wörd "&<+% x'
AS_SENT = base64.b64encode(f"deployer:{PASSWORD}".encode()).decode()
ECHOES = {
    "plain": PASSWORD,
    "base64": AS_SENT,
    "base64 in a URL": AS_SENT.rstrip("=").replace("+", "-").replace("/", "_"),
    "the password in base64": base64.b64encode(PASSWORD.encode()).decode(),
    "URL": quote(PASSWORD, safe=""),
    "URL with slashes": quote(PASSWORD),
    "form": quote_plus(PASSWORD),
    "URL in lower case": re.sub("%..", lambda escape: escape[0].lower(), quote(PASSWORD, safe="")),
    "JSON": json.dumps(PASSWORD),
    "JSON in UTF-8": json.dumps(PASSWORD, ensure_ascii=False),
    "JSON with slashes": json.dumps(PASSWORD).replace("/", "\\/"),
    "page": html.escape(PASSWORD),
}


def everything(error):
    return json.dumps([error.sentence, str(error), error.as_result()], ensure_ascii=False) + repr(error)


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 500])
def test_a_password_is_hidden_in_each_form(server, echo, status):
    server.answer = lambda request: Reply(
        status, text=f"you sent {echo}", headers={"Location": f"http://x/?a={quote(echo)}"}
    )
    client = marathon_from(
        {"marathon_url": [server.url], "marathon_username": "deployer", "marathon_password": PASSWORD}
    )
    with pytest.raises(DcosAviError) as raised:
        client.session.request("POST", "/v2/apps", json={})
    said = everything(raised.value)
    assert not [form for form in (*forms(PASSWORD), AS_SENT.rstrip("=")) if form in said], said


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_a_password_is_hidden_in_the_details_as_well(server, echo):
    server.answer = lambda request: Reply(422, {"message": "no", "details": [{"path": echo, "errors": [echo]}]})
    connection = Connection(base_url=server.url, what="Marathon", auth=("deployer", PASSWORD))
    with pytest.raises(DcosAviError) as raised:
        HttpSession(connection).request("POST", "/v2/apps", json={})
    said = everything(raised.value)
    assert echo.strip('"') not in said and PASSWORD not in said


@pytest.mark.parametrize("at", range(280, 302, 3))
def test_a_secret_at_the_end_of_what_is_shown_is_hidden_first(server, at):
    server.answer = lambda request: Reply(400, {"message": "x" * at + "my-long-token and more"})
    client = marathon_from({"marathon_url": [server.url], "marathon_token": "my-long-token"})
    with pytest.raises(DcosAviError) as raised:
        client.info()
    assert "my-" not in everything(raised.value)


@pytest.mark.parametrize("at", range(85, 101, 3))
def test_a_gate_hides_before_it_cuts(server, at):
    server.answer = lambda request: Reply(500, text="x" * at + "of-the-gate-token")
    options = {name: option.get("default") for name, option in MIGRATION_REQUESTS.options.items()}
    given = {**options, "url": server.url, "wait_timeout": 0, "headers": {"Authorization": "of-the-gate-token"}}
    result = MIGRATION_REQUESTS.result(given, module="migration_requests", check_mode=False, diff_mode=False)
    assert "of-" not in json.dumps(printable(MIGRATION_REQUESTS.options, given, result))


@pytest.mark.parametrize("at", range(270, 300, 6))
def test_a_value_of_env_is_hidden_before_it_is_cut(server, at):
    """With no_log_env, also where the value came from a file, so that no option holds it."""
    server.answer = lambda request: Reply(400, {"message": "x" * at + "of-the-database"})
    client = marathon_from({"marathon_url": [server.url], "no_log_env": True})
    with pytest.raises(DcosAviError) as raised:
        client.create_app({"id": "app1", "env": {"PASSWORD": "of-the-database"}})
    assert "of-t" not in everything(raised.value)


class Key:
    def sign(self, *_args):
        return b"signature"


ACCOUNT = ServiceAccount("deployer", Key(), "", "/acs/api/v1/auth/login")
LOGIN_ANSWERS = {
    "another status": Reply(202, {"token": "received-token"}),
    "a redirect": Reply(302, {"token": "received-token"}),
    "an error": Reply(401, {"token": "received-token", "message": "not this one: received-token"}),
    "an error with a cookie": Reply(403, {"message": "received-token"}, headers={"Set-Cookie": "dcos=received-token"}),
    "cut short": Reply(200, text='{"token": "received-token'),
    "as text": Reply(200, text="received-token"),
    "another shape": Reply(200, {"tokens": ["received-token"]}),
}


@pytest.mark.parametrize("answer", LOGIN_ANSWERS.values(), ids=LOGIN_ANSWERS)
def test_the_token_of_a_login_that_failed_is_not_printed(server, answer):
    server.answer = lambda request: answer
    session = HttpSession(Connection(base_url=server.url, what="DC/OS"), sleep=lambda seconds: None)
    with pytest.raises(DcosAviError) as raised:
        login(ACCOUNT, session)()
    assert "received-token" not in everything(raised.value)


def test_the_proof_of_a_service_account_is_not_printed(server):
    server.answer = lambda request: Reply(401, {"description": f"bad proof {request.body['token']}"})
    with pytest.raises(DcosAviError) as raised:
        login(ACCOUNT, HttpSession(Connection(base_url=server.url, what="DC/OS")))()
    assert server.requests[0].body["token"] not in everything(raised.value)
    assert "bad proof ********" in raised.value.sentence


def test_a_token_that_was_received_is_not_printed_after_it_was_renewed(server):
    tokens = iter(["the-first-token", "the-second-token"])
    session = HttpSession(
        Connection(base_url=server.url, what="Marathon"), login=lambda: {"Authorization": f"token={next(tokens)}"}
    )
    server.script(Reply(200, {}), Reply(401, {}), Reply(400, {"message": "not the-first-token, not the-second-token"}))
    session.request("GET", "/v2/info")
    with pytest.raises(DcosAviError) as raised:
        session.request("GET", "/v2/info")
    assert "not ********, not ********" in raised.value.sentence
    assert "-token" not in everything(raised.value)


AVI_ANSWERS = {
    "of a login that failed": [Reply(401, {"error": "x"}, headers={"Set-Cookie": "sessionid=avi-session; Path=/"})],
    "of a login of another status": [Reply(202, {"session_id": "avi-session", "csrftoken": "avi-session"})],
    "after the login": [
        Reply(200, {}, headers={"Set-Cookie": "sessionid=avi-session; Path=/"}),
        Reply(400, {"error": "no avi-session"}),
        Reply(200, {}),
    ],
}


@pytest.mark.parametrize("answers", AVI_ANSWERS.values(), ids=AVI_ANSWERS)
def test_a_session_of_avi_is_not_printed(server, answers):
    server.script(*answers)
    given = {"controller": server.url, "username": "reader", "password": PASSWORD}
    with pytest.raises(DcosAviError) as raised, avi_from(given) as avi:
        avi.get("pool")
    assert "avi-session" not in everything(raised.value)


def test_a_session_that_was_given_is_not_printed(server):
    server.answer = lambda request: Reply(400, {"error": "no given-session, no csrf"})
    given = {"controller": server.url, "api_context": {"session_id": "given-session", "csrftoken": "csrf"}}
    with pytest.raises(DcosAviError) as raised, avi_from(given) as avi:
        avi.get("pool")
    assert "given-session" not in everything(raised.value) and "csrf" not in everything(raised.value)


@pytest.mark.parametrize(
    "proxy",
    [
        "http://me:of-the-proxy@127.0.0.1:1",
        "me:of-the-proxy@127.0.0.1:1",
        "http://me:of-the-proxy/x@[::1",
    ],
)
def test_the_password_of_a_proxy_is_not_printed(proxy, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, proxy)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    session = HttpSession(
        Connection(base_url="http://marathon.example.com:8080", what="Marathon", timeout=2), sleep=lambda seconds: None
    )
    with pytest.raises(DcosAviError) as raised:
        session.request("GET", "/v2/info")
    assert "of-the-proxy" not in everything(raised.value)


def test_what_a_proxy_repeats_is_not_printed(server, monkeypatch):
    server.answer = lambda request: Reply(407, {"message": f"you sent {request.headers['Proxy-Authorization']}"})
    monkeypatch.setenv("http_proxy", server.url.replace("http://", "http://me:of-the-proxy@"))
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(DcosAviError) as raised:
        HttpSession(Connection(base_url="http://marathon.example.com", what="Marathon")).request("GET", "/v2/info")
    assert "you sent Basic ********" in raised.value.sentence


OPTIONS = {
    "marathon_url": {"type": "list", "elements": "str"},
    "marathon_username": {"type": "str"},
    "marathon_password": {"type": "str", "no_log": True},
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_no_form_is_left_in_the_result_of_a_module(echo):
    params = {"marathon_url": ["http://x"], "marathon_username": "deployer", "marathon_password": PASSWORD}
    work = Work(lambda params, check_mode: {"changed": False, "app": {"labels": {"echo": f"a {echo} b"}}}, OPTIONS)
    result = work.result(params, module="marathon_app", check_mode=False, diff_mode=False)
    assert echo.strip('"=') not in json.dumps(printable(OPTIONS, params, result), ensure_ascii=False)


def test_a_long_message_is_cut_after_the_hiding():
    params = {"marathon_url": None, "marathon_username": "deployer", "marathon_password": "my-long-password"}
    result = {"failed": True, "msg": "x" * 9_995 + "my-long-password" + "y" * 10_000, "spent": {}}
    msg = printable(OPTIONS, params, result)["msg"]
    assert "my-" not in msg and len(msg) <= 10_001


def test_a_short_secret_is_hidden_in_no_other_form():
    assert forms("ab") == {"ab"}
    assert hidden("a page about tab", {"ab"}) == "a page ********out t********"
    assert hidden("nothing to hide", set()) == "nothing to hide"
