# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases of several services: killed at each step, each service in turn made to fail, two at once: nothing is lost, and all ends as stated."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_freeze import MIGRATION_FREEZE

from tests.modules import call
from tests.soak import release_pair
from tests.soak.cases import Case
from tests.soak.kills import KILLED
from tests.soak.release_fleet import LOCKSTEP, MODES, ORDERED, VERSION, Fleet, fleet, left_over, members, told
from tests.soak.steps import BAR, Playbook, SteppedRun, kill

SIZES = ((LOCKSTEP, 3), (LOCKSTEP, 8), (ORDERED, 5))
SERVICES = 3
WAITS = 300
"""Seconds for which a release waits for another."""
SHAPES: Mapping[str, Mapping[str, Any]] = {
    LOCKSTEP: {"avi": "ab_pool", "flip": "on_server"},
    ORDERED: {"avi": "pool_group", "flip": "on_all"},
}
FORWARD = {"avi": "ab_pool"}
"""Where a service fails its gate: in a pool group it goes back at once, which may lose requests (see ways_back)."""
FIRST_OF_WAY_BACK = "Recover" + BAR
NOBODY = "http://127.0.0.1:9/"

#: What is bad about the version of a service, so that it fails there. Of the last one a single instance, which the preview has, finds a place.
PREVIEW, SWITCH, GATE = "its preview", "its switch", "its gate"
FAILS: Mapping[str, Mapping[str, Any]] = {
    PREVIEW: {"image": "lab/never-healthy", "wait_timeout": 8},
    SWITCH: {"instances": 3, "overrides": {"constraints": [["hostname", "UNIQUE"]]}, "wait_timeout": 12},
    GATE: {"requests": {"url": NOBODY, "wait_timeout": 2}},
}
CHAINS = {(LOCKSTEP, ""): (4, 4), (ORDERED, ""): (4, 1), (LOCKSTEP, GATE): (3, 3), (ORDERED, SWITCH): (4, 1)}
"""How a release is killed, by its mode and what its last service fails, so that it is on the way back: at every so many-th of its steps, one run
after the other, and how many such releases there are. In lockstep they meet each step. In order, most steps are the same."""


def cases() -> Iterator[Case]:
    """Undisturbed, then killed on the way forth and back, then each service failing, then two at once."""
    for mode, size in SIZES:
        yield Case(f"{mode}, {size} services", functools.partial(undisturbed, mode, size))
    for (mode, fails), (chains, taken) in CHAINS.items():
        for number in range(taken):
            words = f"{mode}, killed on the way {'back' if fails else 'forth'}: {number + 1} of {taken}"
            yield Case(words, functools.partial(killed, mode, number, chains, fails=fails))
    yield Case(f"{LOCKSTEP}, killed, and then the services are frozen", frozen)
    for mode, kind, number in itertools.product(MODES, FAILS, range(1, SERVICES + 1)):
        if (mode, kind) != (ORDERED, PREVIEW):
            name = f"{mode}, s{number} fails {kind}"
            yield Case(name, functools.partial(failing, mode, f"s{number}", kind))
    for modes, waits in (((LOCKSTEP, LOCKSTEP), 0), ((LOCKSTEP, ORDERED), WAITS)):
        name = f"{' beside '.join(modes)}, {'the second waits' if waits else 'the second is refused'}"
        yield Case(name, functools.partial(two_at_once, modes, waits))
    yield from release_pair.cases()


def shape(mode: str, fails: str = "") -> Mapping[str, Any]:
    """The lab's settings for a release in this mode, of which a service may fail something."""
    return {**SHAPES[mode], **(FORWARD if fails == GATE else {})}


def undisturbed(mode: str, size: int) -> dict[str, Any]:
    """Release so many services."""
    with fleet(size, **SHAPES[mode]) as ours:
        run = ours.release(mode, members(size))
        return _figures(ours, [run], is_moved=True, mode=mode, services=size)


def killed(mode: str, chain: int, chains: int, *, fails: str) -> dict[str, Any]:
    """Kill a release, and run the same command again, until it was killed at all steps of the chain; then let it end.

    :param fails: what the last service fails, so that the release is killed on the way back; empty where it is on the way forth.
    """
    asked = members(SERVICES, changed={f"s{SERVICES}": FAILS[fails]} if fails else {})
    runs: list[SteppedRun] = []
    chosen = Chain(chain, chains, is_on_its_way=not fails)
    with fleet(SERVICES, **shape(mode, fails)) as ours:
        while not runs or runs[-1].outcome.returncode == KILLED:
            runs.append(ours.release(mode, asked, chosen.kill_at_the_next))
        figures = _figures(ours, runs, is_moved=not fails, mode=mode, services=SERVICES)
    is_killed = len(runs) > 1
    return {**figures, "killed_at": chosen.killed_at, "good": figures["good"] and is_killed}


def frozen() -> dict[str, Any]:
    """Kill a release once its first service has moved, freeze the others, and run the same command again: what has begun is finished."""
    with fleet(SERVICES, **SHAPES[LOCKSTEP]) as ours:

        def kill_after_the_first_move(_number: int, name: str, process: Playbook) -> None:
            if name.startswith("Move | Note the move"):
                kill(process)

        runs = [ours.release(LOCKSTEP, members(SERVICES), kill_after_the_first_move)]
        for number in range(1, SERVICES + 1):
            call(MIGRATION_FREEZE, service=f"s{number}", reason="holidays", marathon_url=[ours.lab.env["MARATHON_URL"]])
        runs.append(ours.release(LOCKSTEP, members(SERVICES)))
        figures = _figures(ours, runs, is_moved=True, mode=LOCKSTEP, services=SERVICES)
    return {
        **figures,
        "killed_at": ["Move | Note the move of a service"],
        "then": ", with all services frozen",
        "good": figures["good"] and figures["ended"][0] == KILLED,
    }


class Chain:
    """Kills a release at every so many-th of the steps at which none was killed before. Those before the way back are passed over where only that counts."""

    def __init__(self, number: int, of: int, *, is_on_its_way: bool) -> None:
        self._number, self._of = number, of
        self._is_on_its_way = is_on_its_way
        self._passed: set[str] = set()
        self._met = 0
        self.killed_at: list[str] = []

    def kill_at_the_next(self, _number: int, name: str, process: Playbook) -> None:
        """Kill the run if this step is one."""
        self._is_on_its_way = self._is_on_its_way or name.startswith(FIRST_OF_WAY_BACK)
        name = re.sub(r"\bs\d+\b", "a service", name)
        if BAR not in name or name in self._passed:
            return
        self._passed.add(name)
        if self._is_on_its_way:
            self._met += 1
            if self._met % self._of == self._number:
                self.killed_at.append(name)
                kill(process)


def failing(mode: str, service: str, kind: str) -> dict[str, Any]:
    """Have one service fail, the others being good."""
    with fleet(SERVICES, **shape(mode, kind)) as ours:
        run = ours.release(mode, members(SERVICES, changed={service: FAILS[kind]}))
        figures = _figures(ours, [run], is_moved=False, mode=mode, services=SERVICES)
    names_it = f"Release spring failed at {service}." in run.outcome.failure
    return {**figures, "fails": f"{service}: {kind}", "good": figures["good"] and names_it}


def two_at_once(modes: Sequence[str], waits: int) -> dict[str, Any]:
    """Release s1 to s3 and, at the same time, s4 to s2 in another order: they have two services in common."""
    first, second = members(SERVICES), [{**each, "after": []} for each in reversed(members(4, "200")[1:])]
    names = ("spring", "autumn")
    with fleet(4, **SHAPES[LOCKSTEP]) as ours, ThreadPoolExecutor(2) as both:
        started = [
            both.submit(ours.release, mode, asked, name=name, release_lock_timeout=waits)
            for mode, asked, name in zip(modes, (first, second), names, strict=True)
        ]
        runs = [each.result() for each in started]
        ended = [run.outcome.returncode == 0 for run in runs]
        apps, serving = ours.apps(), ours.serving()
        total = ours.stop()
    refused = [run.outcome.failure for run in runs if run.outcome.returncode]
    is_one_refused = len(refused) == 1 and re.search(
        r"s[23] is locked by \S+ .* for: release (spring|autumn)", refused[0]
    )
    as_stated = all(ended) if waits else bool(is_one_refused)
    wanted = {version: {each["service"] for each in asked} for version, asked in ((VERSION, first), ("200", second))}
    versions = {service: [app.rpartition("-")[2] for app in found] for service, found in serving.items()}
    common = {version for service in ("s2", "s3") for version in versions[service]}
    is_whole = len(common) == 1 and all(
        versions[service] == [version]
        for version, services in wanted.items()
        for service in services - {"s2", "s3"}
        if waits or version in common
    )
    return {
        "mode": " beside ".join(modes),
        "services": 4,
        "ended": [run.outcome.returncode for run in runs],
        "failures": refused,
        "serving": serving,
        "left_over": left_over(apps),
        "seconds": [round(run.seconds, 1) for run in runs],
        "sent": total.sent,
        "lost": dict(total.lost),
        "good": as_stated and is_whole and not left_over(apps) and not total.lost_total,
    }


def _figures(ours: Fleet, runs: Sequence[SteppedRun], *, is_moved: bool, mode: str, services: int) -> dict[str, Any]:
    """Hold what a release leaves behind against what it must, and against what it said itself."""
    last = runs[-1].outcome
    apps, serving, said, sick = ours.apps(), ours.serving(), told(last), ours.sick()
    total = ours.stop()
    as_said = {service: [f"/{each['is']}"] for service, each in said.items()} == serving
    running = sorted(app for app, instances in apps.items() if instances)
    is_one_each = running == sorted(itertools.chain.from_iterable(serving.values())) and len(running) == services
    new = [app for app in running if re.fullmatch(rf"/s\d+-{VERSION}", app)]
    return {
        "mode": mode,
        "services": services,
        "ended": [run.outcome.returncode for run in runs],
        "failure": last.failure,
        "said": {service: each["stage"] for service, each in said.items()},
        "serving": serving,
        "running": running,
        "left_over": left_over(apps),
        "as_said": as_said,
        "sick": sick,
        "seconds": round(runs[-1].seconds, 1),
        "sent": total.sent,
        "lost": dict(total.lost),
        "good": (last.returncode == 0) == is_moved
        and len(new) == (services if is_moved else 0)
        and is_one_each
        and as_said
        and not left_over(apps)
        and not total.lost_total,
    }
