# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that end while they answer: what Marathon shows until then, and when it calls it a success, as running ones of each release did."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import requests
from contract import IN_TURN
from hosted import HostedMarathon, Listener

CHECK = {"path": "/", "portIndex": 0, "intervalSeconds": 5, "timeoutSeconds": 1000, "maxConsecutiveFailures": 0}
APP = {"id": "/drained", "cpus": 0.01, "mem": 1, "container": {"docker": {"image": "lab/ok"}}, "healthChecks": [CHECK]}


@pytest.fixture(scope="module", params=IN_TURN, name="marathon")
def fixture_marathon(request: pytest.FixtureRequest) -> Iterator[HostedMarathon]:
    """Each persona, started without task_killing, as a Marathon is by default."""
    with HostedMarathon(marathon=request.param, task_killing="off", kill_grace=20.0) as marathon:
        yield marathon


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def busy(
    marathon: HostedMarathon, pool: ThreadPoolExecutor, instances: int, delay: float, **more: Any
) -> tuple[str, Future[Any]]:
    """Have an app of which one task answers a request for so long; return that task, and the answer to come."""
    marathon.clear()
    assert marathon.ask("POST", "/v2/apps", {**APP, "instances": instances, **more}).status == 201
    app = marathon.until("/v2/apps/drained", lambda body: body["app"]["tasksHealthy"] == instances)["app"]
    marathon.settle()
    task = app["tasks"][0]
    answer = pool.submit(requests.get, f"http://{task['host']}:{task['ports'][0]}/?delay={delay}", timeout=60)
    (running,) = (each for each in marathon.server.marathon.cluster.live_of("/drained") if each.id == task["id"])
    while running.server is None or not running.server.is_busy:
        time.sleep(0.01)
    return task["id"], answer


def test_a_draining_task_is_shown_running_until_its_process_is_gone(
    marathon: HostedMarathon, pool: ThreadPoolExecutor
) -> None:
    """12 at once, no batches; the slow one answers, and keeps tasksRunning at 1; its health goes with the next check; then the success."""
    slow, answer = busy(marathon, pool, 12, 1.5)
    since = len(marathon.journal.entries(0, {}))
    listener = Listener(marathon)
    listener.wait_for("event_stream_attached")
    marathon.ask("PUT", "/v2/apps/drained", {"instances": 0})
    app = marathon.until(
        "/v2/apps/drained", lambda body: body["app"]["tasksUnhealthy"] == len(body["app"]["tasks"]) == 1
    )["app"]
    assert [(task["id"], task["state"]) for task in app["tasks"]] == [(slow, "TASK_RUNNING")]
    assert (app["tasksRunning"], app["tasksHealthy"], len(app["deployments"])) == (1, 0, 1)
    assert marathon.ask("GET", "/v2/tasks?status=running").body["tasks"][0]["id"] == slow
    assert answer.result().status_code == 200
    listener.wait_for("deployment_success")
    listener.close()
    deeds = [each["kind"] for each in marathon.journal.entries(since, {}) if each["kind"] in ("kill", "end")]
    assert deeds == ["kill"] * 12 + ["end"] * 12
    states = [each["taskStatus"] for each in listener.heard if each["eventType"] == "status_update_event"]
    assert states == ["TASK_KILLED"] * 12
    names = listener.names()
    assert names.index("deployment_success") > max(i for i, name in enumerate(names) if name == "status_update_event")


def test_what_outlasts_its_grace_period_is_cut(marathon: HostedMarathon, pool: ThreadPoolExecutor) -> None:
    """Grace 3 s, a request of 20 s: SIGKILL at 3.0 s, the success at 3.02 to 3.05 s."""
    _task, answer = busy(marathon, pool, 1, 20, taskKillGracePeriodSeconds=1)
    marathon.ask("PUT", "/v2/apps/drained", {"instances": 0})
    marathon.settle()
    with pytest.raises(requests.ConnectionError):
        answer.result()
    assert marathon.app("/drained")["tasks"] == []


def test_a_recreated_app_is_locked_until_the_last_process_is_gone(
    marathon: HostedMarathon, pool: ThreadPoolExecutor
) -> None:
    """GET is 404 at once; POST of the id is 409 with deployments for as long as the drain (5.7 of 6 s), then 201."""
    _task, answer = busy(marathon, pool, 1, 1)
    deployment = marathon.ask("DELETE", "/v2/apps/drained").body["deploymentId"]
    assert marathon.ask("GET", "/v2/apps/drained").status == 404
    refusal = marathon.ask("POST", "/v2/apps", {**APP, "instances": 0})
    assert (refusal.status, refusal.body["deployments"]) == (409, [{"id": deployment}])
    assert "App is locked" in refusal.body["message"]
    assert answer.result().status_code == 200
    marathon.settle()
    assert marathon.ask("POST", "/v2/apps", {**APP, "instances": 0}).status == 201
