# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ways back in a pool group, at once and forward: what each loses, by the delay of the cloud connector and by what the version answers."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from typing import Any

from tests.demo.playbook import run_playbook
from tests.lab.traffic.client import Mix
from tests.lab.traffic.reconcile import answered_counts
from tests.soak.cases import Case
from tests.soak.configurations import SERVICE, Configuration
from tests.soak.losses import SHOWING, ended, told
from tests.soak.markdown import table
from tests.soak.sections import as_it_must_be, lost_by_kind
from tests.soak.service import serving
from tests.soak.sums import Cases

RATE = 40
"""Requests a second: few enough that a busy machine still answers each in time, so that what is lost is the connector's doing."""
MIX = Mix(new=0.1)
"""Mostly connections that are used again, which cost the machine least."""
DELAYS = (0, 3, 10)
IMAGES = {"answers rightly": "avinetworks/server", "answers with errors": "lab/error"}
WAYS = {"at once": {"rollback_instant": True}, "forward": {"rollback_instant": False}}
WARM = 3600
"""Seconds for which the version before keeps its instances, longer than any case takes."""


def cases() -> Iterator[Case]:
    """Each way, from a version that answers rightly, at each delay; and from one that does not, at that of a common connector."""
    for answers, delays in {"answers rightly": DELAYS, "answers with errors": DELAYS[1:2]}.items():
        for delay in delays:
            for way in WAYS:
                name = f"{way}, from a version that {answers}, connector delay {delay} s"
                yield Case(name, functools.partial(back, way, answers, delay))


def back(way: str, answers: str, delay: int) -> dict[str, Any]:
    """Roll back to a version that is warm, and count what becomes of the requests from the beginning of that on."""
    configuration = Configuration("direct", "pool_group", "on_server")
    rolled_out = {"rollout_image": IMAGES[answers], "rollout_keep_warm": WARM, "rollout_version": "100"}
    with serving(rate=RATE, mix=MIX, **configuration.settings, connector_delay=delay) as (lab, traffic):
        before = run_playbook("dcos.avi.rollout", {"rollout_service": SERVICE, **rolled_out}, lab.env)
        begin = traffic.snapshot()
        outcome = run_playbook("dcos.avi.rollback", {"rollback_service": SERVICE, **WAYS[way]}, lab.env)
        seen = len(traffic.laps()) + SHOWING
        traffic.wait_for(lambda _total: len(traffic.laps()) > seen)
        last = traffic.laps()[-1]
        total = traffic.stop()
        counts = answered_counts(lab, SERVICE, total)
    figures = {
        "configuration": str(configuration),
        "way": way,
        "answers": answers,
        "delay": delay,
        "serving_then": sorted(last["answered_by"]),
        "answered_by_count": counts,
        "load_average": round(os.getloadavg()[0], 1),
        **ended(total, begin),
        **told(outcome),
    }
    ended_well = before.returncode == 0 and outcome.returncode == 0
    serves = not last["lost"] and figures["serving_then"] in (["/app1"], ["/app1-r2"])
    return {**figures, "good": ended_well and serves and (not is_to_lose_none(way, answers) or not figures["lost"])}


def is_to_lose_none(way: str, answers: str) -> bool:
    """Whether no request may be lost: from a version that answers rightly, the way forward costs nothing at any delay."""
    return way == "forward" and answers == "answers rightly"


def words(cases: Cases) -> str:
    """What docs/proof.md says of it."""
    rows = [
        (
            case["delay"],
            case["answers"],
            case["way"],
            case["sent"],
            lost_by_kind(case),
            ", ".join(case["serving_then"]),
            case["load_average"],
            as_it_must_be(case),
        )
        for case in cases
    ]
    head = (
        "connector delay, seconds",
        "the current version",
        "the way",
        "sent",
        "lost",
        "serves then",
        "load of the machine",
        "as it must be",
    )
    return (
        "In a pool group the version before is warm, and the service rolls back to it. It does so at once, by scaling the current version to zero, or "
        "forward, by the earlier definition once more. The requests count from the beginning of the rollback. An error in place of an answer is lost. So a "
        "version that answers with errors loses all requests until another one serves. Its health checks pass here, so the role would choose to roll "
        f"forward. Whoever knows better asks for the way at once. {_counted_alike(cases)}\n\n{table(head, rows)}"
    )


def _counted_alike(cases: Cases) -> str:
    """Say in how many cases the three counts of answers agree: what the client alone misses, a busy machine answered too late."""
    judged = [case["answered_by_count"] for case in cases if case["answers"] == "answers rightly"]
    alike = sum(len(set(counts.values())) == 1 for counts in judged)
    return (
        f"Where the version answers rightly, the client, HAProxy and the tasks counted the same answers in {alike} of {len(judged)} cases. So "
        "the service lost what was lost, not a busy machine."
    )
