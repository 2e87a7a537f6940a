# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands around a role, or fails once on its way, takes none of its safety out."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.session import ATTEMPTS

from tests.demo.playbook import module_result, run_playbook
from tests.lab.process import LabProcess
from tests.roles.app1 import in_a_file, instances, rollout, run
from tests.soak.configurations import definition
from tests.soak.service import create_listeners
from tests.soak.steps import run_in_steps
from tests.whole import also, whole

SMOKE = {"wait_timeout": 4}


def including(role: str, **more: Any) -> Mapping[str, Any]:
    return {"name": f"Include {role}", "ansible.builtin.include_role": {"name": f"dcos.avi.{role}"}, **more}


def test_no_gate_and_no_lock_is_passed_over_where_errors_are_ignored(lab: LabProcess, tmp_path: Path) -> None:
    ((before, size),) = instances(lab).items()
    role = {"name": "Roll out", "ansible.builtin.import_role": {"name": "dcos.avi.rollout"}, "ignore_errors": True}
    play = in_a_file(tmp_path / "play.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": [role]}])
    asked = {"rollout_service": "app1", "rollout_version": "210", "rollout_image": "lab/error", "rollout_smoke": SMOKE}
    lock = {"service": "app1", "owner": "somebody else", "nonce": "theirs"}
    module_result("dcos.avi.migration_lock", {**lock, "purpose": "theirs"}, lab.env)
    locked = run_playbook(play, asked, lab.env)
    module_result("dcos.avi.migration_lock", {**lock, "state": "absent"}, lab.env)
    assert locked.returncode and "app1 is locked by somebody else" in locked.failure, locked.output
    judged = run_playbook(play, asked, lab.env)
    assert judged.returncode and "answered 500 instead of 200" in judged.failure, judged.output
    ((serves, now),) = instances(lab).items()
    assert (serves.startswith(before), now) == (True, size)


def test_one_look_that_fails_keeps_no_bad_version_serving(lab: LabProcess) -> None:
    ((before, size),) = instances(lab).items()

    def break_avi_for_one_look(_number: int, name: str, _process: object) -> None:
        if name.startswith("Recover | Note what failed"):
            # A read that fails is sent again by itself.
            lab.fault(api="avi", action="error", method="GET", path="/api/", status=500, times=ATTEMPTS)

    asked = {"rollout_service": "app1", "rollout_version": "220", "rollout_image": "lab/error", "rollout_smoke": SMOKE}
    ended = run_in_steps("dcos.avi.rollout", asked, lab.env, break_avi_for_one_look)
    assert "FAILED - RETRYING" in ended.outcome.output
    assert "answered 500 instead of 200" in ended.outcome.failure, ended.outcome.output
    assert "All is left as it is" not in ended.outcome.failure
    ((serves, now),) = instances(lab).items()
    assert (serves.startswith(before.partition("-r")[0]), now) == (True, size)


@whole
def test_a_lock_that_cannot_be_given_back_at_once_is_given_back_later(lab: LabProcess) -> None:
    # A rollout deletes nothing else.
    lab.fault(api="marathon", action="error", method="DELETE", status=500, times=1)
    ended = rollout(lab, "230", "shop/server:230")
    assert ended.returncode == 0, ended.output
    assert "The lock of app1 was perhaps not given back" in ended.output
    assert instances(lab) == {"app1-230": 2}


@pytest.mark.parametrize("role", ["rollout", *also("rollback", "retire")])
def test_a_role_with_nothing_to_do_leaves_the_lock_to_the_play_that_took_it(
    role: str, lab: LabProcess, tmp_path: Path
) -> None:
    (serves,) = instances(lab)
    lock = {"dcos.avi.migration_lock": {"service": "app1", "purpose": "two steps at once"}}
    asked = {
        **{f"{name}_service": "app1" for name in ("rollout", "rollback", "retire")},
        "rollout_version": serves.removeprefix("app1-"),
        "rollout_overrides": {},
        "rollback_version": serves.removeprefix("app1-"),
    }
    tasks = [
        {"name": "Take the lock", **lock},
        including(role),
        {"name": "Still have the lock", **lock, "register": "mine", "failed_when": "mine is changed"},
        {"name": "Give it back", "dcos.avi.migration_lock": {"service": "app1", "state": "absent"}},
    ]
    play = in_a_file(tmp_path / "play.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    ended = run_playbook(play, asked, lab.env)
    assert ended.returncode == 0, ended.output
    assert instances(lab) == {serves: 2}


@whole
def test_what_a_rollback_would_be_asked_for_does_not_steer_the_way_back_of_a_rollout(lab: LabProcess) -> None:
    ((before, size),) = instances(lab).items()
    gate = {"url": lab.env["LAB_VIP_URL"], "wait_timeout": 1, "answer_headers": {"X-Lab-Version": "240"}}
    another = {"rollback_service": "app2", "rollback_version": "app1", "rollback_instances": 1}
    ended = rollout(lab, "240", "lab/wrong-version:240", rollout_requests=gate, **another)
    assert "So the version before has to come back" in ended.failure, ended.output
    ((serves, now),) = instances(lab).items()
    assert (serves.startswith(f"{before.partition('-r')[0]}-r"), now) == (True, size)


def test_extra_vars_exchange_neither_what_is_tested_nor_the_way_back(lab: LabProcess) -> None:
    ((before, size),) = instances(lab).items()
    of_a_rollback = {"rollback_service": "app2", "rollback_version": "app1", "rollback_instances": 1}
    of_another_node = {"rollout_app": before, "rollout_result": {"sentence": "That of another node of the workflow."}}
    ended = rollout(lab, "242", "lab/error", rollout_smoke=SMOKE, **of_a_rollback, **of_another_node)
    assert "app1-242 to answer GET / as expected" in ended.failure, ended.output
    assert "So the version before has to come back" in ended.failure
    ((serves, now),) = instances(lab).items()
    assert (serves.startswith(f"{before.partition('-r')[0]}-r"), now) == (True, size)


@whole
def test_what_was_left_empty_is_no_gate_and_no_hook(lab: LabProcess) -> None:
    nothing = {"rollout_smoke": None, "rollout_smoke_tasks": "", "rollout_requests": None, "rollout_soak": None}
    ended = rollout(lab, "243", "shop/server:243", **nothing, rollout_hooks={"after_switch": "", "before_retire": None})
    assert ended.returncode == 0, ended.output
    assert instances(lab) == {"app1-243": 2}
    # But a smoke test without any option is one.
    asked = {
        "rollout_service": "app1",
        "rollout_version": "246",
        "rollout_image": "shop/server:246",
        "rollout_smoke": {},
    }
    assert "smoke app1-246" in run_playbook("dcos.avi.rollout", asked, lab.env, None, "--check").output
    nothing = {"rollback_smoke": None, "rollback_requests": None, "rollback_soak": None}
    assert run("rollback", {"rollback_service": "app1", **nothing}, lab).returncode == 0
    ((serves, _size),) = instances(lab).items()
    assert serves != "app1-243"


def test_a_rollout_within_a_hook_of_another_is_refused(lab: LabProcess, tmp_path: Path) -> None:
    ((before, size),) = instances(lab).items()
    inner = including("rollout", vars={"rollout_version": before.removeprefix("app1-")})
    hooks = {"before_deploy": in_a_file(tmp_path / "hook.yml", [inner])}
    asked = {"rollout_service": "app1", "rollout_overrides": {}, "rollout_hooks": hooks}
    outer = including("rollout", vars={**asked, "rollout_version": "244", "rollout_image": "shop/server:244"})
    play = in_a_file(tmp_path / "play.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": [outer]}])
    ended = run_playbook(play, {}, lab.env)
    assert "A rollout cannot take place within a hook" in ended.failure, ended.output
    assert "rollout of app1-244 failed" in ended.failure
    assert instances(lab) == {before: size}


def test_check_mode_of_a_play_is_that_of_the_role(lab: LabProcess, tmp_path: Path) -> None:
    ((before, size),) = instances(lab).items()
    tasks = [{"name": "Roll out", "ansible.builtin.import_role": {"name": "dcos.avi.rollout"}}]
    play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
    hooks = {"after_switch": in_a_file(tmp_path / "hook.yml", [{"name": "Break off", "ansible.builtin.fail": None}])}
    asked = {"rollout_service": "app1", "rollout_version": "245", "rollout_image": "shop/server:245"}
    shown = run_playbook(
        in_a_file(tmp_path / "check.yml", [{**play, "check_mode": True}]), {**asked, "rollout_hooks": hooks}, lab.env
    )
    assert (shown.returncode, instances(lab)) == (0, {before: size}), shown.output
    made = run_playbook(
        in_a_file(tmp_path / "make.yml", [{**play, "check_mode": False}]), asked, lab.env, None, "--check"
    )
    assert (made.returncode, instances(lab)) == (0, {"app1-245": 2}), made.output


def test_what_no_log_hides_is_not_told_when_it_fails(lab: LabProcess, tmp_path: Path) -> None:
    secret = "the-password-of-the-shop"
    refuse = {"name": "Log in", "ansible.builtin.fail": {"msg": f"{secret} was refused"}, "no_log": True}
    told = tmp_path / "result.json"
    keep = {"content": "{{ rollout_result | to_json }}", "dest": str(told), "mode": "0600"}
    hooks = {
        "after_switch": in_a_file(tmp_path / "after.yml", [refuse]),
        "on_failure": in_a_file(tmp_path / "failure.yml", [{"name": "Keep the result", "ansible.builtin.copy": keep}]),
    }
    ended = rollout(lab, "250", "shop/server:250", rollout_hooks=hooks)
    assert "hidden by no_log" in ended.failure, ended.output
    assert secret not in ended.failure
    assert "hidden by no_log" in told.read_text() and secret not in told.read_text()


def test_an_earlier_result_is_not_taken_for_that_of_a_refused_rollout(lab: LabProcess, tmp_path: Path) -> None:
    tasks = [
        including("rollout", vars={"rollout_version": "260"}),
        {
            "name": "Try a version that is refused",
            "block": [including("rollout", vars={"rollout_version": "2_0"})],
            "rescue": [{"name": "See", "ansible.builtin.assert": {"that": "rollout_result == {}"}}],
        },
    ]
    play = in_a_file(tmp_path / "play.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    ended = run_playbook(play, {"rollout_service": "app1", "rollout_image": "shop/server:260"}, lab.env)
    assert ended.returncode == 0, ended.output


def test_a_second_rollout_hands_on_nothing_of_the_first_one(lab: LabProcess, tmp_path: Path) -> None:
    tasks = [
        including("rollout", vars={"rollout_version": "262", "rollout_smoke": {}}),
        including("rollout", vars={"rollout_version": "264"}),
    ]
    play = in_a_file(tmp_path / "play.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    asked = {"rollout_service": "app1", "rollout_image": "shop/server:262"}
    ended = run_playbook(play, asked, {**lab.env, "ANSIBLE_SHOW_CUSTOM_STATS": "1"})
    assert ended.returncode == 0, ended.output
    (told,) = [line for line in ended.output.splitlines() if "RUN: " in line]
    handed_on = json.loads(told.partition("RUN: ")[2])
    assert handed_on.keys() == {"rollout_result", "rollout_result_app1"}
    for result in handed_on.values():
        assert (result["app"], result["before"]["app"], "smoke" in result["evidence"]) == (
            "app1-264",
            "app1-262",
            False,
        )


@whole
def test_the_table_of_a_failed_run_does_not_name_its_own_lock(lab: LabProcess) -> None:
    ended = rollout(lab, "266", "lab/error", rollout_smoke=SMOKE)
    assert "rollout of app1-266 failed" in ended.failure, ended.output
    assert "the traffic goes to" in ended.output
    assert "locked by" not in ended.output


@pytest.mark.parametrize("strategy", ["linear", *also("free")])
def test_no_service_is_left_with_a_bad_version_where_any_error_ends_the_play(strategy: str, tmp_path: Path) -> None:
    role = {"role": "dcos.avi.rollout", "rollout_service": "{{ inventory_hostname }}", "rollout_version": "100"}
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "strategy": strategy,
        "any_errors_fatal": strategy == "linear",
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "roles": [role],
    }
    image = "{{ (inventory_hostname == 's1') | ternary('lab/error', 'shop/server:100') }}"
    with LabProcess() as lab:
        create_listeners(lab, ["s1", "s2"])
        asked = {"rollout_definition": definition("shop/server"), "rollout_image": image, "rollout_smoke": SMOKE}
        playbook = in_a_file(tmp_path / "play.yml", [play])
        ended = run_playbook(playbook, asked, lab.env, None, "-i", "s1,s2,")
        assert "answered 500 instead of 200" in ended.output, ended.output
        for service in ("s1", "s2"):
            seen = module_result("dcos.avi.migration_info", {"service": service}, lab.env)
            is_bad = service == "s1" or strategy == "linear"
            assert seen["lock"] is None
            assert seen["active"]["app"].startswith(f"{service}-r" if is_bad else f"{service}-100"), seen["active"]


@whole
def test_a_version_with_a_fixed_port_can_be_gone_back_to_while_it_runs() -> None:
    with LabProcess(agents=2) as lab:
        fixed = definition("shop/server")
        fixed["container"]["docker"]["portMappings"][0]["hostPort"] = 31080
        create_listeners(lab, ["app1"])
        ended = rollout(lab, "100", rollout_definition=fixed)
        assert ended.returncode == 0, ended.output
        free = definition("lab/error")
        ended = rollout(lab, "110", rollout_definition=free, rollout_smoke=SMOKE)
        assert "answered 500 instead of 200" in ended.failure, ended.output
        assert instances(lab) == {"app1-100-r2": 2}, ended.output
        ended = run("rollback", {"rollback_service": "app1", "rollback_version": "100"}, lab)
        assert ended.returncode == 0, ended.output


def test_marathon_that_is_away_for_a_while_ends_no_step_that_has_begun(lab: LabProcess) -> None:
    """It is away from when the version has been created, for longer than a read tries by itself."""
    ((before, _size),) = instances(lab).items()
    since = lab.journal()[-1]["seq"]

    def be_away() -> None:
        # The lock is the first app that is created, the version the second.
        while len(lab.journal(since=since, kind="request", method="POST", path="/v2/apps", status=201)) < 2:
            time.sleep(0.05)
        lab.fault(api="marathon", action="error", status=503)
        time.sleep(8)
        lab.clear_faults()

    thread = threading.Thread(target=be_away)
    thread.start()
    ended = rollout(lab, "268", "shop/server:268")
    thread.join()
    assert ended.returncode == 0, ended.output
    assert instances(lab) == {"app1-268": 2} and before != "app1-268"
