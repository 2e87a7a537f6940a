# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong between the modules and Marathon: each request, each failure. It ends in time, and nothing happens twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._errors import DcosAviError

from tests.lab.process import LabProcess
from tests.marathon.administrator import SLEEP, Administrator

TIMEOUT = 4.0
# A request that is under way when the time is up still has its own time, and so has the read that follows it.
EXTRA = 3.0

# Faults that pass: what was wanted is there in the end, and was done once.
PASSING: dict[str, dict[str, Any]] = {
    "reset before it was applied": {"action": "drop_before"},
    "reset after it was applied": {"action": "drop_after"},
    "503, applied or not": {"action": "error", "status": 503},
    "502 from a proxy": {"action": "html", "status": 502},
    "a page instead of an answer": {"action": "html", "status": 200},
    "an answer cut short": {"action": "garbage"},
    "slower than the time limit": {"action": "slow", "seconds": 1.5},
}
# Faults that stay, and what the sentence says then.
STAYING: dict[str, tuple[dict[str, Any], str]] = {
    "reset": ({"action": "drop_before"}, "Whether it was applied is not known"),
    "503": ({"action": "error", "status": 503}, "Whether it was applied is not known"),
    "a page": ({"action": "html", "status": 200}, "a page titled"),
    "403": ({"action": "error", "status": 403}, "does not permit"),
    "401": ({"action": "error", "status": 401}, "does not accept the credentials"),
    "422": ({"action": "error", "status": 422}, "answered 422"),
    "500": ({"action": "error", "status": 500}, "answered 500"),
}


def create(admin: Administrator, app_id: str, timeout: float = TIMEOUT) -> dict[str, Any]:
    return admin.ensure(id=app_id, definition=SLEEP, wait_timeout=timeout)


def change(admin: Administrator, app_id: str, timeout: float = TIMEOUT) -> dict[str, Any]:
    return admin.ensure(id=app_id, definition={"env": {"A": "2"}}, wait_timeout=timeout)


def restart(admin: Administrator, app_id: str, timeout: float = TIMEOUT) -> dict[str, Any]:
    return admin.ensure(id=app_id, state="restarted", wait_timeout=timeout)


def remove(admin: Administrator, app_id: str, timeout: float = TIMEOUT) -> dict[str, Any]:
    return admin.ensure(id=app_id, state="absent", wait_timeout=timeout)


# What is done, by which request, and how many versions the app has before and after; none where there is no app.
DEEDS: dict[str, tuple[Callable[..., dict[str, Any]], str, int, int]] = {
    "create": (create, "POST", 0, 1),
    "change": (change, "PUT", 1, 2),
    "restart": (restart, "POST", 1, 2),
    "remove": (remove, "DELETE", 1, 0),
}
EVERY_DEED = pytest.mark.parametrize(("deed", "method", "before", "after"), DEEDS.values(), ids=DEEDS)


@pytest.fixture(scope="module", name="admin")
def fixture_admin() -> Iterator[Administrator]:
    """An administrator of three Marathon nodes, of which the first leads."""
    with LabProcess(marathon_nodes=3) as lab:
        yield Administrator(lab)


@pytest.fixture(autouse=True)
def no_faults_left(admin: Administrator) -> Iterator[None]:
    """Take all faults back after a test."""
    yield
    admin.lab.clear_faults()
    admin.lab.post("/marathon", {})


@contextmanager
def faulty(admin: Administrator, timeout: float = TIMEOUT, **fault: Any) -> Iterator[None]:
    """Have something go wrong; whatever is done meanwhile must end within its time."""
    admin.lab.fault(api="marathon", **fault)
    begin = time.monotonic()
    try:
        yield
    finally:
        assert time.monotonic() - begin < timeout + EXTRA
        admin.lab.clear_faults()


def prepared(admin: Administrator, before: int) -> str:
    app_id = admin.new_id()
    if before:
        admin.ensure(id=app_id, definition=SLEEP)
    return app_id


def versions(admin: Administrator, app_id: str) -> int:
    return admin.versions(app_id) if admin.marathon.app(app_id) else 0


@EVERY_DEED
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_passes(
    admin: Administrator, deed: Any, method: str, before: int, after: int, fault: dict[str, Any]
) -> None:
    app_id = prepared(admin, before)
    with faulty(admin, method=method, path=f"^/v2/apps(/|{app_id}|$)", times=1, **fault):
        assert deed(admin, app_id)["changed"]
    if fault["action"] == "slow":
        time.sleep(1)  # What came too late arrives now, and finds its work done.
    assert versions(admin, app_id) == after


@EVERY_DEED
@pytest.mark.parametrize(("fault", "words"), STAYING.values(), ids=STAYING)
def test_a_fault_that_stays(
    admin: Administrator, deed: Any, method: str, before: int, after: int, fault: dict[str, Any], words: str
) -> None:
    app_id = prepared(admin, before)
    with faulty(admin, timeout=1, method=method, **fault), pytest.raises(DcosAviError) as raised:
        deed(admin, app_id, timeout=1)
    assert words in raised.value.sentence
    # Nothing half done: it is as it was.
    assert versions(admin, app_id) == before


@EVERY_DEED
def test_reads_that_fail_for_a_while(admin: Administrator, deed: Any, method: str, before: int, after: int) -> None:
    app_id = prepared(admin, before)
    with faulty(admin, method="GET", action="drop_before", times=2):
        assert deed(admin, app_id)["changed"]
    assert versions(admin, app_id) == after


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"action": "drop_before"}, "the connection was reset"),
        ({"action": "error", "status": 503}, "answered 503 to GET"),
        ({"action": "html", "status": 200}, "something that is not JSON: a page titled"),
        ({"action": "garbage"}, "something that is not JSON"),
        ({"action": "slow", "seconds": 2}, "no answer within 1 s"),
        ({"action": "error", "status": 403}, "does not permit"),
        ({"action": "error", "status": 401}, "does not accept the credentials"),
        ({"action": "html", "status": 404}, "answered 404"),
        ({"action": "refuse"}, "connection refused. Nothing was sent"),
    ],
)
def test_reads_that_fail(admin: Administrator, fault: dict[str, Any], words: str) -> None:
    for look in (create, remove, lambda admin, app_id: admin.info(id=app_id)):
        with faulty(admin, method="GET", **fault), pytest.raises(DcosAviError) as raised:
            look(admin, "/nothing")
        assert words in raised.value.sentence
    assert not [entry for entry in admin.lab.journal(kind="request", write=True) if "nothing" in entry["path"]]


def meanwhile(seconds: float, work: Callable[[], Any]) -> threading.Timer:
    """Do something a little later, beside what goes on."""
    timer = threading.Timer(seconds, work)
    timer.start()
    return timer


SLOW_START = {
    "cpus": 0.1,
    "mem": 16,
    "container": {"docker": {"image": "lab/slow-start", "network": "BRIDGE", "portMappings": [{"containerPort": 80}]}},
    "healthChecks": [{"path": "/", "gracePeriodSeconds": 300, "intervalSeconds": 5}],
}


@pytest.mark.parametrize(
    "disturbance", [{"events": "mute"}, {"events": "cut"}, {"leader": 1}, {"leader": None}, {"down": [0], "leader": 1}]
)
def test_a_disturbance_during_the_wait(admin: Administrator, disturbance: dict[str, Any]) -> None:
    """Lost events, a change of leader, a time without one, a node that is gone: the wait goes on and ends well."""
    app_id = admin.new_id()
    timers = [
        meanwhile(0.5, lambda: admin.lab.post("/marathon", disturbance)),
        meanwhile(2.0, lambda: admin.lab.post("/marathon", {})),
    ]
    result = admin.ensure(id=app_id, definition=SLOW_START)
    for timer in timers:
        timer.join()
    assert result["app"]["tasksHealthy"] == 1
    assert versions(admin, app_id) == 1


def test_a_refused_connection_is_tried_again_until_it_is_not(admin: Administrator) -> None:
    app_id = admin.new_id()
    admin.lab.fault(api="marathon", action="refuse")
    timer = meanwhile(0.6, admin.lab.clear_faults)
    assert create(admin, app_id)["changed"]
    timer.join()
    assert versions(admin, app_id) == 1


def test_a_lock_that_ends_and_one_that_stays(admin: Administrator) -> None:
    app_id = admin.new_id()
    admin.ensure(id=app_id, definition=SLEEP)
    admin.ensure(id=app_id, definition={"cpus": 1000}, wait=False)
    with pytest.raises(DcosAviError, match="is locked by deployment") as raised:
        admin.ensure(id=app_id, definition={"env": {"A": "1"}}, wait_timeout=1)
    assert admin.marathon.deployments()[0]["id"] in raised.value.sentence
    assert versions(admin, app_id) == 2
    # Somebody rolls back what is in the way.
    (deployment,) = admin.marathon.deployments()
    timer = meanwhile(0.5, lambda: admin.marathon.roll_back_deployment(deployment["id"]))
    assert admin.ensure(id=app_id, definition={"env": {"A": "1"}})["changed"]
    timer.join()
    app = admin.marathon.app(app_id)
    assert app is not None
    assert (app["cpus"], app["env"]) == (0.1, {"A": "1"})
