# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why an app failed is read while it is there: from Marathon, from its tasks, and from the Mesos agents that have their files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._marathon import agents
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app_info import APP_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import MIGRATION_INFO
from ansible_collections.dcos.avi.plugins.module_utils._questions import why as question

from tests.lab.process import LabProcess
from tests.modules import call

PASSWORD = "hunter2-hunter2"
SAYS = f"connects to db://app:{PASSWORD}@db with {PASSWORD}\n\x1b[31mred\x1b[0m {{{{ 7 * 7 }}}} api_key=0a1b2c3d"
HEALTH = [
    {"protocol": "HTTP", "path": "/ready", "intervalSeconds": 1, "gracePeriodSeconds": 1, "maxConsecutiveFailures": 0}
]


@pytest.fixture(name="lab", scope="module")
def fixture_lab() -> Iterator[LabProcess]:
    with LabProcess() as lab, mock.patch.dict(os.environ, lab.env):
        yield lab


@pytest.fixture(autouse=True)
def fixture_unhurried(lab: LabProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Who has much to do may answer late, which is no matter here. No fault is left."""
    monkeypatch.setattr(question, "MOST_SECONDS", 60.0)
    monkeypatch.setattr(question, "TIMEOUT", 30.0)
    monkeypatch.setattr(agents, "TIMEOUT", 30.0)
    yield
    lab.clear_faults()


def create(app: str, image: str, until: Callable[[dict[str, Any]], object], **fields: Any) -> None:
    """Create an app, and wait until Marathon shows it as it is to be."""
    docker = {"image": image, "network": "BRIDGE", "portMappings": [{"containerPort": 80}]}
    definition = {"instances": 1, "cpus": 0.1, "mem": 32, "container": {"type": "DOCKER", "docker": docker}, **fields}
    call(APP, id=f"/{app}", definition=definition, wait=False)
    deadline = time.monotonic() + 60
    while not until(call(APP_INFO, id=f"/{app}", embed=["tasks", "lastTaskFailure"])["apps"][0]):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def crashing(app: str, **fields: Any) -> None:
    env = {"CRASH_AFTER_SECONDS": "0", "DB_PASSWORD": PASSWORD, "SAYS": SAYS}
    create(app, "lab/crash", lambda seen: seen.get("lastTaskFailure"), **{"env": env, **fields})


def why(app: str, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = call(MIGRATION_INFO, service="app1", recover={"app": app, "why": True}, **options)["why"]
    return found


def test_a_task_that_failed_is_kept_with_what_it_wrote_and_no_secret(lab: LabProcess) -> None:
    crashing("app1-200")
    task = why("app1-200", mesos_agents=lab.env["LAB_MESOS_AGENTS"])["tasks"][0]
    assert (task["failed"], task["state"], task["unread"]) == (True, "TASK_FAILED", "")
    assert task["message"] == "Command exited with status 1"
    assert task["host"].startswith("127.") and task["at"]
    assert task["stderr"] == ["fatal: Command exited with status 1"]
    assert task["stdout"][-2:] == [
        "connects to db://app:********@db with ********",
        "\ufffd[31mred\ufffd[0m {{ 7 * 7 }} api_key=********",
    ]


def test_marathon_keeps_one_failure_and_the_agents_each(lab: LabProcess) -> None:
    crashing("app1-201", instances=3, backoffSeconds=600)
    seen = why("app1-201", mesos_agents=lab.env["LAB_MESOS_AGENTS"])
    failed = [task for task in seen["tasks"] if task["failed"] and task["stderr"]]
    assert len({task["task"] for task in failed}) > 1
    # Marathon has the words of the last one alone.
    assert {(task["message"], task["reason"]) for task in failed} == {("Command exited with status 1", "")}


def test_the_reason_of_mesos_is_kept(lab: LabProcess) -> None:
    words = "Memory limit exceeded: Requested: 32MB Maximum Used: 32MB"
    crashing("app1-202", instances=2, backoffSeconds=600, env={"CRASH_AFTER_SECONDS": "0", "OUT_OF_MEMORY": "1"})
    seen = why("app1-202", mesos_agents=lab.env["LAB_MESOS_AGENTS"])["tasks"]
    assert {(task["message"], task["reason"]) for task in seen} == {(words, "REASON_CONTAINER_LIMITATION_MEMORY")}


@pytest.mark.parametrize("fault", [{"action": "error", "status": 403}, {"action": "garbage"}])
def test_without_the_words_of_mesos_the_output_is_kept(lab: LabProcess, fault: dict[str, Any]) -> None:
    """An agent before Mesos 1.0 has none of them, and a login may lack the right to ask."""
    crashing("app1-203")
    lab.fault(api="mesos", path="^/api/v1", **fault)
    task = why("app1-203", mesos_agents=lab.env["LAB_MESOS_AGENTS"])["tasks"][0]
    assert (task["message"], task["reason"], task["unread"]) == ("Command exited with status 1", "", "")
    assert task["stderr"]


def test_a_failing_health_check_is_kept_with_the_body_of_its_answer(lab: LabProcess) -> None:
    create("app1-300", "lab/never-healthy", lambda seen: seen["tasksUnhealthy"], healthChecks=HEALTH)
    seen = why("app1-300", mesos_agents=lab.env["LAB_MESOS_AGENTS"])
    (check,) = seen["health_checks"]
    assert (check["status"], check["cause"], check["error"]) == (503, "503 Service Unavailable", "")
    assert check["url"].endswith("/ready") and check["body"].startswith("/app1-300 app1-300.")
    (task,) = seen["tasks"]
    assert not task["failed"] and "error: answered 503 to GET" in task["stderr"]


def test_declined_offers_are_kept(lab: LabProcess) -> None:
    create("app1-400", "lab/ok", lambda seen: not seen["tasksRunning"], cpus=1000)
    deadline = time.monotonic() + 60
    while not (seen := why("app1-400")["offers"]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert seen["declined_offers"][0]["reason"] == "insufficient cpus"
    assert [offer["reasons"] for offer in seen["unused_offers"]] == [["insufficient cpus"]] * 2
    assert {offer["host"] for offer in seen["unused_offers"]} == {"127.2", "127.3"}


def test_nobody_asks_agents_where_nobody_says_where_they_are(lab: LabProcess) -> None:
    crashing("app1-500")
    since = len(lab.journal())
    (task, *_others) = why("app1-500")["tasks"]
    assert (task["message"], task["stdout"], task["unread"]) == ("Command exited with status 1", [], "")
    assert not lab.journal(since=since, kind="request", api="mesos")


@pytest.mark.parametrize(
    ("fault", "words", "seconds"),
    [
        ({"action": "error", "status": 403}, "does not permit GET /state (403)", 60.0),
        ({"action": "garbage"}, "something that is not JSON", 60.0),
        ({"action": "slow", "seconds": 600}, "gave no answer within 0.5 s", 0.5),
    ],
)
def test_an_agent_that_does_not_tell_hides_nothing_else(
    lab: LabProcess, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], words: str, seconds: float
) -> None:
    monkeypatch.setattr(question, "MOST_SECONDS", seconds)
    crashing("app1-600")
    lab.fault(api="mesos", **fault)
    (task, *_others) = why("app1-600", mesos_agents=lab.env["LAB_MESOS_AGENTS"])["tasks"]
    assert task["message"] == "Command exited with status 1"
    assert words in task["unread"]


@pytest.mark.parametrize("address", ["http://agents:5051", "{host}:5051", "http://me:secret@{host}:5051"])
def test_what_is_no_address_of_agents_is_told_and_the_rest_is_read(lab: LabProcess, address: str) -> None:
    crashing("app1-700")
    seen = why("app1-700", mesos_agents=address)
    assert seen["tasks"][0]["message"] == "Command exited with status 1"
    assert len(seen["unread"]) == 1 and "http://{host}:5051" in seen["unread"][0]


def test_where_nothing_comes_in_time_the_failure_that_marathon_shows_is_kept(
    lab: LabProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashing("app1-800")

    def stuck(*_args: Any) -> None:
        time.sleep(600)

    monkeypatch.setattr(question, "MOST_SECONDS", 0.1)
    monkeypatch.setattr(question, "agents_from", stuck)
    seen = why("app1-800")
    assert seen["tasks"][0]["message"] == "Command exited with status 1"
    assert seen["unread"] == ["Not all that shows why app1-800 failed could be read within 0.1 s."]


def test_an_app_that_is_gone_tells_nothing(lab: LabProcess) -> None:
    assert not any(value for key, value in why("app1-never").items() if key != "app")


def test_behind_a_cluster_the_agents_are_asked_by_way_of_it() -> None:
    with LabProcess(dcos="http") as lab:
        login = {"MARATHON_SERVICE_ACCOUNT_KEY": lab.env["LAB_DCOS_SERVICE_ACCOUNT"]}
        with mock.patch.dict(os.environ, {**lab.env, **login}):
            crashing("app1-200")
            (task, *_others) = why("app1-200")["tasks"]
            assert task["stderr"] == ["fatal: Command exited with status 1"]
            assert lab.journal(kind="request", api="dcos", path=f"/agent/{task['agent']}/state", status=200)
            assert why("app1-200", mesos_agents="none")["tasks"][0]["stderr"] == []
