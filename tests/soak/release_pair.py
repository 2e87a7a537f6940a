# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control of the releases: two services that answer only beside each other's own version, moved in lockstep, in order, and each on its own."""

from __future__ import annotations

import contextlib
import functools
import itertools
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.demo.playbook import run_playbook
from tests.lab.process import LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.soak.cases import Case
from tests.soak.configurations import DRAIN
from tests.soak.release_fleet import LOCKSTEP, ORDERED, RATE, SPEED, VERSION, Fleet, left_over, members
from tests.soak.service import asked_of_marathon, create_listeners, send

PAIR = {"s1": "s2", "s2": "s1"}
OLD, NEW = "edition-1", "edition-2"
"""What the two compare. Values of the environment are hidden wherever they stand, so that it is no name of a version."""
ALONE, ONE_WAVE = "each on its own", "lockstep, in one wave"
BY_NAME, BY_ADDRESS = "by its version's name", "by its service's address"
"""How a service finds the other: a task of its own version, wherever Marathon has one, or whichever version takes the traffic."""
BAD = {"image": "lab/never-healthy", "wait_timeout": 8}
PATIENCE = 60


def cases() -> Iterator[Case]:
    """Where each finds its own version, then where it finds whichever serves, and where the version of the second is bad."""
    good = {BY_NAME: (LOCKSTEP, ORDERED, ALONE), BY_ADDRESS: (LOCKSTEP, ONE_WAVE, ORDERED, ALONE)}
    for found, ways in good.items():
        for way in ways:
            words = f"a pair that finds each other {found}: {way}"
            yield Case(words, functools.partial(moved, found, way, is_bad=False))
    for way in (LOCKSTEP, ORDERED):
        words = f"a pair that finds each other {BY_ADDRESS}, of which one is bad: {way}"
        yield Case(words, functools.partial(moved, BY_ADDRESS, way, is_bad=True))


def moved(found: str, way: str, *, is_bad: bool) -> dict[str, Any]:
    """Move both services, and count the answers that are lost because the two do not belong together."""
    with pair(found) as ours:
        new = {"overrides": {"env": {"VERSION": NEW}}}
        changed: dict[str, Mapping[str, Any]] = {"s1": new, "s2": {**new, **(BAD if is_bad else {})}}
        asked = members(len(PAIR), changed=changed)
        if way == ONE_WAVE:
            asked = [{**each, "after": []} for each in asked]
        mode = ORDERED if way == ORDERED else LOCKSTEP
        began = time.monotonic()
        ended = each_on_its_own(ours, asked) if way == ALONE else [ours.release(mode, asked).outcome.returncode]
        seconds = time.monotonic() - began
        serving, left, sick = ours.serving(), left_over(ours.apps()), ours.sick()
        total = ours.stop()
    is_new = all(apps == [f"/{service}-{VERSION}"] for service, apps in serving.items())
    return {
        "pair": found,
        "way": way,
        "is_bad": is_bad,
        "ended": ended,
        "serving": serving,
        "left_over": left,
        "sick": sick,
        "seconds": round(seconds, 1),
        "rate": RATE,
        "sent": total.sent,
        "lost": dict(total.lost),
        "good": any(ended) == is_bad
        and is_new != is_bad
        and not left
        and as_it_must(found, way, is_bad, total.lost_total),
    }


def as_it_must(found: str, way: str, is_bad: bool, lost: int) -> bool:
    """In lockstep nothing is lost, elsewhere something is: else the control shows nothing.

    Two that find whichever version serves can never be moved without a moment in between: where both move, that is measured only.
    """
    if found == BY_ADDRESS and not is_bad:
        return True
    return (lost == 0) == (way == LOCKSTEP)


@contextlib.contextmanager
def pair(found: str) -> Iterator[Fleet]:
    """A lab with two services that need each other, under traffic."""
    with LabProcess(service="s1", speed=SPEED) as lab, contextlib.ExitStack() as all_traffic:
        create_listeners(lab, list(PAIR))
        urls = lab.state()["dataplane"]["services"]
        until_settled(lab)
        for service, peer in PAIR.items():
            env = {"VERSION": OLD, "PEER": peer, **({"PEER_URL": urls[peer]} if found == BY_ADDRESS else {})}
            send(lab, "PUT", f"/v2/apps/{service}", {"env": env})
        until_settled(lab)
        yield Fleet(lab, {name: all_traffic.enter_context(TrafficProcess(urls[name], rate=RATE)) for name in PAIR})


def until_settled(lab: LabProcess) -> None:
    """Wait until all tasks are healthy, and exactly they are the servers of the pools."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        apps = asked_of_marathon(lab, "/v2/apps?embed=apps.tasks")["apps"]
        servers = itertools.chain.from_iterable(lab.state()["dataplane"]["pools"].values())
        ports = sorted(int(server.rpartition(":")[2]) for server in servers)
        tasks = [task for app in apps for task in app["tasks"]]
        is_healthy = all(app["tasksHealthy"] == app["instances"] == len(app["tasks"]) for app in apps)
        is_served = ports == sorted(task["ports"][0] for task in tasks)
        if is_healthy and is_served and not any(app["deployments"] for app in apps):
            return
        time.sleep(0.2)
    raise RuntimeError("The two services do not settle.")


def each_on_its_own(ours: Fleet, asked: list[dict[str, Any]]) -> list[int]:
    """Roll out both at the same time, as who has no releases does; returns the exit codes."""

    def roll_out(member: Mapping[str, Any]) -> int:
        wanted = {f"rollout_{name}": value for name, value in member.items() if name != "after"}
        return run_playbook("dcos.avi.rollout", {**wanted, "rollout_drain_timeout": DRAIN}, ours.lab.env).returncode

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(roll_out, asked))
