# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lease of a lock against each release of Marathon: renewed by whatever the holder does, and taken over by one of those who wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._service import lock_keeper, lock_watch
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply, ScriptedServer

from tests.migration.test_one_run_at_a_time import lock, locks
from tests.migration.user import QUICKLY, User
from tests.whole import also

LEASE = 20
HOLDER = "AWX job 7"
RELEASES = [{"marathon": "1.4"}, *also({"marathon": "1.5"}, {"marathon": "1.8"}), {"marathon": "1.11"}]
VERSION_100 = {"version": "100", "image": "shop/server:100"}
Later = Callable[[float], None]


@pytest.fixture(name="later")
def fixture_later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Have this machine's clock be so many seconds further."""
    gettime, passed = time.clock_gettime, [0.0]

    def pass_by(seconds: float) -> None:
        passed[0] += seconds

    monkeypatch.setattr(time, "clock_gettime", lambda clock: gettime(clock) + passed[0])
    monkeypatch.setenv("DCOS_AVI_LOCK_NONCE", "of these tests")
    monkeypatch.setattr(lock_keeper, "LAST_REQUESTS", 0.2)
    return pass_by


@pytest.mark.parametrize("user", RELEASES, indirect=True)
def test_whatever_the_holder_does_renews_its_lock(user: User, later: Later) -> None:
    user.listen()
    held = {"service": "app1", "owner": HOLDER, "nonce": "of these tests"}
    lock(HOLDER, lease=LEASE)
    plan = user.info(rollout=VERSION_100)["plan"]
    assert locks() == {"/app1-migration-lock-1": HOLDER}
    deeds: tuple[Callable[[], object], ...] = (
        user.info,
        lambda: user.app(definition=plan["definition"], exclusive=True, lock=held),
        lambda: user.info(until="active", app="app1-100", **QUICKLY),
        lambda: lock(HOLDER),
    )
    for number, deed in enumerate(deeds, 2):
        later(LEASE / 3)
        deed()
        assert locks() == {f"/app1-migration-lock-{number}": HOLDER}
    # It slept for longer than its lease, and nobody has taken the lock.
    later(10 * LEASE)
    user.app(id="app1-100", instances=3, lock=held)
    assert lock(HOLDER, state="absent")["changed"] and locks() == {}


@pytest.mark.parametrize("user", RELEASES, indirect=True)
def test_of_those_who_wait_one_takes_over_and_the_holder_that_wakes_writes_nothing(
    user: User, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.listen()
    lock(HOLDER, lease=LEASE)
    # Those who wait have a clock that is fifty times as fast.
    monkeypatch.setattr(lock_watch, "elapsed", lambda: 50 * time.monotonic())
    start = threading.Barrier(3)

    def wait(owner: str) -> dict[str, object] | None:
        start.wait()
        try:
            return lock(owner, wait_timeout=4, wait_interval=0.1)
        except WaitTimeout:
            return None

    with ThreadPoolExecutor(3) as pool:
        (won,) = [result for result in pool.map(wait, ["run 1", "run 2", "run 3"]) if result]
    assert (won["taken_over"], won["broken"], list(locks().values())) == (HOLDER, None, [won["owner"]])
    assert won["warnings"] == [
        f"The lock of {HOLDER} (a test) is taken over, because it was not renewed for the {LEASE} s that it is good for."
    ]
    later(LEASE)
    plan = user.info(rollout=VERSION_100)["plan"]
    with pytest.raises(Refused, match=rf"because {won['owner']} holds the lock of app1, and not this run \({HOLDER}\)"):
        user.app(definition=plan["definition"], exclusive=True, lock={"service": "app1", "owner": HOLDER})
    assert lock(HOLDER, state="absent")["changed"] is False
    assert list(locks().values()) == [won["owner"]]


def test_the_lock_of_a_job_that_was_cancelled_is_taken_over_at_once(
    user: User, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a lease, too. Before it ended, and by a job of another AWX, it is not."""
    awx, status = ScriptedServer(), ["running"]
    awx.answer = lambda request: Reply(200, {"id": 7, "status": status[0]})
    try:
        for name, value in (("CONTROLLER_HOST", awx.url), ("CONTROLLER_OAUTH_TOKEN", "a-token-of-awx")):
            monkeypatch.setenv(name, value)
        lock(HOLDER)
        with pytest.raises(Refused, match=f"app1 is locked by {HOLDER}"):
            lock("AWX job 8")
        status[:] = ["canceled"]
        with pytest.raises(Refused, match=f"app1 is locked by {HOLDER}"):
            lock("AWX job 8", awx_url="https://127.0.0.1:1")
        taken = lock("AWX job 8")
    finally:
        awx.close()
    assert (taken["taken_over"], locks()) == (HOLDER, {"/app1-migration-lock-2": "AWX job 8"})
    assert taken["warnings"] == [f"The lock of {HOLDER} (a test) is taken over, because that job has ended (canceled)."]
