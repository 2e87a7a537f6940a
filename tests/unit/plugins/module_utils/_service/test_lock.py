# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What locks mean for a run, and that no order of requests lets two runs hold one."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Conflict, NotFound
from ansible_collections.dcos.avi.plugins.module_utils._service import lock_keeper
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import (
    Lock,
    Run,
    definition_of,
    is_said_to_be_a_lock,
    judge,
    lock_of,
    locks_of,
    new_lock,
    refusal,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_keeper import LockKeeper
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.foreign_states import foreign_apps
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import unhurried
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.whole import examples

NOW = datetime(2026, 1, 15, 10, 20, 30, tzinfo=timezone.utc)


def run_named(name):
    return Run(name, f"nonce of {name}")


def lock(number, owner, service="app1"):
    return new_lock(service, number, run_named(owner), "rollout of version 200", NOW)


def situation(*locks, to_break=None):
    return judge(locks, run_named("me"), to_break, lambda owner: owner == "gone")


def test_an_app_tells_what_the_lock_is():
    taken = lock(3, "job 1", "prod/app1")
    app = definition_of(taken, "prod/app1")
    assert (lock_of(app, "prod/app1"), taken.number, taken.since) == (taken, 3, "2026-01-15T10:20:30Z")
    assert not any("nonce" in value for value in app["labels"].values())
    assert (app["id"], app["instances"], app["portDefinitions"]) == ("/prod/app1-migration-lock-3", 0, [])
    assert (app["labels"]["dcos_avi_service"], app["labels"]["proxy_listener"]) == ("prod/app1", "no")
    assert lock_of({"id": "/app1-200-preview", "labels": {"dcos_avi_service": "app1"}}, "app1") is None


@pytest.mark.parametrize(
    "app_id",
    [
        "/x", "/app1-migration-lock", "/app1-migration-lock-0", "/app1-migration-lock-1x", "/tenantb/app1-migration-lock-1",
        "/app1-migration-lock-1/app1-migration-lock-1", "/app1-migration-lock-99999999999999999999", "/app1-migration-lock-٣",
    ],
)  # fmt: skip
def test_labels_alone_make_no_lock(app_id):
    app = {**definition_of(lock(1, "AWX job 77"), "app1"), "id": app_id}
    assert is_said_to_be_a_lock(app) and lock_of(app, "app1") is None


def test_a_lock_of_the_runs_own_name_is_not_its_own_unless_it_took_it():
    mine = lock(1, "AWX job 77")
    other = new_lock("app1", 1, Run("AWX job 77", "guessed"), "rollout of version 200", NOW)
    by_hand = Lock("app1-migration-lock-1", "AWX job 77", "", "", 1)
    # What the proof of one lock is copied to is not the app that it was made for.
    copied = dataclasses.replace(mine, app="app1-migration-lock-2", number=2)
    me = run_named("AWX job 77")
    assert [me.holds(each) for each in (mine, other, by_hand, copied, None)] == [True, False, False, False, False]
    assert judge([mine, copied], me, None, lambda owner: False).holder == copied
    assert "another nonce" in refusal("app1", other, me, None, NOW)


def test_a_run_may_have_a_name_that_is_no_text():
    """The command line and the environment hold bytes, of which Python makes halves of characters where they are no UTF-8."""
    me = Run("\udcff", "\ud800")
    assert me.holds(new_lock("app1", 1, me, "rollout of version 200", NOW))


def test_locks_come_by_number_and_only_those_of_the_service():
    apps = [
        definition_of(lock(number, "o", service), service) for number, service in [(10, "app1"), (9, "app1"), (1, "b")]
    ]
    apps.append({"id": "/app1-200-preview", "labels": {"dcos_avi_service": "app1"}})
    assert [each.number for each in locks_of("app1", apps)] == [9, 10]


@pytest.mark.parametrize(
    ("locks", "to_break", "mine", "holder", "leftovers", "number"),
    [
        ([], None, None, None, [], 1),
        (["me"], None, 1, None, [], 2),
        (["other"], None, None, 1, [], 2),
        (["gone"], None, None, None, [1], 2),
        (["gone", "me"], None, 2, None, [1], 3),
        (["gone", "other"], None, None, 2, [1], 3),
        # What was created by an old look stands back, whatever its number.
        (["other", "me"], None, 2, 1, [], 3),
        (["other"], "other", None, None, [1], 2),
        (["other"], "third", None, 1, [], 2),
        (["me"], "me", 1, None, [], 2),
    ],
)
def test_what_the_locks_mean(locks, to_break, mine, holder, leftovers, number):
    found = situation(*(lock(index, owner) for index, owner in enumerate(locks, 1)), to_break=to_break)
    assert (found.mine and found.mine.number, found.holder and found.holder.number) == (mine, holder)
    assert ([each.number for each in found.leftovers], found.number) == (leftovers, number)


@pytest.mark.parametrize(
    ("later", "words"),
    [(0, "(0 s)"), (119, "(119 s)"), (120, "(2 min)"), (7300, "(2 h)"), (200000, "(2 d)"), (-5, "(0 s)")],
)
def test_a_refusal_says_who_since_when_for_what_and_what_to_do(later, words):
    sentence = refusal(
        "app1", lock(1, "job 1"), run_named("me"), None, datetime.fromtimestamp(NOW.timestamp() + later, timezone.utc)
    )
    assert f"app1 is locked by job 1 since 2026-01-15T10:20:30Z {words} for: rollout of version 200" in sentence
    assert "wait_timeout" in sentence and "break_holder: job 1" in sentence


def test_a_lock_made_by_hand_has_no_age():
    by_hand = Lock("app1-migration-lock-1", "hand", "", "yesterday", 1)
    assert by_hand.age(NOW) is None
    assert "not job 2" in refusal("app1", by_hand, run_named("me"), "job 2", NOW)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(lock_keeper, "LOOK_PAUSE", 0)


class Stage:
    """Lets one actor at a time make one request. ``bursts`` say which one, and for how many requests in a row."""

    def __init__(self, bursts):
        self.apps = {}
        self._order = itertools.cycle([number for number, length in bursts for _each in range(length)])
        self._news = threading.Condition()
        self._waiting, self._turn = set(), None

    def take_turn(self, number):
        with self._news:
            self._waiting.add(number)
            self._news.notify_all()
            assert self._news.wait_for(lambda: self._turn == number, timeout=30)
            self._turn = None

    def leave(self):
        with self._news:
            self._news.notify_all()

    def direct(self, actors):
        """Give turns until all actors are done."""
        with self._news:
            while any(not actor.done for actor in actors):
                everyone = {actor.number for actor in actors if not actor.done}
                if self._turn is None and self._waiting == everyone:
                    drawn = next(self._order)
                    self._turn = drawn if drawn in everyone else min(everyone)
                    self._waiting.remove(self._turn)
                    self._news.notify_all()
                self._news.wait(timeout=30)


class Actor(threading.Thread):
    """A run that tries to take the lock, holds it for a while and releases it, and the Marathon it sees."""

    def __init__(self, stage, number, holders):
        super().__init__(daemon=True)
        self._stage, self._holders, self.number = stage, holders, number
        self.taken, self.error, self.done = 0, None, False

    def run(self):
        try:
            self._act(LockKeeper(self, "app1", run_named(f"run {self.number}"), lambda owner: owner == "gone"))
        except BaseException as error:
            self.error = error
        self.done = True
        self._stage.leave()

    def _act(self, keeper):
        for _each in range(2):
            taken = keeper.take("a test").lock
            if taken:
                self._holders.append(self.number)
                assert self._holders == [self.number]
                self._stage.take_turn(self.number)
                self._holders.remove(self.number)
                self.taken += 1
                keeper.remove(taken)

    def apps(self, label):
        self._stage.take_turn(self.number)
        return list(self._stage.apps.values())

    def app(self, app_id):
        self._stage.take_turn(self.number)
        return self._stage.apps.get(app_id)

    def create_app(self, definition):
        self._stage.take_turn(self.number)
        app_id = definition["id"].strip("/")
        if app_id in self._stage.apps:
            raise Conflict("exists")
        self._stage.apps[app_id] = definition

    def delete_app(self, app_id, not_after=None):
        self._stage.take_turn(self.number)
        if self._stage.apps.pop(app_id, None) is None:
            raise NotFound("gone")


BURSTS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 12)), min_size=1, max_size=12)


@settings(unhurried, max_examples=examples(200))
@given(st.booleans(), BURSTS)
# The second acts on what it saw before the first took over and released, and the third took the free lock.
@example(True, [(1, 1), (0, 8), (2, 3), (1, 3)])
def test_whatever_the_order_of_requests_one_run_holds_the_lock(left_over, bursts):
    stage, holders = Stage(bursts), []
    if left_over:
        dead = lock(1, "gone")
        stage.apps[dead.app] = definition_of(dead, "app1")
    actors = [Actor(stage, number, holders) for number in range(3)]
    for actor in actors:
        actor.start()
    stage.direct(actors)
    assert [actor.error for actor in actors] == [None] * 3
    assert sum(actor.taken for actor in actors) >= 1
    assert stage.apps == {}


@unhurried
@given(foreign_apps, st.lists(st.sampled_from(["me", "other", "gone"]), max_size=3), st.none() | st.just("other"))
def test_no_forged_lock_changes_what_the_locks_mean(foreign, owners, to_break):
    real = [definition_of(lock(number, owner), "app1") for number, owner in enumerate(owners, 1)]
    found = locks_of("app1", [*(app.definition for app in foreign), *real])
    assert found == locks_of("app1", real)
    assert situation(*found, to_break=to_break) == situation(*locks_of("app1", real), to_break=to_break)
