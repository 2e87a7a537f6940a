# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mesos' master: by which way it is asked, who gets credentials, and which one leads."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError, NotJson, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.master import master_from
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

TOKEN = "token=very-secret-token"
AGENTS = {"slaves": [{"hostname": "agent-1", "unreserved_resources": {"cpus": 2}}]}
ROLES = {"roles": [{"name": "dev", "quota": {"limit": {"cpus": 3}, "consumed": {}}}]}


def marathon(server, path="/service/marathon"):
    connection = Connection(f"{server.url}{path}", "Marathon", headers={"Authorization": TOKEN})
    return Marathon(HttpSession(connection))


@pytest.mark.parametrize("path", ["/service/marathon", "/service/marathon-user/", "/marathon"])
def test_in_a_cluster_the_master_has_a_path_and_the_same_login(server, path):
    server.answer = lambda request: Reply(200, AGENTS if request.path.endswith("/slaves") else ROLES)
    master = master_from(None, marathon(server, path))
    (agent,) = master.agents()
    (quota,) = master.quotas("dev/web")
    assert (agent.offers(["*"]).cpus, quota.limit) == (2000, {"cpus": 3000})
    assert server.lines == ["GET /mesos/slaves", "GET /mesos/roles"]
    assert server.requests[0].headers["Authorization"] == TOKEN


def test_a_master_with_an_address_of_its_own_gets_no_credentials(server):
    server.answer = lambda request: Reply(200, AGENTS)
    assert master_from(f" {server.url}/ ", marathon(server)).agents()
    assert server.lines == ["GET /slaves"]
    assert not {"Authorization", "Cookie"} & set(server.requests[0].headers)


@pytest.mark.parametrize("location", ["//{host}/master/slaves", "http://{host}/slaves"])
def test_the_one_that_leads_is_asked(server, location):
    """Mesos names it without a scheme. What comes next goes there at once."""
    host = server.url.replace("http://127.0.0.1", "localhost")
    leader = {"Location": location.format(host=host)}

    def answer(request):
        return Reply(200, AGENTS) if request.headers["Host"] == host else Reply(307, text="", headers=leader)

    server.answer = answer
    master = master_from(server.url, marathon(server))
    assert master.agents() and master.quotas("dev") == []
    assert [request.headers["Host"] == host for request in server.requests] == [False, True, True]


@pytest.mark.parametrize("location", ["", "ftp://elsewhere/slaves", "//u:p@elsewhere/slaves"])
def test_a_redirect_to_nobody_is_an_error(server, location):
    server.answer = lambda request: Reply(307, text="", headers={"Location": location})
    with pytest.raises(ApiError, match="answered 307"):
        master_from(server.url, marathon(server)).agents()
    assert len(server.requests) == 1


def test_a_login_goes_nowhere_else(server):
    server.answer = lambda request: Reply(307, text="", headers={"Location": f"{server.url}/slaves"})
    with pytest.raises(ApiError, match="It was not followed"):
        master_from(None, marathon(server)).agents()
    assert len(server.requests) == 1


def test_an_answer_of_somebody_else_is_none(server):
    server.answer = lambda request: Reply(200, {"apps": []})
    with pytest.raises(NotJson, match="lists no agents"):
        master_from(server.url, marathon(server)).agents()


@pytest.mark.parametrize(("given", "path"), [(None, ""), ("none", "/service/marathon"), ("False", "/service/marathon")])
def test_nobody_is_asked_where_nobody_knows_or_wants_it(server, given, path):
    assert master_from(given, marathon(server, path)) is None


@pytest.mark.parametrize("given", ["leader.mesos:5050", "ftp://leader", "http://u:p@leader:5050"])
def test_what_is_no_address_of_a_master_is_refused_without_its_password(server, given):
    with pytest.raises(Refused, match="MESOS_MASTER") as raised:
        master_from(given, marathon(server))
    assert "u:p" not in raised.value.sentence
