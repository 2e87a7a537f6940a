# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happened during a cut, as far as it can be seen afterwards."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._sources.marathon_event import normalised
from ansible_collections.dcos.avi.plugins.module_utils._sources.missed import missed, seen_in


def app(app_id="/a", version="v1", tasks=("t1",), instances=None, failed=None):
    running = [{"id": task, "state": "TASK_RUNNING", "startedAt": "s", "host": "h"} for task in tasks]
    failure = {"taskId": failed, "state": "TASK_FAILED", "message": "exit 1", "host": "h", "timestamp": "f"}
    return {
        "id": app_id,
        "version": version,
        "instances": len(tasks) if instances is None else instances,
        "tasks": running,
        **({"lastTaskFailure": failure} if failed else {}),
    }


def deployment(id_="d1", version="v2", *apps):
    return {"id": id_, "version": version, "affectedApps": list(apps or ["/a"])}


def between(before, after, told=()):
    """What is found between two states, each of apps and deployments, after a stream told some events."""
    known = seen_in(*before, ())
    for event in told:
        known.learn(normalised(event))
    return list(missed(known, seen_in(*after, ()), after[0]))


def kinds(found):
    return [(event["type"], *event["apps"]) for event in found]


def test_nothing_is_missed_where_nothing_happened():
    state = ([app(failed="t0")], [deployment()])
    assert between(state, state) == []


def test_a_deployment_that_reached_its_end_succeeded():
    before = ([app()], [deployment()])
    (changed, started, ended) = between(before, ([app(version="v2", tasks=["t1", "t2"])], []))
    assert (changed["type"], changed["version"]) == ("api_post_event", "v2")
    assert (started["type"], started["task"]["id"], started["task"]["state"]) == (
        "status_update_event",
        "t2",
        "TASK_RUNNING",
    )
    assert (ended["type"], ended["deployment"], ended["version"]) == ("deployment_success", "d1", "v2")
    assert all(event["read_back"] and event["event"] == {} for event in (changed, started, ended))


@pytest.mark.parametrize(
    "now", [[app(version="v3")], [app(version="v2", instances=3)], []], ids=["other version", "too few tasks", "gone"]
)
def test_of_another_deployment_it_is_not_known_how_it_ended(now):
    assert kinds(between(([app()], [deployment()]), (now, [])))[-1] == ("deployment_ended", "a")


def test_a_deployment_that_began_is_told_and_apps_that_came_or_went():
    found = between(([app(), app("/gone")], []), ([app(), app("/new", tasks=())], [deployment()]))
    assert kinds(found) == [("deployment_info", "a"), ("api_post_event", "new"), ("app_terminated_event", "gone")]


def test_a_task_that_failed_is_told_with_its_words():
    (failed, _started) = between(([app()], []), ([app(tasks=["t2"], failed="t1")], []))
    assert failed["task"] == {"id": "t1", "state": "TASK_FAILED", "host": "h"}
    assert (failed["reason"], failed["at"], failed["apps"]) == ("exit 1", "f", ["a"])


def test_what_the_stream_told_is_not_told_again():
    plan = {"id": "d1", "version": "v2", "steps": [{"actions": [{"app": "/a"}]}]}
    told = [
        {"eventType": "api_post_event", "appDefinition": {"id": "/a"}},
        {"eventType": "deployment_info", "plan": plan},
        {"eventType": "status_update_event", "appId": "/a", "taskId": "t2", "taskStatus": "TASK_RUNNING"},
        {"eventType": "status_update_event", "appId": "/a", "taskId": "t1", "taskStatus": "TASK_FAILED"},
        {"eventType": "deployment_success", "id": "d1", "plan": plan},
        {"eventType": "app_terminated_event", "appId": "/b"},
    ]
    after = ([app(version="v2", tasks=["t2"], failed="t1")], [])
    assert between(([app(), app("/b")], []), after, told) == []
    # A deployment that the stream told to have begun, and that ended during the cut.
    assert kinds(between(([app(), app("/b")], []), after, [*told[:4], told[5]])) == [("deployment_success", "a")]


def test_only_the_apps_that_are_wanted_are_remembered():
    known = seen_in([app("/shop/a"), app("/b")], [], ["shop/*"])
    assert list(known.apps) == ["shop/a"]
