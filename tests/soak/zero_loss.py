# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migration after migration under load: nothing is lost, three counts agree; and how long the parts of each migration take."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from typing import Any

from tests.lab.process import LabProcess
from tests.lab.traffic.client import Mix
from tests.lab.traffic.process import TrafficProcess
from tests.lab.traffic.reconcile import answered_counts
from tests.soak.cases import Case
from tests.soak.configurations import ALL, SERVICE, Configuration
from tests.soak.service import serving
from tests.soak.steps import SteppedRun, run_in_steps

IN_ALL = 50
"""Migrations, at least."""
OF_EACH = 5
IN_REAL_SECONDS = 3
"""Migrations of each, where nothing is sped up."""
SENT_IN_ALL = 1_000_000
"""Requests, at least: where migrations are quick, it takes some more of them."""
LEAST_RATE = 1000
RATE = 1250
LOAD = Mix(new=0.2, post=0.25, slow=0.01, slow_seconds=3)
REAL_SECONDS = {"speed": 1, "connector_delay": 3}
"""Tasks, health checks and the connector take the seconds they state, as in production."""


def cases() -> Iterator[Case]:
    """One case for each configuration."""
    migrations = max(OF_EACH, -(-IN_ALL // len(ALL)))
    for configuration in ALL:
        yield Case(str(configuration), functools.partial(alternating, configuration, migrations))


def cases_in_real_seconds() -> Iterator[Case]:
    """Each strategy, shape and flip, but not all together, with nothing sped up: when a version is confirmed there, the traffic has moved long before."""
    for each in (
        ("direct", "ab_pool", "on_server"),
        ("direct", "pool_group", "on_server"),
        ("preview", "ab_pool", "on_all"),
    ):
        configuration = Configuration(*each)
        yield Case(
            str(configuration), functools.partial(alternating, configuration, IN_REAL_SECONDS, 0, **REAL_SECONDS)
        )


def alternating(
    configuration: Configuration, migrations: int, requests: float = SENT_IN_ALL / len(ALL), **settings: Any
) -> dict[str, Any]:
    """Roll out one version after the other, at least so many and until so many requests were sent, in a lab with these settings besides
    the configuration's."""
    with serving(rate=RATE, mix=LOAD, **configuration.settings, **settings) as (lab, traffic):
        began = time.time()
        done: list[dict[str, Any]] = []
        while len(done) < migrations or traffic.snapshot().sent < requests:
            done.append(migration(lab, configuration, str(101 + len(done))))
        seconds = time.time() - began
        sums = account(lab, traffic)
    return {
        "configuration": str(configuration),
        "migrations": done,
        "seconds": round(seconds, 1),
        **sums,
        "good": sums["good"] and all(each["exit_code"] == 0 for each in done),
    }


def account(lab: LabProcess, traffic: TrafficProcess) -> dict[str, Any]:
    """End the traffic, and tell what became of it. It is `good` when nothing was lost, the three counts agree, and in no second
    was less sent than is promised."""
    total = traffic.stop()
    laps = traffic.laps()[:-1]  # the last second is not a whole one
    counts = answered_counts(lab, SERVICE, total)
    rate = round(sum(lap["sent"] for lap in laps[1:]) / (laps[-1]["time"] - laps[0]["time"]))
    least = min(lap["sent"] for lap in laps[1:])
    return {
        "rate": rate,
        "least_rate": least,
        "sent": total.sent,
        "answered": total.answered,
        "lost": dict(total.lost),
        "counts": counts,
        "laps": [[lap["time"], lap["answered_by"], sum(lap["lost"].values())] for lap in laps[:60]],
        "good": not total.lost_total and len(set(counts.values())) == 1 and least >= LEAST_RATE,
    }


def migration(lab: LabProcess, configuration: Configuration, version: str) -> dict[str, Any]:
    """Roll out a version, and tell how long what took, in seconds."""
    app = f"/{SERVICE}-{version}"
    since = lab.journal()[-1]["seq"]
    run = run_in_steps("dcos.avi.rollout", configuration.rollout(version), lab.env)
    entries = lab.journal(since=since)
    created = _when(e for e in entries if e.get("method") == "POST" and (e.get("body") or {}).get("id") == app)
    flipped = next(e["begun"] for e in entries if e["kind"] == "flip" and e["app"] == app)
    first = lab.get("/counters")["apps"][app]["first_traffic"]
    return {
        "version": version,
        "exit_code": run.outcome.returncode,
        "failure": run.outcome.failure,
        "began": run.began,
        "seconds": round(run.seconds, 2),
        "created_to_confirmed": round(_end_of(run, "Confirm") - created, 2),
        "flip_to_first_answer": round(first - flipped, 3),
        "phases": run.phases(),
    }


def _end_of(run: SteppedRun, phase: str) -> float:
    after = [step.began for step, before in zip(run.steps[1:], run.steps, strict=False) if before.phase == phase]
    return after[-1] if after else run.ended


def _when(entries: Iterator[dict[str, Any]]) -> float:
    return float(next(entry["time"] for entry in entries))
