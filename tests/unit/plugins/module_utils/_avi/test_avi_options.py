# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.dcos.avi.plugins.module_utils._avi.access import Session, read_session
from ansible_collections.dcos.avi.plugins.module_utils._avi.options import AVI_OPTIONS, controller_from
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import AuthenticationError, Refused
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

EMPTY = Reply(200, {"count": 0, "results": []})
ENDED = Reply(419, {"error": "Session expired."})


@pytest.fixture(autouse=True)
def fixture_no_environment(monkeypatch):
    for name in ("CONTROLLER", "USERNAME", "PASSWORD", "TOKEN", "TENANT", "TENANT_UUID", "API_VERSION", "TIMEOUT"):
        monkeypatch.delenv(f"AVI_{name}", raising=False)
    for name in ("VALIDATE_CERTS", "CA_PATH", "BASIC_AUTH"):
        monkeypatch.delenv(f"AVI_{name}", raising=False)


def parsed(**options):
    """The parameters a module has when a user gives these options."""
    result = ArgumentSpecValidator(AVI_OPTIONS).validate(options)
    assert result.error_messages == []
    return result.validated_parameters


def headers(server, **options):
    """What the first request for an object carries."""
    server.answer = lambda request: Reply(200, {}) if request.path in ("/login", "/logout") else EMPTY
    with controller_from(parsed(**options)) as client:
        list(client.collection("pool"))
    return next(request for request in server.requests if request.path == "/api/pool").headers


def login(server):
    return next(request.body for request in server.requests if request.path == "/login")


def test_an_option_wins_over_credentials_and_these_over_the_environment(server, monkeypatch):
    for name, value in {
        "CONTROLLER": "http://127.0.0.1:1",
        "USERNAME": "env",
        "PASSWORD": "env",
        "TENANT": "env",
    }.items():
        monkeypatch.setenv(f"AVI_{name}", value)
    credentials = {"controller": server.url, "username": "reader", "password": "secret"}
    sent = headers(server, avi_credentials=credentials, username="admin")
    assert login(server) == {"username": "admin", "password": "secret"}
    assert (sent["X-Avi-Tenant"], sent["X-Avi-Version"]) == ("env", "17.2.14")


def test_all_from_the_environment(server, monkeypatch):
    values = {"CONTROLLER": server.url, "USERNAME": "u", "PASSWORD": "p", "API_VERSION": "16.4.4", "TIMEOUT": "7"}
    for name, value in values.items():
        monkeypatch.setenv(f"AVI_{name}", value)
    assert headers(server)["X-Avi-Version"] == "16.4.4"


def test_credentials_with_a_port(server):
    host, _colon, port = server.url.rpartition(":")
    credentials = {"controller": host, "port": int(port), "username": "u", "password": "p"}
    assert headers(server, avi_credentials=credentials)["X-Avi-Tenant"] == "admin"


def test_a_tenant_by_uuid(server):
    sent = headers(server, controller=server.url, username="u", password="p", tenant_uuid="tenant-1")
    assert (sent["X-Avi-Tenant-UUID"], "X-Avi-Tenant" in sent) == ("tenant-1", False)


def test_a_token_in_place_of_the_password(server):
    headers(server, controller=server.url, username="u", password="p", token="t")
    assert login(server) == {"username": "u", "token": "t"}


def test_basic_authentication_needs_no_login(server):
    sent = headers(server, controller=server.url, username="u", password="p", basic_auth=True)
    assert sent["Authorization"] == "Basic dTpw"
    assert server.lines == ["GET /api/pool"]


def test_basic_authentication_that_is_not_allowed(server):
    server.answer = lambda request: Reply(401, {"error": "no"})
    client = controller_from(parsed(controller=server.url, username="u", password="p", basic_auth=True))
    with pytest.raises(AuthenticationError, match="refuses basic authentication of u"):
        client.get("pool")
    assert server.lines == ["GET /api/pool"]


@pytest.mark.parametrize(
    "context",
    [
        {"session_id": "s1", "csrftoken": "c1"},
        {"avi.example.com:admin:443": {"session_id": "s1", "csrftoken": "c1"}},
    ],
)
def test_a_session_that_somebody_began_is_used_and_left_open(server, context):
    sent = headers(server, controller=server.url, api_context=context)
    assert server.lines == ["GET /api/pool"]
    assert all(part in sent["Cookie"] for part in ("sessionid=s1", "avi-sessionid=s1", "csrftoken=c1"))


def test_a_session_that_has_ended_is_replaced_where_there_is_a_password(server):
    server.script(ENDED, Reply(200, {}), EMPTY, Reply(200, {}))
    context = {"session_id": "s1", "csrftoken": "c1"}
    with controller_from(parsed(controller=server.url, username="u", password="p", api_context=context)) as client:
        list(client.collection("pool"))
    assert server.lines == ["GET /api/pool", "POST /login", "GET /api/pool", "POST /logout"]
    assert "s1" not in server.requests[2].headers.get("Cookie", "")


def test_a_session_that_has_ended_is_an_error_where_there_is_none(server):
    server.answer = lambda request: ENDED
    client = controller_from(parsed(controller=server.url, api_context={"session_id": "s1"}))
    with pytest.raises(AuthenticationError, match="does not accept the session of api_context"):
        client.get("pool")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {},
            "controller (AVI_CONTROLLER) and username (AVI_USERNAME) and password (AVI_PASSWORD) or token (AVI_TOKEN)",
        ),
        ({"controller": "c", "username": "u"}, "password (AVI_PASSWORD) or token"),
        ({"controller": "c", "username": "u", "token": "t", "basic_auth": True}, "needs the password"),
    ],
)
def test_what_is_missing_is_named(options, words):
    with pytest.raises(Refused) as raised:
        controller_from(parsed(**options))
    assert words in raised.value.sentence


@pytest.mark.parametrize(("name", "value"), [("TIMEOUT", "soon"), ("VALIDATE_CERTS", "perhaps")])
def test_an_environment_variable_of_no_use_is_named(monkeypatch, name, value):
    monkeypatch.setenv(f"AVI_{name}", value)
    with pytest.raises(Refused, match=f"AVI_{name} holds '{value}'"):
        controller_from(parsed(controller="c", username="u", password="p"))


def test_certificates_can_be_left_unchecked_by_the_environment(tls_server, monkeypatch):
    monkeypatch.setenv("AVI_VALIDATE_CERTS", "no")
    assert headers(tls_server, controller=tls_server.url, username="u", password="p")


@pytest.mark.parametrize("context", [None, {}, {"session_id": ""}, {"key": {"csrftoken": "c"}}, {"key": "value"}])
def test_no_session(context):
    assert read_session(context) is None


def test_secrets_have_no_repr():
    assert "s1" not in repr(Session("s1", "c1"))


@pytest.mark.parametrize("controller", ["http://avi.example.com", "HTTP://avi.example.com", " http://avi.example.com"])
def test_a_password_never_goes_over_the_network_in_the_clear(controller):
    with pytest.raises(Refused, match="over HTTPS only"):
        controller_from(parsed(controller=controller, username="u", password="p"))


def test_spaces_and_line_breaks_around_a_session_are_none_of_it():
    assert read_session({"session_id": " sid\n", "csrftoken": "csrf\n"}) == Session("sid", "csrf")
    assert read_session({"session_id": "\n"}) is None


@pytest.mark.parametrize("controller", ["http://[::1", "[::1", "https://admin:my/secret@avi", "admin:my/secret@avi"])
def test_an_address_that_cannot_be_read_is_refused_unseen(controller):
    with pytest.raises(Refused, match="address of the Avi Controller cannot be read") as raised:
        controller_from(parsed(controller=controller, username="u", password="p"))
    assert "secret" not in raised.value.sentence
