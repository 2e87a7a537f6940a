# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Something goes wrong during a step of a rollout: it finishes or stops, and nothing is lost. `make soak` has the whole matrix."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.lab.process import LabProcess
from tests.soak.faults import cases
from tests.soak.outage import Broken, Outage
from tests.soak.steps import SteppedRun, run_in_steps
from tests.whole import also, whole

SAMPLE = (
    "Deploy | Create Marathon does the POST and drops the answer",
    "Deploy to Confirm the connector takes 5 s",
)


# That an answer was lost, the modules' own tests show: test_app_lost_answers.py.
@whole
def test_a_rollout_meets_a_fault_and_the_next_run_puts_all_right() -> None:
    sample = [case for case in cases() if case.name.endswith(SAMPLE)]
    # Side by side, because they mostly wait.
    with ThreadPoolExecutor(len(SAMPLE)) as pool:
        results = list(pool.map(lambda case: case.run(), sample))
    assert len(results) == len(SAMPLE)
    assert [result for result in results if not result["good"]] == []


@whole
@pytest.mark.parametrize(
    ("role", "variables"),
    [
        ("rollout", {"rollout_service": "app1", "rollout_version": "200", "rollout_image": "avinetworks/server"}),
        *also(
            ("rollback", {"rollback_service": "app1", "rollback_version": "100"}),
            ("retire", {"retire_service": "app1"}),
        ),
    ],
)
def test_a_last_look_that_fails_does_not_pass_for_work_that_failed(
    lab: LabProcess, role: str, variables: Mapping[str, Any]
) -> None:
    run = run_without_the_last_look(lab, role, variables)
    told, _words, cause = run.outcome.failure.partition(" Marathon at ")
    # The lock is given back first. A retirement that has nothing to do took none.
    state = "All steps completed, but the final state of app1 could not be read: waited 10 s for a version to be proven to take the traffic"
    kept = "All steps completed. The lock of app1 was perhaps not given back; if it is still there, the next run on this host takes it over."
    assert told.startswith(state if role == "retire" else kept)
    assert "answered 503" in cause


@whole
def test_after_a_failure_a_last_look_that_fails_is_not_what_is_told(lab: LabProcess) -> None:
    asked = {"rollout_service": "app1", "rollout_version": "300", "rollout_image": "lab/never-healthy"}
    run = run_without_the_last_look(lab, "rollout", {**asked, "rollout_wait_timeout": 3})
    assert run.outcome.failure.startswith("The rollout of app1-300 failed. Deploy: ")


def run_without_the_last_look(lab: LabProcess, role: str, variables: Mapping[str, Any]) -> SteppedRun:
    """Run a playbook, and have Marathon answer nothing but errors from the report on."""
    outage = Outage(lab, Broken("", {"api": "marathon", "action": "error"}), ("Report |",))
    run = run_in_steps(f"dcos.avi.{role}", variables, lab.env, outage.interfere)
    outage.end()
    assert outage.met_by()
    return run
