# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mesos' agents: what their answers tell, by which way they are asked, and who gets credentials."""

from __future__ import annotations

import time

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, NotJson, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon.agents import READ, Agent, agents_from
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.sandboxes import sandboxes_in, task_prefix
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

AGENT = Agent("0a-S1", "127.0.0.1")
TOKEN = "token=very-secret-token"


def executor(task, *statuses, key="completed_tasks"):
    listed = [{"state": state, "timestamp": when} for state, when in statuses]
    found = {"id": task, "state": statuses[-1][0] if statuses else "TASK_RUNNING", "statuses": listed}
    return {"id": task, "directory": f"/sandbox/{task}", key: [found]}


STATE = {
    "frameworks": [
        {
            "executors": [executor("app1-200.b", ("TASK_RUNNING", 1768471230.5), key="tasks")],
            "completed_executors": [
                executor("app1-200.a", ("TASK_RUNNING", 1768471200.0), ("TASK_FAILED", 1768471201.25)),
                executor("app1-2001.a", ("TASK_FAILED", 1.0)),
            ],
        }
    ],
    "completed_frameworks": [{"completed_executors": [executor("app1-200.old", ("TASK_LOST", 1.0))]}],
}


def test_the_sandboxes_of_an_app_are_found_the_newest_first():
    found = sandboxes_in(STATE, task_prefix("/app1-200"))
    assert [(box.task, box.state, box.has_failed) for box in found] == [
        ("app1-200.b", "TASK_RUNNING", False),
        ("app1-200.a", "TASK_FAILED", True),
        ("app1-200.old", "TASK_LOST", True),
    ]
    assert (found[1].directory, found[1].at) == ("/sandbox/app1-200.a", "2026-01-15T10:00:01.250Z")
    assert task_prefix("/shop/cart-1") == "shop_cart-1."


@pytest.mark.parametrize(
    "state",
    [
        None,
        [],
        {"frameworks": {"executors": []}},
        {"frameworks": [None, {"executors": [7, {"tasks": "x", "completed_tasks": [None]}]}]},
        {"frameworks": [{"executors": [{"directory": 5, "tasks": [{"id": "app1-200.a"}]}]}]},
        {"frameworks": [{"executors": [{"directory": "/s", "tasks": [{"id": 7, "statuses": [{"timestamp": 1e99}]}]}]}]},
    ],
)
def test_a_state_of_another_shape_has_none(state):
    assert sandboxes_in(state, "app1-200.") == []


def marathon(server, path="/service/marathon", **more):
    return Marathon(
        HttpSession(Connection(f"{server.url}{path}", "Marathon", headers={"Authorization": TOKEN}, **more))
    )


def reach(given, client):
    return agents_from(given, client).reach(AGENT, time.monotonic() + 30)


@pytest.mark.parametrize("path", ["/service/marathon", "/service/marathon/", "/service/marathon-user", "/marathon"])
def test_in_a_cluster_an_agent_has_a_path_and_the_same_login(server, path):
    server.answer = lambda request: Reply(200, STATE)
    assert len(reach(None, marathon(server, path)).sandboxes("app1-200.")) == 3
    assert server.lines == ["GET /agent/0a-S1/state"]
    assert server.requests[0].headers["Authorization"] == TOKEN


@pytest.mark.parametrize("given", ["http://{host}:PORT", "http://{host}:PORT/agents/{id}/"])
def test_an_agent_with_an_address_of_its_own_gets_no_credentials(server, given):
    server.answer = lambda request: Reply(200, STATE)
    port = server.url.rpartition(":")[2]
    client = marathon(server, auth=("ann", "the-password"))
    reach(given.replace("PORT", port), client).sandboxes("app1-200.")
    assert server.requests[0].path.endswith("/state")
    assert not {"Authorization", "Cookie"} & set(server.requests[0].headers)


@pytest.mark.parametrize(
    ("given", "path"), [(None, ""), ("none", "/service/marathon"), ("False", "/service/marathon"), ("", "/v2")]
)
def test_nobody_is_asked_where_nobody_knows_or_wants_it(server, given, path):
    assert agents_from(given, marathon(server, path)) is None


@pytest.mark.parametrize("given", ["{host}", "ftp://{host}", "http://a:1", "http://u:p@{host}:1", "http://[{host}:1"])
def test_what_is_no_address_of_agents_is_refused_without_its_password(server, given):
    with pytest.raises(Refused, match="MESOS_AGENTS") as raised:
        agents_from(given, marathon(server))
    assert "u:p" not in raised.value.sentence


@pytest.mark.parametrize(
    "agent", [Agent("S0", "a/../b"), Agent("S0/x", "a"), Agent("", "a"), Agent("S0", "a@b"), Agent("S0", "")]
)
def test_what_has_no_address_is_not_asked(server, agent):
    with pytest.raises(Refused, match="which has no address"):
        agents_from(None, marathon(server)).reach(agent, time.monotonic() + 30)
    assert not server.requests


def test_a_session_takes_its_credentials_to_no_other_server(server):
    session = marathon(server).session
    with pytest.raises(ValueError, match="own server"):
        session.sibling(Connection("http://127.0.0.1:1", "another"))


def test_of_a_long_file_the_end_is_read_and_half_a_line_left_out(server):
    content = "x" * READ + "\nlast\n"

    def answer(request):
        offset, length = (int(request.query.get(name, ["-1"])[0]) for name in ("offset", "length"))
        return Reply(
            200,
            {
                "data": "" if offset < 0 else content[offset : offset + length],
                "offset": len(content) if offset < 0 else offset,
            },
        )

    server.answer = answer
    assert reach(None, marathon(server)).last_lines("/sandbox/t", "stderr") == ["last"]
    assert [request.query["path"] for request in server.requests] == [["/sandbox/t/stderr"]] * 2


def test_a_file_that_is_not_there_has_no_lines(server):
    server.answer = lambda request: Reply(404, text="")
    assert reach(None, marathon(server)).last_lines("/sandbox/t", "stderr") == []
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [[], {"data": 5, "offset": 1}, {"data": "x"}, {"data": "x", "offset": "9"}, None])
def test_what_is_no_part_of_a_file_is_told(server, body):
    server.answer = lambda request: Reply(200, body)
    with pytest.raises(NotJson, match="no part of a file"):
        reach(None, marathon(server)).last_lines("/sandbox/t", "stderr")


def test_an_agent_that_cannot_be_reached_is_given_up_at_the_moment(server):
    client = marathon(server)
    begin = time.monotonic()
    with pytest.raises(DcosAviError):
        agents_from("http://{host}:1", client).reach(AGENT, begin + 0.3).sandboxes("app1-200.")
    assert time.monotonic() - begin < 30
