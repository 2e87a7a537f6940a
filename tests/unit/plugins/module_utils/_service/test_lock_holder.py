# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that holds a lock renews it, and one that waits takes it over when it is over, against a Marathon that fails as told."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core import clock as machine_clock
from ansible_collections.dcos.avi.plugins.module_utils._core import wait
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from
from ansible_collections.dcos.avi.plugins.module_utils._service import lock_keeper
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import locks_of
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_guard import LockGuard
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_holder import ASK_AFTER, LockHolder
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import Fault, MiniMarathon
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._modules.test_migration_lock import (
    BROKEN,
    FIRST,
    SECOND,
    Admin,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._service.test_lock import run_named

LEASE = 100
WRITE = {"instances": 3}


class Clock:
    """The clock of this machine, which a test moves, and each sleep."""

    def __init__(self, monkeypatch):
        self.now, self.slept = 5000.0, []
        monkeypatch.setattr(time, "clock_gettime", lambda _which: self.now)
        monkeypatch.setattr(time, "sleep", self.sleep)
        monkeypatch.setattr(machine_clock, "place_of_this_process", lambda: "0123abcd")
        monkeypatch.setitem(wait.wait_until.__kwdefaults__, "clock", lambda: self.now)
        monkeypatch.setitem(wait.wait_until.__kwdefaults__, "sleep", self.sleep)

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(name="clock")
def fixture_clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture(name="admin")
def fixture_admin(server, clock, monkeypatch):
    admin = Admin(server)
    # The server's answers have the time of today.
    monkeypatch.setattr(MiniMarathon, "_now", lambda _self: f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%S.000Z}")
    admin.marathon.add("/app1-100", instances=2)
    return admin


def client(admin):
    return client_from({"marathon_url": [admin.server.url]})


def holder(admin):
    return LockHolder(client(admin), "app1", "nonce of me")


def guarded(admin):
    """A client of a task of the run that holds the lock."""
    guarded = client(admin)
    guarded.before_writes = LockGuard(
        guarded, "app1", run_named("me"), "app1-100 is not changed", holder(admin)
    ).not_after
    return guarded


def locks(admin):
    return {
        app_id: app["labels"]["dcos_avi_lock_owner"] for app_id, app in admin.marathon.apps.items() if "lock" in app_id
    }


def renewals(admin):
    return admin.writes.count("POST /v2/apps") - 1


def test_a_lease_is_long_enough_for_a_request(admin):
    with pytest.raises(Refused, match=r"lease must be 0 or at least 20 \(seconds\), not 19\."):
        admin.lock(lease=19)
    assert admin.server.requests == []
    assert admin.lock(lease=20)["lock"]["lease"] == 20


def test_who_asks_again_renews_it_by_the_next_number(admin, clock):
    taken = admin.lock(lease=LEASE)
    clock.now += 24
    assert admin.lock()["lock"]["app"] == "app1-migration-lock-1" and renewals(admin) == 0
    clock.now += 1
    again = admin.lock(purpose="something else", lease=7000)
    assert (again["changed"], again["taken"], locks(admin)) == (False, False, {SECOND: "me"})
    assert {**again["lock"], "app": "", "age": 0} == {**taken["lock"], "app": "", "age": 0}
    assert admin.lock(state="absent")["changed"] and locks(admin) == {}


def test_a_wait_asks_for_the_lock_after_a_minute_and_renews_it_when_it_is_due(admin, clock):
    admin.lock(lease=LEASE * 10)
    before, waits = len(admin.server.lines), holder(admin)
    for _each in range(int(ASK_AFTER)):
        waits.attend()
        clock.now += 1
    assert len(admin.server.lines) == before
    for _each in range(400):
        waits.attend()
        clock.now += 1
    # One read finds the lock after a minute, one that it is still there when it is due after 250 s, and one that the next one was created.
    reads = [each for each in admin.server.requests[before:] if each.query.get("label")]
    assert (renewals(admin), locks(admin), len(reads)) == (1, {SECOND: "me"}, 3)


def test_a_wait_without_the_lock_asks_once(admin, clock):
    waits = holder(admin)
    for _each in range(1000):
        waits.attend()
        clock.now += 1
    assert len(admin.server.lines) == 1


def test_a_wait_that_has_lost_its_lock_ends(admin, clock):
    admin.lock(lease=LEASE)
    waits = holder(admin)
    clock.now += ASK_AFTER
    waits.attend()
    admin.marathon.apps.pop(SECOND)
    admin.held_by("other")
    clock.now += LEASE
    with pytest.raises(
        Refused, match="This run does not wait any longer, because other holds the lock of app1, and not this run"
    ):
        waits.attend()


def test_a_renewal_that_fails_is_tried_again_while_there_is_time(admin, clock, monkeypatch):
    monkeypatch.setattr(lock_keeper, "WRITE_SECONDS", 0)
    admin.lock(lease=LEASE)
    clock.now += 30
    seen, waits = locks_of("app1", client(admin).apps()), holder(admin)
    admin.marathon.faults.append(Fault("POST", BROKEN))
    assert waits.saw(seen[-1], clock.now) == seen[-1]
    clock.now += 10
    waits.attend()
    assert locks(admin) == {SECOND: "me"}


def test_a_renewal_whose_answer_is_lost_is_found(admin, clock):
    admin.lock(lease=LEASE)
    clock.now += 30
    admin.marathon.faults.append(Fault("POST", BROKEN, applied=True))
    admin.lock()
    assert locks(admin) == {SECOND: "me"}


def test_an_older_lock_that_could_not_be_deleted_goes_with_the_next(admin, clock, monkeypatch):
    monkeypatch.setattr(lock_keeper, "WRITE_SECONDS", 0)
    admin.lock(lease=LEASE)
    clock.now += 30
    admin.marathon.faults.append(Fault("DELETE", BROKEN))
    admin.lock()
    assert locks(admin) == {FIRST: "me", SECOND: "me"}
    assert admin.lock(state="absent")["changed"] and locks(admin) == {}


@pytest.mark.parametrize("asleep", [0, 80, 10_000])
def test_a_write_of_the_holder_renews_the_lock_first_if_it_is_due(admin, clock, asleep):
    admin.lock(lease=LEASE)
    clock.now += asleep
    guarded(admin).update_app("/app1-100", WRITE)
    assert admin.marathon.apps["/app1-100"]["instances"] == 3
    assert renewals(admin) == (1 if asleep else 0)


def test_a_write_of_a_holder_that_slept_is_not_sent_when_another_run_has_the_lock(admin, clock):
    admin.lock(lease=LEASE)
    clock.now += LEASE
    write = guarded(admin)
    admin.lock("other", break_holder="me")
    with pytest.raises(Refused, match="app1-100 is not changed, because other holds the lock of app1"):
        write.update_app("/app1-100", WRITE)
    assert admin.marathon.apps["/app1-100"]["instances"] == 2


def test_of_the_holder_that_wakes_and_the_run_that_takes_over_one_gets_the_next_number(admin, clock):
    admin.lock(lease=LEASE)
    clock.now += LEASE
    write = guarded(admin)

    def faster(request):
        if request.method == "POST" and SECOND not in admin.marathon.apps:
            admin.held_by("other", 2)

    admin.marathon.before_answer = faster
    with pytest.raises(Refused, match="The lock of app1 could not be renewed, because another run has taken it"):
        write.update_app("/app1-100", WRITE)
    assert admin.marathon.apps["/app1-100"]["instances"] == 2
    assert locks(admin) == {FIRST: "me", SECOND: "other"}


def test_a_write_is_not_sent_when_the_lease_ends_before_it(admin, clock, monkeypatch):
    admin.lock(lease=20)
    monkeypatch.setattr(LockHolder, "_renewed", lambda _self, _lock: None)
    clock.now += 14
    guard = LockGuard(client(admin), "app1", run_named("me"), "It is not changed", holder(admin))
    assert guard.not_after() == pytest.approx(5015.0)
    clock.now += 1
    with pytest.raises(Refused, match="has not renewed its lock of app1 in time"):
        guard.not_after()


def test_a_look_that_has_just_shown_the_lock_is_not_repeated(admin, clock):
    admin.lock(lease=LEASE)
    held = holder(admin)
    guard = LockGuard(client(admin), "app1", run_named("me"), "It is not changed", held)
    held.saw(locks_of("app1", client(admin).apps())[-1], clock.now)
    asked = len(admin.server.lines)
    clock.now += 0.9
    assert guard.not_after() == pytest.approx(5002.0) and len(admin.server.lines) == asked
    clock.now += 0.2
    assert guard.not_after() == pytest.approx(5003.1) and len(admin.server.lines) == asked + 1


def test_a_lock_that_was_renewed_elsewhere_is_renewed_here_before_a_write(admin, clock, monkeypatch):
    admin.lock(lease=LEASE)
    held = holder(admin)
    guard = LockGuard(client(admin), "app1", run_named("me"), "It is not changed", held)
    # Two machines share a nonce, and the clock of the other one is far ahead.
    monkeypatch.setattr(machine_clock, "place_of_this_process", lambda: "89abcdef")
    monkeypatch.setattr(LockHolder, "_renewed", lambda _self, _lock: None)
    held.saw(locks_of("app1", client(admin).apps())[-1], clock.now)
    with pytest.raises(Refused, match="has not renewed its lock of app1 in time"):
        guard.not_after()


def test_who_waits_for_the_lease_takes_the_lock_over_and_says_whose_it_was(admin, clock):
    admin.lock("other", lease=LEASE, purpose="rollout of app1-200")
    result = admin.lock(wait_timeout=600, wait_interval=10)
    assert (result["taken"], result["taken_over"], result["broken"], locks(admin)) == (
        True,
        "other",
        None,
        {SECOND: "me"},
    )
    assert result["warnings"] == [
        "The lock of other (rollout of app1-200) is taken over, because it was not renewed for the 100 s that it is good for."
    ]
    # What the other has sent before it could see the new lock is over by then.
    assert lock_keeper.LAST_REQUESTS in clock.slept


def test_a_lock_that_is_renewed_is_waited_for(admin, clock):
    admin.lock("other", lease=LEASE)

    def renew(request):
        if request.query.get("label") and clock.now - renewed[-1] > LEASE / 2:
            (known,) = [app for app in admin.marathon.apps.values() if "lock" in app["id"]]
            known["labels"] = {**known["labels"], "dcos_avi_lock_renewed": f"89abcdef-{clock.now:.3f}"}
            renewed.append(clock.now)

    renewed = [clock.now]
    admin.marathon.before_answer = renew
    with pytest.raises(
        WaitTimeout, match="If it has ended without releasing the lock, a run that waits for 100 s takes the lock over"
    ):
        admin.lock(wait_timeout=300, wait_interval=10)
    assert locks(admin) == {FIRST: "other"} and len(renewed) > 4


def test_a_lock_without_a_lease_is_never_taken_over_by_time(admin):
    admin.lock("other")
    with pytest.raises(WaitTimeout) as raised:
        admin.lock(wait_timeout=1_000_000, wait_interval=100_000, lease=LEASE)
    assert "takes the lock over" not in raised.value.sentence
    assert locks(admin) == {FIRST: "other"}


def test_a_lock_that_could_not_be_taken_over_whole_is_given_back(admin, monkeypatch):
    monkeypatch.setattr(lock_keeper, "WRITE_SECONDS", 0)
    admin.lock("other", lease=LEASE)
    seen, faults = [], [Fault("DELETE", BROKEN)]

    def break_the_removal(request):
        if request.method == "DELETE" and request.path.endswith("lock-1") and faults:
            admin.marathon.faults.append(faults.pop())
        if request.method == "POST":
            seen.append(locks(admin))

    admin.marathon.before_answer = break_the_removal
    assert admin.lock(wait_timeout=600, wait_interval=10)["taken"]
    # Until then the other finds its own lock alone: nobody has written anything meanwhile.
    assert seen == [{FIRST: "other"}] * 2 and locks(admin) == {SECOND: "me"}


def test_a_lock_that_is_over_is_removed_only_if_it_is_still_ones_own(admin, clock):
    admin.lock(lease=LEASE)
    clock.now += LEASE
    assert admin.lock(state="absent")["changed"]
    assert locks(admin) == {} and renewals(admin) == 1
