# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is lost where a safety is missing, in the same lab under the same load: else "nothing was lost" would prove nothing."""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.demo.playbook import Outcome, run_playbook
from tests.lab.process import LabProcess
from tests.lab.traffic.client import Mix
from tests.lab.traffic.process import TrafficProcess
from tests.lab.traffic.tally import Total
from tests.soak.cases import Case
from tests.soak.configurations import STRATEGIES, Configuration
from tests.soak.service import scaled, serving
from tests.soak.steps import run_in_steps
from tests.soak.zero_loss import LOAD, RATE, account
from tests.without_safety.controls import CONTROLS, PLAYBOOKS, Control, version

NOTICED = 60_000
"""Requests after which a loss of one in ten thousand must have shown."""
SHOWING = 3
"""Seconds for which the requests after a run count, too."""


def cases() -> Iterator[Case]:
    """Each safety taken out; a connector that flips before a task is ready; and the control of the proof."""
    for control in CONTROLS:
        yield Case(control.words, functools.partial(without_safety, control))
    yield Case("no look before the old version goes, and somebody has gone back to it meanwhile", without_last_look)
    yield Case("two runs at once, and no lock", without_lock)
    for strategy in STRATEGIES:
        name = f"the role ({strategy}), and a connector that flips on create"
        yield Case(name, functools.partial(flip_on_create, strategy))
    yield Case("one request in 10,000 dropped on purpose", dropped_on_purpose)


def without_safety(control: Control) -> dict[str, Any]:
    """The role's rollout, which loses nothing; then the next version's without the safety."""
    mix = LOAD if control.mix == Mix() else control.mix
    with serving(rate=RATE, mix=mix, **control.settings) as (lab, traffic):
        safe = run_playbook("dcos.avi.rollout", version("100", control.image), lab.env)
        before = traffic.snapshot()
        variables = {**version("200", control.image), "old_app": "app1-100"}
        unsafe = run_playbook(control.path, variables, lab.env)
        total = traffic.stop()
    settings = dict(control.settings)
    figures = {
        "configuration": str(
            Configuration("direct", settings.pop("avi", "ab_pool"), settings.pop("flip", "on_server"))
        ),
        "settings": settings,
        "image": control.image,
        "with_it": {**ended(before, Total()), "exit_code": safe.returncode},
        **ended(total, before),
        **told(unsafe),
    }
    return {**figures, "good": safe.returncode == 0 and not before.lost_total and bool(figures["lost"])}


def without_last_look(rate: float = RATE) -> dict[str, Any]:
    """Somebody goes back while the old version drains, which in a pool group happens at once: the role leaves it, the other takes it down."""
    configuration = Configuration("direct", "pool_group", "on_server")
    with serving(rate=rate, mix=LOAD, **configuration.settings) as (lab, traffic):
        safe, with_it = _while_somebody_goes_back("dcos.avi.rollout", version("100"), lab, traffic)
        variables = {**version("200"), "old_app": "app1"}
        unsafe, without = _while_somebody_goes_back(str(PLAYBOOKS / "no_last_look.yml"), variables, lab, traffic)
    figures = {
        "configuration": str(configuration),
        "with_it": {**with_it, **told(safe)},
        **without,
        **told(unsafe),
    }
    refused = "Nothing of app1 is scaled down. app1-100 does not take the traffic any more: app1 does." in safe.failure
    return {**figures, "good": refused and not with_it["lost"] and bool(without["lost"])}


def _while_somebody_goes_back(
    playbook: str, variables: Mapping[str, Any], lab: LabProcess, traffic: TrafficProcess
) -> tuple[Outcome, dict[str, Any]]:
    """Run a playbook, and scale the version it rolls out to zero as it drains the old one. What becomes of the requests counts from then on."""
    settled: list[Total] = []

    def go_back(_number: int, step: str, _process: object) -> None:
        if step.startswith("Drain |") and not settled:
            scaled(lab, f"app1-{variables['rollout_version']}", 0)
            # Going back at once may itself lose some, until Avi has noticed. A second that had begun before does not count.
            begun = len(traffic.laps()) + 1
            settled.append(traffic.wait_for(lambda _total: _are_two_answered_by("/app1", traffic.laps()[begun:][-2:])))

    run = run_in_steps(playbook, variables, lab.env, go_back)
    seen = len(traffic.laps()) + SHOWING
    return run.outcome, ended(traffic.wait_for(lambda _total: len(traffic.laps()) > seen), settled[0])


def _are_two_answered_by(app: str, laps: Sequence[Mapping[str, Any]]) -> bool:
    return len(laps) == 2 and all(not lap["lost"] and set(lap["answered_by"]) == {app} for lap in laps)


def without_lock() -> dict[str, Any]:
    """Two rollouts begin within a second: with the lock one after the other, without it both at once."""
    configuration = Configuration("direct", "ab_pool", "on_server")
    with serving(rate=RATE, mix=LOAD, **configuration.settings) as (lab, traffic):
        in_turn = _two_at_once("dcos.avi.rollout", ("100", "200"), lab)
        before = traffic.snapshot()
        at_once = _two_at_once(str(PLAYBOOKS / "no_lock.yml"), ("300", "400"), lab)
        total = traffic.stop()
    figures = {
        "configuration": str(configuration),
        "with_it": {**ended(before, Total()), "exit_codes": [each.returncode for each in in_turn]},
        **ended(total, before),
        "exit_codes": [each.returncode for each in at_once],
        "failure": next((each.failure for each in at_once if each.returncode), ""),
    }
    went_well = not any(each.returncode for each in in_turn)
    in_the_way = any(each.returncode for each in at_once)
    # Even so, each run looks before it scales down.
    return {**figures, "good": went_well and in_the_way and not total.lost_total}


def _two_at_once(playbook: str, versions: tuple[str, str], lab: LabProcess) -> list[Outcome]:
    """Run a playbook for both versions, for the second one a second later."""
    image = "avinetworks/server"
    asked = {"rollout_service": "app1", "rollout_image": image, "rollout_wait_timeout": 30, "rollout_lock_timeout": 60}
    with ThreadPoolExecutor() as both:
        first = both.submit(run_playbook, playbook, {**asked, "rollout_version": versions[0]}, lab.env)
        time.sleep(1)
        second = both.submit(run_playbook, playbook, {**asked, "rollout_version": versions[1]}, lab.env)
    return [first.result(), second.result()]


def flip_on_create(strategy: str) -> dict[str, Any]:
    """Where the traffic moves as soon as a version is created, before a task of it is ready."""
    configuration = Configuration(strategy, "ab_pool", "on_create")
    image = "lab/slow-start"
    with serving(rate=RATE, mix=LOAD, **configuration.settings) as (lab, traffic):
        outcome = run_playbook("dcos.avi.rollout", configuration.rollout("100", image), lab.env)
        total = traffic.stop()
    figures = {"configuration": str(configuration), "image": image, **ended(total, Total()), **told(outcome)}
    return {**figures, "good": outcome.returncode == 0}


def dropped_on_purpose() -> dict[str, Any]:
    """A version that resets one request in ten thousand: the verdict on the traffic must be bad, and tell of every one."""
    configuration = Configuration("direct", "ab_pool", "on_server")
    image = "lab/lossy"
    with serving(rate=RATE, mix=LOAD, **configuration.settings) as (lab, traffic):
        outcome = run_playbook("dcos.avi.rollout", configuration.rollout("100", image), lab.env)
        until = traffic.snapshot().answered + NOTICED
        traffic.wait_for(lambda total: total.answered >= until, timeout=2 * NOTICED / RATE)
        sums = account(lab, traffic)
        dropped = sum(app["dropped"] for app in lab.get("/counters")["apps"].values())
    good = not sums["good"] and sum(sums["lost"].values()) == dropped > 0
    figures = {
        "configuration": str(configuration),
        "image": image,
        "dropped_on_purpose": dropped,
        **sums,
        **told(outcome),
    }
    return {**figures, "good": good}


def ended(total: Total, before: Total) -> dict[str, Any]:
    """What became of the requests that were answered or lost after `before`."""
    answered = total.answered - before.answered
    lost = Counter(total.lost) - Counter(before.lost)
    return {"sent": answered + lost.total(), "answered": answered, "lost": dict(lost)}


def told(outcome: Outcome) -> dict[str, Any]:
    """How a run ended."""
    return {"exit_code": outcome.returncode, "failure": outcome.failure}
