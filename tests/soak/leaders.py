# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marathon's leader goes at each step of a rollout, and of a change in place: both finish, and nobody goes without service."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP

from tests.lab.process import LabProcess
from tests.modules import call
from tests.soak.cases import Case
from tests.soak.configurations import DRAIN, SERVICE, Configuration
from tests.soak.kills import names_of_steps, undisturbed
from tests.soak.losses import SHOWING, ended
from tests.soak.markdown import Row, table
from tests.soak.sections import as_it_must_be, in_short, lost_by_kind
from tests.soak.service import asked_of_marathon, end_state, send, serving, who_serves
from tests.soak.steps import run_in_steps
from tests.soak.sums import Cases

DIRECT = Configuration("direct", "ab_pool", "on_server")
PREVIEW = Configuration("preview", "ab_pool", "on_server")
"""Disturbed at those steps that `direct` has not."""
RELEASES = ("1.4", "1.5", "1.8", "1.11")
INSTANCES = 2
PATIENCE = 120
AWAY = 30
"""Seconds for which the roles try a read again."""


@dataclass(frozen=True)
class Change:
    """How Marathon's leader changes, and for how many seconds nobody leads: 11 to 16 were seen after a kill, 0.5 to 5 after an abdication."""

    name: str
    seconds: float

    @property
    def settings(self) -> dict[str, Any]:
        """The lab's."""
        return {"marathon_nodes": 2, "election_seconds": self.seconds, "election_answers": "measured"}

    def make(self, lab: LabProcess) -> None:
        """Have the leader go."""
        if self is KILLED:
            lab.kill_leader()
        else:
            send(lab, "DELETE", "/v2/leader", {})


KILLED, ABDICATES = Change("is killed", 12.0), Change("abdicates", 2.0)
CHANGES = (KILLED, ABDICATES)


def cases() -> Iterator[Case]:
    """Each step of a rollout on the oldest and the newest release, then each moment of a change in place on all."""
    direct, preview = (names_of_steps(undisturbed(each)[0]) for each in (DIRECT, PREVIEW))
    steps = {DIRECT: direct, PREVIEW: [name for name in preview if name not in direct]}
    for configuration, names in steps.items():
        for number, name in enumerate(names):
            # Each step once; the release and the kind of change take turns, so that neighbours differ.
            release, change = RELEASES[number % len(RELEASES)], CHANGES[number // len(RELEASES) % len(CHANGES)]
            words = f"{configuration}, Marathon {release}: at {name}, the leader {change.name}"
            yield Case(words, functools.partial(rolled_out, configuration, release, name, change))
    for release in RELEASES:
        for moment in MOMENTS:
            for change in CHANGES if moment != NEVER else (KILLED,):
                words = f"a change in place, Marathon {release}: {moment}, the leader {change.name}"
                yield Case(words, functools.partial(changed_in_place, release, moment, change))


def rolled_out(configuration: Configuration, release: str, step: str, change: Change) -> dict[str, Any]:
    """Roll out while the leader goes as a step begins; then once more, with all well again."""
    _run, expected = undisturbed(configuration)
    rollout = configuration.rollout("100", rollout_drain_timeout=DRAIN)
    with serving(**configuration.settings, **change.settings, marathon=release) as (lab, traffic):
        at = Once(lab, change)

        def interfere(_number: int, name: str, _process: object) -> None:
            if name == step:
                at.make()

        run = run_in_steps("dcos.avi.rollout", rollout, lab.env, interfere)
        wrote = [each["seq"] for each in lab.journal(kind="request", api="marathon", write=True) if "applied" in each]
        at.wait_until_led()
        served = who_serves(traffic)
        again = run_in_steps("dcos.avi.rollout", rollout, lab.env)
        state = end_state(lab)
        total = traffic.stop()
    finished, same = run.outcome.returncode == 0, state == expected
    # Before anything was done a run may give up: whoever starts it sees that at once, and nothing is left to be cleaned up.
    may_stop = not any(number > at.began for number in wrote)
    return {
        "what": str(configuration),
        "release": release,
        "step": step,
        "change": change.name,
        "ended": "finished" if finished else "stopped",
        "failure": run.outcome.failure,
        "failure_again": again.outcome.failure,
        "same_state": same,
        "serving_then": sorted(served),
        "seconds": round(run.seconds, 1),
        "sent": total.sent,
        "answered": total.answered,
        "lost": dict(total.lost),
        "good": at.began > 0
        and (finished or may_stop)
        and again.outcome.returncode == 0
        and same
        and len(served) == 1
        and not total.lost_total,
    }


class Once:
    """The leader goes once, whoever asks for it how often."""

    def __init__(self, lab: LabProcess, change: Change) -> None:
        self._lab = lab
        self._change = change
        self.began = 0
        """The number of the journal's last entry before."""

    def make(self) -> None:
        if not self.began:
            self.began = self._lab.journal()[-1]["seq"]
            self._change.make(self._lab)

    def wait_until_led(self) -> None:
        """Wait until the first node answers again, whoever leads."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            state = self._lab.state()["marathon"]
            if state["leader"] is not None and not state["down"]:
                return
            time.sleep(0.1)
        raise RuntimeError(f"Nobody leads Marathon: {self._lab.state()['marathon']}")


@dataclass(frozen=True)
class Seen:
    """How far a change in place has come, by the lab's own account, which no leader is asked for."""

    deployments: int
    old_running: int
    new_running: int
    new_healthy: int
    running: int


NEVER, SENT = "never", "before it is sent"
MOMENTS: Mapping[str, Callable[[Seen], bool]] = {
    NEVER: lambda _seen: False,
    SENT: lambda _seen: True,
    "once it has begun": lambda seen: seen.deployments > 0,
    "once a new task runs": lambda seen: seen.new_running > 0,
    "once a new task is healthy": lambda seen: seen.new_healthy > 0,
    "once an old task has gone": lambda seen: seen.old_running < INSTANCES,
    "once all is done": lambda seen: seen.new_running == INSTANCES and seen.old_running == 0,
}
"""When the leader goes; at the first of them before the module is called."""
HALFWAY = ("once it has begun", "once a new task runs", "once a new task is healthy", "once an old task has gone")
"""A new leader begins the restart anew, and counts what the first half has launched: it takes down old tasks before a new one is healthy."""
SEEN_LATE = 5
"""Seconds in which a moment is still seen that came and went between two looks, or with the end of the change."""


def changed_in_place(release: str, moment: str, change: Change) -> dict[str, Any]:
    """Change the listener's image while the leader goes."""
    with serving(**change.settings, marathon=release) as (lab, traffic):
        send(lab, "PUT", f"/v2/apps/{SERVICE}", {"instances": INSTANCES})
        before = until_healthy(lab)
        old = {task["id"] for task in before["tasks"]}
        traffic.wait_for(lambda _total: len(traffic.laps()) > SHOWING)
        begin, at, began = traffic.snapshot(), Once(lab, change), time.monotonic()
        watch = Watch(lab, old, at, MOMENTS[moment])
        asked: dict[str, Any] = {"id": SERVICE, "definition": other(before), "wait_timeout": PATIENCE}
        if moment == SENT:
            at.make()
            # Alone, a module gives up its first read soon; a role has it wait as long as a failover lasts.
            asked["marathon_away_timeout"] = AWAY
        with ThreadPoolExecutor(1) as pool:
            watching = pool.submit(watch.look_until_over)
            try:
                result = call(APP, **asked, marathon_url=nodes(lab))
                failure = ""
            except Exception as error:  # noqa: BLE001  what it says is a figure
                result, failure = {}, str(error)
            seconds = round(time.monotonic() - began, 1)
            watch.wait_for_the_moment(moment)
            watch.look_a_little_longer(at)
            watching.result()
        at.wait_until_led()
        after = until_healthy(lab)
        seen = len(traffic.laps()) + SHOWING
        total = traffic.wait_for(lambda _total: len(traffic.laps()) > seen)
    is_changed = after["container"] == other(before)["container"] and old.isdisjoint(t["id"] for t in after["tasks"])
    return {
        "what": "a change in place",
        "release": release,
        "step": moment,
        "change": change.name,
        "ended": "finished" if result.get("changed") else "stopped",
        "failure": failure,
        "failure_again": "",
        "seconds": seconds,
        "fewest_running": watch.fewest,
        "serving_then": [f"/{SERVICE}"],
        **ended(total, begin),
        "good": is_changed
        and bool(result.get("changed"))
        and (watch.fewest >= INSTANCES or moment in HALFWAY)
        and (moment == NEVER or at.began > 0),
    }


class Watch:
    """Looks at the tasks of a change in place by the lab's own account, has the leader go at a moment, and keeps the fewest that ran."""

    def __init__(self, lab: LabProcess, old: set[str], at: Once, is_moment: Callable[[Seen], bool]) -> None:
        self._lab, self._old, self._at, self._is_moment = lab, old, at, is_moment
        self._is_over = threading.Event()
        self.fewest = len(old)

    def look_until_over(self) -> None:
        while not self._is_over.wait(0.03):
            seen = self._look()
            self.fewest = min(self.fewest, seen.running)
            if self._is_moment(seen):
                self._at.make()

    def wait_for_the_moment(self, moment: str) -> None:
        """Have the leader go late rather than never."""
        deadline = time.monotonic() + SEEN_LATE
        while moment != NEVER and not self._at.began and time.monotonic() < deadline:
            time.sleep(0.03)

    def look_a_little_longer(self, at: Once) -> None:
        """Look on for as long as an election lasts: what a new leader resumes may take tasks down."""
        if at.began:
            at.wait_until_led()
            time.sleep(1)
        self._is_over.set()

    def _look(self) -> Seen:
        marathon = self._lab.state()["marathon"]
        app = marathon["apps"][f"/{SERVICE}"]
        running = {task["id"] for task in app["tasks"] if task["state"] == "TASK_RUNNING"}
        new = running - self._old
        healthy = max(0, app["healthy"] - len(running & self._old))
        return Seen(len(marathon["deployments"]), len(running & self._old), len(new), healthy, len(running))


def other(app: Mapping[str, Any]) -> dict[str, Any]:
    """The app with another tag of its image."""
    container = dict(app["container"])
    return {"container": {**container, "docker": {**container["docker"], "image": "shop/server:next"}}}


def nodes(lab: LabProcess) -> list[str]:
    return lab.env["MARATHON_URL"].split(",")


def until_healthy(lab: LabProcess) -> dict[str, Any]:
    """Wait until the listener's tasks are healthy and nothing is under way, and return it."""
    deadline = time.monotonic() + PATIENCE
    app: dict[str, Any] = {}
    while time.monotonic() < deadline:
        # On a busy machine the leader may only go now.
        with contextlib.suppress(OSError, HTTPException, ValueError):
            app = asked_of_marathon(lab, f"/v2/apps/{SERVICE}")["app"]
            if not app["deployments"] and app["tasksHealthy"] == app["tasksRunning"] == INSTANCES == len(app["tasks"]):
                return app
        time.sleep(0.1)
    raise RuntimeError(f"/{SERVICE} stays as it is: {app}")


def words(cases: Cases) -> str:
    """What docs/proof.md says of it."""
    rows: list[Row] = [
        (
            case["what"],
            case["release"],
            case["step"],
            case["change"],
            case["ended"] + (f": {in_short(case['failure'])}" if case["failure"] else ""),
            case["seconds"],
            case.get("fewest_running", ""),
            case["sent"],
            lost_by_kind(case),
            as_it_must_be(case),
        )
        for case in cases
    ]
    head = (
        "what",
        "Marathon",
        "the leader goes",
        "it",
        "the run",
        "its seconds",
        "fewest running",
        "sent",
        "lost",
        "as it must be",
    )
    return (
        f"Marathon runs on two nodes. Its leader {KILLED.name}, which cuts an answer short, and nobody leads for {KILLED.seconds:g} s; or it "
        f"{ABDICATES.name}, for {ABDICATES.seconds:g} s. Meanwhile the other node answers 500 and 502 in HTML, 500 `not currently active` and 422, as "
        "running ones were seen to. A rollout must finish, or stop before it has written anything, and lose nothing; the next run must end in the state "
        f"of an undisturbed one. A change in place of {INSTANCES} tasks must be made. Its restart drains no task, so that it loses what it loses "
        f"where the leader stays, too. Where the leader goes before it begins or after it is done, never fewer than {INSTANCES} may run. Where it goes "
        "halfway, a new leader begins the restart anew and counts what the first half launched: it takes the old tasks down before a new one is healthy. "
        f"No client can keep Marathon from that, and a rollout never changes a version in place. "
        f"Counted until {SHOWING} seconds after it.\n\n{table(head, rows)}"
    )
