# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import guards


def version(app_id, service, priority):
    return {"id": app_id, "labels": {"ab_config": f'{{"service": "{service}", "priority": {priority}}}'}}


LISTENER = {"id": "/app1", "labels": {"FE-Proxy": "yes"}}
OTHERS = [version("/app1-100", "app1", 10), version("/x", "/app1", 20), version("/shop-1", "shop", 90)]


def labels(service, priority):
    return version("", service, priority)["labels"]


@pytest.mark.parametrize("service", ["app1", "/app1"])
def test_a_priority_above_the_others_of_the_service_is_allowed(service):
    guards.refuse_new_version("/app1-200", labels(service, 21), True, OTHERS)


@pytest.mark.parametrize("priority", [20, 19, 0])
def test_a_priority_not_above_the_others_is_refused(priority):
    with pytest.raises(Refused, match=r"not above the others of /app1: /x has 20.*give it 21 or more"):
        guards.refuse_new_version("/app1-200", labels("app1", priority), True, OTHERS)


def test_a_version_does_not_rival_itself():
    guards.refuse_new_version("/x", labels("app1", 20), True, OTHERS)


def test_a_service_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="names the service 'app1', but there is no other app /app1"):
        guards.refuse_new_version("/app1-200", labels("app1", 30), False, [])
    with pytest.raises(Refused, match="no other app /app1"):
        guards.refuse_new_version("/app1", labels("app1", 30), True, [])


@pytest.mark.parametrize(
    "broken", [{"ab_config": "x"}, {"ab_config": '{"service": "a"}'}, {"avi_proxy": "[]"}, {"fe-proxy": "yes"}]
)
def test_labels_avi_cannot_read_are_refused(broken):
    with pytest.raises(Refused, match="labels of /a cannot be used"):
        guards.refuse_broken_labels("/a", broken)


def test_a_redefinition_names_the_fields():
    with pytest.raises(Refused, match=r"carries an ab_config.*differs in container, labels"):
        guards.refuse_redefinition("/app1-100", {"labels", "container"}, is_version=True)


@pytest.mark.parametrize(
    ("app", "others", "reason"),
    [
        (LISTENER, [], "FE-Proxy: yes"),
        ({"id": "/app1"}, OTHERS, "the ab_config of /app1-100, /x names it"),
        (LISTENER, OTHERS, "FE-Proxy: yes and the ab_config of /app1-100, /x names it"),
    ],
)
def test_the_listener_is_not_deleted(app, others, reason):
    with pytest.raises(Refused) as raised:
        guards.refuse_deletion(app, others)
    assert reason in raised.value.sentence and "delete_listener" in raised.value.sentence


def sized(app, instances):
    return {**app, "instances": instances}


SERVING = sized(version("/app1-200", "app1", 20), 2)


@pytest.mark.parametrize(
    "others",
    [
        [],
        [SERVING, sized(version("/app1-100", "app1", 10), 2)],
        [SERVING, sized(version("/app1-300", "/app1", 30), 0)],
        [SERVING, sized(version("/shop-1", "shop", 90), 2)],
    ],
)
def test_the_version_that_may_serve_is_not_deleted(others):
    with pytest.raises(Refused, match=r"/app1-200 is not deleted.*Scale it to zero first, when another one serves"):
        guards.refuse_deletion(SERVING, others)


@pytest.mark.parametrize("state", ["TASK_RUNNING", "TASK_STAGING", "TASK_UNREACHABLE"])
def test_a_version_that_runs_without_instances_is_not_deleted(state):
    """Before 1.8 Marathon may start tasks again of what was scaled to zero, and they may take the traffic."""
    at_zero = {**sized(SERVING, 0), "tasks": [{"state": state}]}
    with pytest.raises(
        Refused, match=r"/app1-200 is not deleted.*no instances, but tasks of it run.*dcos\.avi\.retire"
    ):
        guards.refuse_deletion(at_zero, [sized(version("/app1-100", "app1", 10), 2)])
    guards.refuse_deletion(at_zero, [sized(version("/app1-300", "/app1", 30), 2)])


def test_a_version_without_instances_or_below_another_is_deleted():
    guards.refuse_deletion(sized(SERVING, 0), [])
    guards.refuse_deletion(SERVING, [sized(version("/app1-300", "/app1", 30), 2)])


def test_other_apps_are_deleted():
    guards.refuse_deletion({"id": "/app1-100", "labels": {"FE-Proxy": "no"}}, OTHERS)
