# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The article's example, for real: app1 serves, app1-100 takes over as pool B, app1-200 as pool A, and no request is lost.

Runs the playbooks a user would run, in the lab, under load all the time; then the same ones again, which change nothing.
Exits with 1 when a request is lost, a count does not add up, or a playbook does not do what it should.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.demo import EXAMPLE
from tests.demo.playbook import Outcome, module_result, run_playbook
from tests.environments import ROOT
from tests.lab.process import LabProcess
from tests.lab.traffic.client import Mix
from tests.lab.traffic.process import TrafficProcess
from tests.lab.traffic.reconcile import answered_counts
from tests.lab.traffic.tally import Total

SERVICE = "app1"
PAGE = ROOT / "build/report.html"
"""What the demo writes in the end: the page about what it did."""
HANDED_ON = re.compile(r"^\s*RUN: ({.*})$", re.MULTILINE)
"""What a run handed on to the next one, as Ansible shows it where it is asked to."""
LEAST_RATE = 500
"""Requests a second, below which a demo proves little."""


@dataclass(frozen=True)
class Step:
    """One playbook run of the example."""

    name: str
    playbook: str
    variables: Mapping[str, Any]
    ends_in: tuple[str, str] = ("A", "0")
    """The pool that takes the traffic afterwards, and the ratio of pool B, as the article says."""
    refused_again: bool = False


LISTENER = Step(
    "create app1", "dcos.avi.listener", {"listener_service": SERVICE, "listener_src": str(EXAMPLE / "app1.json")}
)
STEPS = (
    LISTENER,
    Step(
        "roll out app1-100",
        "dcos.avi.rollout",
        {"rollout_service": SERVICE, "rollout_version": "100", "rollout_src": str(EXAMPLE / "app1-100.json")},
        ends_in=("B", "100"),
        refused_again=True,
    ),
    Step(
        "roll out app1-200",
        "dcos.avi.rollout",
        {"rollout_service": SERVICE, "rollout_version": "200", "rollout_src": str(EXAMPLE / "app1-200.json")},
    ),
)


class Demo:
    """One run of the example: tells what happens and keeps the rows of the table."""

    def __init__(self, lab: LabProcess, traffic: TrafficProcess, rate: int) -> None:
        self.lab = lab
        self.traffic = traffic
        self.rate = rate
        self.rows: list[tuple[str, ...]] = []
        self.wrong: list[str] = []
        self.counted = Total()
        self.result: dict[str, Any] = {}
        self.started = time.monotonic()

    def run(self) -> int:
        """Run it all. Returns the number of lost requests."""
        self.step(LISTENER)
        with self.traffic:
            self.say(f"traffic: {self.rate} requests a second through {self.lab.env['LAB_VIP_URL']}, until the end")
            for step in STEPS[1:]:
                self.step(step)
            self.say("the same playbooks again")
            for step in STEPS:
                self.again(step)
            seconds = len(self.traffic.laps())
            total = self.traffic.stop()
            self.rows.append(("in all", "", "", "", in_words(total.answered_by), str(total.lost_total)))
            self.reconcile(total)
        self.write_page()
        if total.sent < LEAST_RATE * seconds:
            self.wrong.append(f"only {total.sent} requests were sent in {seconds} s, fewer than {LEAST_RATE} a second")
        print("\n" + "\n".join(table(self.rows)) + "\n")
        for sentence in self.wrong:
            print(f"WRONG: {sentence}")
        return total.lost_total

    def step(self, step: Step) -> None:
        """Run a step for the first time: it must change something and succeed."""
        self.say(step.name)
        outcome = self.play(step, tell=True)
        if outcome.returncode or outcome.changed < 1:
            self.wrong.append(
                f"{step.name}: expected a change, got exit code {outcome.returncode}, changed={outcome.changed}\n{outcome.output}"
            )
        self.expect(step.ends_in)

    def again(self, step: Step) -> None:
        """Run a step again: it must change nothing, and go back to nothing superseded."""
        outcome = self.play(step, again=True)
        refused = outcome.returncode != 0
        self.say(f"{step.name} again: changed={outcome.changed}" + self.verdict(step, outcome))
        if outcome.changed != 0 or refused != step.refused_again:
            self.wrong.append(
                f"{step.name} again: exit code {outcome.returncode}, changed={outcome.changed}\n{outcome.output}"
            )
        self.expect(STEPS[-1].ends_in)

    @staticmethod
    def verdict(step: Step, outcome: Outcome) -> str:
        """What a failure means: nothing superseded comes back under its own name."""
        if not outcome.returncode:
            return ""
        return f", refused{', as it should be' if step.refused_again else ''}: {outcome.failure}"

    def expect(self, ends_in: tuple[str, str]) -> None:
        """Hold the last row against the pool and ratio the article tells."""
        name, _active, pool, ratio, *_counts = self.rows[-1]
        if (pool, ratio) != ends_in:
            self.wrong.append(
                f"{name}: the traffic goes to pool {pool} at ratio {ratio}, not to {ends_in[0]} at {ends_in[1]}"
            )

    def play(self, step: Step, *, tell: bool = False, again: bool = False) -> Outcome:
        env = {**self.lab.env, "ANSIBLE_SHOW_CUSTOM_STATS": "1"}
        outcome = run_playbook(step.playbook, step.variables, env, self.tell if tell else None)
        if handed_on := HANDED_ON.search(outcome.output) if not again else None:
            self.result = json.loads(handed_on[1])["rollout_result"]
        self.rows.append(self.row(step.name + (" again" if again else ""), self.traffic.snapshot()))
        return outcome

    def row(self, name: str, total: Total) -> tuple[str, ...]:
        """The table's row of a step: where the traffic goes by the product's own account, and who answered since the row before."""
        seen = module_result("dcos.avi.migration_info", {"service": SERVICE}, self.lab.env)
        active, virtualservice = seen["active"] or {}, seen["virtualservice"] or {}
        answered = Counter(total.answered_by) - Counter(self.counted.answered_by)
        lost = total.lost_total - self.counted.lost_total
        self.counted = total
        return (
            name,
            active.get("app", "-"),
            (active.get("side") or "-").upper(),
            str(virtualservice.get("ratio", "-")),
            in_words(answered),
            str(lost),
        )

    def reconcile(self, total: Total) -> None:
        """Hold the client's count against HAProxy's and the tasks' own."""
        counts = answered_counts(self.lab, SERVICE, total)
        self.say("answered, as counted by " + ", by ".join(f"{who}: {count}" for who, count in counts.items()))
        if len(set(counts.values())) != 1:
            self.wrong.append("the three counts of answered requests differ")

    def write_page(self) -> None:
        """Write the page about the service and its last rollout."""
        PAGE.parent.mkdir(exist_ok=True)
        about = {"report_services": SERVICE, "report_path": str(PAGE), "report_result": self.result}
        outcome = run_playbook("dcos.avi.report", about, self.lab.env)
        if outcome.returncode or not self.result:
            self.wrong.append(f"the page was not written as it should be\n{outcome.output}")

    def say(self, line: str) -> None:
        print(f"{time.monotonic() - self.started:6.1f} s  {line}", flush=True)

    def tell(self, task: str, outcome: str) -> None:
        if not task.startswith("Validating arguments"):
            self.say(f"    {outcome:<8}{task}")


def in_words(answered: Mapping[str, int]) -> str:
    """Who answered how often, in a few words."""
    return "  ".join(f"{app.lstrip('/')}: {count}" for app, count in sorted(answered.items()) if count) or "-"


def table(rows: list[tuple[str, ...]]) -> list[str]:
    """The lines of the table of steps."""
    head = ("step", "active version", "pool", "ratio", "answered by", "lost")
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, tuple("-" * w for w in widths), *rows)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=600, help="requests a second")
    options = parser.parse_args()
    with LabProcess() as lab:
        traffic = TrafficProcess(lab.env["LAB_VIP_URL"], rate=options.rate, mix=Mix(slow=0.01, slow_seconds=3))
        demo = Demo(lab, traffic, options.rate)
        lost = demo.run()
    print("ratio: the percentage of the traffic that goes to pool B; 0 means that pool A takes all of it")
    print(f"what serves where, and since when: {PAGE.relative_to(ROOT)}")
    print(f"lost: {lost}")
    return 1 if lost or demo.wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("The demo was interrupted.")
