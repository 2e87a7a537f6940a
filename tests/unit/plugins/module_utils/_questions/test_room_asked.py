# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asked for room, how often, and what follows where somebody does not answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import DEPLOY, NONE, PREVIEW, RESUME, Plan, Preview
from ansible_collections.dcos.avi.plugins.module_utils._questions.room import Room
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

AGENTS = {"slaves": [{"hostname": "h0", "unreserved_resources": {"cpus": 4, "mem": 4096, "ports": "[1-100]"}}]}
ROLES = {"roles": [{"name": "dev", "quota": {"limit": {"cpus": 3}, "consumed": {}}}]}
QUEUE = "GET /v2/queue"
APP = {"id": "app1-200", "instances": 2, "cpus": 1}
RUNNING = {"id": "1", "host": "h9", "state": "TASK_RUNNING"}


@pytest.fixture(name="cluster")
def fixture_cluster(server):
    """A DC/OS cluster: the answer to each path, which a test may change."""
    answers = {
        "/mesos/slaves": Reply(200, AGENTS),
        "/mesos/roles": Reply(200, ROLES),
        "/service/marathon/v2/info": Reply(200, {"version": "1.8.222", "marathon_config": {"mesos_role": "dev"}}),
        "/service/marathon/v2/queue": Reply(200, {"queue": []}),
    }
    server.answer = lambda request: answers[request.path]
    return answers


def basis(server, *apps, listener=None, previews=()):
    client = Marathon(HttpSession(Connection(f"{server.url}/service/marathon", "Marathon")))
    observed = SimpleNamespace(listener=listener, previews=previews)
    return SimpleNamespace(client=client, seen=SimpleNamespace(apps=apps, observed=observed))


def plan(action=DEPLOY, preview=None, **more):
    return Plan(action, "app1-200", definition={**APP, **more}, preview=preview)


def asked(server):
    return [line.replace("/service/marathon", "") for line in server.lines]


@pytest.mark.parametrize(
    ("app", "listener", "requests"),
    [
        ({"role": "*"}, None, ["GET /mesos/slaves"]),
        ({"role": "dev"}, None, ["GET /mesos/slaves", "GET /mesos/roles"]),
        ({}, App("app1", 1, definition={"role": "*"}), ["GET /mesos/slaves"]),
        ({}, App("app1", 1), ["GET /v2/info", "GET /mesos/slaves", "GET /mesos/roles"]),
        (
            {"role": "*", "constraints": [["hostname", "GROUP_BY", "2"]]},
            None,
            ["GET /v2/info", "GET /mesos/slaves"],
        ),
    ],
)
def test_as_few_requests_as_tell_it(server, cluster, app, listener, requests):
    room, seen = Room(None), basis(server, listener=listener)
    _plan, capacity = room.checked(plan(**app), seen, "require")
    assert (asked(server), capacity.source) == (requests, "mesos")
    # A second check goes by the same answers, unless they may be old.
    room.checked(plan(**app), seen, "require")
    assert asked(server) == requests
    room.forget()
    room.checked(plan(**app), seen, "require")
    assert asked(server) == [*requests, *requests]


@pytest.mark.parametrize(("planned", "how"), [(plan(), "ignore"), (Plan(NONE, "app1-200", definition=APP), "require")])
def test_nobody_is_asked_where_nothing_is_started_or_wanted(server, cluster, planned, how):
    assert Room(None).checked(planned, basis(server), how) == (planned, None)
    assert not server.requests


PREVIEWED = Preview("app1-200-preview", {**APP, "id": "app1-200-preview", "instances": 1})


@pytest.mark.parametrize(
    ("planned", "tasks", "previewed", "needed"),
    [
        (plan(preview=PREVIEWED), (), (), 3),
        (plan(preview=PREVIEWED), (), (RUNNING,), 2),
        (plan(PREVIEW, PREVIEWED), (), (), 1),
        (plan(RESUME), (RUNNING,), (), 1),
        (plan(RESUME), ({**RUNNING, "state": "TASK_KILLED"},), (), 2),
        (plan(RESUME), (RUNNING, {**RUNNING, "id": "2"}), (), None),
        # One that is left is deleted in the end.
        (plan(preview=Preview("app1-200-preview")), (), (RUNNING,), 2),
    ],
)
def test_what_runs_already_is_not_asked_for_again(server, cluster, planned, tasks, previewed, needed):
    version = App("app1-200", 2, definition={**APP, "tasks": list(tasks)})
    preview = App("app1-200-preview", 1, definition={"tasks": list(previewed)})
    seen = basis(server, version, previews=(preview,), listener=App("app1", 1, definition={"role": "*"}))
    _plan, capacity = Room(None).checked(planned, seen, "warn")
    assert (capacity and capacity.needed) == needed


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/mesos/slaves", 403, "does not permit GET /slaves (403)"),
        ("/mesos/slaves", 404, "answered 404 to GET /slaves"),
        ("/mesos/roles", 403, "does not permit GET /roles (403)"),
        ("/service/marathon/v2/info", 403, "does not permit GET /v2/info (403)"),
    ],
)
def test_what_is_not_answered_is_a_reason_not_to_know(server, cluster, path, status, words):
    cluster[path] = Reply(status, {"message": "no"})
    refused, capacity = Room(None).checked(plan(), basis(server), "require")
    assert [each.code for each in refused.refusals] == ["capacity_unknown"]
    assert words in capacity.sentence and capacity.sentence.count("docs/permissions.md") == (status == 403)
    assert asked(server)[-1] == QUEUE


def test_where_not_even_the_queue_is_shown_both_are_named(server, cluster):
    cluster["/mesos/slaves"] = cluster["/service/marathon/v2/queue"] = Reply(403, {"message": "no"})
    _plan, capacity = Room(None).checked(plan(role="*"), basis(server), "warn")
    assert "GET /slaves (403)" in capacity.sentence and "GET /v2/queue (403)" in capacity.sentence
