# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL at every step boundary and at random moments: the next run must end where an undisturbed one does, with nothing lost."""

from __future__ import annotations

import functools
import random
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.soak.cases import Case
from tests.soak.configurations import DRAIN, Configuration
from tests.soak.service import end_state, serving
from tests.soak.steps import BAR, Interference, SteppedRun, kill, run_in_steps

DIRECT = Configuration("direct", "pool_group", "on_all")
PREVIEW = Configuration("preview", "ab_pool", "on_server")
"""Killed at those steps that `direct` has not, and at random moments."""
RANDOM_MOMENTS = 10
SEED = 1


@dataclass(frozen=True)
class AtStep:
    """Killed as a step begins."""

    step: str

    def __str__(self) -> str:
        return f"at {self.step}"

    def interference(self) -> Interference:
        """What kills the run there."""
        return lambda _number, name, process: kill(process) if name == self.step else None


@dataclass(frozen=True)
class AfterSeconds:
    """Killed at a moment of the clock, from the first step on."""

    seconds: float

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s after the first step began"

    def interference(self) -> Interference:
        """What kills the run then."""

        def arm(number: int, _name: str, process: Any) -> None:
            if number == 1:
                threading.Timer(self.seconds, kill, [process]).start()

        return arm


Moment = AtStep | AfterSeconds


def cases() -> Iterator[Case]:
    """Every step boundary, and random moments."""
    chance = random.Random(SEED)
    direct, preview = (undisturbed(configuration)[0] for configuration in (DIRECT, PREVIEW))
    length = preview.ended - preview.steps[0].began
    moments: dict[Configuration, list[Moment]] = {
        DIRECT: [AtStep(name) for name in names_of_steps(direct)],
        PREVIEW: [AtStep(name) for name in names_of_steps(preview) if name not in names_of_steps(direct)]
        + [AfterSeconds(round(chance.uniform(0, length), 2)) for _each in range(RANDOM_MOMENTS)],
    }
    for configuration, chosen in moments.items():
        for number, moment in enumerate(chosen):
            name = f"{configuration}: {number}"
            yield Case(name, functools.partial(killed, configuration, [moment]))


def names_of_steps(run: SteppedRun) -> list[str]:
    """Those without a bar only lead to the next one."""
    return list(dict.fromkeys(step.name for step in run.steps if BAR in step.name))


@functools.cache
def undisturbed(configuration: Configuration) -> tuple[SteppedRun, dict[str, Any]]:
    """The rollout that nobody kills, and what it leaves behind."""
    with serving(**configuration.settings) as (lab, _traffic):
        run = run_in_steps("dcos.avi.rollout", configuration.rollout("100", rollout_drain_timeout=DRAIN), lab.env)
        if run.outcome.returncode:
            raise RuntimeError(run.outcome.output)
        return run, end_state(lab)


def killed(configuration: Configuration, moments: Sequence[Moment]) -> dict[str, Any]:
    """Kill a rollout once for each moment, run it once more, and hold what it leaves behind against the undisturbed one."""
    _run, expected = undisturbed(configuration)
    rollout = configuration.rollout("100", rollout_drain_timeout=DRAIN)
    ended = []
    with serving(**configuration.settings) as (lab, traffic):
        for moment in moments:
            ended.append(run_in_steps("dcos.avi.rollout", rollout, lab.env, moment.interference()).outcome.returncode)
        last = run_in_steps("dcos.avi.rollout", rollout, lab.env)
        state = end_state(lab)
        total = traffic.stop()
    return {
        "configuration": str(configuration),
        "killed": [str(moment) for moment in moments],
        "exit_codes": [*ended, last.outcome.returncode],
        "failure": last.outcome.failure,
        "same_state": state == expected,
        "differs": [] if state == expected else [expected, state],
        "seconds": round(last.seconds, 1),
        "sent": total.sent,
        "answered": total.answered,
        "lost": dict(total.lost),
        "good": state == expected and not total.lost_total and last.outcome.returncode == 0,
    }
