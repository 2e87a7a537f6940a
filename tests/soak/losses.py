# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is lost where a safety is missing, in the same lab under the same load: else "nothing was lost" would prove nothing."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from typing import Any

from tests.controls.controls import CONTROLS, Control, version
from tests.demo.playbook import Outcome, run_playbook
from tests.lab.traffic.client import Mix
from tests.lab.traffic.tally import Total
from tests.soak.cases import Case
from tests.soak.configurations import STRATEGIES, Configuration
from tests.soak.service import serving
from tests.soak.zero_loss import LOAD, RATE

NOTICED = 60_000
"""Requests after which a loss of one in ten thousand must have shown."""


def cases() -> Iterator[Case]:
    """Each safety taken out; a connector that flips before a task is ready; and the control of the proof."""
    for control in CONTROLS:
        yield Case(control.playbook, functools.partial(without_safety, control))
    for strategy in STRATEGIES:
        yield Case(f"{strategy} on_create", functools.partial(flip_on_create, strategy))
    yield Case("one in 10,000 dropped", dropped_on_purpose)


def without_safety(control: Control) -> dict[str, Any]:
    """The role's rollout, then the next version's without the safety."""
    mix = LOAD if control.mix == Mix() else control.mix
    with serving(rate=RATE, mix=mix, **control.settings) as (lab, traffic):
        safe = run_playbook("dcos.avi.rollout", version("100", control.image), lab.env)
        before = traffic.snapshot()
        lab.set(**control.worse)
        worse = {**version("200", control.image), "old_app": "app1-100"}
        unsafe = run_playbook(control.path, worse, lab.env)
        total = traffic.stop()
    lost = total.lost_total - before.lost_total
    good = (safe.returncode, before.lost_total, lost > 0) == (0, 0, True)
    return figures("a safety taken out", unsafe, total) | {"sent": total.sent - before.sent, "good": good}


def flip_on_create(strategy: str) -> dict[str, Any]:
    """Where the traffic moves as soon as a version is created, before a task of it is ready."""
    configuration = Configuration(strategy, "ab_pool", "on_create")
    with serving(rate=RATE, mix=LOAD, **configuration.settings) as (lab, traffic):
        outcome = run_playbook("dcos.avi.rollout", configuration.rollout("100", "lab/slow-start"), lab.env)
        total = traffic.stop()
    return figures(str(configuration), outcome, total) | {"good": outcome.returncode == 0}


def dropped_on_purpose() -> dict[str, Any]:
    """A version that resets one request in ten thousand: the account must show it."""
    configuration = Configuration("direct", "ab_pool", "on_server")
    with serving(rate=RATE, mix=LOAD, **configuration.settings) as (lab, traffic):
        outcome = run_playbook("dcos.avi.rollout", configuration.rollout("100", "lab/lossy"), lab.env)
        until = traffic.snapshot().answered + NOTICED
        traffic.wait_for(lambda total: total.answered >= until, timeout=2 * NOTICED / RATE)
        time.sleep(1)
        total = traffic.stop()
    return figures(str(configuration), outcome, total) | {"good": total.lost_total > 0}


def figures(configuration: str, outcome: Outcome, total: Total) -> dict[str, Any]:
    """What is recorded of each."""
    return {
        "configuration": configuration,
        "exit_code": outcome.returncode,
        "failure": outcome.failure,
        "sent": total.sent,
        "answered": total.answered,
        "lost": dict(total.lost),
    }
