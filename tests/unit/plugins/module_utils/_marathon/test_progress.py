# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import (
    healthy_tasks,
    is_rolled_out,
    obstacles,
    obstacles_in_words,
    outdated_tasks,
    progress,
)

OLD, CONFIG, SCALED = "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z", "2026-01-01T00:00:02.000Z"
PASSED = {"alive": True, "lastSuccess": "2026-01-01T00:00:09.000Z"}


def task(version, *results, **fields):
    """Return a task of a version that has passed its check, or whose checks have these results."""
    shown = {"state": "TASK_RUNNING", "version": version, "startedAt": "2026-01-01T00:00:03.000Z"}
    return {**shown, "healthCheckResults": list(results) or [PASSED], **fields}


# Checked before it was started: what was asked is the task before it.
INHERITED = task(SCALED, startedAt="2026-01-01T00:00:10.000Z")
FAILED = task(CONFIG, {"alive": False, "lastFailureCause": "refused"})
ROLLED_OUT = {
    "id": "/a",
    "instances": 2,
    "healthChecks": [{"path": "/"}],
    "deployments": [],
    "version": SCALED,
    "versionInfo": {"lastConfigChangeAt": CONFIG, "lastScalingAt": SCALED},
    "tasks": [task(CONFIG), task(SCALED)],
}


def app(**changes):
    return {**ROLLED_OUT, **changes}


def test_what_is_healthy_is_known_from_the_tasks_and_not_from_counts():
    shown = app(tasks=[task(CONFIG), FAILED], tasksRunning=7, tasksHealthy=7)
    assert healthy_tasks(shown) == [task(CONFIG)]
    assert len(healthy_tasks({**shown, "healthChecks": []})) == 2
    assert healthy_tasks({"tasksRunning": 2, "tasksHealthy": 2}) == []


def test_tasks_from_before_a_scale_are_current_and_from_before_a_change_are_not():
    assert outdated_tasks(ROLLED_OUT) == []
    old = task(OLD)
    assert outdated_tasks(app(tasks=[old, *ROLLED_OUT["tasks"]])) == [old]
    assert outdated_tasks(app(tasks=[{**old, "state": "TASK_UNREACHABLE"}])) == []


def test_what_a_rollback_replaces_is_not_current_although_it_is_newer():
    """The version of a rollback of 1.11 is the time of its start."""
    failed = task(SCALED)
    rolled_back = app(version=OLD, versionInfo={"lastConfigChangeAt": OLD}, tasks=[task(OLD), failed])
    assert outdated_tasks(rolled_back) == [failed]
    assert not is_rolled_out(rolled_back)


def test_rolled_out():
    assert is_rolled_out(ROLLED_OUT)
    assert is_rolled_out(app(instances=0, tasks=[]))


@pytest.mark.parametrize(
    "unfinished",
    [
        {"deployments": [{"id": "d1"}]},
        {"tasks": [task(CONFIG), FAILED]},
        # Marathon 1.8 and 1.11 count the last one as healthy, although nobody has asked it since it was started again.
        {"tasks": [task(CONFIG), INHERITED], "tasksRunning": 2, "tasksHealthy": 2},
        {"tasks": [task(CONFIG), task(CONFIG, state="TASK_UNREACHABLE")], "tasksRunning": 2, "tasksHealthy": 2},
        {"tasks": [task(CONFIG), task(CONFIG), FAILED]},
        {"instances": 0},
        {"tasks": [task(OLD), task(SCALED)]},
        # A deployment that does not show up yet.
        {"version": "2026-01-01T00:00:03.000Z", "versionInfo": {"lastConfigChangeAt": "2026-01-01T00:00:03.000Z"}},
    ],
)
def test_not_rolled_out(unfinished):
    assert not is_rolled_out(app(**unfinished))


def test_progress_in_words():
    assert progress(ROLLED_OUT) == "2 of 2 tasks healthy (2 running, 2 healthy)"
    unfinished = app(deployments=[{"id": "d1"}], tasks=[task(OLD), FAILED, task(SCALED, state="TASK_STAGING")])
    assert progress(unfinished) == (
        "1 of 2 tasks healthy (1 starting, 2 running, 1 healthy, 1 unhealthy), 1 of them of an older configuration, "
        "deployment d1 under way"
    )
    assert progress(app(tasks=[INHERITED])) == "0 of 2 tasks healthy (1 running, 1 unchecked)"
    assert progress({"instances": 1}) == "0 of 1 tasks running"


def test_obstacles():
    failure = {"state": "TASK_FAILED", "host": "h1", "message": "exited with 1", "version": SCALED}
    queue = [
        {"app": {"id": "/other"}, "processedOffersSummary": {"processedOffersCount": 0}},
        {
            "app": {"id": "/a"},
            "delay": {"timeLeftSeconds": 7, "overdue": False},
            "processedOffersSummary": {
                "processedOffersCount": 9,
                "rejectSummaryLastOffers": [
                    {"reason": "UnfulfilledConstraint", "declined": 1, "processed": 9},
                    {"reason": "InsufficientCpus", "declined": 8, "processed": 9},
                    {"reason": "InsufficientPorts", "declined": 0, "processed": 9},
                ],
            },
        },
    ]
    found = obstacles(app(lastTaskFailure=failure, tasks=[FAILED, FAILED]), queue)
    assert found == {
        "last_task_failure": failure,
        "failing_health_checks": [{"cause": "refused", "tasks": 2}],
        "declined_offers": [
            {"reason": "insufficient cpus", "declined": 8},
            {"reason": "unfulfilled constraint", "declined": 1},
        ],
        "delayed_seconds": 7,
    }
    assert obstacles_in_words(found) == [
        "the last task failure was TASK_FAILED on h1: exited with 1",
        "the health check of 2 tasks fails: refused",
        "Marathon declined Mesos' offers for: insufficient cpus (8), unfulfilled constraint (1)",
        "the next start is delayed for 7 s after the failures before it",
    ]


def test_failures_of_older_configurations_are_no_obstacle():
    assert obstacles(app(lastTaskFailure={"state": "TASK_FAILED", "version": OLD}), []) == {}


def test_no_offers():
    queue = [
        {
            "app": {"id": "/a"},
            "delay": {"timeLeftSeconds": 0, "overdue": True},
            "processedOffersSummary": {"processedOffersCount": 0},
        }
    ]
    assert obstacles_in_words(obstacles(ROLLED_OUT, queue)) == [
        "no offer of resources has come from Mesos yet, for which Marathon 1.8 can wait a minute"
    ]
    for state in ("TASK_STAGING", "TASK_STARTING"):
        assert obstacles(app(tasks=[task(CONFIG, state=state)]), queue) == {}


def test_who_waits_after_a_failure_waits_for_no_offer():
    queue = [
        {
            "app": {"id": "/a"},
            "delay": {"timeLeftSeconds": 5, "overdue": False},
            "processedOffersSummary": {"processedOffersCount": 0},
        }
    ]
    assert obstacles(app(tasks=[]), queue) == {"delayed_seconds": 5}


def test_the_offers_that_were_declined_last_are_known_by_their_agents():
    offers = [
        {"offer": {"hostname": "a1"}, "reason": ["InsufficientCpus", "UnfulfilledRole"]},
        {"offer": None, "reason": None},
    ]
    queue = [{"app": {"id": "/a"}, "lastUnusedOffers": offers * 10}]
    found = obstacles(app(tasks=[]), queue)["unused_offers"]
    assert found[:2] == [
        {"host": "a1", "reasons": ["insufficient cpus", "unfulfilled role"]},
        {"host": "", "reasons": []},
    ]
    assert len(found) == 8
