# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run takes back what it did, and leaves alone what somebody else did meanwhile, or an earlier run."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.demo.playbook import module_result, run_playbook, start_playbook
from tests.lab.process import LabProcess
from tests.roles.app1 import all_instances, in_a_file, instances, rollout, run, serving_version_100
from tests.whole import also, whole

TOO_MANY = 13
"""Instances for which the lab has no room: a version that is scaled to so many is never complete, so that a run goes on with it."""


@pytest.fixture(scope="module", name="lab")
def fixture_lab() -> Iterator[LabProcess]:
    with serving_version_100(agent_cpus=3) as lab:
        yield lab


def ensure(lab: LabProcess, app: str, **options: Any) -> None:
    assert "failed" not in module_result("dcos.avi.marathon_app", {"id": app, "force": True, **options}, lab.env)


def definition_of(lab: LabProcess, app: str) -> dict[str, Any]:
    found: dict[str, Any] = module_result("dcos.avi.marathon_app_info", {"id": app}, lab.env)["apps"][0]
    return {key: found[key] for key in ("container", "cpus", "mem", "healthChecks", "labels")}


def test_a_gate_that_failed_is_not_passed_by_running_again(lab: LabProcess) -> None:
    (before,) = instances(lab)
    gate = {"url": lab.env["LAB_VIP_URL"], "wait_timeout": 4, "answer_headers": {"X-Lab-Version": "110"}}
    asked: dict[str, Any] = {"image": "lab/wrong-version:110", "rollout_requests": gate}
    frozen = rollout(lab, "110", **asked, rollout_on_failure="freeze")
    assert "X-Lab-Version: not-110 instead of 110" in frozen.failure, frozen.output
    assert instances(lab) == {before: 2, "app1-110": 2}
    again = rollout(lab, "110", **asked)
    assert "X-Lab-Version: not-110 instead of 110" in again.failure, again.output
    ((back, size),) = instances(lab).items()
    assert (back.startswith(f"{before}-r"), size) == (True, 2)
    assert f"Now {back} serves" in again.failure


@whole
@pytest.mark.parametrize(
    ("playbook", "variables"),
    [
        ("rollout", {"rollout_service": "app1", "rollout_version": "120", "rollout_image": "shop/server:120"}),
        *also(("rollback", {"rollback_service": "app1", "rollback_version": "app1"})),
    ],
)
def test_a_run_waits_for_another_whose_version_does_not_serve_yet(playbook: str, variables: dict[str, Any]) -> None:
    """What is half done by the other would be refused; when the lock is free, it is done."""
    with serving_version_100() as lab:
        slow = {"rollout_service": "app1", "rollout_version": "110", "rollout_image": "lab/slow-start:110"}
        with start_playbook("dcos.avi.rollout", slow, lab.env) as other:
            while "app1-110" not in all_instances(lab):
                time.sleep(0.1)
            at_once = run(playbook, variables, lab)
            assert "app1 is locked by" in at_once.failure and "rollout of app1-110" in at_once.failure, at_once.output
            waited = run(playbook, {**variables, f"{playbook}_lock_timeout": 60}, lab)
            assert other.wait(60) == 0
        assert waited.returncode == 0, waited.output
        assert list(instances(lab).values()) == [2] and "app1-110" not in instances(lab)


def test_a_version_that_somebody_goes_back_from_meanwhile_is_not_called_rolled_out(tmp_path: Path) -> None:
    tasks = [{"name": "Go back", "dcos.avi.marathon_app": {"id": "app1-110", "instances": 0}}]
    hook = in_a_file(tmp_path / "hook.yml", tasks)
    with serving_version_100(avi="pool_group") as lab:
        outcome = rollout(lab, "110", "shop/server:110", rollout_hooks={"before_retire": hook})
        assert "app1-110 does not take the traffic any more: app1-100 does." in outcome.failure, outcome.output
        assert "Now app1-100 serves" in outcome.failure
        assert instances(lab) == {"app1-100": 2}


def test_a_hook_that_fails_before_anything_is_touched_takes_nothing_back(lab: LabProcess, tmp_path: Path) -> None:
    (before,) = instances(lab)
    ensure(lab, before, instances=TOO_MANY, wait=False)
    hook = in_a_file(
        tmp_path / "hook.yml",
        [{"name": "Confirm | the window", "ansible.builtin.fail": {"msg": "outside the change window"}}],
    )
    version = before.removeprefix("app1-")
    outcome = rollout(lab, version, rollout_hooks={"before_deploy": hook})
    assert "Confirm: outside the change window" in outcome.failure, outcome.output
    assert f"{before} is left as it is, because this run did not change it." in outcome.failure
    assert instances(lab) == {before: TOO_MANY}
    ensure(lab, before, instances=2, allow_outage=True)


@whole
def test_what_the_users_own_task_is_called_does_not_count(lab: LabProcess, tmp_path: Path) -> None:
    (before,) = instances(lab)
    hook = in_a_file(
        tmp_path / "hook.yml", [{"name": "Confirm | the shop's own check", "ansible.builtin.fail": {"msg": "no"}}]
    )
    outcome = rollout(lab, "120", image="shop/server:120", rollout_hooks={"after_switch": hook})
    assert "So the version before has to come back" in outcome.failure, outcome.output
    ((back, _size),) = instances(lab).items()
    assert back.startswith(before.partition("-r")[0])


def test_a_version_that_somebody_else_created_meanwhile_is_left_to_them(lab: LabProcess, tmp_path: Path) -> None:
    (before,) = instances(lab)
    theirs = {**definition_of(lab, before), "instances": 2}
    theirs["labels"] = {**theirs["labels"], "ab_config": json.dumps({"service": "app1", "priority": 990})}
    create = {"id": "app1-130", "definition": theirs}
    hook = in_a_file(tmp_path / "hook.yml", [{"name": "Be another tool", "dcos.avi.marathon_app": create}])
    outcome = rollout(lab, "130", image="shop/server:130", rollout_hooks={"before_deploy": hook})
    assert "app1-130 exists already" in outcome.failure, outcome.output
    assert "because this run did not change it" in outcome.failure
    assert instances(lab) == {before: 2, "app1-130": 2}
    assert rollout(lab, "130").returncode == 0
    assert instances(lab) == {"app1-130": 2}


def test_what_was_scaled_up_meanwhile_is_not_scaled_down(lab: LabProcess, tmp_path: Path) -> None:
    (before,) = instances(lab)
    ensure(lab, before, instances=TOO_MANY, wait=False)
    scale_up = {"id": before, "instances": TOO_MANY + 1, "force": True, "wait": False}
    hook = in_a_file(tmp_path / "hook.yml", [{"name": "Be another tool", "dcos.avi.marathon_app": scale_up}])
    version = before.removeprefix("app1-")
    outcome = rollout(lab, version, rollout_hooks={"before_deploy": hook})
    assert "somebody changed it since" in outcome.failure, outcome.output
    assert instances(lab) == {before: TOO_MANY + 1}
    ensure(lab, before, instances=2, allow_outage=True)


def test_an_app_that_only_has_the_name_of_a_preview_is_left_alone(lab: LabProcess) -> None:
    theirs = {"cmd": "sleep 1000", "cpus": 0.1, "mem": 32, "instances": 1}
    ensure(lab, "app1-140-preview", definition=theirs)
    outcome = rollout(lab, "140", image="shop/server:140", rollout_strategy="preview")
    assert "An app app1-140-preview exists that is no preview of app1" in outcome.failure, outcome.output
    (app,) = module_result("dcos.avi.marathon_app_info", {"id": "app1-140-preview"}, lab.env)["apps"]
    assert (app["cmd"], app["instances"]) == ("sleep 1000", 1)


def test_a_play_that_took_the_lock_itself_keeps_it(lab: LabProcess, tmp_path: Path) -> None:
    lock = {"dcos.avi.migration_lock": {"service": "app1", "purpose": "two steps at once"}}
    asked = {"rollout_service": "app1", "rollout_version": "150", "rollout_image": "shop/server:150"}
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": asked,
        "tasks": [
            {"name": "Take the lock", **lock},
            {"name": "Roll out", "ansible.builtin.include_role": {"name": "dcos.avi.rollout"}},
            {"name": "Still have the lock", **lock, "register": "mine", "failed_when": "mine is changed"},
            {"name": "Give it back", "dcos.avi.migration_lock": {"service": "app1", "state": "absent"}},
        ],
    }
    outcome = run_playbook(in_a_file(tmp_path / "play.yml", [play]), {}, lab.env)
    assert outcome.returncode == 0, outcome.output
    assert instances(lab) == {"app1-150": 2}
