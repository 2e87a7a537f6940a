# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole lab as its users have it: Marathon's API in front, traffic through the proxy, and three counts that agree."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.lab.process import ROOT, LabProcess
from tests.lab.traffic import Mix, TrafficProcess
from tests.whole import also


def marathon(lab: LabProcess, method: str, path: str, body: Any = None) -> Any:
    """Ask the lab's Marathon."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(lab.env["MARATHON_URL"] + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def create(lab: LabProcess, name: str) -> None:
    """Create one of the demo's apps."""
    definition = json.loads(Path(ROOT, "examples", f"{name}.json").read_text())
    marathon(lab, "POST", "/v2/apps", definition)


def wait(what: str, seen: Callable[[], Any], timeout: float = 60.0) -> None:
    """Wait until something is seen."""
    deadline = time.monotonic() + timeout
    while not seen():
        assert time.monotonic() < deadline, f"not within {timeout:g} seconds: {what}"
        time.sleep(0.05)


def under_way(lab: LabProcess, pool: str) -> int:
    return lab.get("/counters")["pools"][pool]["open"]


def active(lab: LabProcess) -> str | None:
    return lab.state()["connector"]["services"].get("app1", {}).get("active")


def up(lab: LabProcess) -> bool:
    return lab.state()["avi"]["virtualservices"].get("app1", {}).get("state") == "OPER_UP"


def retire(lab: LabProcess, app: str, pool: str) -> None:
    """Scale an app to zero once nothing is under way in its pool any more."""
    wait(f"{pool} drains", lambda: under_way(lab, pool) == 0)
    wait("Marathon is done", lambda: not lab.state()["marathon"]["deployments"])
    marathon(lab, "PUT", f"/v2/apps/{app}", {"instances": 0})
    wait(f"{app} is gone", lambda: not lab.state()["marathon"]["apps"][f"/{app}"]["tasks"])


@pytest.mark.parametrize("shape", ["ab_pool", *also("pool_group")])
def test_two_rollouts_lose_nothing_and_every_count_agrees(shape: str) -> None:
    with LabProcess(avi=shape) as lab:
        create(lab, "app1")
        wait("app1 is up", lambda: up(lab))
        mix = Mix(slow=0.02, slow_seconds=0.5)
        with TrafficProcess(lab.env["LAB_VIP_URL"], rate=300, mix=mix) as traffic:
            create(lab, "app1-100")
            wait("app1-100 is active", lambda: active(lab) == "app1-100")
            retire(lab, "app1", "app1-pool-80")
            create(lab, "app1-200")
            wait("app1-200 is active", lambda: active(lab) == "app1-200")
            retire(lab, "app1-100", "app1-100-pool-80")
            traffic.wait_for(lambda total: total.answered_by.get("/app1-200", 0) > 300)
            total = traffic.stop()
        counters = lab.get("/counters")
        assert total.lost == {}
        assert set(total.answered_by) == {"/app1", "/app1-100", "/app1-200"}
        assert counters["virtualservices"]["app1"]["requests"] == total.sent
        assert {app: count["traffic"] for app, count in counters["apps"].items()} == total.answered_by


def test_scaling_the_active_version_to_zero_costs_requests_that_are_all_accounted_for() -> None:
    with LabProcess() as lab:
        create(lab, "app1")
        wait("app1 is up", lambda: up(lab))
        with TrafficProcess(lab.env["LAB_VIP_URL"], rate=300) as traffic:
            marathon(lab, "PUT", "/v2/apps/app1", {"instances": 0})
            traffic.wait_for(lambda total: total.lost_total > 100)
            total = traffic.stop()
        counters = lab.get("/counters")
        assert total.lost["status_503"] > 100
        assert counters["virtualservices"]["app1"]["requests"] == total.sent
        assert counters["apps"]["/app1"]["traffic"] == total.answered


def test_a_silent_connector_notices_nothing_until_it_is_on_again() -> None:
    with LabProcess(marathon="1.4") as lab:
        create(lab, "app1")
        wait("app1 is up", lambda: up(lab))
        lab.set(connector="silent")
        create(lab, "app1-100")
        wait("app1-100 is healthy", lambda: lab.state()["marathon"]["apps"]["/app1-100"]["healthy"] == 2)
        time.sleep(1.5)  # longer than its interval
        assert "app1-100-pool-80" not in lab.state()["avi"]["pools"]
        lab.set(connector="on")
        wait("app1-100 is active", lambda: active(lab) == "app1-100")
        assert [(flip["from"], flip["app"]) for flip in lab.journal(kind="flip")] == [("/app1", "/app1-100")]
