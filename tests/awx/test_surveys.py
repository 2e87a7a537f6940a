# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each survey asks for variables that the role has, and what may be answered is what the role takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from tests.awx.awx import Stored
from tests.environments import ROOT

#: The role and the entry point of each playbook that runs a role. The workflow's answers go to each of its jobs.
ROLES = {
    "listener": ("listener", "main"),
    "rollout": ("rollout", "main"),
    "workflow": ("rollout", "main"),
    "rollback": ("rollback", "main"),
    "retire": ("retire", "main"),
    "withdraw": ("rollout", "withdraw"),
}
#: Playbooks that read variables themselves.
WITHOUT_ROLE = ("status", "history", "report")
#: A value for each question that has no default and no choices.
TEXTS = {"text": "a-text", "integer": 1}


def options_of(playbook: str) -> dict[str, Any]:
    role, entry = ROLES[playbook]
    specs = yaml.safe_load((ROOT / "roles" / role / "meta/argument_specs.yml").read_text())["argument_specs"]
    return specs[entry]["options"]


def defaults_of(playbook: str) -> dict[str, Any]:
    file = ROOT / "roles" / ROLES[playbook][0] / "defaults/main.yml"
    return (yaml.safe_load(file.read_text()) or {}) if file.exists() else {}


def questions(template: Stored) -> list[dict[str, Any]]:
    return template.survey["spec"]


def answers(question: Mapping[str, Any]) -> Iterator[Any]:
    """Each kind of answer that a question may get."""
    if "choices" in question:
        yield from question["choices"]
    else:
        yield question.get("min", TEXTS[question["type"]])
    if "default" in question:
        yield question["default"]


def refusals(options: Mapping[str, Any], variables: Mapping[str, Any]) -> list[str]:
    """What Ansible says against variables by the argument specs of a role."""
    return ArgumentSpecValidator(options).validate(dict(variables)).error_messages


def test_each_template_is_checked(templates: dict[str, Stored]) -> None:
    assert {*ROLES, *WITHOUT_ROLE} == templates.keys()


@pytest.mark.parametrize("playbook", ROLES)
def test_the_role_has_each_variable_and_takes_each_answer(templates: dict[str, Stored], playbook: str) -> None:
    options = options_of(playbook)
    first = {one["variable"]: next(answers(one)) for one in questions(templates[playbook])}
    variables = {**json.loads(templates[playbook].values["extra_vars"] or "{}"), **first}
    assert variables.keys() <= options.keys()
    assert refusals(options, variables) == []
    for question in questions(templates[playbook]):
        for answer in answers(question):
            assert refusals(options, {**variables, question["variable"]: answer}) == [], (question["variable"], answer)


@pytest.mark.parametrize("playbook", ROLES)
def test_what_the_role_needs_is_needed(templates: dict[str, Stored], playbook: str) -> None:
    needed = {name for name, option in options_of(playbook).items() if option.get("required")}
    assert needed <= {one["variable"] for one in questions(templates[playbook]) if one["required"]}


@pytest.mark.parametrize("playbook", ROLES)
def test_a_default_is_the_role_s_own(templates: dict[str, Stored], playbook: str) -> None:
    of_role, options = defaults_of(playbook), options_of(playbook)
    for question in questions(templates[playbook]):
        name, default = question["variable"], question.get("default", "")
        # An empty answer is none, so the role's default counts: of an option with choices it would be none of them.
        expected = of_role.get(name, "") if "choices" not in question else of_role.get(name, default)
        assert yaml.safe_load(str(default) or "''") == expected, name
        assert options[name].get("default", expected) == expected, name


@pytest.mark.parametrize("playbook", WITHOUT_ROLE)
def test_the_playbook_reads_each_variable(templates: dict[str, Stored], playbook: str) -> None:
    text = (ROOT / "playbooks" / f"{playbook}.yml").read_text()
    for question in questions(templates[playbook]):
        assert re.search(rf"\b{question['variable']}\b", text), question["variable"]
