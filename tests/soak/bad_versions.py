# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions that nobody should get: the one before must serve at the end, and a sentence must name the cause; what is lost until then is counted."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.demo.playbook import module_result, run_playbook
from tests.lab.process import LabProcess
from tests.soak.cases import Case
from tests.soak.configurations import DRAIN, SERVICE, STRATEGIES, Configuration
from tests.soak.service import serving, who_serves
from tests.soak.steps import run_in_steps

BEFORE, NEXT = "100", "200"
OF_BEFORE = re.compile(rf"{SERVICE}-{BEFORE}(-r\d+)?")
"""The version before, where it was left alone or where it was brought back."""
LONG_DRAIN = 10
"""Seconds to drain where only that leaves time to see a task crash."""
SOON: Mapping[str, Any] = {"rollout_wait_timeout": 10, "rollout_drain_timeout": DRAIN}


@dataclass(frozen=True)
class BadVersion:
    """What is bad about it, the image that makes it so, the words by which the failure must name the cause, and what it takes to notice."""

    name: str
    image: str
    cause: str
    expected: Mapping[str, Any] = field(default_factory=dict)
    """Of the answers to requests, besides that they are right."""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    gated: bool = True
    """Whether a gate looks for it."""

    def rollout(self, configuration: Configuration, url: str) -> dict[str, Any]:
        """Its rollout."""
        watched = self._gate(configuration, url) if self.gated else {"rollout_drain_timeout": LONG_DRAIN}
        return configuration.rollout(NEXT, self.image, **{"rollout_overrides": self.overrides, **SOON, **watched})

    def _gate(self, configuration: Configuration, url: str) -> dict[str, Any]:
        """A preview's tasks are asked themselves; without a preview, the virtual service is."""
        asked = {"wait_timeout": 1, **self.expected}
        if configuration.strategy == "preview":
            return {"rollout_smoke": asked}
        return {"rollout_requests": {"url": url, **asked}}


CRASHING_UNSEEN = BadVersion(
    "crashing after 2 s, and no gate looks for it",
    "lab/crash",
    rf"a task of it failed|of the 2 instances of {SERVICE}-{NEXT} are healthy",
    gated=False,
)
SLOW = BadVersion("slow", "lab/slow", r"after 0\.\d+ s instead of 0\.2 s", {"max_seconds": 0.2})
BAD_VERSIONS = (
    BadVersion("never healthy", "lab/never-healthy", "health check failed"),
    # So many requests, one after another, take longer than a task lives.
    BadVersion(
        "crashing after 2 s",
        "lab/crash",
        "gave no answer|has no port yet|has ended|answered 50[23] instead of 200",
        {"count": 3000},
    ),
    BadVersion("healthy but answering errors", "lab/error", "answered 500 instead of 200"),
    BadVersion(
        "healthy but the wrong version",
        f"lab/wrong-version:{NEXT}",
        f"X-Lab-Version: not-{NEXT} instead of {NEXT}",
        {"answer_headers": {"X-Lab-Version": NEXT}},
    ),
    BadVersion("too few resources", "shop/server", "insufficient cpus", overrides={"cpus": 1000}),
    SLOW,
)


def cases() -> Iterator[Case]:
    """Each bad version with each strategy; a preview finds nothing that no gate looks for."""
    for strategy, bad in [*itertools.product(STRATEGIES, BAD_VERSIONS), ("direct", CRASHING_UNSEEN)]:
        configuration = Configuration(strategy, "ab_pool", "on_server")
        yield Case(f"{configuration}: {bad.name}", functools.partial(tried, configuration, bad))


def have_a_good_one_serve(configuration: Configuration, lab: LabProcess) -> None:
    """Roll out the version before."""
    good = run_playbook("dcos.avi.rollout", configuration.rollout(BEFORE, rollout_drain_timeout=DRAIN), lab.env)
    if good.returncode:
        raise RuntimeError(good.output)


def tried(configuration: Configuration, bad: BadVersion) -> dict[str, Any]:
    """Roll out a bad version while a good one serves."""
    app = f"/{SERVICE}-{NEXT}"
    with serving(**configuration.settings) as (lab, traffic):
        have_a_good_one_serve(configuration, lab)
        run = run_in_steps("dcos.avi.rollout", bad.rollout(configuration, lab.env["LAB_VIP_URL"]), lab.env)
        answering = who_serves(traffic)
        seen = module_result("dcos.avi.migration_info", {"service": SERVICE}, lab.env)
        flips = lab.journal(kind="flip")
        total = traffic.stop()
    serves = {
        "proven": [seen["active"]["app"]] if seen["active"] else [],
        "running": [version["app"] for version in seen["versions"] if version["instances"]],
        "answering": [short.strip("/") for short in sorted(answering)],
    }
    failure = run.outcome.failure
    return {
        "configuration": str(configuration),
        "bad": bad.name,
        "exit_code": run.outcome.returncode,
        "failure": failure,
        "serves": serves,
        "seconds": round(run.seconds, 1),
        "seconds_of_traffic": seconds_of_traffic(app, flips),
        "answered_by_it": total.answered_by.get(app, 0),
        "sent": total.sent,
        "answered": total.answered,
        "lost": dict(total.lost),
        "good": run.outcome.returncode == 2
        and bool(re.search(bad.cause, failure))
        and serves["proven"] == serves["running"] == serves["answering"]
        and len(serves["proven"]) == 1
        and bool(OF_BEFORE.fullmatch(serves["proven"][0]))
        and (configuration.strategy == "direct" or not total.lost_total),
    }


def seconds_of_traffic(app: str, flips: Sequence[Mapping[str, Any]]) -> float:
    """How long the connector sent the traffic to an app, until it sent it elsewhere."""
    given = sum(flip["time"] for flip in flips if flip["app"] == app)
    taken = sum(flip["time"] for flip in flips if flip["from"] == app)
    return round(taken - given, 1)
