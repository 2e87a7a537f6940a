# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL at every step boundary and at random moments: what is run next must end where an undisturbed run does, with nothing lost."""

from __future__ import annotations

import functools
import random
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.lab.process import LabProcess
from tests.soak.bad_versions import SLOW, have_a_good_one_serve
from tests.soak.cases import Case
from tests.soak.configurations import DRAIN, SERVICE, Configuration
from tests.soak.service import end_state, serving
from tests.soak.steps import BAR, Interference, SteppedRun, kill, run_in_steps

DIRECT = Configuration("direct", "pool_group", "on_all")
PREVIEW = Configuration("preview", "ab_pool", "on_server")
"""Killed at those steps that `direct` has not, and at random moments."""
TAKEN_BACK = Configuration("direct", "ab_pool", "on_server")
"""Killed at each step by which a version is taken back that answers slowly, so that nobody can lose a request but by the way back."""
FIRST_OF_WAY_BACK = "Recover | Note what failed"
RANDOM_MOMENTS, KILLED_TWICE = 10, 5
SEED = 1
KILLED = -signal.SIGKILL


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
    """Every step boundary, random moments, two kills of the same rollout, and every step of a way back."""
    chance = random.Random(SEED)
    direct, preview = (undisturbed(configuration)[0] for configuration in (DIRECT, PREVIEW))
    at_steps = [AtStep(name) for name in names_of_steps(direct)]
    moments: dict[Configuration, list[Sequence[Moment]]] = {
        DIRECT: [
            *([moment] for moment in at_steps),
            *([moment] for moment in _at_random(chance, direct, RANDOM_MOMENTS // 2)),
            *(list(pair) for pair in zip(*(chance.sample(at_steps, KILLED_TWICE) for _each in range(2)), strict=True)),
        ],
        PREVIEW: [
            *([AtStep(name)] for name in names_of_steps(preview) if name not in names_of_steps(direct)),
            *([moment] for moment in _at_random(chance, preview, RANDOM_MOMENTS)),
        ],
    }
    for configuration, chosen in moments.items():
        for number, each in enumerate(chosen):
            yield Case(f"{configuration}: {number}", functools.partial(killed, configuration, each))
    names = names_of_steps(taken_back()[0])
    for number, name in enumerate(names[names.index(FIRST_OF_WAY_BACK) :]):
        yield Case(f"{TAKEN_BACK}, taken back: {number}", functools.partial(killed_on_the_way_back, AtStep(name)))


def _at_random(chance: random.Random, run: SteppedRun, number: int) -> list[AfterSeconds]:
    length = run.ended - run.steps[0].began
    return [AfterSeconds(round(chance.uniform(0, length), 2)) for _each in range(number)]


def names_of_steps(run: SteppedRun) -> list[str]:
    """Those without a bar only lead to the next one."""
    return list(dict.fromkeys(step.name for step in run.steps if BAR in step.name))


@functools.cache
def undisturbed(configuration: Configuration) -> tuple[SteppedRun, dict[str, Any]]:
    """The rollout that nobody kills, and what it leaves behind."""
    with serving(**configuration.settings) as (lab, _traffic):
        run = run_in_steps("dcos.avi.rollout", _rollout(configuration), lab.env)
        if run.outcome.returncode:
            raise RuntimeError(run.outcome.output)
        return run, end_state(lab)


@functools.cache
def taken_back() -> tuple[SteppedRun, dict[str, Any]]:
    """The rollout of a slow version that is taken back and that nobody kills, and what it leaves behind."""
    with serving(**TAKEN_BACK.settings) as (lab, _traffic):
        run = run_in_steps("dcos.avi.rollout", _of_a_slow_version(lab), lab.env)
        if FIRST_OF_WAY_BACK not in names_of_steps(run):
            raise RuntimeError(run.outcome.output)
        return run, end_state(lab)


def _rollout(configuration: Configuration) -> dict[str, Any]:
    return configuration.rollout("100", rollout_drain_timeout=DRAIN)


def _of_a_slow_version(lab: LabProcess) -> dict[str, Any]:
    """Have a good version serve; return the rollout of the slow one."""
    have_a_good_one_serve(TAKEN_BACK, lab)
    return SLOW.rollout(TAKEN_BACK, lab.env["LAB_VIP_URL"])


def killed(configuration: Configuration, moments: Sequence[Moment]) -> dict[str, Any]:
    """Kill a rollout once for each moment, run it once more, and hold what it leaves behind against the undisturbed one."""
    _run, expected = undisturbed(configuration)
    rollout = _rollout(configuration)
    next_run = ("dcos.avi.rollout", rollout)
    return _figures(configuration, moments, lambda _lab: rollout, next_run, expected)


def killed_on_the_way_back(moment: AtStep) -> dict[str, Any]:
    """Kill a rollout while it takes its version back, let a rollback finish that, and hold what it leaves behind against the undisturbed one."""
    _run, expected = taken_back()
    next_run = ("dcos.avi.rollback", {"rollback_service": SERVICE, "rollback_drain_timeout": DRAIN})
    return _figures(TAKEN_BACK, [moment], _of_a_slow_version, next_run, expected)


def _figures(
    configuration: Configuration,
    moments: Sequence[Moment],
    rollout_in: Callable[[LabProcess], Mapping[str, Any]],
    next_run: tuple[str, Mapping[str, Any]],
    expected: Mapping[str, Any],
) -> dict[str, Any]:
    ended = []
    with serving(**configuration.settings) as (lab, traffic):
        rollout = rollout_in(lab)
        for moment in moments:
            ended.append(run_in_steps("dcos.avi.rollout", rollout, lab.env, moment.interference()).outcome.returncode)
        last = run_in_steps(*next_run, lab.env)
        state = end_state(lab)
        total = traffic.stop()
    return {
        "configuration": str(configuration),
        "killed": [
            f"{moment}{'' if code == KILLED else ' (not reached)'}" for moment, code in zip(moments, ended, strict=True)
        ],
        "next_run": next_run[0],
        "exit_codes": [*ended, last.outcome.returncode],
        "failure": last.outcome.failure,
        "same_state": state == expected,
        "differs": [] if state == expected else [expected, state],
        "seconds": round(last.seconds, 1),
        "sent": total.sent,
        "answered": total.answered,
        "lost": dict(total.lost),
        "good": KILLED in ended and state == expected and not total.lost_total and last.outcome.returncode == 0,
    }
