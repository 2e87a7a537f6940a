# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawn histories of two and three runs that want the lock of a service: killed, stopped and woken again, cut off, with clocks that differ.

Whatever happens, what one run writes comes before another one holds the lock, or not at all.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import Send, apply_change
from ansible_collections.dcos.avi.plugins.module_utils._service import lock_keeper
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Lock, Run, locks_of
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_guard import LockGuard
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_holder import LockHolder
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_keeper import LockKeeper
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_watch import LockWatch
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._service.virtual_time import (
    PERSONAS,
    FakeMarathon,
    FakeSession,
    Machine,
    Persona,
    World,
    on_their_own_clocks,
)

from tests.whole import few

HISTORIES = 50
APP = "/app1-200"


@dataclass(frozen=True)
class Tenure:
    """A time for which a run holds the lock: from when its lock was ``created``. It may act from when it was ``told`` so."""

    run: str
    created: float
    told: float


class History:
    """One drawn history. ``is_fenced`` is False where the runs write whatever the lock says.

    Where it is ``hasty``, the runs do nothing but write, and locks whose holders live are taken all the time: by hand, or because AWX says that
    the job has ended.
    """

    def __init__(self, seed: str, persona: Persona, *, is_fenced: bool = True, is_hasty: bool = False) -> None:
        self.rng = random.Random(seed)
        self.world = World()
        self.marathon = FakeMarathon(self.world, self.rng, persona)
        self.marathon.apps[APP] = {"id": APP, "instances": 2, "version": "2026-01-01T00:00:00.000Z", "labels": {}}
        self.tenures: dict[str, Tenure] = {}
        self.seen: Counter[str] = Counter()
        self._is_fenced, self.is_hasty = is_fenced, is_hasty
        self._lease = self.rng.choice((20, 60, 240, 600))
        self.machines = [self._machine(number) for number in range(self.rng.choice((2, 3)))]
        self._disturb()

    def happen(self) -> None:
        for machine in self.machines:
            machine.begin()
        self.world.run()
        errors = [machine.error for machine in self.machines if machine.error]
        if errors:
            raise errors[0]

    def overlaps(self) -> list[str]:
        """What was written by a run when another one had got the lock since."""
        found = []
        for at, name in self.marathon.writes:
            own = self.tenures[name]
            later = [
                each
                for each in self.tenures.values()
                if each.run != own.run and own.created < each.created and each.told <= at
            ]
            found += [
                f"{own.run} wrote at {at:.2f}, and {each.run} held the lock from {each.told:.2f}" for each in later
            ]
        return found

    def _machine(self, number: int) -> Machine:
        seed = self.rng.random()
        return Machine(
            self.world, f"AWX job {number}", self.rng, lambda machine: _Actor(self, machine, seed).act(self._lease)
        )

    def _disturb(self) -> None:
        """Draw what happens to the machines, and to Marathon."""
        draw, lease = self.rng, self._lease
        for machine in self.machines:
            for _each in range(draw.choice((0, 1, 1, 2))):
                machine.stop_from(draw.uniform(0, 6 * lease), draw.choice((1, 5, lease / 2, lease, 3 * lease)))
            if draw.random() < 0.35:
                machine.kill_at(draw.uniform(1, 5 * lease))
        for _each in range(draw.choice((0, 0, 1, 2))):
            self.marathon.elections.append((draw.uniform(0, 5 * lease), draw.uniform(1, 30), draw.uniform(-600, 600)))

    @property
    def haste(self) -> float:
        """How often, at each look, somebody takes a lock whose holder lives."""
        return 0.1 if self.is_hasty else 0.01

    def says_that_it_ended(self, lock: Lock) -> str:
        """AWX says now and then that a job has ended whose process still runs."""
        return "that job has ended (canceled)" if self.rng.random() < self.haste else ""


class _Actor:
    """A run on its machine: takes the lock, waits, writes and has tasks of the user's own, releases the lock, and comes again."""

    def __init__(self, history: History, machine: Machine, seed: float) -> None:
        self.history, self.machine, self.rng = history, machine, random.Random(seed)
        self.me = Run(machine.name, f"nonce of {machine.name}")
        self.session = FakeSession(machine, history.marathon, self.rng)
        self.client = Marathon(self.session)  # type: ignore[arg-type]

    def act(self, lease: int) -> None:
        self.machine.sleep(self.rng.uniform(0, lease))
        for _each in range(2):
            try:
                if self._has_taken_the_lock(lease):
                    self._work(lease)
                    self._release()
            except DcosAviError as error:
                self.history.seen["refused" if isinstance(error, Refused) else "failed"] += 1
                self.machine.world.say(self.machine.name, error.sentence)
            self.client.before_writes = None
            self.machine.sleep(self.rng.uniform(1, lease))

    def _has_taken_the_lock(self, lease: int) -> bool:
        watch, to_break = LockWatch(self.history.says_that_it_ended), None
        keeper = LockKeeper(self.client, "app1", self.me, lambda owner: False, lease=lease, watch=watch)
        until = self.machine.elapsed() + self.rng.choice((5, 2 * lease, 8 * lease))
        while self.machine.elapsed() < until:
            try:
                attempt = keeper.take("rollout", to_break)
            except Refused:
                raise
            except DcosAviError:
                self.machine.sleep(2)
                continue
            if attempt.lock:
                self.history.seen.update(["taken", *("broken" if to_break else "over" for _each in attempt.leftovers)])
                self._begin(attempt.lock)
                return True
            if attempt.holder and self.rng.random() < self.history.haste:
                to_break = attempt.holder.owner
            self.machine.sleep(self.rng.uniform(0.1, 1) if self.history.is_hasty else self.rng.uniform(1, lease / 10))
        return False

    def _begin(self, lock: Lock) -> None:
        number = len(self.history.tenures)
        self.session.tenure = f"tenure {number}"
        created, now = self.history.marathon.created[lock.proof], self.machine.world.at
        self.history.tenures[self.session.tenure] = Tenure(self.machine.name, created, now)
        self.machine.world.say(self.machine.name, f"holds the lock, {self.session.tenure}")

    def _work(self, lease: int) -> None:
        steps: Sequence[Callable[[LockHolder, int], None]] = (
            self._wait,
            self._look,
            self._write,
            self._write,
            self._write,
            self._own_task,
        )
        if self.history.is_hasty:
            steps = (self._write,)
        for _each in range(self.rng.randint(4, 12)):
            # Each task is a process of its own.
            holder = LockHolder(self.client, "app1", self.me.nonce)
            if self.history._is_fenced:
                self.client.before_writes = LockGuard(
                    self.client, "app1", self.me, "Nothing is changed", holder
                ).not_after
            self.rng.choice(steps)(holder, lease)

    def _wait(self, holder: LockHolder, lease: int) -> None:
        for _each in range(self.rng.randint(1, 10)):
            holder.attend()
            self.machine.sleep(lease / 8)

    def _look(self, holder: LockHolder, _lease: int) -> None:
        begun = self.machine.elapsed()
        locks = locks_of("app1", self.client.apps(label=COMPANION))
        holder.saw(locks[-1] if locks else None, begun)

    def _own_task(self, _holder: LockHolder, lease: int) -> None:
        self.machine.sleep(self.rng.choice((1, lease / 3, 0.9 * lease, 2 * lease)))

    def _write(self, _holder: LockHolder, _lease: int) -> None:
        def next_step(app: AppJson | None, in_doubt: bool) -> Send | None:
            return lambda: self.client.update_app(APP, {"instances": 3})

        apply_change(self.client, APP, self.client.app(APP), next_step, Deadline(30, 0.5))
        self.history.seen["written"] += 1

    def _release(self) -> None:
        keeper = LockKeeper(self.client.unguarded(), "app1", self.me, lambda owner: False)
        keeper.release(keeper.look())
        self.history.seen["released"] += 1


@pytest.mark.parametrize("persona", few({persona.name: persona for persona in PERSONAS}, "1.4", "1.11"))
def test_never_do_two_runs_write(persona: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[str] = Counter()
    with on_their_own_clocks(monkeypatch):
        for number in range(HISTORIES):
            history = History(f"{persona.name} {number}", persona, is_hasty=number % 5 == 4)
            history.happen()
            assert history.overlaps() == [], "\n".join([f"history {number}", *history.world.log])
            seen.update(history.seen)
    # What is to be shown did happen.
    assert min(seen[what] for what in ("taken", "written", "released", "refused", "over")) >= HISTORIES // 5, seen


def unfenced(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return {"is_fenced": False}


def impatient(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(lock_keeper, "LAST_REQUESTS", 0.0)
    return {"is_hasty": True}


@pytest.mark.parametrize("spoil", [unfenced, impatient])
def test_without_a_part_of_it_two_runs_write(
    spoil: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = spoil(monkeypatch)
    with on_their_own_clocks(monkeypatch):
        drawn = (History(f"1.4 {number}", PERSONAS[0], **options) for number in range(3 * HISTORIES))
        assert any(history.overlaps() for history in drawn if history.happen() is None)
