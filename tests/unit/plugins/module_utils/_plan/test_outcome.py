# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.outcome import (
    retired_versions,
    rollout_result,
    rollout_stats,
)

ACTIVE = {"app": "app1-200", "pool": "app1-200-pool-80"}
BEFORE = {"app": "app1-100", "pool": "app1-pool-80"}
PREVIEW = [{"app": "app1-200-preview", "instances": 1}]
GONE = [{"app": "app1-200", "instances": 0}]


def phases(action="deploy", steps=("deploy",), versions=(), **more):
    """What the phases of a rollout of app1-200 return, where app1-100 served before, and what the last look shows."""
    observe = {
        "service": "app1",
        "active": BEFORE,
        "plan": {"app": "app1-200", "action": action, "steps": steps, "preview": {"app": "app1-200-preview"}},
        "spent": {"seconds": 0.5, "requests": 6},
    }
    report = {"service": "app1", "active": more.pop("after", ACTIVE), "problems": [], "versions": versions}
    return {"observe": observe, "lock": {}, **more, "report": {**report, "spent": {"seconds": 0.25, "requests": 5}}}


def test_a_rollout_that_went_well():
    waited = {"for": "active", "seconds": 3.0, "complete": True}
    found = rollout_result(
        phases(
            smoke={"skipped": True},
            confirm={"waited": waited, "spent": {"seconds": 3.0, "requests": 20}},
        )
    )
    assert found["outcome"] == "rolled_out"
    assert found["sentence"] == "app1-200 was rolled out. Now app1-200 serves, in pool app1-200-pool-80."
    assert (found["before"]["app"], found["after"]) == ("app1-100", ACTIVE)
    assert [phase["phase"] for phase in found["phases"]] == ["observe", "confirm", "report"]
    assert (found["seconds"], found["requests"]) == (3.75, 31)
    assert found["evidence"] == {"confirm": waited}
    assert found["capacity"] is None


def test_the_room_that_was_seen_is_kept():
    seen = phases()
    room = {"verdict": "fits", "needed": 2, "fits": 2}
    assert rollout_result({**seen, "observe": {**seen["observe"], "capacity": room}})["capacity"] == room


def test_what_the_connector_was_watched_for_follows_on_what_serves():
    given = phases()
    given["report"]["waited"] = {"watched": "The cloud connector was watched for 4 s."}
    sentence = rollout_result(given)["sentence"]
    assert sentence.endswith("Now app1-200 serves, in pool app1-200-pool-80. The cloud connector was watched for 4 s.")


@pytest.mark.parametrize(
    ("given", "check_mode", "outcome"),
    [
        (phases("none", steps=()), False, "unchanged"),
        (phases("none", steps=()), True, "unchanged"),
        (phases(), True, "planned"),
        (phases("preview", after=BEFORE, versions=PREVIEW), False, "previewed"),
    ],
)
def test_outcomes(given, check_mode, outcome):
    found = rollout_result(given, check_mode=check_mode)
    assert (found["outcome"], found["failed"]) == (outcome, False)


def ended(*apps):
    """What the steps returned that end what runs although it has no instances; one found that it had ended by itself."""
    spent = {"seconds": 1.0, "requests": 9}
    found = [{"changed": True, "app": app, "reason": "it is scaled to zero", "spent": spent} for app in apps]
    return [*found, {"changed": False, "app": "app1-7", "reason": "it is scaled to zero", "spent": spent}]


def test_a_run_that_only_ended_what_ran_without_instances_says_so():
    found = rollout_result(phases("none", steps=(), end=ended("app1-300")))
    assert (found["action"], found["outcome"], found["failed"]) == ("none", "ended", False)
    assert found["sentence"] == (
        "app1-300 ran without instances, and was ended. Nothing else was to be done for app1-200. "
        "Now app1-200 serves, in pool app1-200-pool-80."
    )
    assert found["decisions"] == [{"step": "end", "app": "app1-300", "reason": "it is scaled to zero"}]
    assert "end" in [phase["phase"] for phase in found["phases"]]


def test_what_ended_by_itself_is_not_told_as_ended():
    assert rollout_result(phases("none", steps=(), end=ended()))["outcome"] == "unchanged"


def test_what_was_ended_first_is_a_decision_of_a_rollout_too():
    found = rollout_result(phases(end=ended("app1-300")))
    assert (found["outcome"], found["decisions"][0]["step"], found["decisions"][1]) == ("rolled_out", "end", "deploy")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            phases(after=None),
            "app1-200 was rolled out, but the last look does not show it. No version is proven to serve",
        ),
        (phases(after=BEFORE), "app1-200 was rolled out, but the last look does not show it. Now app1-100 serves"),
        (phases("none", steps=("retire",), after=None), "No version is proven to serve now"),
        (phases("preview", after=BEFORE), "The preview of app1-200 was deployed, but the last look does not show it."),
    ],
)
def test_what_the_last_look_does_not_show_has_failed(given, words):
    found = rollout_result(given)
    assert (found["outcome"], found["failed"]) == ("unproven", True)
    assert words in found["sentence"]


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("withdraw", {"versions": [{"app": "app1-200", "instances": 2}]}),
        ("rollback", {"after": None}),
        ("rollback", {"after": ACTIVE}),
        ("unfinished", {"after": None}),
        ("unfinished", {"after": BEFORE}),
    ],
)
def test_a_recovery_that_the_last_look_does_not_show_is_none(action, given):
    recovery = {"action": action, "sentence": "It is rolled back.", "next": "Fix it."}
    found = rollout_result(
        phases(recover={"recovery": recovery}, **given), failure="Drain: interfered", failed_phase="retire"
    )
    assert (found["outcome"], found["failed"]) == ("left", True)
    assert "Look at it with the playbook dcos.avi.status, and go back with dcos.avi.rollback." in found["sentence"]


def test_where_nothing_was_to_be_done_the_first_look_is_the_last_one():
    found = rollout_result({**phases("none", steps=()), "report": {"changed": False, "skipped": True}})
    assert found["sentence"] == "Nothing was to be done for app1-200. Now app1-100 serves, in pool app1-pool-80."
    assert found["after"] == found["before"]
    assert [phase["phase"] for phase in found["phases"]] == ["observe"]


@pytest.mark.parametrize(
    ("action", "outcome"),
    [("withdraw", "withdrawn"), ("rollback", "rolled_back"), ("leave", "left"), ("nothing", "failed")],
)
def test_a_failure_tells_what_failed_what_was_done_what_serves_and_what_to_do(action, outcome):
    recovery = {"action": action, "sentence": "It is scaled to zero.", "next": "Fix it."}
    given = phases(recover={"recovery": recovery}, after=BEFORE, versions=GONE)
    found = rollout_result(given, failure="Smoke: no answer")
    assert found["outcome"] == outcome
    assert found["sentence"] == (
        "The rollout of app1-200 failed. Smoke: no answer. It is scaled to zero. "
        "Now app1-100 serves, in pool app1-pool-80. Fix it."
    )


def test_a_failure_that_could_not_be_taken_back():
    recovery = {"action": "rollback", "sentence": "The version before has to come back.", "next": "Fix it."}
    given = phases(recover={"recovery": recovery})
    found = rollout_result(given, failure="Soak: too slow", recovery_failure="Deploy: Marathon answered 422")
    assert found["outcome"] == "left"
    assert found["sentence"] == (
        "The rollout of app1-200 failed. Soak: too slow. The version before has to come back. That failed, too. "
        "Deploy: Marathon answered 422. Now app1-200 serves, in pool app1-200-pool-80. "
        "Look at it with the playbook dcos.avi.status, and go back with dcos.avi.rollback."
    )


@pytest.mark.parametrize(("tries", "is_said"), [(0, False), (1, False), (4, True)])
def test_a_failure_that_was_decided_again_and_again_says_so(tries, is_said):
    recovery = {"action": "withdraw", "sentence": "It takes no traffic.", "next": "Mend it."}
    given = phases(recover={"recovery": recovery})
    found = rollout_result(given, failure="Smoke: no answer", recovery_failure="Withdraw: no", recovery_tries=tries)
    said = "Withdraw: no. What to do was decided 4 times, and each time the state had changed before it was done. So it was given up. Now"
    assert (said in found["sentence"], found["outcome"]) == (is_said, "left")


def test_a_failure_after_which_nobody_can_look():
    given = {**phases(recover={"failed": True, "msg": "no answer"}), "report": {"failed": True}}
    found = rollout_result(given, failure="Confirm: no answer.")
    assert (found["outcome"], found["after"]) == ("left", None)
    assert "All is left as it is" in found["sentence"]
    assert "because where the traffic goes could not be seen: no answer." in found["sentence"]
    assert "What serves now could not be seen." in found["sentence"]


def test_traffic_that_may_go_elsewhere_is_told_with_what_serves():
    given = phases()
    unseen = {"code": "unseen_traffic", "sentence": "Some goes past."}
    given["report"] = {**given["report"], "problems": [unseen]}
    assert rollout_result(given)["sentence"].endswith("a part of the traffic may go elsewhere.")
    given["report"] = {**given["report"], "active": None, "problems": [unseen, {"sentence": "Pool a has no server."}]}
    assert "No version is proven to serve now: Pool a has no server. Look" in rollout_result(given)["sentence"]


def test_no_version_is_proven_in_the_end():
    given = phases()
    given["report"] = {**given["report"], "active": None, "problems": [{"sentence": "Pool a has no server."}]}
    found = rollout_result(given)
    assert "No version is proven to serve now: Pool a has no server." in found["sentence"]


def test_what_retiring_took_is_told_of_each_version_and_in_all():
    retired = [
        {"app": "app1", "drained": {"complete": True}, "spent": {"seconds": 6.5, "requests": 30}},
        {"app": "app1-100", "drained": {"complete": False}, "spent": {"seconds": 1.5, "requests": 10}},
    ]
    found = rollout_result(phases(retire=retired))
    assert {"phase": "retire", "seconds": 8.0, "requests": 40} in found["phases"]
    assert found["evidence"] == {"retire": retired}
    assert found["requests"] == 51


# Proven to serve; not to be seen; not looked at, because another run had moved the traffic.
@pytest.mark.parametrize("recover", [{"recovery": {"action": "unfinished"}}, {"failed": True, "msg": "no answer"}, {}])
def test_a_failure_after_the_traffic_has_moved_is_to_be_finished(recover):
    found = rollout_result(phases(recover=recover), failure="Scale: Marathon answered 503", failed_phase="retire")
    assert found["outcome"] == "unfinished"
    assert found["sentence"] == (
        "app1-200 was rolled out, but not all was finished. Scale: Marathon answered 503. "
        "Now app1-200 serves, in pool app1-200-pool-80. Run the rollout again to finish it."
    )


def test_each_service_hands_on_a_variable_of_its_own():
    services = ["app1", "/shop/app-1", "shop-app-1", "shop.app-1", "shop--app-1", "1e3", "010"]
    names = [name for service in services for name in rollout_stats({}, service) if name != "rollout_result"]
    assert names[:3] == ["rollout_result_app1", "rollout_result_shop__app_1", "rollout_result_shop_app_1"]
    assert len(set(names)) == len(services)
    # Also of what could be no service, which is refused later.
    assert all(name.isidentifier() for name in [*names, *rollout_stats({}, "not a service")])


def test_the_end_of_its_tasks_counts_for_a_version_that_was_retired():
    drained = {
        "retired": [
            {"app": "app1", "drained": {"complete": True}, "spent": {"seconds": 6.1, "requests": 17}},
            {"app": "app1-100", "drained": None, "spent": {"seconds": 0.5, "requests": 6}},
        ]
    }
    gone = {"results": [{"app": "app1", "spent": {"seconds": 1.25, "requests": 4}}, {"skipped": True}]}
    assert retired_versions(drained, gone) == [
        {"app": "app1", "drained": {"complete": True}, "spent": {"seconds": 7.35, "requests": 21}},
        {"app": "app1-100", "drained": None, "spent": {"seconds": 0.5, "requests": 6}},
    ]
    assert retired_versions({"failed": True, "spent": {"seconds": 1, "requests": 1}}, {}) == []


def test_where_there_was_no_second_check_the_first_one_is_the_last():
    given = {**phases("none", steps=()), "report": {}}
    assert rollout_result(given)["outcome"] == "unchanged"
