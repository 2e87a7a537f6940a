# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that belong together, each under traffic, in a lab of their own: how they are released, and what serves them then."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.demo.playbook import Outcome
from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.lab.traffic.tally import Total
from tests.soak.configurations import DRAIN
from tests.soak.service import asked_of_marathon, create_listeners, who_serves
from tests.soak.steps import Interference, SteppedRun, run_in_steps

RATE = 40
"""Requests a second to each of three services; to each of more so many fewer, that all get as many."""
USUAL = 3
SPEED = 10
"""Marathon's seconds pass so many times faster: with more, a busy machine keeps tasks from answering their health checks in time."""
LOCKSTEP, ORDERED = "lockstep", "ordered"
MODES = (LOCKSTEP, ORDERED)
VERSION = "100"
SHOWN = re.compile(r'"(?P<service>s\d+): was (?P<was>\S+), is (?P<is>\S+), (?P<stage>[a-z ]+)"')
"""What a release says in the end of each service."""


@dataclass(frozen=True)
class Fleet:
    """The services s1, s2, ... of a lab, and the traffic to each."""

    lab: LabProcess
    traffic: Mapping[str, TrafficProcess]

    def release(
        self,
        mode: str,
        members: Sequence[Mapping[str, Any]],
        interfere: Interference | None = None,
        name: str = "spring",
        **more: Any,
    ) -> SteppedRun:
        """Release services by the playbook."""
        variables = {"release_name": name, "release_mode": mode, "release_services": members, **more}
        options = ("--forks", str(len(members)))
        return run_in_steps("dcos.avi.release", variables, self.lab.env, interfere, *options)

    def apps(self) -> dict[str, int]:
        """The instances of each app, locks and previews among them."""
        return {str(app["id"]): int(app["instances"]) for app in asked_of_marathon(self.lab, "/v2/apps")["apps"]}

    def sick(self) -> int:
        """How many tasks Marathon has killed because of their health: on a machine that is too busy, also good ones."""
        return sum("cause" in each for each in self.lab.journal(kind="kill"))

    def serving(self) -> dict[str, list[str]]:
        """The apps that answer for each service in its next whole second."""
        return {service: sorted(who_serves(traffic)) for service, traffic in self.traffic.items()}

    def stop(self) -> Total:
        """End the traffic, and return what became of all of it."""
        totals = [traffic.stop() for traffic in self.traffic.values()]
        lost: dict[str, int] = {}
        for total in totals:
            for kind, number in total.lost.items():
                lost[kind] = lost.get(kind, 0) + number
        return Total(
            sum(total.sent for total in totals),
            sum(total.answered for total in totals),
            {app: number for total in totals for app, number in total.answered_by.items()},
            lost,
            sum(lost.values()),
        )


@contextlib.contextmanager
def fleet(services: int, **settings: Any) -> Iterator[Fleet]:
    """A lab in which the listeners of so many services serve traffic."""
    names = [f"s{number}" for number in range(1, services + 1)]
    places = {"agent_cpus": 4 * services + 8, "avi_places": services + 2}
    rate = RATE * USUAL / max(services, USUAL)
    with LabProcess(service="s1", speed=SPEED, **places, **settings) as lab, contextlib.ExitStack() as all_traffic:
        create_listeners(lab, names)
        urls = lab.state()["dataplane"]["services"]
        yield Fleet(lab, {name: all_traffic.enter_context(TrafficProcess(urls[name], rate=rate)) for name in names})


def members(
    services: int,
    version: str = VERSION,
    changed: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    chain: bool = False,
) -> list[dict[str, Any]]:
    """The services of a release: each comes after one before it, so that later waves are broader; in a chain, after the one right before.

    :param changed: what is otherwise with some of them.
    """
    found: list[dict[str, Any]] = []
    for number in range(1, services + 1):
        before = number // 2
        found.append(
            {
                "service": f"s{number}",
                "version": version,
                "image": f"shop/server:{version}",
                "drain_timeout": DRAIN,
                **({"after": [f"s{before}"]} if before else {}),
                **(changed or {}).get(f"s{number}", {}),
            }
        )
    return found


def told(outcome: Outcome) -> dict[str, dict[str, str]]:
    """What a release said of each service in the end."""
    return {found["service"]: found.groupdict() for found in SHOWN.finditer(outcome.output)}


def left_over(apps: Mapping[str, int]) -> list[str]:
    """Locks and previews that should be gone."""
    return sorted(app for app in apps if "-migration-lock-" in app or app.endswith("-preview"))
