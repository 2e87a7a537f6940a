# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a drain ends long after the switch, when it no longer has to wait for quiet."""

from __future__ import annotations

import threading
import time
import urllib.request

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._gates import drained

from tests.migration.user import QUICKLY, User
from tests.whole import also

BOTH_SHAPES = pytest.mark.parametrize("user", [{"avi": "ab_pool"}, *also({"avi": "pool_group"})], indirect=True)


@BOTH_SHAPES
def test_long_after_the_switch_it_ends_with_the_last_connection(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drained, "QUIET_SECONDS", 60.0)
    monkeypatch.setattr(drained, "SETTLED_SECONDS", 2.0)
    user.listen()
    answers: list[tuple[bytes, float]] = []

    def ask() -> None:
        with urllib.request.urlopen(f"{user.lab.env['LAB_VIP_URL']}?delay=12", timeout=20) as answer:
            answers.append((answer.read(), time.monotonic()))

    asking = threading.Thread(target=ask)
    asking.start()
    while user.lab.get("/counters")["pools"]["app1-pool-80"]["open"] == 0:
        time.sleep(0.05)
    user.roll_out("100")
    time.sleep(4)
    seen = user.info(until="drained", app="app1", **QUICKLY)
    ended = time.monotonic()
    asking.join()

    assert seen["waited"]["complete"], seen["waited"]
    ((who, answered),) = answers
    assert b"/app1 " in who, who
    assert 0 < ended - answered < 5, "it waited for something else than the end of the request"


@BOTH_SHAPES
def test_just_after_the_switch_it_waits_for_quiet(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drained, "QUIET_SECONDS", 4.0)
    user.listen()
    user.roll_out("100")
    seen = user.info(until="drained", app="app1", **QUICKLY)
    assert 4.0 <= seen["waited"]["seconds"] < 8.0, seen["waited"]
