# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._modules import migration_requests as module
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_requests import (
    REQUESTS_OPTIONS,
    migration_requests,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply


def asking(url, **more):
    return {**{name: option.get("default") for name, option in REQUESTS_OPTIONS.items()}, "url": url, **more}


@pytest.mark.parametrize("headers", [None, {"Authorization": "Bearer mine"}])
def test_credentials_of_this_machine_are_not_sent(server, tmp_path, monkeypatch, headers):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server.script(Reply(200, {}))
    assert migration_requests(asking(server.url, headers=headers), check_mode=False)["passed"]
    (request,) = server.requests
    assert request.headers.get("Authorization") == (headers or {}).get("Authorization")


def test_credentials_in_the_address_are_sent(server):
    server.script(Reply(200, {}))
    url = server.url.replace("http://", "http://me:p%40ss@")
    assert migration_requests(asking(url), check_mode=False)["passed"]
    (request,) = server.requests
    assert request.headers["Authorization"] == "Basic bWU6cEBzcw=="


def test_a_header_may_be_a_number(server):
    server.script(Reply(200, {}))
    assert migration_requests(asking(server.url, headers={"X-Count": 5}), check_mode=False)["passed"]
    assert server.requests[0].headers["X-Count"] == "5"


@pytest.mark.parametrize(
    ("url", "path", "asked"),
    [("", "/", "/"), ("/", "/a", "/a"), ("/health", "/", "/health"), ("/shop", "/a", "/shop/a")],
)
def test_an_address_with_a_path_is_asked_as_it_is(server, url, path, asked):
    server.script(Reply(200, {}))
    assert migration_requests(asking(server.url + url, path=path), check_mode=False)["passed"]
    assert server.requests[0].path == asked


@pytest.mark.parametrize("body", [{"a": 1, "b": True}, '{"a": 1, "b": true}'])
def test_a_body_of_data_is_sent_as_json(server, body):
    given = {"url": server.url, "method": "POST", "body": body}
    read = ArgumentSpecValidator(REQUESTS_OPTIONS).validate(given).validated_parameters
    server.script(Reply(200, {}))
    assert migration_requests(read, check_mode=False)["passed"]
    assert server.requests[0].body == {"a": 1, "b": True}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"url": "app1.example.com"}, "app1.example.com cannot be asked"),
        ({"url": "127.0.0.1:80"}, "127.0.0.1:80 cannot be asked"),
        ({"headers": {"X-Token": "secret\nof mine"}}, "One of the headers cannot be sent"),
        ({"headers": {"X-Token": "secret\n"}}, "One of the headers cannot be sent"),
        ({"url": "http://me:my/secret@h"}, "encode / as %2F"),
        ({"url": "http://[::1"}, "The address of what is asked cannot be read"),
        ({"headers": {"X-Token": "secret…"}}, "One of the headers cannot be sent"),
        ({"url": "http://me:secret@/"}, "cannot be asked"),
        ({"url": None, "app": "app1", "path": "health"}, "path begins with a slash, and 'health' does not"),
        ({"status": [200, 999]}, "no answer has the status 999"),
        ({"status": []}, "status is empty"),
        ({"method": "GET "}, "method is a word such as GET, without spaces, and 'GET ' is none"),
        ({"method": "GET\n"}, "method is a word"),
        ({"method": ""}, "method is a word"),
        ({"url": ""}, "url is empty"),
        ({"url": " "}, "url is empty"),
        ({"url": None, "app": ""}, "app is empty"),
        *[
            ({"max_seconds": float(number)}, "max_seconds must be above 0")
            for number in ("0", "-1", "nan", "inf", "1e10")
        ],
        ({"count": 0}, "count must be at least 1"),
        ({"answer_headers": {"X-A": "*1"}}, "'*1' for X-A is no regular expression"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anybody_is_asked(server, more, words):
    with pytest.raises(Refused) as raised:
        migration_requests({**asking(server.url), **more}, check_mode=True)
    assert words in raised.value.sentence and "secret" not in raised.value.sentence
    assert server.requests == []


def test_an_answer_that_does_not_end_is_given_up(server, monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT", 0.3)
    stream = [piece for _time in range(300) for piece in ("drop\n", 0.1)]
    server.answer = lambda request: Reply(200, stream=stream)
    begin = time.monotonic()
    with pytest.raises(WaitTimeout, match=r"gave no answer \(no whole answer within 0.3 s\)"):
        migration_requests(asking(server.url, wait_timeout=0), check_mode=False)
    assert time.monotonic() - begin < 15


def test_a_task_that_has_ended_is_asked_nowhere(server):
    """Marathon lists it, without its ports, until its successor starts. The address of its container may be another's by then."""
    address, port = server.url.removeprefix("http://").rstrip("/").split(":")
    ended = {"id": "app1.1", "host": address, "ports": [], "state": "TASK_FAILED"}
    app = {
        "id": "/app1",
        "version": "2026-01-15T10:20:30.123Z",
        "container": {"portMappings": [{"containerPort": int(port)}]},
        "tasks": [{**ended, "ipAddresses": [{"ipAddress": address, "protocol": "IPv4"}]}],
    }
    server.script(Reply(200, {"app": app}))
    asked = asking(None, app="app1", marathon_url=[server.url], scheme="http", wait_timeout=0)
    with pytest.raises(WaitTimeout, match=r"task app1\.1 at its agent has ended"):
        migration_requests(asked, check_mode=False)
    assert "/" not in [request.path for request in server.requests]
