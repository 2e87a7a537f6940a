# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An id, whoever it comes from, leads to the path that is meant and to no other."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.access import Access, Session
from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.measures import metrics
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

ESCAPES = [
    "../apps/shop",
    "..",
    ".",
    "",
    "a/b",
    "a/../../v2/apps",
    "%2e%2e%2fapps",
    "a?force=true",
    "a#b",
    "a\\b",
    "a b",
    "a;b",
    "a\n",
]


@pytest.fixture
def marathon(server):
    server.answer = lambda request: Reply(200, {"deploymentId": "d", "version": "v"})
    return client_from({"marathon_url": [server.url], "marathon_token": "secret"})


@pytest.mark.parametrize("id_", ESCAPES)
def test_the_id_of_a_deployment_leads_nowhere_else(server, marathon, id_):
    for call in (marathon.roll_back_deployment, marathon.abandon_deployment):
        with pytest.raises(Refused, match="is not the id of a deployment"):
            call(id_)
    assert not server.requests


@pytest.mark.parametrize("id_", ["d1", "97c136bf-5a28-4821-9d94-480d9fbb01c8"])
def test_the_id_of_a_deployment_leads_to_it(server, marathon, id_):
    marathon.roll_back_deployment(id_)
    assert server.lines == [f"DELETE /v2/deployments/{id_}"]


@pytest.mark.parametrize("version", ESCAPES)
def test_a_version_leads_nowhere_else(server, marathon, version):
    with pytest.raises(Refused, match="is not the id of a version"):
        marathon.app_version("app1", version)
    assert not server.requests


def test_a_version_leads_to_it(server, marathon):
    marathon.app_version("app1", "2026-01-01T00:00:00.000Z")
    assert server.lines == ["GET /v2/apps/app1/versions/2026-01-01T00:00:00.000Z"]


@pytest.mark.parametrize(
    "app_id",
    [
        "",
        "/",
        "..",
        "/shop/*",
        "*",
        "/shop/cart/tasks",
        "/shop/cart/restart",
        "shop/versions",
        "a/../b/tasks",
        "\udcff",
        "a\n",
    ],
)
def test_the_id_of_an_app_leads_to_no_group_and_to_nothing_else_of_an_app(server, marathon, app_id):
    for call in (marathon.app, marathon.delete_app, marathon.restart_app, marathon.kill_tasks, marathon.app_versions):
        with pytest.raises(Refused, match="cannot be the id of an app"):
            call(app_id)
    with pytest.raises(Refused):
        marathon.update_app(app_id, {"instances": 0})
    assert not server.requests


@pytest.mark.parametrize(
    ("app_id", "path"),
    [
        ("/shop/cart?force=true", "/v2/apps/shop/cart%3Fforce%3Dtrue"),
        ("a#b", "/v2/apps/a%23b"),
        ("a%2fb", "/v2/apps/a%252fb"),
    ],
)
def test_what_is_odd_in_the_id_of_an_app_is_quoted(server, marathon, app_id, path):
    marathon.delete_app(app_id)
    assert server.lines == [f"DELETE {path}"]


@pytest.mark.parametrize("uuid", ESCAPES)
def test_a_uuid_of_avi_leads_nowhere_else(server, uuid):
    connection = Connection(base_url=server.url, what="the Avi Controller")
    avi = Avi(connection, Access(session=Session("my-session")), tenant="admin")
    calls = (
        lambda: avi.object("pool", uuid),
        lambda: avi.runtime("pool", uuid),
        lambda: avi.runtime("pool", uuid, "server"),
        lambda: metrics(avi, "pool", uuid, ["x"], 5),
    )
    for call in calls:
        with pytest.raises(Refused, match="is not the id of an object of Avi"):
            call()
    assert not server.requests
