# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run did counts where its last look shows it: one after which nobody serves has failed, whatever it did before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.roles.app1 import all_instances, instances
from tests.soak.service import scaled, who_serves
from tests.soak.steps import SteppedRun, run_in_steps
from tests.whole import whole

ROLLOUT = {"rollout_service": "app1", "rollout_version": "200", "rollout_image": "shop/server:200"}


# The module that looks last says so in a test of its own: test_migration_end.py.
@whole
@pytest.mark.parametrize(
    ("playbook", "variables", "said"),
    [
        ("rollout", ROLLOUT, "app1-200 was rolled out, but the last look does not show it."),
        (
            "rollback",
            {"rollback_service": "app1"},
            "All steps of the rollback are done, but the last look does not show",
        ),
        (
            "retire",
            {"retire_service": "app1"},
            "All steps of the retirement are done, but the last look does not show",
        ),
    ],
)
def test_somebody_ends_the_service_before_the_last_look(
    lab: LabProcess, playbook: str, variables: Mapping[str, Any], said: str
) -> None:
    ended = _interfered_with(lab, playbook, variables)
    assert ended.outcome.returncode != 0, ended.outcome.output
    assert said in ended.outcome.failure, ended.outcome.output
    _serve_again(lab)


def _interfered_with(lab: LabProcess, playbook: str, variables: Mapping[str, Any]) -> SteppedRun:
    """A run before whose last look somebody scales all that runs to zero."""

    def end_all(_number: int, name: str, _process: object) -> None:
        if name.startswith("Report | Unlock"):
            for app, size in all_instances(lab).items():
                if size:
                    scaled(lab, app, 0)

    return run_in_steps(f"dcos.avi.{playbook}", variables, lab.env, end_all)


def _serve_again(lab: LabProcess) -> None:
    """Have the newest version serve again, for the next test."""
    assert instances(lab) == {}
    newest = lab.state()["connector"]["services"]["app1"]["active"]
    scaled(lab, newest, 2)
    with TrafficProcess(lab.env["LAB_VIP_URL"], rate=50) as traffic:
        traffic.wait_for(lambda total: f"/{newest}" in total.answered_by)
        assert who_serves(traffic) == {f"/{newest}"}
