# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls of the proof: with one safety taken out, requests must be lost, or "nothing was lost" would prove nothing.

Each control first runs the role as it is, in the same lab under the same load, which must lose nothing; then, for the next version,
the role without the safety, which must lose something.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.demo import EXAMPLE
from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.soak.losses import without_last_look
from tests.whole import also
from tests.without_safety.controls import CONTROLS, Control, version

#: Requests a second. Two controls run at once, and each is to find the machine as quiet as it wants it.
RATE = 250


@pytest.mark.parametrize("control", [CONTROLS[0], *also(*CONTROLS[1:])], ids=lambda control: control.playbook)
def test_a_safety_taken_out_loses_requests(control: Control) -> None:
    with LabProcess(**control.settings) as lab:
        play(lab, "dcos.avi.listener", {"listener_service": "app1", "listener_src": str(EXAMPLE / "app1.json")})
        with TrafficProcess(lab.env["LAB_VIP_URL"], rate=RATE, mix=control.mix) as traffic:
            play(lab, "dcos.avi.rollout", version("100", control.image))
            safe = traffic.stop()
        assert safe.lost_total == 0, f"the role as it is lost requests: {safe}"
        assert set(safe.answered_by) == {"/app1", "/app1-100"}, safe

        with TrafficProcess(lab.env["LAB_VIP_URL"], rate=RATE, mix=control.mix) as traffic:
            play(
                lab,
                control.path,
                {**version("200", control.image), "old_app": "app1-100"},
            )
            unsafe = traffic.stop()
        assert unsafe.lost_total > 0, f"nothing was lost, so this lab could not have shown a loss: {unsafe}"


def test_without_the_last_look_what_somebody_went_back_to_is_scaled_down() -> None:
    figures = without_last_look(RATE)
    assert figures["good"], figures


def play(lab: LabProcess, playbook: str, variables: Mapping[str, Any]) -> None:
    outcome = run_playbook(playbook, variables, lab.env)
    assert outcome.returncode == 0, outcome.output
