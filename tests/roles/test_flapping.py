# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A version that crashes and is started again loses the traffic and gets it back, while it is decided how to take it back."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.roles.app1 import all_instances, instances, standing
from tests.roles.test_to_zero import LATER, end_backoff, queue, until_running, until_serves
from tests.soak.steps import run_in_steps
from tests.whole import also

BAD = {
    "rollout_service": "app1",
    "rollout_version": "200",
    "rollout_image": "shop/server:200",
    "rollout_overrides": LATER,
    "rollout_smoke": {"body_contains": "what it never answers", "wait_timeout": 1},
    "rollout_wait_timeout": 120,
}


class Flapping:
    """Version 200 is down whenever it is decided about, and serves again whenever it is to be withdrawn: so often."""

    def __init__(self, lab: LabProcess, traffic: TrafficProcess, times: int) -> None:
        self._lab = lab
        self._traffic = traffic
        self._left = times

    def hold(self, _number: int, name: str, _process: Any) -> None:
        if name.startswith("Recover | Look where the traffic goes") and self._left:
            self._lab.crash("/app1-200", 2)
            until_serves(self._traffic, "/app1-100")
        elif name.startswith("Withdraw | Scale to zero") and self._left:
            self._left -= 1
            end_backoff(self._lab)
            until_running(self._lab)
            until_serves(self._traffic, "/app1-200")


@pytest.mark.parametrize("times", [1, *also(9)])
def test_it_is_decided_anew_and_given_up_in_words(times: int) -> None:
    with (
        standing("100", marathon="1.4", avi="pool_group", scale_interval=36000) as lab,
        TrafficProcess(lab.env["LAB_VIP_URL"], rate=50) as traffic,
    ):
        asked = {**BAD, "__rollout_most_tries": 2}
        outcome = run_in_steps("dcos.avi.rollout", asked, lab.env, Flapping(lab, traffic, times).hold).outcome
        assert outcome.returncode != 0
        given_up = "What to do was decided 2 times, and each time the state had changed before it was done. So it was given up."
        if times > 1:
            assert given_up in outcome.failure, outcome.output
            assert all_instances(lab)["app1-200"] == 2
            return
        assert "That failed, too" not in outcome.failure, outcome.output
        assert "Now app1-100 serves" in outcome.failure, outcome.output
        assert (instances(lab), queue(lab)) == ({"app1-100": 2}, {})
        time.sleep(1)
        until_serves(traffic, "/app1-100")
