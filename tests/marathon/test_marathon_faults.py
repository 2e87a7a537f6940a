# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with a request to Marathon: each request, each failure. It ends in time, and nothing happens twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession

from tests.marathon.administrator import Administrator
from tests.marathon.deeds import DEEDS, EVERY_DEED, Deed, at_once, meanwhile

TIMEOUT = 4.0
# A request that is under way when the time is up still has its own time, and so has the read that follows it; a busy machine takes more.
EXTRA = 60.0

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


@contextmanager
def faulty(admin: Administrator, *methods: str, timeout: float = TIMEOUT, **fault: Any) -> Iterator[None]:
    """Have something go wrong with requests; whatever is done meanwhile must end within its time."""
    for method in methods:
        admin.lab.fault(api="marathon", method=method, **fault)
    begin = time.monotonic()
    try:
        yield
    finally:
        assert time.monotonic() - begin < timeout + EXTRA
        admin.lab.clear_faults()


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_passes(admin: Administrator, fault: dict[str, Any]) -> None:
    apps = {deed.prepared(admin): deed for deed in DEEDS.values()}
    for app_id, deed in apps.items():
        path = f"^/v2/apps{app_id}(/|$)" if deed.before else "^/v2/apps$"
        admin.lab.fault(api="marathon", method=deed.method, path=path, times=1, **fault)

    def succeed(app_id: str) -> None:
        begin = time.monotonic()
        assert apps[app_id].do(admin, app_id, wait_timeout=TIMEOUT)["changed"]
        assert time.monotonic() - begin < TIMEOUT + EXTRA

    at_once(succeed, apps)
    if fault["action"] == "slow":
        time.sleep(1)  # What came too late arrives now, and finds its work done.
    assert {fault["times"] for fault in admin.lab.get("/faults")} == {0}, "not all were met"
    assert {app_id: admin.versions(app_id) for app_id in apps} == {app_id: deed.after for app_id, deed in apps.items()}


@pytest.mark.parametrize(("fault", "words"), STAYING.values(), ids=STAYING)
def test_a_fault_that_stays(admin: Administrator, fault: dict[str, Any], words: str) -> None:
    apps = {deed.prepared(admin): deed for deed in DEEDS.values()}

    def fail(app_id: str) -> None:
        with pytest.raises(DcosAviError) as raised:
            apps[app_id].do(admin, app_id, wait_timeout=1)
        assert words in raised.value.sentence

    with faulty(admin, "POST", "PUT", "DELETE", timeout=1, **fault):
        at_once(fail, apps)
    # Nothing half done: each is as it was.
    assert {app_id: admin.versions(app_id) for app_id in apps} == {app_id: deed.before for app_id, deed in apps.items()}


@EVERY_DEED
@pytest.mark.parametrize("ends", [True, False], ids=["for a while", "for good"])
def test_a_write_that_nobody_takes(
    admin: Administrator, deed: Deed, ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens any more when it is to be sent."""
    app_id, sending = deed.prepared(admin), HttpSession.request
    refusals: list[object] = []

    def refused_at_first(session: HttpSession, method: str, path: str, **more: Any) -> Any:
        if method != "GET" and not refusals:
            admin.lab.fault(api="marathon", action="refuse")
            refusals.append(meanwhile(0.4, admin.lab.clear_faults) if ends else None)
        return sending(session, method, path, **more)

    monkeypatch.setattr(HttpSession, "request", refused_at_first)
    if ends:
        assert deed.do(admin, app_id)["changed"]
    else:
        with pytest.raises(DcosAviError, match="connection refused"):
            deed.do(admin, app_id, wait_timeout=1)
        admin.lab.clear_faults()
    assert refusals
    assert admin.versions(app_id) == (deed.after if ends else deed.before)


@EVERY_DEED
def test_reads_that_fail_for_a_while(admin: Administrator, deed: Deed) -> None:
    app_id = deed.prepared(admin)
    with faulty(admin, "GET", action="drop_before", times=2):
        assert deed.do(admin, app_id)["changed"]
    assert admin.versions(app_id) == deed.after


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
    def fail(look: Callable[[Administrator, str], Any]) -> None:
        with pytest.raises(DcosAviError) as raised:
            look(admin, "/nothing")
        assert words in raised.value.sentence

    with faulty(admin, "GET", **fault):
        at_once(fail, [DEEDS["create"].do, DEEDS["remove"].do, lambda admin, app_id: admin.info(id=app_id)])
    assert not [entry for entry in admin.lab.journal(kind="request", write=True) if "nothing" in entry["path"]]


@pytest.mark.parametrize(
    "fault", [*PASSING.values(), {"action": "error", "status": 403}, {"action": "html", "status": 401}]
)
def test_events_that_cannot_be_had(admin: Administrator, fault: dict[str, Any]) -> None:
    """They only spare time. Without them the wait looks for itself."""
    deed = DEEDS["create"]
    app_id = deed.prepared(admin)
    with faulty(admin, "GET", path="^/v2/events", **fault):
        assert deed.do(admin, app_id, wait_timeout=TIMEOUT)["app"]["tasksRunning"] == 1
    assert admin.versions(app_id) == deed.after
