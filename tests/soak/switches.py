# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way a connector may behave: a rollout, an abandoned one, another one and a rollback each end as they must, with nothing lost."""

from __future__ import annotations

import functools
import itertools
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.soak.cases import Case
from tests.soak.configurations import DRAIN, SERVICE, SHAPES, Configuration
from tests.soak.service import FUNCTIONAL_RATE, serving, who_serves

FLIP = ("on_server", "on_create", "on_all")
ALTERNATE = ("by_active", "by_order")
TOP_GONE = ("keep", "revert", "empty")
PATIENCE = 6
"""Seconds to wait for a version that never gets healthy."""


@dataclass(frozen=True)
class Behaviour:
    """One way in which a connector may behave."""

    flip: str
    alternate: str
    top_gone: str
    shape: str

    def __str__(self) -> str:
        return f"{self.flip}, {self.alternate}, {self.top_gone}, {self.shape}"

    @property
    def settings(self) -> dict[str, Any]:
        """The lab's."""
        return {"flip": self.flip, "alternate": self.alternate, "top_gone": self.top_gone, "avi": self.shape}

    @property
    def switches_blindly(self) -> bool:
        """Whether the traffic moves to a version before a task of it is ready, and no lower version stands in: each move loses some."""
        return self.flip == "on_create" and self.shape == "ab_pool"


@dataclass(frozen=True)
class Deed:
    """A playbook that is run, how it must end, and which version must serve afterwards."""

    name: str
    playbook: str
    variables: Mapping[str, Any]
    exit_code: int
    serves: str


def cases() -> Iterator[Case]:
    """Every combination."""
    for each in itertools.product(FLIP, ALTERNATE, TOP_GONE, SHAPES):
        behaviour = Behaviour(*each)
        yield Case(str(behaviour), functools.partial(four_deeds, behaviour))


def four_deeds(behaviour: Behaviour, rate: float = FUNCTIONAL_RATE) -> dict[str, Any]:
    """Do one after the other to one service."""
    with serving(rate=rate, **behaviour.settings) as (lab, traffic):
        done = [do(deed, lab, traffic) for deed in deeds(behaviour)]
        total = traffic.stop()
    return {
        **behaviour.settings,
        "deeds": done,
        "sent": total.sent,
        "answered": total.answered,
        "lost": dict(total.lost),
        "good": all(deed["as_expected"] for deed in done) and (behaviour.switches_blindly or not total.lost_total),
    }


def deeds(behaviour: Behaviour) -> tuple[Deed, ...]:
    """The four. Where the sick version had the traffic, the one before it has come back once already when it is rolled back to."""
    rollout = functools.partial(
        Configuration("direct", behaviour.shape, behaviour.flip).rollout, rollout_drain_timeout=DRAIN
    )
    sick = rollout("150", "lab/never-healthy", rollout_wait_timeout=PATIENCE)
    rollback = {"rollback_service": SERVICE, "rollback_drain_timeout": DRAIN}
    abandoned, rolled_back = (
        ("app1-100-r2", "app1-100-r3") if behaviour.switches_blindly else ("app1-100", "app1-100-r2")
    )
    return (
        Deed("rollout", "rollout", rollout("100"), 0, "app1-100"),
        Deed("abandoned rollout", "rollout", sick, 2, abandoned),
        Deed("rollout again", "rollout", rollout("200"), 0, "app1-200"),
        Deed("rollback", "rollback", rollback, 0, rolled_back),
    )


def do(deed: Deed, lab: LabProcess, traffic: TrafficProcess) -> dict[str, Any]:
    """Run the playbook, and tell how it ended, who serves now and what was lost meanwhile."""
    before = traffic.snapshot()
    began = time.monotonic()
    outcome = run_playbook(f"dcos.avi.{deed.playbook}", deed.variables, lab.env)
    seconds = time.monotonic() - began
    served = who_serves(traffic)
    return {
        "deed": deed.name,
        "exit_code": outcome.returncode,
        "failure": outcome.failure,
        "serving_then": sorted(served),
        "lost": dict(Counter(traffic.snapshot().lost) - Counter(before.lost)),
        "seconds": round(seconds, 1),
        "as_expected": (outcome.returncode, served) == (deed.exit_code, {f"/{deed.serves}"}),
    }
