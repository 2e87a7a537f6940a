# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks promise, from check mode on an empty Marathon to a connector that says nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.demo import EXAMPLE
from tests.demo.playbook import module_result, run_playbook
from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.roles.app1 import all_instances, play, writes
from tests.whole import whole

LISTENER = {"listener_service": "app1", "listener_src": str(EXAMPLE / "app1.json")}


@pytest.fixture
def lab() -> Iterator[LabProcess]:
    with LabProcess() as lab:
        yield lab


def test_check_mode_from_the_first_run_shows_the_steps_and_writes_nothing(lab: LabProcess) -> None:
    outcome = play(lab, "dcos.avi.listener", LISTENER, "--check")
    assert outcome.changed == 1
    play(lab, "dcos.avi.listener", LISTENER)
    last = lab.journal()[-1]["seq"]
    outcome = play(lab, "dcos.avi.rollout", rollout("100", rollout_image="shop/server:100"), "--check")
    assert outcome.changed == 1
    for line in (
        "1. lock app1: ",
        "2. deploy app1-100: ",
        "3. confirm app1-100: ",
        "4. drain app1: ",
        "5. retire app1: ",
    ):
        assert line in outcome.output
    assert not writes(lab, last)


def test_a_relative_path_is_found_where_ansible_is_started(lab: LabProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLE)
    # What starts it need not be a shell, which would set this.
    monkeypatch.setenv("PWD", "/")
    outcome = run_playbook("dcos.avi.listener", {"listener_service": "app1", "listener_src": "app1.json"}, lab.env)
    assert (outcome.returncode, outcome.changed) == (0, 1), outcome.output
    outcome = run_playbook("dcos.avi.rollout", rollout("100", rollout_src="app1-100.json"), lab.env, None, "--check")
    assert (outcome.returncode, outcome.changed) == (0, 1), outcome.output


def test_a_version_starts_from_the_active_ones_definition(lab: LabProcess) -> None:
    play(lab, "dcos.avi.listener", LISTENER)
    play(
        lab,
        "dcos.avi.rollout",
        rollout("100", rollout_image="shop/server:100", rollout_overrides={"env": {"COLOUR": "blue"}}),
    )
    # The listener, which is retired now, stays so.
    assert play(lab, "dcos.avi.listener", LISTENER).changed == 0
    assert all_instances(lab) == {"app1": 0, "app1-100": 2}
    play(lab, "dcos.avi.rollout", rollout("200", rollout_image="shop/server:200"))
    app = module_result("dcos.avi.marathon_app_info", {"id": "app1-200"}, lab.env)["apps"][0]
    assert app["container"]["docker"]["image"] == "shop/server:200"
    assert app["env"] == {"COLOUR": "blue"}
    assert app["instances"] == app["tasksHealthy"] == 2
    assert json.loads(app["labels"]["ab_config"]) == {"service": "app1", "priority": 20}
    assert json.loads(app["labels"]["avi_proxy"]) == {"pool": {"lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"}}


def test_hooks_run_at_their_moments_and_learn_how_a_failure_ended(
    lab: LabProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = ("before_deploy", "before_switch", "after_switch", "before_retire", "on_failure")
    told = tmp_path / "told"
    for moment in moments:
        write_line(
            tmp_path / f"{moment}.yml", told, f"{moment} {{{{ rollout_result.outcome | default('under way') }}}}"
        )
    write_line(tmp_path / "smoke.yml", told, "smoke {{ rollout_app }}")
    hooks = {moment: f"{moment}.yml" for moment in moments}
    asked = {"rollout_hooks": hooks, "rollout_smoke_tasks": "smoke.yml", "rollout_wait_timeout": 6}
    monkeypatch.chdir(tmp_path)
    play(lab, "dcos.avi.listener", LISTENER)
    good = rollout("100", rollout_image="shop/server:100", rollout_strategy="preview", **asked)
    outcome = run_playbook("dcos.avi.rollout", good, lab.env)
    assert outcome.returncode == 0, outcome.output
    assert told.read_text().splitlines() == [
        "before_deploy under way",
        "smoke app1-100-preview",
        "before_switch under way",
        "smoke app1-100",
        "after_switch under way",
        "before_retire under way",
    ]
    told.unlink()
    bad = rollout("200", rollout_image="lab/never-healthy", **asked)
    assert run_playbook("dcos.avi.rollout", bad, lab.env).returncode != 0
    assert told.read_text().splitlines() == [
        "before_deploy under way",
        "before_switch under way",
        "on_failure withdrawn",
    ]


@whole
def test_a_listener_that_is_retired_stays_retired(lab: LabProcess) -> None:
    play(lab, "dcos.avi.listener", LISTENER)
    play(lab, "dcos.avi.rollout", rollout("100", rollout_image="shop/server:100"))
    assert all_instances(lab) == {"app1": 0, "app1-100": 2}
    assert play(lab, "dcos.avi.listener", LISTENER).changed == 0
    assert all_instances(lab) == {"app1": 0, "app1-100": 2}


def test_what_a_broken_off_run_left_is_finished(lab: LabProcess) -> None:
    """Broken off after the switch: the new version is active, and the old one was not scaled down yet."""
    play(lab, "dcos.avi.listener", LISTENER)
    play(lab, "dcos.avi.rollout", rollout("100", rollout_image="shop/server:100"))
    module_result("dcos.avi.marathon_app", {"id": "app1", "instances": 2}, lab.env)
    lab.fault(api="marathon", method="PUT", action="error", status=422)
    outcome = run_playbook("dcos.avi.rollout", rollout("100", rollout_image="shop/server:100"), lab.env)
    lab.clear_faults()
    # It serves, and another run moved the traffic: nothing is taken back because this one cannot finish.
    assert "app1-100 was rolled out, but not all was finished." in outcome.failure, outcome.output
    assert outcome.failure.endswith(
        "Now app1-100 serves, in pool app1-100-pool-80. Run the rollout again to finish it."
    )
    assert all_instances(lab) == {"app1": 2, "app1-100": 2}
    outcome = play(lab, "dcos.avi.rollout", rollout("100", rollout_image="shop/server:100"))
    assert outcome.changed == 1
    assert all_instances(lab) == {"app1": 0, "app1-100": 2}
    since = lab.journal()[-1]["seq"]
    outcome = play(lab, "dcos.avi.rollout", rollout("100", rollout_image="shop/server:100"))
    assert outcome.changed == 0
    assert len(lab.journal(since=since, kind="request", path="/login")) == 1, "one look is enough where nothing is done"
    assert play(lab, "dcos.avi.retire", {"retire_service": "app1"}).changed == 0


@whole
def test_check_mode_judges_nothing_that_only_holds_after_the_switch(lab: LabProcess) -> None:
    """A version that crashes again and again holds up no plan for the one that mends it."""
    play(lab, "dcos.avi.listener", LISTENER)
    definition = json.loads((EXAMPLE / "app1-100.json").read_text())
    definition["container"]["docker"]["image"] = "lab/crash"
    definition["env"] = {"CRASH_AFTER_SECONDS": "6"}
    module_result("dcos.avi.marathon_app", {"definition": definition}, lab.env)
    deadline = time.monotonic() + 120
    while not module_result("dcos.avi.migration_info", {"service": "app1"}, lab.env)["retire_blocked"]:
        assert time.monotonic() < deadline, "it does not crash"
    # While its task is dead, nobody can tell who serves, and that is refused: what counts is that it is planned in between.
    asked = rollout("200", rollout_src=str(EXAMPLE / "app1-200.json"))
    outcomes = (run_playbook("dcos.avi.rollout", asked, lab.env, None, "--check") for _attempt in range(20))
    assert any("deploy app1-200: " in outcome.output for outcome in outcomes)


def test_a_silent_connector_fails_the_rollout_and_the_old_version_serves_on(lab: LabProcess) -> None:
    play(lab, "dcos.avi.listener", LISTENER)
    lab.set(connector="silent")
    asked = rollout("100", rollout_image="shop/server:100", rollout_wait_timeout=6)
    with TrafficProcess(lab.env["LAB_VIP_URL"], rate=200) as traffic:
        outcome = run_playbook("dcos.avi.rollout", asked, lab.env)
        assert outcome.returncode != 0
        for words in ("Waited 6 s", "the cloud connector is late", "it is left as it is", "Now app1 serves"):
            assert words.lower() in outcome.failure.lower(), outcome.output
        assert all_instances(lab) == {"app1": 2, "app1-100": 2}
        assert set(traffic.snapshot().answered_by) == {"/app1"}

        # And nobody who asks to retire gets more than that either.
        outcome = play(lab, "dcos.avi.retire", {"retire_service": "app1"})
        assert (outcome.changed, all_instances(lab)) == (0, {"app1": 2, "app1-100": 2})

        # The connector is back, and moves the traffic at once: the version it moves it to is there. The next run finishes it.
        lab.set(connector="on")
        play(lab, "dcos.avi.rollout", asked)
        total = traffic.stop()
    assert all_instances(lab) == {"app1": 0, "app1-100": 2}
    assert (total.lost_total, set(total.answered_by)) == (0, {"/app1", "/app1-100"})
    assert not lock_apps(lab)


@whole
def test_nothing_is_retired_while_no_version_is_proven(lab: LabProcess) -> None:
    play(lab, "dcos.avi.listener", LISTENER)
    play(lab, "dcos.avi.rollout", rollout("100", rollout_image="shop/server:100"))
    module_result("dcos.avi.marathon_app", {"id": "app1", "instances": 2}, lab.env)
    lab.set(connector="silent")
    # Marathon starts a third task, of which Avi does not learn: its servers are no longer all of the version's tasks.
    module_result("dcos.avi.marathon_app", {"id": "app1-100", "instances": 3}, lab.env)
    last = lab.journal()[-1]["seq"]
    outcome = run_playbook("dcos.avi.retire", {"retire_service": "app1"}, lab.env)
    assert outcome.returncode != 0
    assert "No version is proven" in outcome.failure, outcome.output
    assert not writes(lab, last)


def test_status_shows_each_service(lab: LabProcess) -> None:
    play(lab, "dcos.avi.listener", LISTENER)
    outcome = play(lab, "dcos.avi.status", {"status_services": "app1,,app9,"})
    assert "app1: the traffic goes to app1 in pool A, ratio 0; virtual service app1 is OPER_UP" in outcome.output
    assert "app9: no version is proven to take the traffic" in outcome.output
    assert outcome.changed == 0


@whole
def test_a_service_built_by_hand_is_taken_over(lab: LabProcess) -> None:
    """As the article does it, with definitions and priorities of its own, up to the third version."""
    for name, priority in (("app1", None), ("app1-100", 3), ("app1-200", 7)):
        definition = json.loads((EXAMPLE / f"{name}.json").read_text())
        if priority:
            definition["labels"]["ab_config"] = json.dumps({"priority": priority, "service": "app1"})
        module_result("dcos.avi.marathon_app", {"definition": definition}, lab.env)
        seen = module_result("dcos.avi.migration_info", {"service": "app1", "until": "active", "app": name}, lab.env)
        if name == "app1-100":
            module_result("dcos.avi.marathon_app", {"id": "app1", "instances": 0}, lab.env)
    assert (seen["active"]["app"], seen["active"]["side"]) == ("app1-200", "a")
    with TrafficProcess(lab.env["LAB_VIP_URL"], rate=100) as traffic:
        play(lab, "dcos.avi.rollout", rollout("300", rollout_image="shop/server:300"))
        total = traffic.stop()
    assert all_instances(lab) == {"app1": 0, "app1-100": 0, "app1-200": 0, "app1-300": 2}
    app = module_result("dcos.avi.marathon_app_info", {"id": "app1-300"}, lab.env)["apps"][0]
    assert json.loads(app["labels"]["ab_config"]) == {"service": "app1", "priority": 17}
    assert (total.lost_total, set(total.answered_by)) == (0, {"/app1-200", "/app1-300"})


def write_line(tasks: Path, told: Path, line: str) -> None:
    """Write a task file that adds a line to a file."""
    task = {"name": "Tell", "ansible.builtin.lineinfile": {"path": str(told), "line": line, "create": True}}
    tasks.write_text(json.dumps([task]))


def rollout(version: str, **more: Any) -> dict[str, Any]:
    return {"rollout_service": "app1", "rollout_version": version, **more}


def lock_apps(lab: LabProcess) -> list[str]:
    """The locks that are left in Marathon."""
    apps = module_result("dcos.avi.marathon_app_info", {"label": "dcos_avi_lock_owner"}, lab.env)["apps"]
    return [app["id"] for app in apps]
