# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_statuses import Said, said_of_tasks

MEMORY = "REASON_CONTAINER_LIMITATION_MEMORY"


def tasks(kind="completed_tasks", name="app1-200.a", **status):
    return {"get_tasks": {kind: [{"task_id": {"value": name}, "statuses": [{"state": "TASK_RUNNING"}, status]}]}}


@pytest.mark.parametrize("kind", ["launched_tasks", "terminated_tasks", "completed_tasks"])
def test_the_last_status_counts(kind):
    answer = tasks(kind, message="Memory limit exceeded", reason=MEMORY)
    assert said_of_tasks(answer, "app1-200.") == {"app1-200.a": Said("Memory limit exceeded", MEMORY)}


def test_a_status_may_have_neither():
    assert said_of_tasks(tasks(state="TASK_FAILED"), "app1-200.") == {"app1-200.a": Said()}


def test_tasks_of_others_are_passed_over():
    assert said_of_tasks(tasks(name="app1-2001.a", reason=MEMORY), "app1-200.") == {}


@pytest.mark.parametrize("reason", [7, None, "<b>", "REASON\x1b[2J", "A" * 200])
def test_what_is_no_reason_of_mesos_is_none(reason):
    assert said_of_tasks(tasks(message="m", reason=reason), "app1-200.") == {"app1-200.a": Said("m")}


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {"get_tasks": []},
        {"get_tasks": {"completed_tasks": {"task_id": 1}}},
        {
            "get_tasks": {
                "completed_tasks": [None, {"task_id": "x"}, {"task_id": {"value": "app1-200.a"}, "statuses": [7]}]
            }
        },
    ],
)
def test_an_answer_of_another_shape_says_nothing(answer):
    assert said_of_tasks(answer, "app1-200.") == {}
