# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A world in which time passes only when everybody waits: runs on machines of their own, and a Marathon whose answers take their time.

What the collection's own code asks of ``time`` is answered by the clock of the machine that it runs on. What Marathon does is what running ones
were seen to do: of POSTs of one id exactly one wins, a request that was sent is carried out whatever becomes of who sent it, its answer
may be lost, and while the leader changes nobody is answered.
"""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core import clock, wait
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Answer
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    Away,
    Conflict,
    DcosAviError,
    NotFound,
    TooLate,
    UnknownOutcome,
)

EPOCH = datetime(2026, 1, 15, tzinfo=timezone.utc)
# Seconds that a request is on its way at most, and those of a client until it gives up.
LONGEST_WAY, TIMEOUT = 2.9, 30.0
# A history that has not ended by then never will.
END_OF_TIME = 40_000.0


class Killed(BaseException):
    """The process is killed."""


@dataclass(frozen=True)
class Persona:
    """What differs between the releases of Marathon, as far as a lock could notice."""

    name: str
    # Whether a deleted app's id stays locked for a moment, and whether a rollback may give an app the time at which Marathon was started.
    locks_deleted_ids: bool
    may_show_old_versions: bool


PERSONAS = (
    Persona("1.4", locks_deleted_ids=True, may_show_old_versions=False),
    Persona("1.5", locks_deleted_ids=True, may_show_old_versions=False),
    Persona("1.8", locks_deleted_ids=True, may_show_old_versions=False),
    Persona("1.11", locks_deleted_ids=False, may_show_old_versions=True),
)


class World:
    """The order in which everything happens. ``at`` is the true time, which nobody in it can read."""

    def __init__(self) -> None:
        self.at = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self.log: list[str] = []

    def do_at(self, when: float, deed: Callable[[], None]) -> None:
        heapq.heappush(self._due, (when, next(self._count), deed))

    def run(self) -> None:
        """Let everything happen, until nothing is left to."""
        while self._due:
            self.at, _number, deed = heapq.heappop(self._due)
            assert self.at < END_OF_TIME, "it never ends"
            deed()

    def say(self, who: str, what: str) -> None:
        self.log.append(f"{self.at:9.2f} {who}: {what}")


class Machine(threading.Thread):
    """A machine with one process, whose clock began somewhere and does not keep quite the time. It may be stopped, and killed."""

    def __init__(self, world: World, name: str, rng: random.Random, work: Callable[[Machine], None]) -> None:
        super().__init__(daemon=True, name=name)
        self.world, self._work = world, work
        self.place = f"{rng.getrandbits(32):08x}"
        self._booted, self._rate = rng.uniform(10, 1e6), rng.uniform(0.9995, 1.0005)
        # Its time of day may be minutes off, which nobody is to notice.
        self.off_by = rng.uniform(-600, 600)
        self._stops: list[tuple[float, float]] = []
        self._killed_at = float("inf")
        self._turn, self._done = threading.Semaphore(0), threading.Semaphore(0)
        self.error: BaseException | None = None

    def elapsed(self) -> float:
        return self._booted + self.world.at * self._rate

    def stop_from(self, begin: float, seconds: float) -> None:
        self._stops.append((begin, begin + seconds))

    def kill_at(self, when: float) -> None:
        self._killed_at = when

    def run(self) -> None:
        self._turn.acquire()
        try:
            if self.world.at < self._killed_at:
                self._work(self)
        except Killed:
            self.world.say(self.name, "is killed")
        except BaseException as error:
            self.error = error
        self._done.release()

    def begin(self) -> None:
        self.start()
        self.world.do_at(self.world.at, self._give_turn)

    def sleep(self, seconds: float) -> None:
        """Wait by the machine's own clock, and for longer while it is stopped."""
        self.wake_at(self.world.at + max(0.0, seconds) / self._rate)
        self.wait()

    def wake_at(self, when: float) -> None:
        for begin, end in self._stops:
            if begin <= when < end:
                when = end
        self.world.do_at(when, self._give_turn)

    def wait(self) -> None:
        self._done.release()
        self._turn.acquire()
        if self.world.at >= self._killed_at:
            raise Killed

    def _give_turn(self) -> None:
        self._turn.release()
        self._done.acquire()


@dataclass
class FakeMarathon:
    """The apps of a cluster, which its leader holds. ``writes`` are those to other apps than locks, in the order in which they were done."""

    world: World
    rng: random.Random
    persona: Persona
    apps: dict[str, dict[str, Any]] = field(default_factory=dict)
    writes: list[tuple[float, str]] = field(default_factory=list)
    # When another leader takes over, for how long nobody leads before, and how wrong the clock of the new one is.
    elections: list[tuple[float, float, float]] = field(default_factory=list)
    locked_until: dict[str, float] = field(default_factory=dict)
    # When each lock was created that there is or was, by its proof.
    created: dict[str, float] = field(default_factory=dict)

    def now(self) -> datetime:
        off_by = [off for begin, gap, off in self.elections if begin + gap <= self.world.at]
        return EPOCH + timedelta(seconds=self.world.at + (off_by[-1] if off_by else 0.0))

    def is_away(self) -> bool:
        return any(begin <= self.world.at < begin + gap for begin, gap, _off in self.elections)

    def answer(self, method: str, path: str, body: Any, tenure: str) -> Answer | DcosAviError:
        """Carry out a request, and return what it is answered with."""
        if self.is_away():
            return Away("no leader", status=503)
        app_id = path.removeprefix("/v2/apps")
        if method == "GET" and not app_id:
            return self._says({"apps": [dict(app) for app in self.apps.values()]})
        if method == "GET":
            return self._says({"app": dict(self.apps[app_id])}) if app_id in self.apps else self._no_such(app_id)
        if method == "POST":
            return self._create(body)
        if app_id not in self.apps:
            return self._no_such(app_id)
        if method == "DELETE":
            del self.apps[app_id]
            if self.persona.locks_deleted_ids:
                self.locked_until[app_id] = self.world.at + 0.05
        else:
            self.apps[app_id] = {**self.apps[app_id], **body, "version": self._stamp()}
            self.writes.append((self.world.at, tenure))
        self.world.say("Marathon", f"{method} {app_id} by {tenure}")
        return self._says({"deploymentId": "d", "version": self._stamp()})

    def _create(self, body: dict[str, Any]) -> Answer | DcosAviError:
        app_id = body["id"]
        if app_id in self.apps:
            return Conflict("exists", status=409, details={"message": f"An app with id [{app_id}] already exists."})
        if self.world.at < self.locked_until.get(app_id, 0.0):
            return Conflict("locked", status=409, details={"message": "locked", "deployments": [{"id": "d"}]})
        app = {**body, "version": self._stamp()}
        if self.persona.may_show_old_versions and self.rng.random() < 0.05:
            app["version"] = "2026-01-01T00:00:00.000Z"
        self.apps[app_id] = app
        self.created[body["labels"]["dcos_avi_lock_proof"]] = self.world.at
        self.world.say("Marathon", f"POST {app_id} of {body['labels'].get('dcos_avi_lock_owner')}")
        return Answer(201, {}, dict(app), "")

    def _stamp(self) -> str:
        return self.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def _says(self, body: Any) -> Answer:
        return Answer(200, {}, body, "")

    def _no_such(self, app_id: str) -> NotFound:
        return NotFound("no such app", status=404, details={"message": f"App '{app_id}' does not exist"})


class FakeSession:
    """The way from one machine to Marathon, in place of a session of HTTP. ``tenure`` says on behalf of which time as holder it writes."""

    url = "http://marathon.example"

    def __init__(self, machine: Machine, marathon: FakeMarathon, rng: random.Random) -> None:
        self._machine, self._marathon, self._rng = machine, marathon, rng
        self.date: str | None = None
        self.answered: dict[str, str] = {}
        self.tenure = ""

    def request(
        self, method: str, path: str, *, json: Any = None, not_after: float | None = None, **_more: Any
    ) -> Answer:
        machine, world, tenure = self._machine, self._machine.world, self.tenure
        if not_after is not None and machine.elapsed() >= not_after:
            raise TooLate("too late")
        answers: list[Answer | DcosAviError] = []
        fate = self._rng.random()
        way, back = self._way(), self._way()
        if method == "GET" and path == "/v2/deployments":
            machine.sleep(way)
            return Answer(200, {}, [], "")

        def arrive() -> None:
            answers.append(self._marathon.answer(method, path, json, tenure))
            answers.append(self._marathon.now())  # type: ignore[arg-type]

        if fate > 0.02:
            world.do_at(world.at + way, arrive)
        if fate < 0.05:
            machine.sleep(TIMEOUT)
            raise UnknownOutcome("no answer")
        machine.wake_at(world.at + way + back)
        machine.wait()
        answer, date = answers
        self.date = date.strftime("%a, %d %b %Y %H:%M:%S GMT")  # type: ignore[union-attr]
        if isinstance(answer, DcosAviError):
            raise answer
        return answer

    def _way(self) -> float:
        return self._rng.uniform(0.001, 0.05) if self._rng.random() < 0.9 else self._rng.uniform(0.05, LONGEST_WAY)


@contextmanager
def on_their_own_clocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the collection's code read the clock of the machine that it runs on, and sleep by it."""

    def machine() -> Machine | None:
        current = threading.current_thread()
        return current if isinstance(current, Machine) else None

    real_sleep, real_monotonic, real_gettime, real_place = (
        time.sleep,
        time.monotonic,
        time.clock_gettime,
        clock.place_of_this_process,
    )

    def sleep(seconds: float) -> None:
        here = machine()
        (here.sleep if here else real_sleep)(seconds)

    def monotonic() -> float:
        here = machine()
        return here.elapsed() if here else real_monotonic()

    def gettime(which: int) -> float:
        here = machine()
        return here.elapsed() if here else real_gettime(which)

    def place() -> str:
        here = machine()
        return here.place if here else real_place()

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(time, "monotonic", monotonic)
    monkeypatch.setattr(time, "clock_gettime", gettime)
    monkeypatch.setattr(clock, "place_of_this_process", place)
    monkeypatch.setitem(wait.wait_until.__kwdefaults__, "sleep", sleep)
    monkeypatch.setitem(wait.wait_until.__kwdefaults__, "clock", monotonic)
    yield
