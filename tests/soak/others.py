# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else changes the service at a request of a step that scales a version to zero: nobody serving is repaired, and never ends well."""

from __future__ import annotations

import functools
import random
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.migration.others import DEEDS
from tests.soak import sums
from tests.soak.bad_versions import have_a_good_one_serve
from tests.soak.cases import Case
from tests.soak.configurations import DRAIN, SERVICE, SHAPES, Configuration
from tests.soak.markdown import table
from tests.soak.service import FUNCTIONAL_RATE, serving, who_serves
from tests.soak.steps import BAR, run_in_steps

AIMS = 7
"""Requests that are aimed at with each deed in each step: those around the write, and others at random."""
SEED = 1
WINDOW = 0.4
"""Seconds for which the request that is aimed at is held up, so that the deed comes before it."""
REPAIR = 30.0
"""Seconds that it may take to start a version anew, until the traffic finds it, on a busy machine."""
UNNOTICED = 2.0
"""Seconds without anybody that a run which ends well may have: those of a deed itself, until the next version in a group takes over."""
CLIENT = "dcos.avi"
NEVER_HEALTHY = "lab/never-healthy"
ENDS_IT = ("scale", "delete")


@dataclass(frozen=True)
class Flow:
    """A run with a step that scales a version to zero. `stays` is the one that is to serve then."""

    name: str
    playbook: str
    shape: str
    step: str
    stays: str
    warm: bool = False
    """Whether version 200 has the traffic already, with version 100 at the ready."""
    failed: bool = False
    """Whether the rollout of version 200 failed, and left it running without traffic."""
    variables: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.name}, {self.shape}"

    @property
    def configuration(self) -> Configuration:
        return Configuration("direct", self.shape, "on_server")

    def prepare(self, lab: LabProcess) -> None:
        """Bring the service to where the run begins."""
        have_a_good_one_serve(self.configuration, lab)
        if self.warm:
            wanted = self.configuration.rollout("200", rollout_keep_warm=3600)
            done = run_playbook("dcos.avi.rollout", wanted, lab.env)
            if done.returncode:
                raise RuntimeError(done.output)
        if self.failed:
            bad = self.configuration.rollout("200", NEVER_HEALTHY, rollout_on_failure="freeze", rollout_wait_timeout=5)
            left = run_playbook("dcos.avi.rollout", bad, lab.env)
            if not left.returncode:
                raise RuntimeError(left.output)

    @property
    def given(self) -> dict[str, Any]:
        """The variables of the playbook."""
        if self.playbook == "rollout":
            return self.configuration.rollout("200", rollout_drain_timeout=DRAIN, rollout_wait_timeout=60)
        if self.playbook == "withdraw":
            return {"rollout_service": SERVICE, "rollout_version": "200", "rollout_wait_timeout": 60}
        role = self.playbook
        times = {f"{role}_drain_timeout": DRAIN, f"{role}_wait_timeout": 60}
        return {f"{role}_service": SERVICE, **times, **self.variables}


FLOWS = [
    *(Flow("rollout", "rollout", shape, "Drain |", "app1-200") for shape in SHAPES),
    *(Flow("retirement", "retire", shape, "Drain |", "app1-200", warm=True) for shape in SHAPES),
    Flow(
        "instant rollback",
        "rollback",
        "pool_group",
        "Withdraw | Scale",
        "app1-100",
        warm=True,
        variables={"rollback_instant": True},
    ),
    Flow(
        "withdrawal of a failed rollout", "withdraw", "pool_group", "Withdraw | Scale to zero", "app1-100", failed=True
    ),
]


@dataclass(frozen=True)
class Aim:
    """The request that is aimed at: of an API, after so many of the step's others that fit."""

    words: str
    fault: Mapping[str, Any]

    def __str__(self) -> str:
        return self.words


READS_ALL = {"api": "marathon", "method": "GET", "path": "^/v2/apps$", "query": f"(^|&)id={SERVICE}(&|$)"}
"""Only the last check before the write, and the check after it, ask Marathon so."""
AROUND_THE_WRITE = [
    Aim("the last read before the write", READS_ALL),
    Aim("the write", {"api": "marathon", "method": "PUT", "path": f"^/v2/apps/+{SERVICE}"}),
    Aim("the last read after the write", {**READS_ALL, "skip": 1}),
]


def cases() -> Iterator[Case]:
    """Each deed in each step, at the requests around its write, and at some of the others; all of them once before any of them again."""
    aimed = {(flow, deed): aims(flow, deed) for flow in FLOWS for deed in DEEDS}
    for number in range(AIMS):
        for (flow, deed), wanted in aimed.items():
            yield Case(f"{flow}: {deed} {number}", functools.partial(interfered, flow, deed, wanted[number]))


def aims(flow: Flow, deed: str) -> list[Aim]:
    """The requests of a step that a deed is aimed at, the same in each run."""
    chance, counts = random.Random(f"{SEED} {flow} {deed}"), requests_of(flow)
    return AROUND_THE_WRITE + [_at_random(chance, counts) for _each in range(AIMS - len(AROUND_THE_WRITE))]


def _at_random(chance: random.Random, counts: Mapping[str, int]) -> Aim:
    """One of the reads of a step, each as likely as another."""
    (api,) = chance.choices(list(counts), list(counts.values()))
    number = chance.randrange(counts[api])
    return Aim(f"read {number + 1} of {api}", {"api": api, "method": "GET", "skip": number})


@functools.cache
def requests_of(flow: Flow) -> dict[str, int]:
    """How many reads of each API the step makes that nobody interferes with."""
    with serving(**flow.configuration.settings) as (lab, _traffic):
        flow.prepare(lab)
        bounds: list[int] = []

        def note(_number: int, name: str, _process: Any) -> None:
            if name.startswith(flow.step) or (bounds and BAR in name):
                bounds.append(_last(lab))

        run = run_in_steps(f"dcos.avi.{flow.playbook}", flow.given, lab.env, note)
        if run.outcome.returncode or not bounds[1:]:
            raise RuntimeError(run.outcome.output)
        sent = lab.journal(since=bounds[0], kind="request", client=CLIENT, method="GET")
        within = [each["api"] for each in sent if each["seq"] <= bounds[1]]
        return {api: within.count(api) for api in sorted(set(within))}


def _last(lab: LabProcess) -> int:
    return max((entry["seq"] for entry in lab.journal()), default=0)


class Aimed:
    """Does something to the service once, at a request of a step, as the journal shows it."""

    def __init__(self, lab: LabProcess, flow: Flow, deed: str, aim: Aim) -> None:
        self._lab = lab
        self._flow = flow
        self._deed = deed
        self._aim = aim
        self._over = threading.Event()
        self._watch: threading.Thread | None = None
        self.met = False

    def interfere(self, _number: int, name: str, _process: Any) -> None:
        """Take notice of a step that begins."""
        if name.startswith(self._flow.step) and self._watch is None:
            self._lab.fault(action="slow", seconds=WINDOW, times=1, **self._aim.fault)
            self._watch = threading.Thread(target=self._wait, args=(_last(self._lab),))
            self._watch.start()
        elif self._watch is not None and BAR in name:
            self.end()

    def _wait(self, since: int) -> None:
        while not self._over.wait(0.01):
            if self._lab.journal(since=since, kind="request", fault="slow"):
                self.met = True
                DEEDS[self._deed](self._lab, self._flow.stays)
                return

    def end(self) -> None:
        """Do nothing any more; safe to call twice."""
        self._over.set()
        if self._watch is not None:
            self._watch.join()
        self._lab.clear_faults()


def interfered(flow: Flow, deed: str, aim: Aim) -> dict[str, Any]:
    """Run a playbook that somebody interferes with, and see who serves then."""
    # Pools A and B never stand in for one another: there, it is the deed that ends the service, and only a rollout rolls back by itself.
    # A version that failed stands in for nothing either.
    stands_in = not flow.failed and (flow.shape != "ab_pool" or flow.playbook == "rollout")
    is_repaired = deed not in ENDS_IT or stands_in
    with serving(**flow.configuration.settings) as (lab, traffic):
        flow.prepare(lab)
        aimed = Aimed(lab, flow, deed, aim)
        run = run_in_steps(f"dcos.avi.{flow.playbook}", flow.given, lab.env, aimed.interfere)
        aimed.end()
        answering = _who_comes_to_serve(traffic, REPAIR if is_repaired else 0)
        total = traffic.stop()
    seconds = total.lost_total / FUNCTIONAL_RATE
    return {
        "configuration": str(flow),
        "deed": deed,
        "aim": str(aim),
        "met": aimed.met,
        "exit_code": run.outcome.returncode,
        "failure": run.outcome.failure,
        "answering": [app.strip("/") for app in sorted(answering)],
        "seconds": round(run.seconds, 1),
        "sent": total.sent,
        "lost": dict(total.lost),
        "seconds_of_nobody": round(seconds, 2),
        "repaired": is_repaired,
        "good": (bool(answering) and seconds < REPAIR if is_repaired else True)
        and (run.outcome.returncode != 0 or (bool(answering) and seconds < UNNOTICED)),
    }


def _who_comes_to_serve(traffic: TrafficProcess, seconds: float) -> set[str]:
    """The apps that answer, as soon as any does, or those of the last second. A refusal can be quicker than the cloud connector."""
    until = time.monotonic() + seconds
    while not (answering := who_serves(traffic)) and time.monotonic() < until:
        pass
    return answering


def section(cases: sums.Cases) -> str:
    deeds: dict[tuple[str, str], list[sums.Case]] = {}
    for case in cases:
        deeds.setdefault((case["configuration"], case["deed"]), []).append(case)
    rows = [
        (
            run,
            deed,
            len(found),
            sum(case["met"] for case in found),
            sum(case["exit_code"] != 0 for case in found),
            sum(not case["answering"] for case in found),
            max(case["seconds_of_nobody"] for case in found),
            "yes" if all(case["good"] for case in found) else "NO",
        )
        for (run, deed), found in deeds.items()
    ]
    head = (
        "run, shape",
        "somebody",
        "cases",
        "requests met",
        "runs that failed",
        "nobody serves at the end",
        "most seconds of nobody",
        "as it must be",
    )
    return (
        "At one request of the step that scales a version to zero, somebody else writes to Marathon. That person scales the version that is to serve "
        "then to zero, deletes or restarts it, breaks the lock, or moves the traffic to a version of their own. The request is held up until that is done. "
        "It is the last read before the write, the write itself, the last read after it, or a read that was drawn.\n\n"
        "Pools A and B never stand in for one another, and a version whose rollout failed stands in for nothing. So if somebody ends the version that "
        "serves, a retirement or a withdrawal must fail and cannot repair that. Everywhere else somebody must serve at the end. No run may end well that "
        "left the traffic to nobody.\n\n" + table(head, rows)
    )
