# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.release_back import (
    release_checked,
    release_failed,
    release_has_begun,
    release_now,
    release_takes_back,
    release_way,
    release_way_back,
)


def entry(app, release="spring", *, before=None, back_from=None, instances=2, outcome="running"):
    found = {"app": app, "release": release, "instances": instances, "from": before, "rolled_back_from": back_from}
    return {**found, "outcome": outcome}


def member(service="api", stage="locked", **more):
    return {"service": service, "version": "200", "after": [], "stage": stage, "before": f"{service}-100", **more}


OLD = entry("api-100", None)
MOVED = [entry("api-200", before="api-100"), OLD]
GOING_BACK = [entry("api-100-r2", back_from="api-200"), *MOVED]


def test_one_that_was_not_begun_is_checked():
    found = release_checked(member(), [OLD], "spring")
    assert (found["stage"], found["failed"], found["goes_back"], found["before"]) == (
        "checked",
        False,
        False,
        "api-100",
    )


def test_one_that_was_refused_ends_the_release():
    found = release_checked(member(), [OLD], "spring", "It is frozen.")
    assert (found["stage"], found["failed"], found["why"]) == ("locked", True, "It is frozen.")


def test_what_it_was_before_is_told_after_it_was_moved_by_an_earlier_run():
    assert release_checked(member(before="api-200"), MOVED, "spring")["before"] == "api-100"
    assert release_checked(member(before="api-200"), MOVED, "autumn")["before"] == "api-200"


def test_one_that_serves_with_a_task_too_few_is_active():
    """Else a release that was being taken back would go forth, or give up what serves as if it took no traffic."""
    found = release_checked(member(before="api-200", is_active=False), MOVED, "spring")
    assert found["is_active"] and release_way_back(found, MOVED, "spring", "lockstep") == "rollback"
    gave_up = release_checked(member("web"), [entry("web-200", instances=0, outcome="rolled_back")], "spring")
    assert release_way([found, gave_up], "rollback") == "back"
    assert not release_checked(member(is_active=False), [OLD], "spring")["is_active"]


def test_one_that_was_being_taken_back_goes_back_though_its_rollout_is_refused():
    found = release_checked(member(), GOING_BACK, "spring", "api-200 was superseded by api-100-r2.")
    assert (found["stage"], found["failed"], found["goes_back"], found["why"]) == ("checked", False, True, "")


def test_a_rollback_of_somebody_else_is_none_of_the_release():
    by_hand = [entry("api-100-r2", None, back_from="api-200"), *MOVED]
    assert release_checked(member(), by_hand, "spring", "superseded")["failed"]


def test_it_has_begun_where_it_made_a_version_of_any_service():
    begun, other = release_checked(member(), MOVED, "spring"), release_checked(member("web"), [OLD], "spring")
    assert release_has_begun([begun, other]) and not release_has_begun([other])
    assert not release_has_begun([release_checked(member(), MOVED, "autumn"), other])


@pytest.mark.parametrize(
    ("stage", "more", "history", "mode", "way"),
    [
        ("moved", {}, MOVED, "lockstep", "rollback"),
        ("moved", {}, [entry("api-200", "autumn"), OLD], "lockstep", "nothing"),
        ("moved", {}, [entry("api-200", instances=0), OLD], "ordered", "withdraw"),
        ("ready", {}, [OLD], "lockstep", "withdraw"),
        ("ready", {}, [OLD], "ordered", "nothing"),
        ("ready", {"is_active": True}, MOVED, "lockstep", "rollback"),
        ("ready", {"is_active": True}, [entry("api-200", None)], "lockstep", "nothing"),
        ("ready", {"exists": True}, MOVED, "ordered", "withdraw"),
        ("checked", {"goes_back": True}, GOING_BACK, "lockstep", "rollback"),
        ("checked", {"goes_back": True}, [GOING_BACK[0], entry("api-200", instances=0)], "lockstep", "withdraw"),
    ],
)
def test_only_what_the_release_made_is_taken_back(stage, more, history, mode, way):
    assert release_way_back(member(stage=stage, **more), history, "spring", mode) == way


@pytest.mark.parametrize(
    ("name", "recorded"),
    [
        (42, "42"),
        (datetime.date(2026, 12, 1), "2026-12-01"),
        (" spring ", "spring"),
        ("s" * 400, "s" * 297 + "..."),
    ],
)
def test_a_release_finds_what_it_made_whatever_its_name_is_like(name, recorded):
    """YAML makes a number or a day of some names. Else a mixed pair would be left, and told to have been taken back."""
    history = [entry("api-200", recorded, before="api-100"), OLD]
    assert release_way_back(member(stage="moved"), history, name, "lockstep") == "rollback"
    back = [entry("api-100-r2", recorded, back_from="api-200"), *history]
    assert release_now(member(), back, name) == "api-100-r2"


def test_what_it_is_after_that():
    assert release_now(member(), GOING_BACK, "spring") == "api-100-r2"
    assert release_now(member(), MOVED, "spring") == "api-100"


def test_all_but_what_failed_are_taken_back_where_one_failed():
    members = [member("api", "moved"), member("web", "ready", failed=True), member("db", "ready")]
    assert [release_takes_back(members, each["service"], "rollback") for each in members] == [True, False, True]
    assert not any(release_takes_back(members, each["service"], "freeze") for each in members)
    done = [member("api", "moved"), member("web", "moved")]
    assert not any(release_takes_back(done, each["service"], "rollback") for each in done)


def ended(outcome, app, *, failed=True):
    return {"outcome": outcome, "failed": failed, "after": app and {"app": app}}


@pytest.mark.parametrize(
    ("result", "more", "left", "unfinished"),
    [
        (ended("left", "api-200"), {}, True, False),
        (ended("rolled_back", "api-100-r2"), {}, False, False),
        (ended("left", None), {}, False, False),
        (ended("unfinished", "api-200"), {}, False, True),
        # What failed came after its rollout.
        (ended("rolled_out", "api-200", failed=False), {}, False, False),
        # Its rollout had not begun.
        ({}, {"is_active": True}, True, False),
        ({}, {}, False, False),
    ],
)
def test_whether_what_failed_serves_all_the_same(result, more, left, unfinished):
    found = release_failed(member(**more), result, "No answer.")
    assert (found["failed"], found["why"], found["left"], found["unfinished"]) == (True, "No answer.", left, unfinished)


@pytest.mark.parametrize("mode", ["lockstep", "ordered"])
def test_what_failed_and_serves_all_the_same_goes_back_with_the_others(mode):
    """Of services that belong together, else one would stay on its new version."""
    web = release_failed(member("web", "ready"), ended("left", "web-200"), "No answer.")
    members = [member("api", "moved"), web]
    assert all(release_takes_back(members, each["service"], "rollback") for each in members)
    assert not any(release_takes_back(members, each["service"], "freeze") for each in members)
    # The last wave goes first, and has not failed any more then.
    gone = {**web, "stage": "taken_back", "failed": False}
    assert release_takes_back([members[0], gone], "api", "rollback")
    assert not release_takes_back([members[0], gone], "web", "rollback")
    made = [entry("web-200", before="web-100"), entry("web-100", None)]
    assert release_way_back(web, made, "spring", mode) == "rollback"
    assert release_way_back(web, [entry("web-200", "autumn")], "spring", mode) == "nothing"


def test_where_all_have_moved_and_only_something_is_to_be_retired_nothing_goes_back():
    web = release_failed(member("web", "ready"), ended("unfinished", "web-200"), "app1-100 is locked.")
    members = [member("api", "moved"), web]
    assert not any(release_takes_back(members, each["service"], "rollback") for each in members)
    # The release has stopped there, and db has not moved.
    members.append(member("db", "ready"))
    for at in (2, 1, 0):
        assert release_takes_back(members, members[at]["service"], "rollback")
        members[at] = {**members[at], "stage": "taken_back", "failed": False}
    members = [member("api", "moved"), web, member("db", "ready")]
    members[2] = release_failed(members[2], ended("rolled_back", "db-100"), "It crashed.")
    assert [release_takes_back(members, each["service"], "rollback") for each in members] == [True, True, False]


@pytest.mark.parametrize(
    ("api", "web", "on_failure", "way"),
    [
        ({}, {}, "rollback", "forth"),
        ({}, {"goes_back": True}, "freeze", "back"),
        ({"is_active": True, "is_made": True}, {"gave_up": True}, "rollback", "back"),
        ({"is_active": True, "is_made": True}, {"gave_up": True}, "freeze", "forth"),
        ({"is_active": True}, {"gave_up": True}, "rollback", "forth"),
        ({"gave_up": True}, {"gave_up": True}, "rollback", "forth"),
    ],
)
def test_it_goes_back_where_it_had_begun_to_and_where_one_gave_up_and_another_serves(api, web, on_failure, way):
    members = [member("api", "checked", **api), member("web", "checked", **web)]
    assert release_way(members, on_failure) == way


@pytest.mark.parametrize(("outcome", "gave_up"), [("withdrawn", True), ("rolled_back", True), ("retired", False)])
def test_a_version_that_was_given_up_is_told(outcome, gave_up):
    ended = entry("api-200", instances=0, outcome=outcome)
    assert release_checked(member(), [ended, OLD], "spring")["gave_up"] == gave_up
    assert not release_checked(member(), [{**ended, "release": "autumn"}, OLD], "spring")["gave_up"]


def test_one_that_was_being_taken_back_takes_all_back_whatever_the_mode_says():
    members = [member("api", "checked"), member("web", "checked", goes_back=True), member("db", "locked", failed=True)]
    members = [{**each, "way": "back"} for each in members]
    assert all(release_takes_back(members, each["service"], "freeze") for each in members)
    assert not release_takes_back([member("api", "taken_back", way="back"), members[1]], "api", "rollback")
