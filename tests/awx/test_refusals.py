# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWX of these tests refuses what a real one refuses, and what a real one would pass over."""

from __future__ import annotations

from typing import Any

import pytest

from tests.awx.awx import Awx, Refused
from tests.awx.surveys import given, mistakes_of_answers, mistakes_of_survey

TEXT = {"variable": "a", "question_name": "A", "type": "text", "required": False, "default": ""}
CHOICE = {"variable": "a", "question_name": "A", "type": "multiplechoice", "required": True, "choices": ["x", "y"]}
TYPE = {
    "name": "type",
    "kind": "cloud",
    "inputs": {"fields": [{"id": "word", "label": "Word", "type": "string", "secret": True}], "required": ["word"]},
    "injectors": {"env": {"WORD": "{{ word }}"}},
}
EVERY_DAY = "DTSTART;TZID=UTC:20260101T000000 RRULE:FREQ=DAILY;INTERVAL=1"


@pytest.fixture(name="awx")
def fixture_awx() -> Awx:
    """One with an organization (2), a credential type (3), a project (4), an inventory (5) and a job template (6) that asks for `a`."""
    awx = Awx({"a.yml"})
    awx.create("organizations", {"name": "organization"})
    awx.create("credential_types", TYPE)
    awx.create("projects", {"name": "project", "organization": 2, "scm_type": "git"})
    awx.project_update(4)
    awx.create("inventories", {"name": "inventory", "organization": 2})
    awx.create("job_templates", {"name": "template", "project": 4, "inventory": 5, "playbook": "a.yml"})
    awx.ask("job_templates", 6, {"name": "", "description": "", "spec": [{**TEXT, "required": True}]})
    return awx


@pytest.mark.parametrize(
    ("endpoint", "values", "why"),
    [
        ("organizations", {"name": "a", "colour": "red"}, "no fields {'colour'}"),
        ("organizations", {"name": "organization"}, "already"),
        ("organizations", {"name": 1}, "is no str"),
        ("organizations", {"name": "a", "max_hosts": "1"}, "is no int"),
        ("organizations", {"name": "a", "max_hosts": True}, "is no int"),
        ("execution_environments", {"name": "a"}, "{'image'} must be given"),
        ("execution_environments", {"name": "a", "image": "b", "pull": "sometimes"}, "is none of"),
        ("execution_environments", {"name": "a", "image": "b", "organization": 6}, "organizations have no 6"),
        ("inventories", {"name": "a", "organization": 2, "variables": "- a list"}, "holds no dictionary"),
        ("inventory_sources", {"name": "a", "inventory": 5, "source": "scm"}, "needs the project"),
        ("job_templates", {"name": "a", "project": 4, "inventory": 5, "playbook": "b.yml"}, "no playbook b.yml"),
        ("job_templates", {"name": "a", "project": 4, "playbook": "a.yml"}, "there is no inventory"),
        ("credential_types", {**TYPE, "name": "a", "kind": "ssh"}, "is none of"),
        ("credential_types", {**TYPE, "name": "a", "injectors": {"env": {"PATH": "/"}}}, "PATH may not be set"),
        ("credential_types", {**TYPE, "name": "a", "injectors": {"env": {"A": "{{ b }}"}}}, "'b' is undefined"),
        ("credential_types", {**TYPE, "name": "a", "injectors": {"env": {"A": "{{ tower.filename.b }}"}}}, "refused"),
        ("credential_types", {**TYPE, "name": "a", "inputs": {"fields": [{"id": "a b", "label": "A"}]}}, "no id"),
        ("credentials", {"name": "a", "organization": 2, "credential_type": 3, "inputs": {}}, "word is missing"),
        ("credentials", {"name": "a", "organization": 2, "credential_type": 3, "inputs": {"b": ""}}, "no input b"),
        ("credentials", {"name": "a", "credential_type": 3, "inputs": {"word": "b"}}, "belongs to one of"),
        ("notification_templates", {"name": "a", "organization": 2, "notification_type": "webhook"}, "lacks url"),
        ("schedules", {"name": "a", "unified_job_template": 6, "rrule": EVERY_DAY}, "a is missing"),
        (
            "schedules",
            {"name": "a", "unified_job_template": 6, "rrule": "RRULE:FREQ=DAILY", "extra_data": {"a": "b"}},
            "one start in a time zone.*; .*an interval",
        ),
        (
            "schedules",
            {"name": "a", "unified_job_template": 6, "rrule": EVERY_DAY, "extra_data": {"a": "b", "c": "d"}},
            "does not ask for c",
        ),
        (
            "schedules",
            {"name": "a", "unified_job_template": 6, "rrule": EVERY_DAY, "extra_data": {"a": "b"}, "limit": "c"},
            "does not ask for limit",
        ),
    ],
)
def test_what_is_refused_when_it_is_created(awx: Awx, endpoint: str, values: dict[str, Any], why: str) -> None:
    before = dict(awx.objects)
    with pytest.raises(Refused, match=why):
        awx.create(endpoint, values)
    assert awx.objects == before


def test_a_project_has_no_playbook_before_its_first_update(awx: Awx) -> None:
    awx.create("projects", {"name": "another", "organization": 2, "scm_type": "git"})
    with pytest.raises(Refused, match=r"no playbook a\.yml"):
        awx.create("job_templates", {"name": "a", "project": 7, "inventory": 5, "playbook": "a.yml"})


def test_the_inputs_of_a_credential_type_in_use_stay(awx: Awx) -> None:
    awx.create("credentials", {"name": "a", "organization": 2, "credential_type": 3, "inputs": {"word": "b"}})
    with pytest.raises(Refused, match="in use"):
        awx.change("credential_types", 3, {"inputs": {"fields": []}})


def test_a_secret_is_not_shown_and_kept_if_it_is_sent_back(awx: Awx) -> None:
    made = awx.create("credentials", {"name": "a", "organization": 2, "credential_type": 3, "inputs": {"word": "b"}})
    assert made["inputs"] == {"word": "$encrypted$"}
    awx.change("credentials", made["id"], {"inputs": made["inputs"]})
    assert awx.values(made["id"])["inputs"] == {"word": "b"}


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ({**TEXT, "type": "boolean"}, "there is no type"),
        ({**TEXT, "required": "no"}, "required is no bool"),
        ({**TEXT, "default": 1}, "another type"),
        ({**TEXT, "min": "1"}, "min is no whole number"),
        ({**TEXT, "hint": "b"}, "unknown fields"),
        ({name: TEXT[name] for name in TEXT if name != "default"}, "no default"),
        ({**TEXT, "type": "integer", "default": "1"}, "another type"),
        ({**CHOICE, "default": "z"}, "none of the choices"),
        ({**CHOICE, "choices": [True, False]}, "no list of texts"),
    ],
)
def test_surveys_that_are_refused(question: dict[str, Any], why: str) -> None:
    (mistake,) = mistakes_of_survey({"name": "", "description": "", "spec": [question]})
    assert why in mistake


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (TEXT, 1),
        ({**TEXT, "min": 1}, ""),
        ({**TEXT, "max": 1}, "bc"),
        ({**TEXT, "type": "integer"}, ""),
        ({**TEXT, "type": "integer", "min": 1}, 0),
        ({**TEXT, "type": "float"}, "1"),
        (CHOICE, "z"),
        ({**CHOICE, "type": "multiselect"}, "x"),
        ({**CHOICE, "type": "multiselect"}, ["z"]),
    ],
)
def test_answers_that_are_refused(question: dict[str, Any], answer: Any) -> None:
    assert list(mistakes_of_answers({"spec": [question]}, {"a": answer}))


def test_a_default_is_given_where_nothing_is_answered() -> None:
    survey = {"spec": [TEXT, {**TEXT, "variable": "b", "default": "c"}, {**CHOICE, "variable": "d"}]}
    assert given(survey, {"d": "x"}) == {"a": "", "b": "c", "d": "x"}
