# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of another shape than Marathon's are told in words."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    Conflict,
    DcosAviError,
    NotFound,
    UnknownOutcome,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import SLEEP, Fault
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

APP = {"id": "/a", "version": "2026-01-01T00:00:00.000Z"}
NO_APPS = [
    {"version": "v"},
    {"id": "/a"},
    {**APP, "id": 5},
    {**APP, "version": None},
    {**APP, "labels": ["x"]},
    {**APP, "tasks": ["x"]},
    {**APP, "deployments": [{}]},
    {**APP, "deployments": ["d"]},
]


@pytest.fixture
def client(server):
    return client_from({"marathon_url": [server.url], "marathon_timeout": 30})


@pytest.mark.parametrize("answer", [{"apps": [app]} for app in [*NO_APPS, None, "x"]] + [{"apps": {}}, {}, [], None])
def test_apps_of_another_shape(client, server, answer):
    server.answer = lambda request: Reply(200, answer)
    with pytest.raises(UnknownOutcome, match=r"Marathon at .* answered GET /v2/apps with JSON that "):
        client.apps()


@pytest.mark.parametrize("answer", [{"app": app} for app in [*NO_APPS, None, "x", []]] + [{}, [], None])
def test_an_app_of_another_shape(client, server, answer):
    server.answer = lambda request: Reply(200, answer)
    with pytest.raises(UnknownOutcome, match=r"Marathon at .* answered GET /v2/apps/a with JSON that "):
        client.app("a")


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (lambda client: client.app_versions("a"), {"versions": [None, "v"]}),
        (lambda client: client.app_versions("a"), {"versions": {}}),
        (lambda client: client.app_version("a", "v"), []),
        (lambda client: client.deployments(), [None]),
        (lambda client: client.deployments(), [{"id": None}]),
        (lambda client: client.queue(), {"queue": [None]}),
    ],
)
def test_other_answers_of_another_shape(client, server, read, answer):
    server.answer = lambda request: Reply(200, answer)
    with pytest.raises(UnknownOutcome, match=r"Marathon at .* answered GET /v2/.* with JSON that "):
        read(client)


@pytest.mark.parametrize("deployments", [["d-1"], [{}], [{"id": None}], "d-1", {"id": "d-1"}])
def test_a_lock_without_an_id_is_a_refusal_as_it_came(ensure, marathon, deployments):
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("PUT", Reply(409, {"message": "App is locked", "deployments": deployments}))]
    with pytest.raises(Conflict, match="App is locked"):
        ensure(id="a", instances=3)


@pytest.mark.parametrize("deployments", [["d-1"], [{}], "d-1", {"id": "d-1"}, None])
def test_a_creation_whose_deployment_is_not_named(client, server, deployments):
    server.answer = lambda request: Reply(201, {**APP, "deployments": deployments})
    assert client.create_app({"id": "a"}).deployment_id == ""


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.apps(),
        lambda client: client.app("a"),
        lambda client: client.info(),
        lambda client: client.deployments(),
        lambda client: client.create_app({"id": "a"}),
        lambda client: client.update_app("a", {}),
    ],
)
def test_a_404_that_is_not_marathons_asks_whether_this_is_marathon(client, server, ask):
    for reply in (Reply(404, text="<title>404 Not Found</title>"), Reply(404, {"message": "no Route matched"})):
        server.answer = lambda request, reply=reply: reply
        with pytest.raises(DcosAviError, match=r"Is this Marathon\? In DC/OS its address ends in /service/marathon"):
            ask(client)


def test_a_404_of_marathons_does_not_ask_so(client, server):
    server.answer = lambda request: Reply(404, {"message": "App '/a' does not exist"})
    with pytest.raises(NotFound) as raised:
        client.app_versions("a")
    assert "Is this Marathon" not in raised.value.sentence
