# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is news of a service between two checks of it."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import AbPool
from ansible_collections.dcos.avi.plugins.module_utils._avi.settled import Ages
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import TaskFailure
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import Lease
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run, new_lock
from ansible_collections.dcos.avi.plugins.module_utils._service.record import Told, creation_label
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.plugins.module_utils._sources.service_news import Limits, Memory, news_of
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    ab_view,
    fresh,
    listener,
    pool,
    upgraded,
    version,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
LOCK = new_lock("app1", 1, Run("me", "nonce"), "a rollout", NOW)
ACTIVE = {"app": "app1-100", "version": "100"}
LISTENER = {"app": "app1", "version": None}


def checks(*seen, limits=Limits()):
    """The events of each check of a row, ten seconds apart."""
    memory, found = Memory(), []
    for number, observed in enumerate(seen):
        events, memory = news_of(memory, picture(observed), limits, NOW + timedelta(seconds=10 * number))
        found.append(events)
    return found


def kinds(events):
    return [event["type"] for event in events]


def locked(observed):
    return dataclasses.replace(observed, lock=LOCK)


def of_100(observed, **changes):
    """The same with another app1-100."""
    (app,) = observed.versions
    return dataclasses.replace(observed, versions=(dataclasses.replace(app, **changes),))


def recorded(observed, seconds):
    """The same with the record of a run that created app1-100 so many seconds after the first check."""
    (app,) = observed.versions
    labels = {**app.definition["labels"], "dcos_avi_run": creation_label(Told(), NOW + timedelta(seconds=seconds))}
    return of_100(observed, definition={**app.definition, "labels": labels})


def test_the_first_check_and_one_that_sees_the_same_tell_nothing():
    assert checks(upgraded(), upgraded()) == [[], []]


def test_a_switch_that_no_run_made_was_made_outside():
    first, (changed, outside) = checks(fresh(), upgraded())
    assert first == []
    assert changed == {
        "type": "active_changed",
        "service": "app1",
        "at": "2026-01-01T12:00:10Z",
        "from": LISTENER,
        "to": ACTIVE,
        "outside": True,
    }
    assert outside == {**changed, "type": "switched_outside"}


@pytest.mark.parametrize(
    "states",
    [
        (fresh(), locked(upgraded())),
        (locked(fresh()), upgraded()),
        (fresh(), recorded(upgraded(), 4)),
    ],
    ids=["lock now", "lock before", "quick run between the checks"],
)
def test_a_switch_of_a_run_is_not_outside(states):
    _first, (changed,) = checks(*states)
    assert (changed["type"], changed["outside"]) == ("active_changed", False)


def test_the_record_of_an_older_run_does_not_explain_a_switch():
    assert kinds(checks(fresh(), recorded(upgraded(), -3600))[1]) == ["active_changed", "switched_outside"]


def test_while_nothing_is_proven_the_last_active_version_is_remembered():
    nothing = dataclasses.replace(fresh(), avi=ab_view(pool("app1-pool-80")))
    assert [kinds(events) for events in checks(fresh(), nothing, upgraded())] == [
        [],
        [],
        ["active_changed", "switched_outside"],
    ]


def crashed(at="f1"):
    """app1-100 takes the traffic, and lost one of its two tasks. The listener is still warm."""
    failure = TaskFailure(1.0, "TASK_FAILED on a1: exit 1", at)
    return of_100(upgraded(), tasks=upgraded().versions[0].tasks[:1], failure=failure)


def test_lost_tasks_are_told_with_the_version_to_go_back_to():
    _first, (lost,), again = checks(upgraded(), crashed(), crashed())
    assert lost == {
        **ACTIVE,
        "type": "tasks_lost",
        "service": "app1",
        "at": "2026-01-01T12:00:10Z",
        "healthy": 1,
        "instances": 2,
        "locked": False,
        "failure": "TASK_FAILED on a1: exit 1",
        "warm": LISTENER,
    }
    assert again == []


def test_each_crash_is_told_also_where_its_task_was_replaced_meanwhile():
    replaced = of_100(crashed("f2"), tasks=upgraded().versions[0].tasks)
    found = checks(
        upgraded(), crashed("f1"), replaced, locked(of_100(replaced, failure=crashed("f3").versions[0].failure))
    )
    assert [[(event["type"], event["healthy"], event["locked"]) for event in events] for events in found] == [
        [],
        [("tasks_lost", 1, False)],
        [("tasks_lost", 2, False)],
        [("tasks_lost", 2, True)],
    ]


def test_without_a_warm_version_there_is_none_to_go_back_to():
    retired = {"listener": listener((), 0)}
    _first, (lost,) = checks(dataclasses.replace(upgraded(), **retired), dataclasses.replace(crashed(), **retired))
    assert "warm" not in lost


def test_a_version_that_is_scaled_down_on_purpose_lost_nothing():
    smaller = of_100(upgraded(), instances=1, tasks=upgraded().versions[0].tasks[:1])
    assert checks(upgraded(), smaller)[1] == []


def preview(seconds, to_approve=True):
    """A preview that was configured so many seconds before the first check."""
    labels = {"dcos_avi_service": "app1", **({"dcos_avi_awaits_approval": "yes"} if to_approve else {})}
    app = version("200-preview", 0, (7,), labels=labels)
    since = (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return dataclasses.replace(app, changed_at=since)


def test_a_preview_that_waits_too_long_is_told_once():
    waits = dataclasses.replace(upgraded(), previews=(preview(55),))
    first, (overdue,), third = checks(waits, waits, waits, limits=Limits(approval=60))
    assert (first, third) == ([], [])
    assert overdue == {
        "type": "approval_overdue",
        "service": "app1",
        "at": "2026-01-01T12:00:10Z",
        "app": "app1-200-preview",
        "version": "200",
        "seconds": 65,
    }
    assert checks(waits, waits)[1] == []
    other = dataclasses.replace(upgraded(), previews=(preview(500, to_approve=False),))
    assert checks(other, limits=Limits(approval=60)) == [[]]


def test_a_preview_whose_approval_expired_is_told_once_nobody_holds_the_lock():
    expired = dataclasses.replace(upgraded(), previews=(preview(55),), late_previews=frozenset({"app1-200-preview"}))
    found = checks(locked(expired), expired, locked(expired), expired)
    assert [kinds(events) for events in found] == [[], ["approval_expired"], [], []]
    assert found[1][0] == {
        "type": "approval_expired",
        "service": "app1",
        "at": "2026-01-01T12:00:10Z",
        "app": "app1-200-preview",
        "version": "200",
        "seconds": 65,
    }
    # The two are told apart.
    both = checks(expired, expired, limits=Limits(approval=60))
    assert [kinds(events) for events in both] == [["approval_expired"], ["approval_overdue"]]
    of_a_killed_run = dataclasses.replace(expired, previews=(preview(55, to_approve=False),))
    assert checks(of_a_killed_run) == [[]]


def kept(seconds):
    """app1-100 took over so many seconds ago by Avi's clock, and the listener still has its instances."""
    ages = Ages({"vs": 9000.0, "app1-pool-80": seconds}, {"app1-100-pool-80": (seconds, seconds)})
    pools = pool("app1-pool-80", (1, 2), ab_pool=AbPool("app1-100-pool-80", 100)), pool("app1-100-pool-80", (3, 4))
    changed = dataclasses.replace(version("100", 10, (3, 4)), changed_at="2026-01-01T11:00:00.000Z")
    return Observation("app1", ab_view(*pools, ages=ages), listener(), (changed,))


def test_a_warm_version_whose_time_is_over_is_told_once_nobody_holds_the_lock():
    found = checks(kept(50), locked(kept(60)), kept(70), kept(80), limits=Limits(keep_warm=55))
    assert [kinds(events) for events in found] == [[], [], ["warm_over"], []]
    assert (found[2][0]["active"], found[2][0]["warm"]) == (ACTIVE, [LISTENER])
    assert checks(kept(70)) == [[]]


def test_a_lock_that_nobody_renews_holds_nothing_up_for_longer_than_it_is_good():
    lost = dataclasses.replace(kept(100), lock=dataclasses.replace(LOCK, lease=Lease(seconds=20)))
    renewed = dataclasses.replace(lost, lock=dataclasses.replace(lost.lock, app="app1-migration-lock-2"))
    assert [kinds(events) for events in checks(lost, lost, lost, limits=Limits(keep_warm=55))] == [
        [],
        [],
        ["warm_over"],
    ]
    assert [kinds(events) for events in checks(lost, lost, renewed, limits=Limits(keep_warm=55))] == [[], [], []]
    forever = dataclasses.replace(lost, lock=LOCK)
    assert checks(forever, forever, forever, limits=Limits(keep_warm=55)) == [[], [], []]
