# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.lookup import find
from ansible_collections.dcos.avi.plugins.module_utils._avi.options import controller_from
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    AuthenticationError,
    NotJson,
    PermissionRefused,
    UnknownOutcome,
    Unreachable,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

PASSWORD = "open sesame"
LOGIN = Reply(200, {"session_cookie_name": "avi-sessionid"}, headers={"Set-Cookie": "csrftoken=token-1; Path=/"})
EMPTY = Reply(200, {"count": 0, "results": []})


def params(url, **more):
    return {
        "controller": url,
        "username": "admin",
        "password": PASSWORD,
        "tenant": "blue",
        "api_version": "17.2.14",
        "validate_certs": True,
        "ca_path": None,
        "timeout": 30,
        **more,
    }


@pytest.fixture(name="client")
def fixture_client(server):
    with controller_from(params(server.url)) as client:
        yield client
        server.script(Reply(200, {}))


def test_logs_in_with_the_first_request_only(server, client):
    assert server.requests == []
    server.script(LOGIN, EMPTY, EMPTY)
    assert list(client.collection("pool")) == []
    assert list(client.collection("pool")) == []
    assert server.lines == ["POST /login", "GET /api/pool", "GET /api/pool"]
    login, read, _again = server.requests
    assert login.body == {"username": "admin", "password": PASSWORD}
    assert (read.headers["X-Avi-Tenant"], read.headers["X-Avi-Version"]) == ("blue", "17.2.14")
    assert "X-Avi-Version" not in login.headers
    assert "csrftoken=token-1" in read.headers["Cookie"]


@pytest.mark.parametrize(("given", "asked"), [(None, "16.4.4"), ("18.2.6", "18.2.6")])
def test_an_older_controller_is_asked_for_its_own_version_unless_another_is_given(server, given, asked):
    server.script(Reply(200, {"version": {"Version": "16.4.4"}}), EMPTY, Reply(200, {}))
    with controller_from(params(server.url, api_version=given)) as client:
        list(client.collection("pool"))
        assert client.api_version == asked
    assert server.requests[1].headers["X-Avi-Version"] == asked


def test_logs_out_with_what_a_write_needs(server):
    server.script(LOGIN, EMPTY, Reply(200, {}))
    with controller_from(params(server.url)) as client:
        list(client.collection("pool"))
    assert server.lines[-1] == "POST /logout"
    assert (server.requests[-1].headers["X-CSRFToken"], server.requests[-1].headers["Referer"]) == (
        "token-1",
        server.url,
    )


def test_never_asked_means_no_logout(server):
    with controller_from(params(server.url)):
        pass
    assert server.requests == []


def test_a_logout_that_fails_is_no_failure(server):
    server.script(LOGIN, EMPTY, Reply(401, text="CSRF token missing or incorrect."))
    with controller_from(params(server.url)) as client:
        list(client.collection("pool"))


@pytest.mark.parametrize("status", [401, 419])
def test_an_ended_session_is_renewed_once(server, client, status):
    server.script(LOGIN, EMPTY, Reply(status, {"error": "session"}), LOGIN, EMPTY)
    list(client.collection("pool"))
    list(client.collection("pool"))
    assert [line for line in server.lines if "login" in line] == ["POST /login", "POST /login"]


@pytest.mark.parametrize("status", [401, 419])
def test_a_session_that_ends_again_at_once_is_an_error(server, client, status):
    server.script(LOGIN, Reply(status, {"error": "no"}), LOGIN, Reply(status, {"error": "no"}))
    with pytest.raises((AuthenticationError, ApiError)) as raised:
        list(client.collection("pool"))
    assert raised.value.status == status


def test_a_refused_login_says_who_and_where(server, client):
    server.script(Reply(401, {"error": "Invalid credentials"}))
    with pytest.raises(AuthenticationError) as raised:
        list(client.collection("pool"))
    assert f"The Avi Controller at {server.url} refuses the login of admin (401)" in raised.value.sentence
    assert PASSWORD not in raised.value.sentence
    assert server.lines == ["POST /login"]


def test_a_controller_that_initialises_says_so(server, client):
    server.answer = lambda request: Reply(503, text="<html><title>Starting</title></html>")
    with pytest.raises(ApiError) as raised:
        list(client.collection("pool"))
    assert "is not ready (503 to the login)" in raised.value.sentence


def test_a_login_that_is_no_avi_controller(server, client):
    server.script(Reply(200, text="<html><title>Welcome</title></html>"))
    with pytest.raises(NotJson, match="not JSON: a page titled 'Welcome'"):
        list(client.collection("pool"))


def test_no_permission(server, client):
    server.script(LOGIN, Reply(403, {"error": "Tenant 'blue' does not exist!"}))
    with pytest.raises(PermissionRefused, match=r"Tenant 'blue' does not exist!\. Check the tenant"):
        list(client.collection("pool"))


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (Reply(403, {"error": "Configuration is disallowed during upgrade"}), "Try again when its upgrade is over"),
        (Reply(403, {"error": "no"}), "admin needs a role that may read"),
        (Reply(400, {"error": "Invalid version 99.1.1"}), "Give an api_version that this Controller has"),
    ],
)
def test_a_refusal_says_what_to_do(server, client, answer, advice):
    server.script(LOGIN, answer)
    with pytest.raises((PermissionRefused, ApiError), match=advice):
        client.get("pool")


@pytest.mark.parametrize(
    "body", [{}, {"results": None}, {"results": [{"name": "no uuid"}]}, {"results": ["text"]}, "text"]
)
def test_json_that_is_no_collection(server, client, body):
    server.script(LOGIN, Reply(200, body))
    with pytest.raises(UnknownOutcome, match="answered GET /api/pool with JSON that"):
        list(client.collection("pool"))


@pytest.mark.parametrize(
    "body",
    [{}, [], {"name": "no uuid"}, {"uuid": 5, "name": "a"}, {"uuid": "no name"}, {"uuid": "1", "name": ["a"]}],
)
def test_json_that_is_no_object(server, client, body):
    server.script(LOGIN, Reply(200, body))
    with pytest.raises(UnknownOutcome, match="not an object with a uuid and a name"):
        client.object("pool", "pool-1")


def test_every_page_is_read(server, client):
    pages = {
        None: Reply(
            200,
            {
                "count": 3,
                "next": "https://elsewhere/api/pool?page=2&page_size=1&x=",
                "results": [{"uuid": "1", "name": "1"}],
            },
        ),
        "2": Reply(
            200,
            {
                "count": 3,
                "next": "https://elsewhere/api/pool?page=3&page_size=1",
                "results": [{"uuid": "2", "name": "2"}],
            },
        ),
        "3": Reply(200, {"count": 3, "results": [{"uuid": "3", "name": "3"}]}),
    }
    server.answer = lambda request: LOGIN if request.path == "/login" else pages[request.query.get("page", [None])[0]]
    assert [item["uuid"] for item in client.collection("pool")] == ["1", "2", "3"]
    assert server.requests[-1].query == {"page": ["3"], "page_size": ["1"]}


def test_pages_that_go_round_in_a_circle_end(server, client):
    page = Reply(200, {"count": 9, "next": "/api/pool?page=1", "results": [{"uuid": "1", "name": "1"}]})
    server.answer = lambda request: LOGIN if request.path == "/login" else page
    assert len(list(client.collection("pool"))) == 2


def test_what_is_absent_is_none(server, client):
    server.answer = lambda request: LOGIN if request.path == "/login" else Reply(404, {"error": "not found"})
    assert client.object("pool", "pool-1") is None
    assert client.runtime("pool", "pool-1", "server") is None
    assert server.lines[1:] == ["GET /api/pool/pool-1", "GET /api/pool/pool-1/runtime/server"]


def test_a_name_is_matched_whole(server, client):
    found = [{"name": "app10", "uuid": "10"}, {"name": "app1", "uuid": "1"}]
    server.script(LOGIN, Reply(200, {"results": found}), EMPTY)
    assert find(client, "virtualservice", name="app1") == [found[1]]
    assert find(client, "virtualservice", name="app1") == []
    assert server.requests[1].query == {"name": ["app1"], "include_name": ["true"]}


def test_all_objects_come_in_large_pages(server, client):
    server.script(LOGIN, EMPTY)
    assert find(client, "pool", cloud="Default-Cloud") == []
    assert server.requests[1].query == {
        "cloud_ref.name": ["Default-Cloud"], "page_size": ["200"], "include_name": ["true"]
    }  # fmt: skip


def test_nobody_there():
    client = controller_from(params("127.0.0.1:1"))
    with pytest.raises(
        Unreachable, match=r"The Avi Controller at https://127\.0\.0\.1:1 cannot be reached for POST /login"
    ):
        list(client.collection("pool"))


def test_a_certificate_nobody_vouches_for_names_the_option(tls_server):
    with pytest.raises(Unreachable, match=r"give the file of its CA as ca_path \(AVI_CA_PATH\)"):
        list(controller_from(params(tls_server.url)).collection("pool"))


@pytest.mark.parametrize("trust", ["ca", "none"])
def test_a_certificate_of_a_known_ca_or_none_checked(tls_server, trust):
    tls_server.script(LOGIN, EMPTY, Reply(200, {}))
    how = {"ca_path": tls_server.ca_path} if trust == "ca" else {"validate_certs": False, "ca_path": "/ignored"}
    with controller_from(params(tls_server.url, **how)) as client:
        assert list(client.collection("pool")) == []
