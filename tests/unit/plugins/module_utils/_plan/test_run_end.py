# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which check shows what a run did, and what is said of it in the end."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.run_end import (
    LastCheck,
    RunFailure,
    last_check_of,
    run_end,
    with_late_connector,
)

FAILED = RunFailure("Smoke: no answer", "smoke")
NOW = {"app": "app1-200", "pool": "app1-200-pool-80", "side": "b"}
VERSION = {
    "app": "app1-200",
    "version": "200",
    "priority": 20,
    "instances": 2,
    "healthy": 2,
    "role": "active",
    "pool": "p",
}
HEAD = "app1: the traffic goes to app1-200 in pool B, ratio 100; virtual service app1 is OPER_UP"
ROW = (
    "  app       version  priority  instances  healthy  role    pool",
    "  app1-200  200      20        2          2        active  p",
)


def observed(action="deploy", steps=("deploy",)):
    plan = {"app": "app1-200", "action": action, "steps": list(steps), "preview": {"app": "app1-200-preview"}}
    return {"service": "app1", "active": None, "plan": plan, "spent": {"seconds": 1.0, "requests": 9}}


def final(**more):
    spent = {"seconds": 1.0, "requests": 9}
    up = {"name": "app1", "oper_state": "OPER_UP", "ratio": 100}
    return {"service": "app1", "active": NOW, "versions": [VERSION], "virtualservice": up, "spent": spent, **more}


def check(run, phases, failure=RunFailure(), *, was_locked=True, check_mode=False):
    return last_check_of(run, phases, failure, was_locked=was_locked, check_mode=check_mode)


@pytest.mark.parametrize(
    ("run", "found", "expected"),
    [
        ("rollout", observed(), LastCheck(settles=True, app="app1-200")),
        ("rollout", observed("preview"), LastCheck(settles=False)),
        ("rollback", observed(), LastCheck(settles=True, app="app1-200")),
        ("retire", {"service": "app1"}, LastCheck(settles=True)),
    ],
)
def test_a_run_ends_with_a_check_of_what_is_to_serve(run, found, expected):
    assert check(run, {"observe": found}) == expected
    assert check(run, {"observe": found}, check_mode=True) == LastCheck(settles=False)


def test_where_nothing_was_done_the_first_check_is_the_last_one():
    unchanged = {"observe": observed("none", ())}
    assert check("rollout", unchanged, was_locked=False) is None
    assert check("rollout", unchanged) == LastCheck(settles=True, app="app1-200")


@pytest.mark.parametrize(
    ("action", "settles"),
    [("withdraw", True), ("rollback", True), ("nothing", True), ("leave", False), ("unfinished", False)],
)
def test_what_was_given_up_may_still_get_the_traffic(action, settles):
    phases = {"observe": observed(), "recover": {"recovery": {"action": action}}}
    assert check("rollout", phases, FAILED) == LastCheck(settles=settles)
    assert check("rollout", phases, FAILED, check_mode=True) == LastCheck(settles=False)


@pytest.mark.parametrize(
    ("watched", "counts"),
    [
        (None, False),
        ({}, False),
        ({"recovery": {"action": "nothing"}}, False),
        ({"recovery": {"action": "rollback"}}, True),
    ],
)
def test_what_was_withdrawn_and_got_the_traffic_all_the_same_was_rolled_back(watched, counts):
    recovery = {"recovery": {"action": "withdraw"}}
    phases = with_late_connector({"observe": {}, "recover": recovery, "watch": watched})
    assert phases == {"observe": {}, "recover": watched if counts else recovery}


def test_after_a_failure_that_nobody_could_look_at_nothing_is_waited_for():
    assert check("rollout", {"observe": observed(), "recover": {}}, FAILED) == LastCheck(settles=False)


def test_a_rollout_ends_with_a_sentence_and_a_table():
    end = run_end("rollout", {"observe": observed(), "report": final()}, RunFailure(), check_mode=False)
    assert end.sentence == "app1-200 was rolled out. Now app1-200 serves, in pool app1-200-pool-80."
    assert (end.lines, end.unproven) == ((HEAD, *ROW), "")
    assert end.result["outcome"] == "rolled_out"


def test_the_lock_of_the_run_itself_is_not_shown():
    lock = {"owner": "job 1", "since": "today", "purpose": "rollout"}
    phases = {"observe": observed(), "lock": {"owner": "me"}}
    for owner, is_shown in (("job 1", True), ("me", False)):
        now = final(lock={**lock, "owner": owner})
        end = run_end("rollout", {**phases, "report": now}, RunFailure(), check_mode=False)
        assert ("locked by" in end.lines[0]) is is_shown


def test_a_check_that_does_not_show_the_version_makes_the_run_a_failure():
    end = run_end("rollout", {"observe": observed(), "report": final(active=None)}, RunFailure(), check_mode=False)
    assert end.unproven == end.sentence
    assert end.sentence.startswith("app1-200 was rolled out, but the last look does not show it.")


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            "rollback",
            "All steps of the rollback are done, but the last look does not show that app1-200 serves. Watched. Pool a is empty.",
        ),
        (
            "retire",
            "All steps of the retirement are done, but the last look does not show that a version of app1 serves. Pool a is empty.",
        ),
    ],
)
def test_what_did_not_settle_is_no_success(run, said):
    waited = {"complete": False, "watched": "Watched.", "last": "Pool a is empty."}
    end = run_end(run, {"observe": observed(), "report": final(waited=waited)}, RunFailure(), check_mode=False)
    assert end.unproven.startswith(said)
    settled = run_end(
        run,
        {"observe": observed(), "report": final(waited={**waited, "complete": True})},
        RunFailure(),
        check_mode=False,
    )
    assert (settled.unproven, settled.result) == ("", None)
    assert settled.sentence == "Now app1-200 serves, in pool app1-200-pool-80. Watched."


def test_a_state_that_could_not_be_seen_has_no_table():
    phases = {
        "observe": observed(),
        "recover": {},
        "report": {"failed": True, "msg": "no answer", "spent": {"seconds": 1.0, "requests": 1}},
    }
    end = run_end("rollout", phases, FAILED, check_mode=False)
    assert end.lines == ()
    assert "What serves now could not be seen." in end.sentence
