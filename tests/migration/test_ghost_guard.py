# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else changes the service while a run ends what runs although it is scaled to zero: what is needed is not ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Interfered, Refused
from ansible_collections.dcos.avi.plugins.module_utils._ending.leftover import Leftover
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import GREATEST_AGE
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service

from tests.lab.process import LabProcess
from tests.migration.others import DEEDS
from tests.migration.test_to_zero import BEFORE_1_8, RUN, comes_back, leftover, state
from tests.migration.user import User
from tests.modules import call

GHOST = "app1-200"


@pytest.fixture(name="haunted")
def fixture_haunted(user: User) -> User:
    """Version 200 came back with no instances and takes the traffic, app1 is ready below it, and this run holds the lock."""
    user.listen()
    user.roll_out("200")
    call(MIGRATION_LOCK, service="app1", owner=RUN, purpose="a test", wait_timeout=0)
    comes_back(user, f"/{GHOST}")
    deadline = time.monotonic() + 30
    while user.info()["leftover"] == []:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return user


def first(monkeypatch: pytest.MonkeyPatch, owner: type, method: str, deed: Callable[[], None]) -> None:
    """Have something done once, right before a method is called."""
    original, left = getattr(owner, method), [deed]

    def after_it(self: Any, *args: Any, **kwargs: Any) -> Any:
        if left:
            left.pop()()
        return original(self, *args, **kwargs)

    monkeypatch.setattr(owner, method, after_it)


def end(user: User) -> tuple[DcosAviError | None, list[dict[str, Any]]]:
    """What the step ends with, and the requests by which it ended tasks."""
    since = max(entry["seq"] for entry in user.lab.journal())
    error: DcosAviError | None = None
    try:
        leftover()
    except DcosAviError as raised:
        error = raised
    return error, user.lab.journal(since=since, kind="request", method="DELETE", path=f"/v2/apps/{GHOST}/tasks")


@pytest.mark.parametrize("deed", ["scale", "break"])
@pytest.mark.parametrize("user", BEFORE_1_8[:1], indirect=True)
def test_what_somebody_does_right_before_the_last_check_stops_it(
    haunted: User, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    first(monkeypatch, Service, "look_again", lambda: DEEDS[deed](haunted.lab, "app1"))
    error, ended = end(haunted)
    assert isinstance(error, Refused) and not error.changed, error
    assert (ended, state(haunted, f"/{GHOST}"), haunted.answering()) == ([], (2, 0), {GHOST})


@pytest.mark.parametrize("user", BEFORE_1_8[:1], indirect=True)
def test_a_process_that_was_stopped_before_it_ends_it_checks_again(
    haunted: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(lab: LabProcess = haunted.lab) -> None:
        DEEDS["break"](lab, "app1")
        DEEDS["scale"](lab, "app1")
        time.sleep(GREATEST_AGE + 0.1)

    first(monkeypatch, Marathon, "kill_tasks", stopped)
    error, ended = end(haunted)
    assert isinstance(error, Refused) and not error.changed, error
    assert (ended, state(haunted, f"/{GHOST}"), haunted.answering()) == ([], (2, 0), {GHOST})


@pytest.mark.parametrize("user", BEFORE_1_8[:1], indirect=True)
def test_whoever_scales_the_other_version_down_as_it_ends_makes_the_run_fail(
    haunted: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first(monkeypatch, Marathon, "kill_tasks", lambda: DEEDS["scale"](haunted.lab, "app1"))
    error, ended = end(haunted)
    assert len(ended) == 1
    assert isinstance(error, Interfered) and error.changed, error
    assert "were ended, and then nobody served app1. app1 has no instances any more." in error.sentence


@pytest.mark.parametrize("user", BEFORE_1_8[:1], indirect=True)
def test_a_run_that_lost_its_lock_notes_nothing_on_what_it_ended(
    haunted: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadline = time.monotonic() + 30
    while haunted.info()["serving"] != GHOST:
        assert time.monotonic() < deadline, haunted.info()
        time.sleep(0.2)
    first(monkeypatch, Leftover, "_note", lambda: DEEDS["break"](haunted.lab, "app1"))
    error, ended = end(haunted)
    assert len(ended) == 1
    assert isinstance(error, Refused) and error.changed, error
    assert f"That {GHOST} is given up is not noted on it, because nobody holds the lock of app1" in error.sentence
    since = ended[0]["seq"]
    assert haunted.lab.journal(since=since, kind="request", method="PUT", path=f"/v2/apps/{GHOST}") == []
