# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud connector that is late moves the traffic to a version that was given up meanwhile: no run says before that what serves is settled."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.roles.app1 import create, instances, standing
from tests.soak.service import who_serves
from tests.soak.steps import run_in_steps
from tests.whole import also

NEVER = 3600
"""Seconds that the connector is late until a test lets it go on."""
BAD = {
    "rollout_service": "app1",
    "rollout_version": "200",
    "rollout_image": "lab/error",
    "rollout_smoke": {"wait_timeout": 1},
    "rollout_wait_timeout": 120,
}

TOLD = {
    "withdraw": "app1-200 was withdrawn, but the cloud connector was late.",
    # On a busy machine the traffic has moved before the connector is watched.
    "rollback": "the last look does not show that app1-100 serves.",
}


@pytest.fixture
def lab() -> Iterator[LabProcess]:
    with standing("100") as lab:
        yield lab


class Late:
    """A connector that notices nothing, until it goes on from where it was, as late as it is by then."""

    def __init__(self, lab: LabProcess) -> None:
        self._lab = lab
        self._begun = time.monotonic()
        lab.set(connector_delay=NEVER)

    def goes_on(self) -> None:
        self._lab.set(connector_delay=time.monotonic() - self._begun)

    def catches_up(self) -> None:
        self._lab.set(connector_delay=0)


def test_a_failed_rollout_outlasts_the_switch_to_what_it_withdrew(lab: LabProcess) -> None:
    since, late = len(lab.journal()), Late(lab)

    def hold(_number: int, name: str, _process: object) -> None:
        if name.startswith("Withdraw | Watch"):
            late.goes_on()
        elif name.startswith("Recover | Go back"):
            late.catches_up()

    outcome = run_in_steps("dcos.avi.rollout", BAD, lab.env, hold).outcome
    assert outcome.returncode != 0
    assert "so it is scaled to zero" in outcome.output, outcome.output
    assert _flips(lab, since)[:1] == ["/app1-200"], outcome.output
    ((serves, size),) = instances(lab).items()
    assert (serves, size) == ("app1-100-r2", 2), outcome.output
    assert f"Now {serves} serves" in outcome.failure, outcome.output
    assert _answers_now(lab) == {f"/{serves}"}


@pytest.mark.parametrize("playbook", ["rollback", *also("withdraw")])
def test_who_withdraws_a_version_says_that_the_traffic_was_moved_to_it(lab: LabProcess, playbook: str) -> None:
    since, late = len(lab.journal()), Late(lab)
    create(lab, "200", "lab/error")

    def hold(_number: int, name: str, _process: object) -> None:
        if name.startswith(("Withdraw | Watch", "Report | Unlock")):
            late.goes_on()

    asked = {"rollout_service": "app1", "rollout_version": "200"}
    if playbook == "rollback":
        asked = {"rollback_service": "app1"}
    outcome = run_in_steps(f"dcos.avi.{playbook}", asked, lab.env, hold).outcome
    assert _flips(lab, since) == ["/app1-200"], outcome.output
    assert outcome.returncode != 0, outcome.output
    assert TOLD[playbook] in outcome.failure, outcome.output


def _flips(lab: LabProcess, since: int) -> list[str]:
    """The versions that the connector moved the traffic to."""
    return [flip["app"] for flip in lab.journal(since=since, kind="flip")]


def _answers_now(lab: LabProcess) -> set[str]:
    with TrafficProcess(lab.env["LAB_VIP_URL"], rate=50) as traffic:
        return who_serves(traffic)
