# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How AWX 24 judges a survey, and the answers to it. Restated from awx/api/views/__init__.py and awx/main/models/mixins.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.awx.kinds import is_of

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": (float, int),
}
NEEDED: Mapping[str, type] = {"type": str, "question_name": str, "variable": str, "required": bool}
KNOWN = {*NEEDED, "question_description", "choices", "default", "min", "max", "new_question"}


def mistakes_of_survey(survey: Mapping[str, Any]) -> Iterator[str]:
    """Say why AWX refuses a survey, or passes over what was meant; nothing where it takes it as it is."""
    for name, kind in {"name": str, "description": str, "spec": list}.items():
        if not isinstance(survey.get(name), kind):
            yield f"the survey's {name} is no {kind.__name__}"
    questions = survey.get("spec") or []
    if not questions:
        yield "the survey asks nothing"
    variables = [question.get("variable") for question in questions]
    if len(set(variables)) < len(variables):
        yield f"the survey asks twice for one of {variables}"
    for question in questions:
        yield from (f"question {question.get('variable')}: {why}" for why in _mistakes_of_question(question))


def _mistakes_of_question(question: Mapping[str, Any]) -> Iterator[str]:
    unknown = set(question) - KNOWN
    if unknown:
        yield f"unknown fields {unknown}"
    for name, needed in NEEDED.items():
        if not is_of(needed, question.get(name)):
            yield f"{name} is no {needed.__name__}"
    kind = str(question.get("type"))
    if kind not in TYPES:
        yield f"there is no type {kind}"
        return
    default = question.get("default", "")
    if default != "" and not is_of(TYPES[kind], default):
        yield f"the default {default!r} is of another type than {kind}"
    for limit in ("min", "max"):
        if not is_of((int, type(None)), question.get(limit)):
            yield f"{limit} is no whole number"
    if kind in ("multiplechoice", "multiselect"):
        choices = question.get("choices")
        if not isinstance(choices, list) or not all(isinstance(choice, str) for choice in choices):
            yield f"the choices {choices!r} are no list of texts"
        elif any(word not in choices for word in str(default).splitlines()):
            yield f"the default {default!r} is none of the choices"
    elif not question.get("required") and kind in ("text", "textarea") and "default" not in question:
        yield "an optional text has no default, so that AWX gives it in one way of launching and not in another"


def given(survey: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the extra variables that a job gets by these answers: the survey's defaults, and the answers over them."""
    defaults = {
        question["variable"]: question["default"]
        for question in survey["spec"]
        if question.get("default") is not None
        and not list(_mistakes_of_answer(question, {question["variable"]: question["default"]}))
    }
    return {**defaults, **answers}


def mistakes_of_answers(
    survey: Mapping[str, Any], answers: Mapping[str, Any], *, all_needed: bool = True
) -> Iterator[str]:
    """Say why AWX refuses these answers, or passes over some, where the template takes no other variables on launch."""
    questions = {question["variable"]: question for question in survey.get("spec", [])}
    for name in answers.keys() - questions.keys():
        yield f"the survey does not ask for {name}"
    for name, question in questions.items():
        if all_needed and question["required"] and name not in answers:
            yield f"{name} is missing"
        yield from _mistakes_of_answer(question, answers)


def _mistakes_of_answer(question: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[str]:
    name, kind = question["variable"], question["type"]
    if name not in answers:
        return
    answer = answers[name]
    if kind in ("text", "textarea", "password") and not isinstance(answer, str):
        yield f"{name} is no text"
    elif kind == "integer" and not is_of(int, answer):
        yield f"{name} is no whole number"
    elif kind == "float" and not is_of((int, float), answer):
        yield f"{name} is no number"
    elif kind == "multiselect" and (
        not isinstance(answer, list) or any(one not in question["choices"] for one in answer)
    ):
        yield f"{name} is no list of the choices"
    elif kind == "multiplechoice" and answer not in question["choices"]:
        yield f"{name} is none of the choices"
    else:
        size = answer if kind in ("integer", "float") else len(answer)
        if question.get("min") not in (None, "") and size < question["min"]:
            yield f"{name} is too small"
        if question.get("max") not in (None, "") and size > question["max"]:
            yield f"{name} is too large"
