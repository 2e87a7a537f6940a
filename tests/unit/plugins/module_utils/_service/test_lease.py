# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For how long a lock is good: by whose clock, and who says so."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import Moment, elapsed
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused, TooLate
from ansible_collections.dcos.avi.plugins.module_utils._core.session import Connection, HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._service.awx_jobs import AwxJobs, awx_address
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import NO_LEASE, Lease, lease_from, lease_of
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import (
    Lock,
    Run,
    definition_of,
    lock_of,
    refuse_without_the_lock,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_watch import CLOCKS_DIFFER, LockWatch
from ansible_collections.dcos.avi.plugins.module_utils._service.record import Told
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

HERE, ELSEWHERE = "0123abcd", "89abcdef"
SET_AT = datetime(2026, 1, 15, 10, 0, tzinfo=timezone.utc)
ME = Run("AWX job 7", "nonce")
LOCK = Lock("app1-migration-lock-1", ME.name, "rollout", "", 1, ME.proof("app1-migration-lock-1"))


def leased(seconds: int = 100, at: float = 1000.0, **fields: object) -> Lock:
    return Lock(**{**vars(LOCK), "lease": lease_from(seconds, Moment(HERE, at)), **fields})  # type: ignore[arg-type]


class Clock:
    """The clock of this machine, which a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 5000.0
        monkeypatch.setattr(time, "clock_gettime", lambda _which: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_a_lock_says_for_how_long_it_is_good() -> None:
    lock = leased(600, 1234.56789)
    assert lock_of(definition_of(lock, "app1"), "app1") == lock
    assert lock.lease == Lease(600, Moment(HERE, 1234.567)), "rounded down"
    assert lease_of(definition_of(LOCK, "app1")["labels"]) == NO_LEASE
    assert lease_from(600, Moment("", 5.0)) == NO_LEASE, "the next process could not count from there"


@pytest.mark.parametrize(
    "labels", [{}, {"dcos_avi_lock_lease": "-1"}, {"dcos_avi_lock_lease": "0"}, {"dcos_avi_lock_lease": "9" * 40}]
)
def test_what_cannot_be_read_as_a_lease_is_none(labels: dict[str, str]) -> None:
    assert lease_of(labels) == NO_LEASE
    assert not lease_of(labels).is_due(Moment(HERE, 1e9)) and not lease_of(labels).is_over(Moment(HERE, 1e9))


@pytest.mark.parametrize("renewed", ["", "x", f"{HERE}-", f"{HERE}-1e9", f"{HERE}--5.000", "NOTHEX00-5.000"])
def test_a_lease_whose_holder_cannot_count_it_is_over_for_him(renewed: str) -> None:
    lease = lease_of({"dcos_avi_lock_lease": "600", "dcos_avi_lock_renewed": renewed})
    assert lease.seconds == 600 and lease.is_due(Moment(HERE, 1.0)) and lease.is_over(Moment(HERE, 1.0))


@pytest.mark.parametrize(
    ("now", "is_due", "is_over"),
    [
        (Moment(HERE, 1000), False, False),
        (Moment(HERE, 1024.9), False, False),
        (Moment(HERE, 1025), True, False),
        (Moment(HERE, 1074.9), True, False),
        (Moment(HERE, 1075), True, True),
        # The machine was booted again, or it is another one: the time cannot be compared.
        (Moment(HERE, 999), True, True),
        (Moment(ELSEWHERE, 1001), True, True),
        (Moment("", 1001), True, True),
    ],
)
def test_a_quarter_of_it_is_kept_for_requests_on_their_way(now: Moment, is_due: bool, is_over: bool) -> None:
    lease = leased(100, 1000).lease
    assert (lease.is_due(now), lease.is_over(now), lease.ends_at) == (is_due, is_over, 1075)


def test_a_holder_whose_time_is_over_is_refused() -> None:
    refuse_without_the_lock(leased(), "app1", ME, "It is not changed", lambda: Moment(HERE, 1074))
    refuse_without_the_lock(LOCK, "app1", ME, "It is not changed", lambda: Moment(HERE, 1e9))
    with pytest.raises(
        Refused,
        match=r"It is not changed, because this run has not renewed its lock of app1 in time: it is good for 100 s\.",
    ):
        refuse_without_the_lock(leased(), "app1", ME, "It is not changed", lambda: Moment(HERE, 1075))


def test_who_waits_counts_from_when_it_saw_the_lock_as_it_is(clock: Clock) -> None:
    watch, first, renewed = LockWatch(), leased(100, 7.0), leased(100, 8.0)
    for lock, later, is_over in (
        (first, 0, False),
        (first, 99, False),
        (renewed, 50, False),
        (renewed, 99, False),
        (renewed, 1, True),
    ):
        clock.now += later
        watch.saw([lock], None)
        assert watch.is_over(lock) is is_over
    assert watch.why_over(renewed) == "it was not renewed for the 100 s that it is good for"


def test_a_lock_that_somebody_touched_is_counted_anew(clock: Clock) -> None:
    watch = LockWatch()
    for set_at in ("2026-01-15T10:00:00.000Z", "2026-01-15T10:00:01.000Z"):
        watch.saw([leased(set_at=set_at)], None)
        clock.now += 99
    watch.saw([leased(set_at=set_at)], None)
    assert not watch.is_over(leased(set_at=set_at))


def test_a_lock_without_a_lease_is_never_over(clock: Clock) -> None:
    watch, lock = LockWatch(), Lock(**{**vars(LOCK), "set_at": "2026-01-15T10:00:00.000Z"})
    for _each in range(3):
        watch.saw([lock], SET_AT + timedelta(days=10))
        clock.now += 1e6
    assert not watch.is_over(lock)


@pytest.mark.parametrize(
    ("seconds", "is_over"), [(100, False), (100 + CLOCKS_DIFFER - 1, False), (100 + CLOCKS_DIFFER, True)]
)
def test_who_has_just_begun_goes_by_marathons_clock_with_more_than_clocks_differ(
    seconds: float, is_over: bool, clock: Clock
) -> None:
    lock = leased(set_at="2026-01-15T10:00:00.000Z")
    watch = LockWatch()
    watch.saw([lock], SET_AT + timedelta(seconds=seconds))
    assert watch.is_over(lock) is is_over
    silent = LockWatch()
    silent.saw([lock], None)
    assert not silent.is_over(lock)


def test_a_request_is_not_sent_after_its_machine_was_suspended(server, clock: Clock) -> None:  # type: ignore[no-untyped-def]
    client = Marathon(HttpSession(Connection(base_url=server.url, what="Marathon")))

    def suspended() -> float:
        moment = elapsed() + 2
        clock.now += 600  # The monotonic clock of Linux stands still meanwhile.
        return moment

    client.before_writes = suspended
    with pytest.raises(TooLate):
        client.update_app("/app1-100", {"instances": 0})
    assert server.requests == []


def jobs(url: str, **options: object) -> AwxJobs:
    return AwxJobs({"awx_url": url, "awx_token": "t0ken-of-awx", "awx_validate_certs": True, **options})


def held_by(owner: str, url: str, job: str = "") -> Lock:
    return Lock("app1-migration-lock-1", owner, "rollout", "", 1, told=Told(job=job), awx=awx_address(url))


@pytest.mark.parametrize(
    ("status", "end"),
    [
        ("canceled", "that job has ended (canceled)"),
        ("failed", "that job has ended (failed)"),
        ("error", "that job has ended (error)"),
        ("successful", "that job has ended (successful)"),
        *((status, "") for status in ("new", "pending", "waiting", "running", "", None, 5)),
    ],
)
def test_awx_says_whether_a_job_has_ended(server, status: object, end: str) -> None:  # type: ignore[no-untyped-def]
    server.answer = lambda request: Reply(200, {"id": 4711, "status": status})
    assert jobs(server.url).end_of(held_by("AWX job 4711", server.url)) == end
    (asked,) = server.requests
    assert (asked.method, asked.path, asked.headers["Authorization"]) == (
        "GET",
        "/api/v2/jobs/4711/",
        "Bearer t0ken-of-awx",
    )
    assert jobs(server.url).end_of(held_by("deploy of Tuesday", server.url, "AWX job 4711 Rollout")) == end


def test_another_awx_another_job_or_no_token_is_not_asked(server) -> None:  # type: ignore[no-untyped-def]
    here = server.url
    for lock in (
        held_by("AWX job 4711", "https://other.example"),
        held_by("AWX job 4711", ""),
        held_by("AWX job 4711 and more", here),
        held_by("host:1:0123abcd-5", here, "AWX job 4711x"),
    ):
        assert jobs(here).end_of(lock) == ""
    assert jobs(here, awx_token="").end_of(held_by("AWX job 4711", here)) == ""
    assert jobs("").end_of(held_by("AWX job 4711", "")) == ""
    assert server.requests == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(401, {"detail": "no t0ken-of-awx"}), "401"),
        (Reply(404, {"detail": "Not found."}), "404"),
        (Reply(200, text="<html>"), "HTML|JSON"),
        (Reply(302, headers={"Location": "https://elsewhere.example/"}), "elsewhere.example"),
    ],
)
def test_an_awx_that_does_not_say_so_ends_nothing(server, reply: Reply, words: str) -> None:  # type: ignore[no-untyped-def]
    server.answer = lambda request: reply
    asked = jobs(server.url)
    assert asked.end_of(held_by("AWX job 4711", server.url)) == ""
    assert asked.problem.startswith("Whether that job has ended could not be found out: AWX at http://127.0.0.1:")
    assert any(word in asked.problem for word in words.split("|")) and "t0ken" not in asked.problem, asked.problem


@pytest.mark.parametrize("body", [{"id": 5, "status": "canceled"}, ["canceled"], "canceled", None])
def test_an_answer_about_something_else_ends_nothing(server, body: object) -> None:  # type: ignore[no-untyped-def]
    server.answer = lambda request: Reply(200, body)
    assert jobs(server.url).end_of(held_by("AWX job 4711", server.url)) == ""


def test_a_job_is_asked_for_now_and_then(server, clock: Clock) -> None:  # type: ignore[no-untyped-def]
    server.answer = lambda request: Reply(200, {"id": 4711, "status": "running"})
    asked, lock = jobs(server.url), held_by("AWX job 4711", server.url)
    for _each in range(21):
        asked.end_of(lock)
        clock.now += 1
    assert len(server.requests) == 3


def test_a_token_does_not_go_where_all_can_read_it() -> None:
    asked = jobs("http://awx.example.com")
    assert asked.end_of(held_by("AWX job 4711", "http://awx.example.com")) == ""
    assert "because there is no TLS" in asked.problem


@pytest.mark.parametrize("given", ["awx.example.com", "https://AWX.example.com/", "https://me:secret@awx.example.com"])
def test_one_address_is_the_same_however_it_is_written(given: str) -> None:
    assert awx_address(given) == "https://awx.example.com"
