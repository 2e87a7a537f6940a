# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.why import (
    MOST_OUTPUT,
    failing_checks,
    in_words,
    output_of,
    suspects_of,
    why_it_failed,
)

CHECKS = [{"protocol": "HTTP", "path": "ready", "portIndex": 0}]
APP = {"id": "/app1-200", "version": "2026-01-15T10:00:00.000Z", "instances": 2, "healthChecks": CHECKS}
FAILURE = {
    "taskId": "app1-200.a",
    "host": "a1",
    "slaveId": "S0",
    "state": "TASK_FAILED",
    "timestamp": "2026-01-15T10:00:05.000Z",
    "message": "exit 1",
    "version": APP["version"],
}


def task(name, state="TASK_RUNNING", alive=None, **fields):
    at = "2026-01-15T10:00:0{}.000Z".format
    result = {
        "alive": alive,
        "lastFailureCause": "503 Service Unavailable",
        **({"lastSuccess": at(9)} if alive else {}),
    }
    shown = {
        "id": f"app1-200.{name}",
        "host": "a2",
        "slaveId": "S1",
        "state": state,
        "startedAt": at(1),
        "ports": [31005],
    }
    return {**shown, "healthCheckResults": [] if alive is None else [result], **fields}


def test_what_failed_comes_first_then_what_is_not_healthy():
    tasks = [
        task("well", alive=True),
        task("sick", alive=False),
        task("ended", "TASK_FAILED"),
        task("killed", "TASK_KILLED"),
    ]
    found = suspects_of({**APP, "lastTaskFailure": FAILURE, "tasks": tasks})
    assert [each.task.partition(".")[2] for each in found] == ["a", "ended", "sick", "well"]
    assert (found[0].host, found[0].agent, found[0].message, found[0].failed) == ("a1", "S0", "exit 1", True)


def test_a_failure_is_told_once_with_the_words_of_mesos():
    (found,) = suspects_of({**APP, "lastTaskFailure": FAILURE, "tasks": [task("a", "TASK_FAILED")]})
    assert (found.message, found.at) == ("exit 1", FAILURE["timestamp"])


def test_a_failure_of_another_definition_tells_nothing():
    assert suspects_of({**APP, "lastTaskFailure": {**FAILURE, "version": "2026-01-14T10:00:00.000Z"}}) == []


@pytest.mark.parametrize(
    ("check", "url"),
    [
        ({}, "http://a2:31005/ready"),
        ({"protocol": "MESOS_HTTPS", "path": None}, "https://a2:31005/"),
        ({"port": 9000}, "http://a2:9000/ready"),
        ({"portIndex": 3}, None),
        ({"portIndex": "x"}, None),
        ({"protocol": "TCP"}, None),
        ({"protocol": "COMMAND"}, None),
        ({"protocol": "FTP"}, None),
    ],
)
def test_an_http_check_that_fails_is_known_by_its_address(check, url):
    app = {
        **APP,
        "healthChecks": [{**CHECKS[0], **check}],
        "tasks": [task("sick", alive=False), task("well", alive=True)],
    }
    expected = [("app1-200.sick", url, "503 Service Unavailable")] if url else []
    assert list(failing_checks(app)) == expected


def test_of_the_output_the_end_is_kept_and_errors_go_first():
    lines = [f"{number:04} {'x' * 95}" for number in range(100)]
    errors, said = output_of(lines, lines)
    assert errors[-1] == said[-1] == lines[-1]
    assert sum(map(len, (*errors, *said))) <= MOST_OUTPUT
    assert len(errors) == len(said) == 20
    errors, said = output_of(lines, [])
    assert (len(errors), said) == (40, ())
    assert output_of([], ["short"]) == ((), ("short",))
    assert output_of(["y" * 10000], []) == (("y" * MOST_OUTPUT,), ())


def test_the_result_keeps_what_was_seen_and_what_the_gate_was_answered():
    bad = {"target": "http://a2:31005", "reason": "answered 500 instead of 200", "body": "no database"}
    phases = {
        "smoke": {
            "failed": True,
            "code": "timeout",
            "details": {"targets": [bad, {"target": "http://a3:1", "reason": None}, "x"]},
        },
        "soak": {},
    }
    seen = {"app": "/app1-200", "tasks": [{"task": "t"}], "health_checks": [], "offers": {}, "unread": ["no"]}
    assert why_it_failed(phases, seen, "Smoke: no.", "smoke") == {
        "phase": "smoke",
        "sentence": "Smoke: no.",
        "code": "timeout",
        "tasks": [{"task": "t"}],
        "unread": ["no"],
        "requests": [bad],
    }
    assert why_it_failed(phases, seen, "", "") == {}


def test_the_sentence_has_the_last_line_and_the_answer_and_nothing_that_a_terminal_would_obey():
    tasks = [{"task": "t1", "stdout": ["hello"], "stderr": [" "]}, {"task": "t2", "stdout": [], "stderr": ["other"]}]
    checks = [
        {"url": "http://a:1/", "status": None, "body": ""},
        {"url": "http://b:1/", "status": 503, "body": f"\x1b[31m{'z' * 500}"},
    ]
    output, check = in_words({"tasks": tasks, "health_checks": checks})
    assert output == "The last line that t1 wrote to stdout is: hello."
    assert check.startswith("Its health check http://b:1/ is answered 503 with: \ufffd[31mzzz") and len(check) < 250
    assert in_words({}) == []


def test_what_the_soak_measured_is_kept_and_another_failure_is_not():
    measures = {"max_error_percent": {"worst": 7.5}}
    phases = {
        "deploy": [{"changed": True}, {"spent": {}}],
        "soak": {"failed": True, "code": "gate_failed", "details": {"measures": measures}},
        "recover": {"failed": True, "code": "away", "details": {"measures": 1}},
    }
    found = why_it_failed(phases, {}, "Soak: no.", "soak")
    assert found == {"phase": "soak", "sentence": "Soak: no.", "code": "gate_failed", "measures": measures}


def test_what_waits_in_a_list_of_steps_is_found():
    phases = {
        "deploy": [{"changed": True}, {"failed": True, "code": "timeout", "details": "x"}, "y"],
        "observe": {"plan": {}},
    }
    assert why_it_failed(phases, {}, "Deploy: no.", "deploy")["code"] == "timeout"
