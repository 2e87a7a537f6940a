# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Previews, approval and two at once: the version before serves on, and a sentence says what was found and done."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.roles.app1 import OUTLIVES_A_CRASH, instances, rollout, run
from tests.whole import also, whole


@pytest.mark.parametrize(
    ("version", "image", "more", "cause"),
    [
        ("202", "lab/error", {"rollout_smoke": {"wait_timeout": 4}}, "answered 500 instead of 200"),
        *also(
            ("201", "lab/never-healthy", {}, "health check"),
            (
                "203",
                "lab/wrong-version:203",
                {"rollout_smoke": {"answer_headers": {"X-Lab-Version": "203"}, "wait_timeout": 4}},
                "X-Lab-Version: not-203 instead of 203",
            ),
            ("204", "lab/slow", {"rollout_smoke": {"max_seconds": 0.1, "wait_timeout": 4}}, "instead of 0.1 s"),
            ("205", "shop/server", {"rollout_overrides": {"cpus": 1000}}, "insufficient cpus"),
            ("206", "lab/crash", {"rollout_smoke": OUTLIVES_A_CRASH}, "gave no answer|has no port yet|has ended"),
        ),
    ],
)
def test_a_bad_version_is_found_by_its_preview(
    lab: LabProcess, version: str, image: str, more: dict[str, Any], cause: str
) -> None:
    (before,) = instances(lab)
    with TrafficProcess(lab.env["LAB_VIP_URL"], rate=100) as traffic:
        outcome = rollout(lab, version, image, rollout_strategy="preview", **more)
        total = traffic.stop()
    assert outcome.returncode != 0
    assert re.search(cause, outcome.failure), outcome.output
    assert f"app1-{version}-preview" in outcome.failure
    assert f"Now {before} serves" in outcome.failure
    assert instances(lab) == {before: 2}
    assert (total.lost_total, set(total.answered_by)) == (0, {f"/{before}"})


def test_a_preview_waits_for_approval_and_can_be_given_up(lab: LabProcess) -> None:
    (before,) = instances(lab)
    waits = {"rollout_strategy": "preview", "rollout_promote": False}
    assert rollout(lab, "210", "shop/server:210", **waits).changed == 1
    assert instances(lab) == {before: 2, "app1-210-preview": 1}
    assert rollout(lab, "210", "shop/server:210", **waits).changed == 0
    outcome = run("withdraw", {"rollout_service": "app1", "rollout_version": "210"}, lab)
    assert (outcome.returncode, outcome.changed) == (0, 1), outcome.output
    assert instances(lab) == {before: 2}
    serving = before.removeprefix("app1-")
    outcome = run("withdraw", {"rollout_service": "app1", "rollout_version": serving}, lab)
    assert f"{before} is not withdrawn. The traffic goes to it" in outcome.failure
    assert instances(lab) == {before: 2}
    outcome = run("withdraw", {"rollout_service": "app9", "rollout_version": "210"}, lab)
    assert "no app of a service app9" in outcome.failure and "Nothing was changed" in outcome.failure


def test_of_two_at_once_one_goes_through_and_the_other_is_refused(lab: LabProcess) -> None:
    since = lab.journal()[-1]["seq"]
    with TrafficProcess(lab.env["LAB_VIP_URL"], rate=100) as traffic, ThreadPoolExecutor() as both:
        runs = [both.submit(rollout, lab, version, f"shop/server:{version}") for version in ("220", "221")]
        outcomes = [each.result() for each in runs]
        total = traffic.stop()
    through, refused = sorted(outcomes, key=lambda outcome: outcome.returncode)
    assert (through.returncode, refused.returncode) == (0, 2), through.output + refused.output
    assert "for: rollout of app1-22" in refused.failure, refused.output
    (winner,) = instances(lab)
    created = [entry["body"]["id"] for entry in lab.journal(since=since, method="POST", path="/v2/apps", status=201)]
    assert [app for app in created if "lock" not in app] in ([winner], [f"/{winner}"])
    assert total.lost_total == 0


@whole
def test_of_two_at_once_with_the_same_version_the_second_finds_it_done(lab: LabProcess) -> None:
    (before,) = instances(lab)
    since = lab.journal()[-1]["seq"]
    with TrafficProcess(lab.env["LAB_VIP_URL"], rate=100) as traffic, ThreadPoolExecutor() as both:
        started = [both.submit(rollout, lab, "222", "shop/server:222", rollout_lock_timeout=120) for _each in range(2)]
        outcomes = [each.result() for each in started]
        total = traffic.stop()
    assert [outcome.returncode for outcome in outcomes] == [0, 0], "".join(outcome.output for outcome in outcomes)
    assert sorted(outcome.changed for outcome in outcomes) == [0, 2]
    assert instances(lab) == {"app1-222": 2}
    written = lab.journal(since=since, kind="request", api="marathon", write=True)
    assert [
        (entry["method"], entry["path"], entry["body"].get("instances"))
        for entry in written
        if "migration-lock" not in json.dumps(entry)
    ] == [("POST", "/v2/apps", 2), ("PUT", f"/v2/apps/{before}", 0)]
    assert (total.lost_total, set(total.answered_by)) == (0, {f"/{before}", "/app1-222"})
