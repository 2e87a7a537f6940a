# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that are no app: as TasksResource, AppTasksResource, SystemResource, PodsResource and LabelSelector have them at the tags."""

from __future__ import annotations

from typing import Any

import pytest
from hosted import HostedMarathon, Listener

from tests.lab.marathon import selectors
from tests.lab.marathon.errors import Refusal
from tests.lab.marathon.jsontext import parse
from tests.lab.marathon.persona import PERSONAS

TERM = r"string matching regex `(\\.|[-A-Za-z0-9_.])+'"


@pytest.mark.parametrize(
    ("selector", "old", "new"),
    [
        ("a=", r"string matching regex `\z' expected but `=' found", "',' expected but '=' found"),
        ("a b", r"string matching regex `\z' expected but `b' found", "',' expected but 'b' found"),
        ("a==", f"{TERM} expected but end of source found", None),
        ("a,", f"{TERM} expected but end of source found", None),
        ("a in b", "`(' expected but `b' found", None),
        ("a in (b", "`)' expected but end of source found", None),
        ("a in (b c)", "`)' expected but `c' found", None),
    ],
)
def test_what_is_wrong_with_a_selector(selector: str, old: str, new: str | None) -> None:
    """What was expected last, where the reading got farthest. The newest release only says that it went on."""
    new = old.replace("`", "'") if new is None else new
    for release, reason in {"1.4": old, "1.5": old, "1.8": new, "1.11": "end of input expected"}.items():
        with pytest.raises(Refusal) as refusal:
            selectors.parse(selector, PERSONAS[release])
        assert refusal.value.body == {"message": f"Can not parse label selector {selector}. Reason: {reason}"}


def test_lists_of_tasks_to_kill(marathon: HostedMarathon) -> None:
    """The paths are those within the list; what is no id, and what is no UUID in one."""
    release = marathon.settings.marathon
    wrong: dict[str, tuple[str, str]] = {
        "{}": ("", "'ids' is undefined on object: {}"),
        "[]": ("", "[] is not an object"),
        '{"ids": "x"}': ("", "error.expected.jsarray"),
        '{"ids": [1]}': ("(0)", "error.expected.jsstring"),
    }
    for sent, (path, text) in wrong.items():
        answer = marathon.ask("POST", "/v2/tasks/delete", sent)
        assert answer.status == (400 if release == "1.4" else 422)
        assert answer.body["details"] == [{"path": path, "errors": [text]}]
    old = release in ("1.4", "1.5")
    answer = marathon.ask("POST", "/v2/tasks/delete", {"ids": ["x"]})
    known = f"taskId x {'is ' if old else ''}no valid identifier (of class java.lang.String)"
    assert (answer.status, answer.body) == (400, {"message": f"Invalid task id 'x'. [{known}]"})
    answer = marathon.ask("POST", "/v2/tasks/delete", {"ids": ["a.b"]})
    expected: Any = (200, {"tasks": []}) if old else (422, {"message": "Invalid UUID string: b"})
    assert (answer.status, answer.body) == expected
    ids = ["a.instance-0bd0c056-ec43-11f1-b059-02fc00000001._app.1", "a.0bd0c056-ec43-11f1-b059-02fc00000001"]
    assert marathon.ask("POST", "/v2/tasks/delete", {"ids": ids}).body == {"tasks": []}


def test_scale_and_wipe_are_refused_before_all_else(marathon: HostedMarathon) -> None:
    for method, path in (
        ("DELETE", "/v2/apps/none/tasks/x"),
        ("DELETE", "/v2/apps/none/tasks"),
        ("POST", "/v2/tasks/delete"),
    ):
        answer = marathon.ask(method, f"{path}?scale=true&wipe=true", {})
        assert (answer.status, answer.body) == (400, {"message": "You cannot use scale and wipe at the same time."})


def test_a_task_that_is_not_there_scales_nothing(marathon: HostedMarathon) -> None:
    """It is a deployment of nothing, but for an app without tasks before 1.6."""
    marathon.ask("POST", "/v2/apps", {"id": "/none", "cmd": "sleep 1000", "instances": 0})
    marathon.settle()
    answer = marathon.ask("DELETE", "/v2/apps/none/tasks/none.x?scale=true")
    if marathon.settings.marathon in ("1.4", "1.5"):
        assert (answer.status, answer.body) == (404, {"message": "Path '/none' does not exist"})
    else:
        assert answer.status == 200
        assert answer.body.keys() == {"version", "deploymentId"}


def test_a_restart_is_not_to_be_seen(marathon: HostedMarathon) -> None:
    for method in ("GET", "PUT", "PATCH"):
        assert marathon.ask(method, "/v2/apps/none/restart", {}).status == 405


def test_a_ping_answers_as_it_is_accepted(marathon: HostedMarathon) -> None:
    answers = {
        kind: marathon.ask("GET", "/ping", headers={"Accept": kind})
        for kind in ("*/*", "text/html", "application/json", "image/png")
    }
    seen = {kind: (each.status, each.headers.get("Content-Type")) for kind, each in answers.items()}
    assert seen == {
        "*/*": (200, "text/plain"),
        "text/html": (200, "text/html"),
        "application/json": (200, "application/json"),
        "image/png": (204, None),
    }


def test_there_are_no_pods_and_the_root_leads_elsewhere(marathon: HostedMarathon) -> None:
    old = marathon.settings.marathon in ("1.4", "1.5")
    answer = marathon.ask("GET", "/", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, "ui/" if old else "/ui/")
    assert marathon.ask("GET", "/v2/pods/x").body["message"] == '{"message": "pod with /x does not exist"}'
    assert marathon.ask("GET", "/v2/pods/x::status").body["message"] == "Pod '/x' does not exist"
    assert marathon.ask("DELETE", "/v2/pods/x").status == 404


def test_a_scaling_kill_is_the_deployments_own(marathon: HostedMarathon) -> None:
    """ScaleApplication kills what is named to it: nobody hears of it before the deployment."""
    marathon.ask("POST", "/v2/apps", {"id": "/k", "cmd": "sleep 1000", "cpus": 0.01, "mem": 1})
    marathon.until("/v2/apps/k", lambda body: body["app"]["tasksRunning"] == 1)
    marathon.settle()
    listener = Listener(marathon)
    listener.wait_for("event_stream_attached")
    assert marathon.ask("DELETE", "/v2/apps/k/tasks?scale=true").status == 200
    listener.wait_for("deployment_success")
    listener.close()
    names = listener.names()
    assert names.index("deployment_info") < names.index("instance_changed_event")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1, }', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name"),
        ('{"a": 01}', "Invalid numeric value: Leading zeroes not allowed"),
        ('{"a": "b', "Unexpected end-of-input in VALUE_STRING"),
        ('{"a', "Unexpected end-of-input: was expecting closing '\"' for name"),
        ('{"a": 1, "b', "Unexpected end-of-input: was expecting closing '\"' for name"),
        ('{"a":', "Unexpected end-of-input within/between {Object} entries"),
        ('{"a"', "Unexpected end-of-input within/between {Object} entries"),
        ("[1,", "Unexpected end-of-input within/between {Array} entries"),
    ],
)
def test_what_is_said_of_text_that_is_no_json(text: str, said: str) -> None:
    """The words of Jackson's parser of bytes, which wrote the kinds large before 2.9."""
    for release, persona in PERSONAS.items():
        expected = said
        for kind in ("Object", "Array"):
            named = kind.upper() if release in ("1.4", "1.5") else kind
            expected = expected.replace(f"{{{kind}}}", named)
        with pytest.raises(Refusal) as refusal:
            parse(text, persona)
        assert (refusal.value.status, refusal.value.body["details"]) == (400, expected)


def test_json_of_the_wrong_kind_has_no_path(marathon: HostedMarathon) -> None:
    """And what is wrong with one of a list has its place in it."""
    marathon.ask("POST", "/v2/apps", {"id": "/u", "cmd": "sleep 1000", "instances": 0})
    status = 400 if marathon.settings.marathon == "1.4" else 422
    for path, sent, (place, text) in (
        ("/v2/apps/u?partialUpdate=false", "[]", ("", "error.expected.jsobject")),
        ("/v2/apps", "{}", ("", "error.expected.jsarray")),
        ("/v2/apps", [{"id": "/u", "cpus": "x"}], ("(0)/cpus", "error.expected.jsnumber")),
    ):
        answer = marathon.ask("PUT", path, sent)
        assert (answer.status, answer.body["details"]) == (status, [{"path": place, "errors": [text]}])


def test_a_date_is_a_version_in_1_4_only(marathon: HostedMarathon) -> None:
    """Later ones want a time and a zone (Joda's DateTime became java.time's OffsetDateTime)."""
    expected = {
        "1.4": (404, "App '/none' does not exist in version 2014-01-01T00:00:00.000Z"),
        "1.5": (500, "Text '2014-01-01' could not be parsed at index 10"),
    }
    answer = marathon.ask("GET", "/v2/apps/none/versions/2014-01-01")
    later = (422, "Invalid timestamp provided '2014-01-01'. Expecting ISO-8601 datetime string.")
    assert (answer.status, answer.body["message"]) == expected.get(marathon.settings.marathon, later)
