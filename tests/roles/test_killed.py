# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout that is killed again and again: the next run finishes what the ones before began. `make soak` kills at every step."""

from __future__ import annotations

import signal
import time

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._marathon.absence import RETRY_PAUSE
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import GREATEST_AGE

from tests.demo.playbook import module_result, run_playbook, start_playbook
from tests.lab.process import LabProcess
from tests.migration.others import DEEDS
from tests.roles.app1 import all_instances, instances, rollout, run, serving_version_100, standing
from tests.soak.configurations import SERVICE, Configuration
from tests.soak.kills import AtStep, killed, undisturbed
from tests.soak.others import READS_ALL
from tests.soak.service import create_listeners, end_state
from tests.soak.steps import signal_all
from tests.whole import also, whole

HELD_UP = 1.0
"""Seconds for which the last read is held up, so that the run can be stopped while it waits for the answer."""


def test_a_rollout_killed_at_four_steps_ends_as_an_undisturbed_one() -> None:
    configuration = Configuration("direct", "ab_pool", "on_server")
    undisturbed_run, _state = undisturbed(configuration)
    # As the version is created, as its traffic is confirmed, as the old one is scaled to zero, and as the lock is given back.
    steps = [
        next(step.name for step in undisturbed_run.steps if step.name.startswith(begins))
        for begins in ("Deploy |", "Confirm |", "Drain |", "Report |")
    ]
    result = killed(configuration, [AtStep(name) for name in steps])
    assert result["exit_codes"] == [-9, -9, -9, -9, 0], result
    assert result["same_state"], result["differs"]
    assert result["lost"] == {}
    assert result["sent"] > 0


def test_what_a_killed_playbook_leaves_behind_sends_nothing_more() -> None:
    """The playbook alone is killed, as by a lack of memory, while its task tries to scale down the old version. Then somebody goes back."""
    with serving_version_100(avi="pool_group") as lab:
        lab.fault(api="marathon", method="PUT", path="^/v2/apps/+app1-100$", action="error", status=503)
        asked = {"rollout_service": SERVICE, "rollout_version": "110", "rollout_image": "shop/server:110"}
        with start_playbook("dcos.avi.rollout", asked, lab.env) as process:
            while not lab.journal(kind="request", method="PUT", status=503):
                time.sleep(0.1)
            process.kill()
            earlier = {"rollback_service": SERVICE, "rollback_version": "100", "rollback_instant": True}
            back = run("rollback", earlier, lab)
            assert back.returncode == 0, back.output
        lab.clear_faults()
        time.sleep(4 * RETRY_PAUSE)
        assert instances(lab) == {"app1-100": 2}


def test_a_run_that_was_stopped_in_its_last_check_writes_nothing_when_it_wakes() -> None:
    """While it is stopped, somebody breaks its lock, and goes back to the version that it was about to scale to zero."""
    with serving_version_100(avi="pool_group") as lab:
        warm = rollout(lab, "200", "shop/server:200", rollout_keep_warm=3600)
        assert warm.returncode == 0, warm.output
        since = max(entry["seq"] for entry in lab.journal())
        lab.fault(**READS_ALL, action="slow", seconds=HELD_UP, times=1)
        asked = {"retire_service": SERVICE, "retire_drain_timeout": 5, "retire_wait_timeout": 30}
        with start_playbook("dcos.avi.retire", asked, lab.env) as process:
            while not lab.journal(since=since, kind="request", fault="slow"):
                assert process.poll() is None
                time.sleep(0.02)
            signal_all(process, signal.SIGSTOP)
            # The answer comes meanwhile, and tells of what was before.
            time.sleep(HELD_UP)
            DEEDS["break"](lab, "app1-200")
            DEEDS["scale"](lab, "app1-200")
            time.sleep(GREATEST_AGE)
            signal_all(process, signal.SIGCONT)
            output, _nothing = process.communicate(timeout=120)
        assert lab.journal(since=since, kind="request", method="PUT", path="/v2/apps/app1-100") == [], output
        assert process.returncode != 0, output
        assert "app1-100 is not scaled to zero" in output
        assert instances(lab) == {"app1-100": 2}


@pytest.mark.parametrize(
    ("playbook", "variables"),
    [
        ("retire", {"retire_service": SERVICE}),
        *also(("rollback", {"rollback_service": SERVICE, "rollback_version": SERVICE})),
    ],
)
def test_a_run_with_nothing_to_do_removes_the_lock_of_one_that_is_gone(
    playbook: str, variables: dict[str, str]
) -> None:
    with LabProcess() as lab:
        create_listeners(lab, [SERVICE])
        module_result("dcos.avi.migration_lock", {"service": SERVICE, "purpose": "nothing"}, lab.env)
        assert len(end_state(lab)["apps"]) == 2
        outcome = run_playbook(f"dcos.avi.{playbook}", variables, lab.env)
        assert (outcome.returncode, outcome.changed) == (0, 0), outcome.output
        assert set(end_state(lab)["apps"]) == {f"/{SERVICE}"}


@whole
def test_the_lock_of_a_job_that_was_killed_is_taken_over_when_its_lease_is_over() -> None:
    """Nobody can see whether a job of AWX is still there: its container has gone with it. The next job waits, and finishes what it began."""
    with standing("100", avi="pool_group") as lab:
        asked = {"rollout_service": SERVICE, "rollout_version": "110", "rollout_image": "shop/server:110"}
        of_awx = {"rollout_lock_lease": 20, "rollout_lock_timeout": 60}
        with start_playbook("dcos.avi.rollout", {**asked, **of_awx, "awx_job_id": 7}, lab.env) as process:
            while "app1-110" not in all_instances(lab):
                assert process.poll() is None
                time.sleep(0.05)
            signal_all(process, signal.SIGKILL)
        next_job = run("rollout", {**asked, **of_awx, "awx_job_id": 8}, lab)
        assert next_job.returncode == 0, next_job.output
        assert "The lock of AWX job 7 (rollout of app1-110) is taken over" in " ".join(next_job.output.split())
        assert instances(lab) == {"app1-110": 2}
