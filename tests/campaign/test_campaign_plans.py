# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of the campaign that are kept, short enough for each change; and the control, which the judge must not let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaign.cases import KEPT, tried
from tests.campaign.judge import violations
from tests.campaign.plan import Operation, Plan, read
from tests.campaign.run import Stage
from tests.whole import few
from tests.without_safety.controls import PLAYBOOKS

RATE = 30.0
"""Requests a second. A lost one is explained second by second; more of them cost a processor more than they show."""
IN_EACH_RUN = ("written_late_and_a_task_killed",)
"""Other tests kill runs and break locks, too."""


@pytest.mark.parametrize("file", few({file.stem: file for file in sorted(KEPT.glob("*.json"))}, *IN_EACH_RUN))
def test_a_kept_plan_finds_nothing(file: Path) -> None:
    figures = tried(read(file), RATE)
    assert figures["violations"] == []
    assert figures["missed"] == 0, f"its disturbances no longer come about: {figures['plan']}"


def test_a_run_that_does_not_look_is_found_out() -> None:
    """The naive sequence scales down the listener while that still serves."""
    naive = Operation("app1", str(PLAYBOOKS / "naive.yml"), "100", "lab/ok", variables={"old_app": "app1"})
    plan = Plan("naive", {"connector_delay": 3}, (naive,))
    with Stage.of(plan) as stage:
        stage.run(naive)
        stage.settle("app1")
        found = {each.invariant for each in violations(stage.record())}
    assert {"loss", "scaled down"} <= found
