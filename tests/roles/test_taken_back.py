# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad versions that took the traffic: the version before comes back, and a sentence says what was found and done."""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from ansible_collections.dcos.avi.plugins.filter.page import report_page

from tests.demo.playbook import module_result
from tests.demo.run import HANDED_ON
from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.migration.user import User
from tests.roles.app1 import OUTLIVES_A_CRASH, in_a_file, instances, rollout, run
from tests.soak.service import who_serves
from tests.whole import also, whole

AS_A_JOB = {"awx_job_id": 4711, "awx_job_template_name": "shop", "awx_user_name": "ann"}


def test_a_bad_version_without_a_preview_is_taken_back(lab: LabProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_SHOW_CUSTOM_STATS", "1")
    (before,) = instances(lab)
    url = lab.env["LAB_VIP_URL"]
    with TrafficProcess(url, rate=100) as traffic:
        gate = {"url": url, "wait_timeout": 4}
        outcome = rollout(lab, "231", "lab/error", rollout_requests=gate, rollout_reason="TICKET-7", **AS_A_JOB)
        answering = who_serves(traffic)
        total = traffic.stop()
    assert outcome.returncode != 0
    assert "answered 500 instead of 200" in outcome.failure, outcome.output
    ((now, size),) = instances(lab).items()
    assert (now.partition("-r")[0], now != before, size) == (before.partition("-r")[0], True, 2)
    assert f"Now {now} serves" in outcome.failure, outcome.output
    assert answering == {f"/{now}"}
    # What the bad version did with the traffic while it had it is lost, and nothing else.
    assert set(total.lost) == {"status_500"}, total
    told = {"by": "ann", "job": "AWX job 4711 shop", "reason": "TICKET-7"}
    recorded = module_result("dcos.avi.migration_history_info", {"service": "app1"}, lab.env)
    back, bad, *_earlier = recorded["history"]
    assert (back["app"], back["rolled_back_from"]) == (now, "app1-231") and told.items() <= back.items()
    assert (bad["app"], bad["from"], bad["outcome"]) == ("app1-231", before, "rolled_back")
    assert told.items() <= bad.items() and told.items() <= bad["ended"].items()
    assert bad["ended"]["to"] == now and "answered 500 instead of 200" in bad["ended"]["said"]
    shown = run("history", {"history_service": "app1"}, lab).output
    assert f"{before} -> app1-231" in shown and "ann (AWX job 4711 shop)" in shown and "TICKET-7" in shown, shown
    (handed_on,) = HANDED_ON.findall(outcome.output)
    the_page_tells_it(lab, recorded, json.loads(handed_on)["rollout_result"])


def the_page_tells_it(lab: LabProcess, recorded: dict[str, Any], result: dict[str, Any]) -> None:
    """A page about a rollout that failed, of which the whole result is given: what shows why, each phase, and how it ended."""
    with mock.patch.dict(os.environ, lab.env):
        observed = User(lab).info()
    page = html.unescape(report_page([observed], [recorded], result))
    rollout = page.partition('id="rollout"')[2]
    assert f"Rollout of {result['app']}" in rollout and "✕ rolled back" in rollout, rollout
    assert result["sentence"] in rollout, rollout
    (target,) = result["why"]["requests"]
    why, _second, phases = rollout.partition("Second by second")
    assert target["target"] in why and target["reason"] in why, why
    rows = re.findall(r'<th scope="row">(\w+)( <span class="pill failed">)?', phases)
    assert [name for name, _failed in rows] == [each["phase"] for each in result["phases"]]
    assert [name for name, failed in rows if failed] == [result["failed_phase"]] == ["requests"]
    assert f"with {result['requests']} requests to Marathon and Avi" in phases
    # It is the same page that tells what came of it.
    assert f"{result['after']['app']} takes the traffic" in page and "rolled back" in page.partition('id="rollout"')[0]


@whole
def test_a_version_that_crashes_again_and_again_is_taken_back_without_any_gate(lab: LabProcess) -> None:
    (before,) = instances(lab)
    # Healthy at first, it is confirmed. Its tasks die one after another while the version before drains.
    outcome = rollout(lab, "235", "lab/crash", rollout_mesos_agents=lab.env["LAB_MESOS_AGENTS"])
    assert outcome.returncode != 0
    # What they wrote may come too late to be told, on a machine that has much to do.
    assert lab.journal(kind="request", api="mesos", path="/state"), outcome.output
    assert "a task of it failed" in outcome.failure or "app1-235 are healthy" in outcome.failure, outcome.output
    ((now, size),) = instances(lab).items()
    assert (now.partition("-r")[0], now != before, size) == (before.partition("-r")[0], True, 2)


@whole
def test_a_version_that_left_the_traffic_to_nobody_is_taken_back(lab: LabProcess) -> None:
    """All its tasks have ended, and Marathon waits long before it starts them again: nobody is in the pool that takes the traffic."""
    (before,) = instances(lab)
    gate = {"url": lab.env["LAB_VIP_URL"], **OUTLIVES_A_CRASH}
    late = {"backoffSeconds": 3600, "maxLaunchDelaySeconds": 3600}
    outcome = rollout(lab, "236", "lab/crash", rollout_requests=gate, rollout_overrides=late)
    assert "The traffic goes to nobody" in outcome.failure, outcome.output
    ((now, size),) = instances(lab).items()
    assert (now.partition("-r")[0], now != before, size) == (before.partition("-r")[0], True, 2)


@pytest.mark.parametrize("gone", [{"instances": 0}, *also({"state": "absent", "delete_listener": True})])
def test_a_version_that_somebody_else_takes_away_is_made_up_for(
    lab: LabProcess, tmp_path: Path, gone: dict[str, Any]
) -> None:
    """Whoever scales it to zero or deletes it after the switch leaves the traffic to nobody."""
    (before,) = instances(lab)
    version = "237" if "instances" in gone else "238"
    task = {"name": "Be somebody else", "dcos.avi.marathon_app": {"id": f"app1-{version}", "force": True, **gone}}
    hook = in_a_file(tmp_path / "after_switch.yml", [task])
    soak = {"seconds": 5, "min_health_score": 1}
    outcome = rollout(lab, version, f"shop/server:{version}", rollout_hooks={"after_switch": hook}, rollout_soak=soak)
    # Its tasks have ended, but Avi may not have asked them since.
    nobody = ("nobody", "servers that Avi shows up and that are no task of any version")
    assert any(f"any more, and the traffic goes to {words}" in outcome.failure for words in nobody), outcome.output
    ((now, size),) = instances(lab).items()
    assert (now.partition("-r")[0], now != before, size) == (before.partition("-r")[0], True, 2)
    assert f"Now {now} serves" in outcome.failure, outcome.output
    assert answers_now(lab) == {f"/{now}"}


def answers_now(lab: LabProcess) -> set[str]:
    with TrafficProcess(lab.env["LAB_VIP_URL"], rate=100) as traffic:
        return who_serves(traffic)


def test_a_rollback_that_fails_too_is_told_and_can_be_done_later(lab: LabProcess, tmp_path: Path) -> None:
    (before,) = instances(lab)
    fault = {"api": "marathon", "method": "POST", "path": "^/v2/apps$", "action": "error", "status": 422}
    request = {"url": f"{lab.env['LAB_URL']}/faults", "method": "POST", "body_format": "json", "body": fault}
    hook = tmp_path / "after_switch.yml"
    hook.write_text(json.dumps([{"name": "Let no app be created any more", "ansible.builtin.uri": request}]))
    unreachable = {"seconds": 30, "min_health_score": 101}
    outcome = rollout(
        lab, "240", "shop/server:240", rollout_hooks={"after_switch": str(hook)}, rollout_soak=unreachable
    )
    lab.clear_faults()
    for words in (
        "health score was 100, below the limit of 101",
        "That failed, too",
        "answered 422",
        "Now app1-240 serves",
    ):
        assert words in outcome.failure, outcome.output
    assert instances(lab) == {before: 2, "app1-240": 2}
    assert run("rollback", {"rollback_service": "app1"}, lab).returncode == 0
    ((back, size),) = instances(lab).items()
    assert (back.startswith(f"{before.partition('-r')[0]}-r"), size) == (True, 2)
