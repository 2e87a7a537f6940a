# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""To read why an app failed never fails itself: it comes with a failure, which is to be told."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._questions.why import gathering
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

APP = {"id": "/app1-200", "instances": 1, "version": "2026-01-15T10:00:00.000Z"}


def why(server, app, queue=(), **params):
    """Ask a Marathon in a cluster, whose agents answer with a list where an object should be."""

    def answer(request):
        if request.path.endswith("/v2/queue"):
            return Reply(200, {"queue": list(queue)})
        if "/v2/apps" in request.path:
            return Reply(200, {"app": app}) if isinstance(app, dict) else app
        return Reply(200, [])

    server.answer = answer
    client = Marathon(
        HttpSession(Connection(f"{server.url}/service/marathon", "Marathon"), sleep=lambda _seconds: None)
    )
    return gathering({"mesos_agents": None, **params}, "app1-200", client)()


@pytest.mark.parametrize(
    "broken",
    [
        {"lastTaskFailure": [1]},
        {"lastTaskFailure": {"taskId": 7, "host": None, "message": {"a": 1}}},
        {
            "tasks": [{"id": 7, "host": 8, "state": None, "ports": "x", "healthCheckResults": [3]}],
            "healthChecks": [{"portIndex": 1e9}],
        },
        {"tasks": [{"id": "t", "host": "a\r\nb", "state": "TASK_RUNNING", "ports": [1]}], "healthChecks": [5]},
        {"env": [1], "labels": "x"},
        {"versionInfo": "x"},
    ],
)
def test_an_app_of_another_shape_is_no_failure(server, broken):
    assert list(why(server, {**APP, **broken})) == ["app", "tasks", "health_checks", "offers", "unread"]


@pytest.mark.parametrize("reply", [Reply(403, {"message": "no"}), Reply(200, []), Reply(200, text="<html>")])
def test_a_marathon_that_does_not_tell_is_none_either(server, reply):
    (sentence,) = why(server, reply)["unread"]
    assert "GET /v2/apps/app1-200" in sentence


def test_a_task_that_its_agent_does_not_show_says_so(server):
    failure = {
        "taskId": "app1-200.a",
        "host": "127.0.0.1",
        "slaveId": "S0",
        "state": "TASK_FAILED",
        "version": APP["version"],
    }
    (task,) = why(server, {**APP, "lastTaskFailure": {**failure, "message": "DB_PASSWORD=abc is wrong"}})["tasks"]
    assert task["unread"].startswith("its agent does not show this task")
    assert task["message"] == "DB_PASSWORD=******** is wrong"


def test_what_a_variable_holds_is_hidden_where_variables_are(server):
    failure = {
        "taskId": "app1-200.a",
        "host": "h",
        "slaveId": "S0",
        "message": "cannot reach db.internal as info",
        "version": APP["version"],
    }
    app = {**APP, "env": {"DB_HOST": "db.internal", "LEVEL": "info"}, "lastTaskFailure": failure}
    asked = {"mesos_agents": "none"}
    assert why(server, app, **asked)["tasks"][0]["message"] == "cannot reach db.internal as info"
    assert why(server, app, no_log_env=True, **asked)["tasks"][0]["message"] == "cannot reach ******** as info"
