# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets the lock of a service when several runs want it, from whatever release of Marathon, and when answers get lost."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.run import PROC, _place
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app_info import APP_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK

from tests.migration.user import User
from tests.modules import call
from tests.whole import also

RUNS, ROUNDS = 6, 4
FAULTS: dict[str, dict[str, Any]] = {
    "reset before it was applied": {"action": "drop_before"},
    "reset after it was applied": {"action": "drop_after"},
    "slower than the time limit": {"action": "slow", "seconds": 1.5},
}


def lock(owner: str, **options: Any) -> dict[str, Any]:
    return call(
        MIGRATION_LOCK,
        service="app1",
        owner=owner,
        **{"purpose": "a test", "wait_timeout": 0, **options},
    )


def ended_run() -> str:
    """The name of a run on this host whose process has ended."""
    with subprocess.Popen(["true"]) as process:
        pass
    return f"{socket.gethostname()}:{process.pid}:{_place(PROC)}-1"


def locks() -> dict[str, str]:
    """The locks there are, with their owners."""
    apps = call(APP_INFO, label="dcos_avi_lock_owner")["apps"]
    return {app["id"]: app["labels"]["dcos_avi_lock_owner"] for app in apps}


@pytest.mark.parametrize("user", [*also({"marathon": "1.4"}), {"marathon": "1.11"}], indirect=True)
def test_of_many_runs_one_takes_over_what_an_ended_one_left(user: User) -> None:
    def race(owner: str) -> str | None:
        start.wait()
        try:
            return str(lock(owner)["owner"])
        except Refused as refused:
            refusals.append(refused.sentence)
            return None

    for _each in range(ROUNDS):
        assert lock(ended_run())["changed"]
        start, refusals = threading.Barrier(RUNS), list[str]()
        with ThreadPoolExecutor(RUNS) as pool:
            owners = list(pool.map(race, [f"run {number}" for number in range(RUNS)]))
        (winner,) = [owner for owner in owners if owner]
        assert list(locks().values()) == [winner]
        assert len(refusals) == RUNS - 1
        assert all(f"app1 is locked by {winner} since" in sentence for sentence in refusals)
        assert lock(winner, state="absent")["changed"]
        assert locks() == {}


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_whatever_becomes_of_an_answer(user: User, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARATHON_TIMEOUT", "1")
    for fault in FAULTS.values():
        user.lab.fault(api="marathon", method=method, path="^/v2/apps", times=1, **fault)
        assert lock("run 1")["changed"]
        assert locks() == {"/app1-migration-lock-1": "run 1"}
        assert lock("run 1", state="absent")["changed"]
        time.sleep(1 if fault["action"] == "slow" else 0)  # What came too late finds its work done.
        assert locks() == {}
        user.lab.clear_faults()


def test_avi_makes_nothing_of_a_lock_and_everybody_sees_it(user: User) -> None:
    user.listen()
    before = user.info()
    assert lock("run 1", purpose="rollout of version 100")["changed"]
    user.roll_out("100")
    held = user.info()
    assert (held["lock"]["owner"], held["lock"]["purpose"]) == ("run 1", "rollout of version 100")
    assert [item["app"] for item in held["versions"]] == ["app1", "app1-100"]
    assert held["problems"] == before["problems"]
    made = str(user.lab.state()["avi"])
    assert "app1-100-pool" in made and "migration-lock" not in made
