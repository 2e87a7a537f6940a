# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is lost where a safety is missing, in the same lab under the same load: else "nothing was lost" would prove nothing."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.controls.controls import CONTROLS, Control, version
from tests.demo.playbook import Outcome, run_playbook
from tests.lab.traffic.client import Mix
from tests.lab.traffic.tally import Total
from tests.soak.cases import Case
from tests.soak.configurations import STRATEGIES, Configuration
from tests.soak.service import serving
from tests.soak.zero_loss import LOAD, RATE, account

NOTICED = 60_000
"""Requests after which a loss of one in ten thousand must have shown."""


def cases() -> Iterator[Case]:
    """Each safety taken out; a connector that flips before a task is ready; and the control of the proof."""
    for control in CONTROLS:
        yield Case(control.words, functools.partial(without_safety, control))
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
