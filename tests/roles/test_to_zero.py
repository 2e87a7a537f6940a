# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A version that was scaled to zero does not come back, and one that did is ended before anything else is done."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.roles.app1 import all_instances, instances, rollout, run, standing, writes
from tests.soak.service import who_serves
from tests.whole import also, whole

LATER = {"backoffSeconds": 3600, "maxLaunchDelaySeconds": 3600}
"""A task that died is started again minutes later, unless somebody ends the backoff."""


def queue(lab: LabProcess) -> dict[str, int]:
    waiting: dict[str, int] = lab.state()["marathon"]["queue"]
    return waiting


def stays_away(lab: LabProcess) -> None:
    """Nothing of version 200 runs, or waits to be started: it would take all traffic."""
    time.sleep(1)  # What was to be started by now has been.
    assert (instances(lab), queue(lab)) == ({"app1-100": 2}, {})
    assert lab.state()["marathon"]["apps"]["/app1-200"]["tasks"] == []


@pytest.mark.parametrize("release", ["1.4", *also("1.5")])
def test_a_crashing_version_that_is_withdrawn_stays_away(release: str) -> None:
    with (
        standing("100", marathon=release, avi="pool_group") as lab,
        TrafficProcess(lab.env["LAB_VIP_URL"], rate=50) as traffic,
    ):
        failed = rollout(lab, "200", "lab/crash", rollout_overrides=LATER)
        assert failed.returncode != 0
        assert "Now app1-100 serves" in failed.failure, failed.output
        stays_away(lab)
        assert who_serves(traffic) == {"/app1-100"}


@pytest.fixture(scope="module", name="haunted")
def fixture_haunted() -> Iterator[LabProcess]:
    """A pool group in which version 200 serves, and version 100 is kept warm. Marathon's scale checks are rare."""
    with standing(
        "100", "200", warm=["100"], overrides=LATER, marathon="1.4", avi="pool_group", scale_interval=36000
    ) as lab:
        yield lab


@whole
def test_a_version_whose_relaunches_wait_is_withdrawn_for_good(haunted: LabProcess) -> None:
    haunted.crash("/app1-200", 2)
    with TrafficProcess(haunted.env["LAB_VIP_URL"], rate=50) as traffic:
        until_serves(traffic, "/app1-100")
    assert queue(haunted) == {"/app1-200": 2}
    outcome = run("withdraw", {"rollout_service": "app1", "rollout_version": "200"}, haunted)
    assert outcome.returncode == 0, outcome.output
    stays_away(haunted)


def come_back(lab: LabProcess) -> None:
    """Have version 200 come back with no instances, and take all traffic, after somebody scaled it to zero."""
    ask(lab, "PUT", "/v2/apps/app1-200?force=true", b'{"instances": 2}')
    end_backoff(lab)
    until_running(lab)
    lab.crash("/app1-200", 2)
    ask(lab, "PUT", "/v2/apps/app1-200", b'{"instances": 0}')
    end_backoff(lab)
    until_running(lab)
    with TrafficProcess(lab.env["LAB_VIP_URL"], rate=50) as traffic:
        until_serves(traffic, "/app1-200")
    assert all_instances(lab)["app1-200"] == 0


def end_backoff(lab: LabProcess) -> None:
    """Have what waits for the end of a backoff start now, such as that of tasks which an earlier test had crash."""
    try:
        ask(lab, "DELETE", "/v2/queue/app1-200/delay")
    except urllib.error.HTTPError as error:
        assert error.code == 404  # It waits for nothing.


def ask(lab: LabProcess, method: str, path: str, body: bytes | None = None) -> None:
    url = lab.env["MARATHON_URL"].split(",")[0] + path
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)
    urllib.request.urlopen(request, timeout=10).close()


def until_running(lab: LabProcess) -> None:
    """Wait until two tasks of version 200 run, and nothing is being deployed."""
    deadline = time.monotonic() + 60
    while (seen := lab.state()["marathon"])["apps"]["/app1-200"]["running"] != 2 or seen["deployments"]:
        assert time.monotonic() < deadline, seen
        time.sleep(0.1)


def until_serves(traffic: TrafficProcess, app: str) -> None:
    deadline = time.monotonic() + 60
    while who_serves(traffic) != {app}:
        assert time.monotonic() < deadline


def status_names_it_and_check_mode_writes_nothing(haunted: LabProcess) -> None:
    shown = run("status", {"status_services": "app1"}, haunted)
    assert "app1-200 is scaled to zero, but 2 tasks of it run" in shown.output
    since = len(haunted.journal())
    planned = run_playbook("dcos.avi.rollback", {"rollback_service": "app1"}, haunted.env, None, "--check")
    assert planned.returncode == 0, planned.output
    assert "1. end app1-200: it runs although it has no instances" in planned.output
    assert writes(haunted, since) == []


@whole
def test_a_rollout_that_only_ends_it_says_so(haunted: LabProcess) -> None:
    """Version 100, which the rollout asks for, has the traffic then."""
    come_back(haunted)
    outcome = rollout(haunted, "100")
    assert outcome.returncode == 0, outcome.output
    said = (
        "app1-200 ran without instances, and was ended. Nothing else was to be done for app1-100. Now app1-100 serves"
    )
    assert said in outcome.output, outcome.output


@pytest.mark.parametrize(
    ("playbook", "variables"),
    [
        ("withdraw", {"rollout_service": "app1", "rollout_version": "200"}),
        *also(
            ("retire", {"retire_service": "app1", "retire_wait_timeout": 10}),
            ("rollback", {"rollback_service": "app1"}),
            ("rollout", {"rollout_service": "app1", "rollout_version": "300", "rollout_image": "shop/server:300"}),
        ),
    ],
)
def test_it_is_ended_first(haunted: LabProcess, playbook: str, variables: dict[str, Any]) -> None:
    come_back(haunted)
    if playbook == "withdraw":
        status_names_it_and_check_mode_writes_nothing(haunted)
    outcome = run(playbook, variables, haunted)
    assert outcome.returncode == 0, outcome.output
    serves = "app1-300" if playbook == "rollout" else "app1-100"
    assert (instances(haunted), queue(haunted)) == ({serves: 2}, {})
    assert haunted.state()["marathon"]["apps"]["/app1-200"]["tasks"] == []
    with TrafficProcess(haunted.env["LAB_VIP_URL"], rate=50) as traffic:
        assert who_serves(traffic) == {f"/{serves}"}
