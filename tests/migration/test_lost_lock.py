# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that has lost its lock creates no version and no preview, and scales none up again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import GREATEST_AGE
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_guard import LockGuard

from tests.migration.others import DEEDS, Aim
from tests.migration.user import User
from tests.modules import call

RUN = "a test"
LOST = rf"is not changed, because nobody holds the lock of app1, and not this run \({RUN}\)\."
Aimed = Callable[[Aim, Callable[[], None]], None]
Write = dict[str, Any]
"""What marathon_app is asked for."""


def _created(user: User) -> Write:
    plan = user.info(rollout={"version": "100", "image": "shop/server:100"})["plan"]
    return {"definition": plan["definition"], "exclusive": True}


def _previewed(user: User) -> Write:
    asked = {"version": "100", "image": "shop/server:100", "strategy": "preview"}
    definition = user.info(rollout=asked)["plan"]["preview"]["definition"]
    user.app(definition={**definition, "env": {"OF": "an earlier try"}})
    return {"definition": definition, "update": "replace", "force_own": True, "allow_outage": True}


def _scaled_up(user: User) -> Write:
    user.roll_out("100")
    user.app(id="app1-100", instances=0)
    return {"id": "app1-100", "instances": 1}


WRITES = {"a version": _created, "a preview": _previewed, "a version that is scaled up": _scaled_up}


def _locked(user: User, write: Callable[[User], Write]) -> Write:
    """Have the lock, and return the write that is next."""
    user.listen()
    asked = write(user)
    call(MIGRATION_LOCK, service="app1", owner=RUN, purpose="a test", wait_timeout=0)
    return {**asked, "lock": {"service": "app1", "owner": RUN, "nonce": "of these tests"}}


def _written(user: User) -> list[Any]:
    """The requests since the lock was broken that change an app."""
    journal = [each for each in user.lab.journal(kind="request") if each["method"] != "GET"]
    broken = max(number for number, each in enumerate(journal) if "migration-lock" in each["path"])
    return [each for each in journal[broken + 1 :] if each["path"].startswith("/v2/")]


AIMS: dict[str, Aim] = {
    "at the first read": lambda sent: True,
    "at the last read before the write": lambda sent: "label=dcos_avi_service" in str(sent[-1].url),
}


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written_after_the_lock_is_broken(user: User, aimed: Aimed, write: str, aim: str) -> None:
    asked = _locked(user, WRITES[write])
    aimed(AIMS[aim], lambda: DEEDS["break"](user.lab, ""))
    with pytest.raises(Refused, match=LOST):
        user.app(**asked)
    assert _written(user) == []


def test_a_process_that_was_stopped_after_it_read_the_lock_reads_it_again(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, not_after, left = _locked(user, _created), LockGuard.not_after, [DEEDS["break"]]

    def stopped(guard: LockGuard) -> float:
        moment = not_after(guard)
        if left:
            left.pop()(user.lab, "")
            time.sleep(GREATEST_AGE + 0.1)
        return moment

    monkeypatch.setattr(LockGuard, "not_after", stopped)
    with pytest.raises(Refused, match=LOST):
        user.app(**asked)
    assert _written(user) == []


def test_the_run_that_holds_the_lock_writes(user: User, aimed: Aimed) -> None:
    asked, sent = _locked(user, _created), list[requests.PreparedRequest]()

    def never(requested: list[requests.PreparedRequest]) -> bool:
        sent[:] = requested
        return False

    aimed(never, lambda: None)
    user.app(**asked)
    (write,) = (number for number, each in enumerate(sent) if each.method == "POST")
    assert "label=dcos_avi_service" in str(sent[write - 1].url)


def test_without_a_lock_or_in_check_mode_none_is_needed(user: User) -> None:
    user.listen()
    asked = _created(user)
    user.app(check_mode=True, lock={"service": "app1", "owner": RUN, "nonce": "of these tests"}, **asked)
    user.app(**asked)
