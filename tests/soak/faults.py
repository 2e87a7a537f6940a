# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marathon, Avi or the connector failing, slow or silent during a step: the rollout finishes, or stops with one version serving everything."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from tests.soak.cases import Case
from tests.soak.configurations import DRAIN, Configuration
from tests.soak.kills import undisturbed
from tests.soak.outage import Broken, Outage
from tests.soak.service import end_state, serving, who_serves
from tests.soak.steps import run_in_steps

FAILOVER = 12.0
"""Seconds without a leader: 11 to 16 after a kill of a running one."""
SOON: Mapping[str, Any] = {"rollout_wait_timeout": 12, "rollout_drain_timeout": DRAIN}
PATIENT = 60
"""Seconds to wait where nobody leads Marathon for longer than SOON."""
IMPATIENT = {"MARATHON_TIMEOUT": "3", "AVI_TIMEOUT": "3"}
CONFIGURATION = Configuration("direct", "ab_pool", "on_server")

Steps = tuple[str, ...]
"""How the names of steps begin that follow each other, in their order."""


def _of_an_api() -> Iterator[tuple[Broken, Steps]]:
    """Every request of a step meets it. A dropped answer is to a read what any other failure is, so it is not repeated for each step."""

    def each(api: str, words: str, fault: Mapping[str, Any], *steps: str) -> Iterator[tuple[Broken, Steps]]:
        broken = Broken(f"{api} {words}", {"api": api.lower(), **fault})
        return ((broken, (step,)) for step in steps)

    error, slow, never = {"action": "error"}, {"action": "slow", "seconds": 1.5}, {"action": "slow", "seconds": 600}
    refused, page = {"action": "refuse"}, {"action": "html", "status": 502}
    deploy, scale = ("Deploy | Create", "Deploy | Wait"), ("Drain |", "Scale | Wait")
    yield from each(
        "Marathon",
        "answers 503",
        error,
        "Begin |",
        *deploy,
        "Confirm |",
        *scale,
        "Report |",
    )
    yield from each("Marathon", "takes 1.5 s", slow, "Deploy | Wait", "Confirm |", *scale)
    yield from each("Marathon", "never answers", never, "Begin |", *deploy, "Confirm |", "Scale | Wait")
    yield from each("Marathon", "does it and drops the answer", {"action": "drop_after"}, "Confirm |")
    yield from each("Marathon", "refuses connections", refused, "Begin |", "Deploy | Create", "Confirm |", "Drain |")
    yield from each("Marathon", "answers 502 in HTML", page, "Begin |", "Deploy | Create", "Confirm |")
    yield from each("Avi", "answers 503", error, "Begin |", "Confirm |", "Drain |", "Report |")
    yield from each("Avi", "takes 1.5 s", slow, "Confirm |", "Drain |")
    yield from each("Avi", "never answers", never, "Begin |", "Confirm |", "Drain |", "Report |")
    yield from each("Avi", "refuses connections", refused, "Begin |", "Confirm |", "Drain |")
    yield from each("Avi", "answers 502 in HTML", page, "Begin |", "Confirm |")
    yield from each("Avi", "answers garbage", {"action": "garbage"}, "Begin |", "Confirm |")


def _of_one_write() -> Iterator[tuple[Broken, Steps]]:
    """A step's write alone meets it, once."""
    for step, method in (
        ("Begin |", "POST"),
        ("Deploy | Create", "POST"),
        ("Drain |", "PUT"),
        ("Report |", "DELETE"),
    ):
        fault = {"api": "marathon", "method": method, "times": 1}
        for name, action in (
            (f"Marathon answers 503 to the {method}", {"action": "error"}),
            (f"Marathon answers 502 in HTML to the {method}", {"action": "html", "status": 502}),
            (f"Marathon does the {method} and drops the answer", {"action": "drop_after"}),
            (f"Marathon never answers the {method}", {"action": "slow", "seconds": 600}),
        ):
            yield Broken(name, {**fault, **action}), (step,)


def _of_the_connector() -> Iterator[tuple[Broken, Steps]]:
    """For longer than a step, as what it does follows from what others did."""
    silent = {"connector": "silent"}
    moving, leaving = ("Deploy |", "Confirm |"), ("Scale |", "Report |")
    yield Broken("the connector is silent", settings=silent), moving
    yield Broken("the connector is silent for 7 s", settings=silent, seconds=7), moving
    yield Broken("the connector takes 5 s", settings={"connector_delay": 5}), moving
    yield Broken("the connector is silent", settings=silent), leaving


def _of_what_changes() -> Iterator[tuple[Broken, Steps]]:
    """Sessions end, or another node of Marathon leads, while some steps last."""
    moving, leaving = ("Deploy |", "Confirm |"), ("Drain |", "Scale |", "Report |")
    short = {"avi_session_seconds": 0.5}
    late = {**short, "connector_delay": 3}  # else one look, which is over sooner, is enough
    yield Broken("Avi's sessions end after 0.5 s, and the connector takes 3 s", settings=late), moving
    yield Broken("Avi's sessions end after 0.5 s", settings=short), leaving
    for steps in (moving, leaving):
        yield (
            Broken(f"Marathon has no leader for {FAILOVER:g} s, then another", leader_gone=True, seconds=FAILOVER),
            steps,
        )


def cases() -> Iterator[Case]:
    """The steps with what can go wrong there."""
    undisturbed(CONFIGURATION)  # before any case, so that nothing runs beside it
    for broken, steps in (*_of_an_api(), *_of_one_write(), *_of_the_connector(), *_of_what_changes()):
        name = f"{CONFIGURATION}: {_named(steps)} {broken.name}"
        yield Case(name, functools.partial(faulty, CONFIGURATION, steps, broken))


def faulty(configuration: Configuration, steps: Steps, broken: Broken) -> dict[str, Any]:
    """Roll out while something goes wrong as long as some steps last; then, all being well again, once more."""
    whole, expected = undisturbed(configuration)
    rollout = configuration.rollout(
        "100", **{**SOON, **({"rollout_wait_timeout": PATIENT} if broken.leader_gone else {})}
    )
    with serving(**configuration.settings, **broken.lab) as (lab, traffic):
        outage = Outage(lab, broken, steps)
        run = run_in_steps("dcos.avi.rollout", rollout, {**lab.env, **IMPATIENT}, outage.interfere)
        outage.end()
        met = None if broken.is_uncounted else len(outage.met_by())
        was_met = "refused" in run.outcome.output if broken.is_uncounted else bool(met)
        # Only where a single write failed need the run get over it, and it must have looked before it repeated it.
        as_promised = not broken.is_of_one_write or (run.outcome.returncode == 0 and outage.was_read_next())
        served = who_serves(traffic)
        again = run_in_steps("dcos.avi.rollout", rollout, lab.env)
        state = end_state(lab)
        total = traffic.stop()
    finished = run.outcome.returncode == 0
    return {
        "configuration": str(configuration),
        "step": _named(steps),
        "broken": broken.name,
        "met": met,
        "broken_seconds": round(outage.seconds, 1),
        "ended": "finished" if finished else "stopped",
        "failure": run.outcome.failure,
        "serving_then": sorted(served),
        "exit_code_again": again.outcome.returncode,
        "failure_again": again.outcome.failure,
        "same_state": state == expected,
        "as_promised": as_promised,
        "seconds": round(run.seconds, 1),
        "undisturbed_seconds": round(whole.seconds, 1),
        "sent": total.sent,
        "answered": total.answered,
        "lost": dict(total.lost),
        "good": was_met
        and as_promised
        and not total.lost_total
        and len(served) == 1
        and again.outcome.returncode == 0
        and state == expected,
    }


def _named(steps: Steps) -> str:
    return " to ".join(dict.fromkeys(step.removesuffix(" |") for step in (steps[0], steps[-1])))
