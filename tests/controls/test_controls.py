# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls of the proof: with one safety taken out, requests must be lost, or "nothing was lost" would prove nothing.

Each control first runs the role as it is, in the same lab under the same load, which must lose nothing; then, for the next version,
the role without the safety, which must lose something.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.lab.traffic.client import Mix
from tests.lab.traffic.process import TrafficProcess

PLAYBOOKS = Path(__file__).parent / "playbooks"
EXAMPLE = Path(__file__).parents[1] / "demo"


@dataclass(frozen=True)
class Control:
    """A safety taken out. `settings` and `image` hold for both runs, `worse` only for the second."""

    playbook: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    worse: Mapping[str, Any] = field(default_factory=dict)
    image: str = "avinetworks/server"
    mix: Mix = Mix()


CONTROLS = [
    Control("naive", image="lab/slow-start"),
    # Where the flip waits for a server that is up, Avi's own health monitor stands in for the wait that is missing here. Only a
    # connector that flips on create shows what it costs to believe the ratio (and costs the whole role requests as well).
    Control("no_health", worse={"flip": "on_create"}, image="lab/slow-start"),
    Control("no_confirm", settings={"connector_delay": 4}),
    Control("no_drain", settings={"kill_grace": 1}, mix=Mix(slow=0.02, slow_seconds=12, timeout=30)),
    Control("unattached", settings={"connector_delay": 4}),
]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.playbook)
def test_a_safety_taken_out_loses_requests(control: Control, tmp_path: Path) -> None:
    with LabProcess(**control.settings) as lab:
        play(lab, "dcos.avi.listener", {"listener_service": "app1", "listener_src": str(EXAMPLE / "app1.json")})
        with TrafficProcess(lab.env["LAB_VIP_URL"], mix=control.mix) as traffic:
            play(lab, "dcos.avi.rollout", version("100", control.image))
            safe = traffic.stop()
        assert safe.lost_total == 0, f"the role as it is lost requests: {safe}"
        assert set(safe.answered_by) == {"/app1", "/app1-100"}, safe

        lab.set(**control.worse)
        with TrafficProcess(lab.env["LAB_VIP_URL"], mix=control.mix) as traffic:
            play(
                lab,
                str(PLAYBOOKS / f"{control.playbook}.yml"),
                {**version("200", control.image), "old_app": "app1-100"},
            )
            unsafe = traffic.stop()
        assert unsafe.lost_total > 0, f"nothing was lost, so this lab could not have shown a loss: {unsafe}"


def version(name: str, image: str = "avinetworks/server") -> dict[str, Any]:
    definition = json.loads((EXAMPLE / f"app1-{name}.json").read_text())
    definition["container"]["docker"]["image"] = image
    return {"rollout_service": "app1", "rollout_version": name, "rollout_definition": definition}


def play(lab: LabProcess, playbook: str, variables: Mapping[str, Any]) -> None:
    outcome = run_playbook(playbook, variables, lab.env)
    assert outcome.returncode == 0, outcome.output
