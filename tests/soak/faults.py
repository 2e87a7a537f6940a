# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marathon, Avi or the connector failing, slow or silent during one step: the rollout finishes, or stops with one version serving everything."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.lab.process import LabProcess
from tests.soak.cases import Case
from tests.soak.configurations import DRAIN, Configuration
from tests.soak.kills import undisturbed
from tests.soak.service import end_state, serving, who_serves
from tests.soak.steps import run_in_steps

SOON: Mapping[str, Any] = {"rollout_wait_timeout": 15, "rollout_drain_timeout": DRAIN}
IMPATIENT = {"MARATHON_TIMEOUT": "4", "AVI_TIMEOUT": "4"}
CONNECTOR_WELL = {"connector": "on", "connector_delay": 0}


@dataclass(frozen=True)
class Broken:
    """What goes wrong: a fault of an API, or settings of the connector."""

    name: str
    fault: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def begin(self, lab: LabProcess) -> None:
        """Let it go wrong."""
        if self.fault:
            lab.fault(**self.fault)
        if self.settings:
            lab.set(**self.settings)

    @staticmethod
    def end(lab: LabProcess) -> None:
        """Put everything right."""
        lab.clear_faults()
        lab.set(**CONNECTOR_WELL)


BROKEN = (
    Broken("Marathon answers 503", {"api": "marathon", "action": "error"}),
    Broken("Marathon takes 1.5 s", {"api": "marathon", "action": "slow", "seconds": 1.5}),
    Broken("Marathon never answers", {"api": "marathon", "action": "slow", "seconds": 600}),
    Broken("Marathon does it and drops the answer", {"api": "marathon", "action": "drop_after"}),
    Broken("Avi answers 503", {"api": "avi", "action": "error"}),
    Broken("Avi takes 1.5 s", {"api": "avi", "action": "slow", "seconds": 1.5}),
    Broken("Avi never answers", {"api": "avi", "action": "slow", "seconds": 600}),
    Broken("Avi answers garbage", {"api": "avi", "action": "garbage"}),
    Broken("the connector is silent", settings={"connector": "silent"}),
    Broken("the connector takes 5 s", settings={"connector_delay": 5}),
)
STEPS = {
    "Marathon": ("Observe |", "Lock | Let", "Deploy | Create", "Deploy | Wait", "Confirm |", "Scale | Scale"),
    "Avi": ("Observe |", "Confirm |", "Drain |"),
    "the connector": ("Deploy |",),
}
"""How the names of the steps begin that ask it, or wait for what it does."""


def steps_of(broken: Broken) -> tuple[str, ...]:
    """The steps that notice when this is broken."""
    return next(steps for name, steps in STEPS.items() if broken.name.startswith(name))


def cases() -> Iterator[Case]:
    """Each step with each thing that can go wrong."""
    configuration = Configuration("direct", "ab_pool", "on_server")
    for broken in BROKEN:
        for step in steps_of(broken):
            yield Case(f"{configuration}: {step} {broken.name}", functools.partial(faulty, configuration, step, broken))


def faulty(configuration: Configuration, step: str, broken: Broken) -> dict[str, Any]:
    """Roll out while something goes wrong as long as a step lasts; then, all being well again, once more."""
    _run, expected = undisturbed(configuration)
    rollout = configuration.rollout("100", **SOON)
    with serving(**configuration.settings) as (lab, traffic):
        met: list[int] = []

        def interfere(number: int, name: str, _process: subprocess.Popen[str]) -> None:
            if not met and name.startswith(step):
                broken.begin(lab)
                met.append(number)
            elif met and not name.startswith(step):
                broken.end(lab)

        run = run_in_steps("dcos.avi.rollout", rollout, {**lab.env, **IMPATIENT}, interfere)
        broken.end(lab)
        served = who_serves(traffic)
        again = run_in_steps("dcos.avi.rollout", rollout, lab.env)
        state = end_state(lab)
        total = traffic.stop()
    finished = run.outcome.returncode == 0
    return {
        "configuration": str(configuration),
        "step": step,
        "broken": broken.name,
        "met": bool(met),
        "ended": "finished" if finished else "stopped",
        "failure": run.outcome.failure,
        "serving_then": sorted(served),
        "exit_code_again": again.outcome.returncode,
        "failure_again": again.outcome.failure,
        "same_state": state == expected,
        "seconds": round(run.seconds, 1),
        "sent": total.sent,
        "answered": total.answered,
        "lost": dict(total.lost),
        "good": bool(met)
        and not total.lost_total
        and len(served) == 1
        and again.outcome.returncode == 0
        and state == expected,
    }
