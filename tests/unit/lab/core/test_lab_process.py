# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole lab as a child process: it starts fast, is told what to do, and leaves nothing behind."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.lab.process import ROOT, LabProcess


@pytest.fixture(scope="module")
def lab() -> Iterator[LabProcess]:
    with LabProcess(speed=50, connector_delay=0.5) as lab:
        yield lab


def test_it_starts_in_two_seconds() -> None:
    """Two seconds of work: how long that takes depends on what else the machine does."""

    def worked() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = worked()
    with LabProcess():
        pass
    assert worked() - before < 2


def test_it_tells_where_everything_is(lab: LabProcess) -> None:
    assert set(lab.env) == {
        "MARATHON_URL", "AVI_CONTROLLER", "AVI_USERNAME", "AVI_PASSWORD", "AVI_CA_PATH", "LAB_VIP_URL", "LAB_URL",
        "LAB_MESOS_AGENTS", "LAB_MESOS_MASTER",
    }  # fmt: skip
    assert requests.get(lab.env["MARATHON_URL"] + "/v2/info", timeout=5).json()["version"].startswith("1.8")
    assert (
        requests.get(f"https://{lab.env['AVI_CONTROLLER']}/", timeout=5, verify=lab.env["AVI_CA_PATH"]).status_code
        < 500
    )
    assert "GET /journal" in lab.get("/")


def test_an_app_is_served_and_counted_on_both_sides(lab: LabProcess) -> None:
    image = {"docker": {"image": "lab/ok:7", "network": "BRIDGE", "portMappings": [{"containerPort": 80}]}}
    app = {
        "id": "app1", "instances": 2, "container": image, "labels": {"FE-Proxy": "yes"},
        "healthChecks": [{"path": "/", "portIndex": 0, "intervalSeconds": 5, "gracePeriodSeconds": 5}],
    }  # fmt: skip
    assert requests.post(lab.env["MARATHON_URL"] + "/v2/apps", json=app, timeout=5).status_code == 201
    deadline = time.monotonic() + 60
    while (
        answer := requests.get(lab.env["LAB_VIP_URL"], headers={"X-Lab-Traffic": "1"}, timeout=5)
    ).status_code != 200:
        assert time.monotonic() < deadline, lab.state()
        time.sleep(0.1)
    assert answer.headers["X-Lab-Version"] == "7"
    assert lab.get("/counters")["apps"]["/app1"]["traffic"] == 1
    assert lab.state()["marathon"]["apps"]["/app1"]["running"] == 2
    assert [entry["body"]["id"] for entry in lab.journal(kind="request", api="marathon", write=True)] == ["app1"]
    assert len(lab.journal(kind="start", app="/app1")) == 2
    while not (answers := lab.journal(kind="answers")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert [second["by_app"] for second in answers] == [{"/app1": 1}]


def test_a_task_that_is_killed_from_outside_fails_and_another_follows(lab: LabProcess) -> None:
    app = {"id": "killed", "cmd": "serve", "instances": 2, "backoffSeconds": 1}
    assert requests.post(lab.env["MARATHON_URL"] + "/v2/apps", json=app, timeout=5).status_code == 201

    def started(count: int) -> None:
        deadline = time.monotonic() + 20
        while len(lab.journal(kind="start", app="/killed")) < count:
            assert time.monotonic() < deadline, lab.state()
            time.sleep(0.05)

    started(2)
    (task,) = lab.crash("/killed")
    assert [entry["task"] for entry in lab.journal(kind="crash")] == [task]
    assert lab.journal(kind="end", app="/killed", task=task, state="TASK_FAILED")
    failure = requests.get(lab.env["MARATHON_URL"] + "/v2/apps/killed", timeout=5).json()["app"]["lastTaskFailure"]
    assert (failure["taskId"], failure["state"]) == (task, "TASK_FAILED")
    started(3)
    with pytest.raises(RuntimeError, match="/killed has 2 running tasks, not 9"):
        lab.crash("/killed", 9)


def test_it_can_be_told_what_to_do(lab: LabProcess) -> None:
    lab.set(connector="silent", connector_delay=3)
    assert lab.get("/settings")["connector_delay"] == 3
    with pytest.raises(RuntimeError, match="takes one of on, silent"):
        lab.set(connector="loud")
    lab.fault(api="marathon", action="error", status=503, times=1)
    assert [requests.get(lab.env["MARATHON_URL"] + "/ping", timeout=5).status_code for _each in range(2)] == [503, 200]
    with pytest.raises(RuntimeError, match="action is one of"):
        lab.fault(api="marathon", action="explode")
    lab.clear_faults()
    assert lab.get("/faults") == []
    with pytest.raises(RuntimeError, match="no Marathon node 7"):
        lab.post("/marathon", {"leader": 7})


def test_a_wrong_setting_gets_a_sentence() -> None:
    command = [sys.executable, "-m", "tests.lab", "up", "--set", "flip=never"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert "The setting flip takes one of" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("killed", ["the lab", "who started it"])
def test_nothing_survives(killed: str) -> None:
    """Neither the lab's children when it is killed, nor the lab when who started it is killed."""
    starter = "import sys, time; from tests.lab.process import LabProcess; lab = LabProcess().__enter__()"
    starter += "; print(lab._process.pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", starter], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        lab = int(parent.stdout.readline())
        family = {lab, *descendants(lab)}
        assert len(family) > 1, "HAProxy should be a child of the lab"
        if killed == "who started it":
            parent.kill()
        else:
            os.kill(lab, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while left := {pid for pid in family if alive(pid)}:
            assert time.monotonic() < deadline, left
            time.sleep(0.05)
        parent.kill()


def descendants(pid: int) -> set[int]:
    children: set[int] = set()
    for each in Path(f"/proc/{pid}/task").glob("*/children"):
        children |= {int(child) for child in each.read_text().split()}
    return children.union(*(descendants(child) for child in children))


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False
