# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is read from outside, a module ends with an answer or a sentence of its own."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.hiding import forms
from ansible_collections.dcos.avi.plugins.module_utils._core.work import DATA, EXCEPTION

from tests.fuzz.changes import Change, Whole, applied
from tests.fuzz.questions import PASSWORDS, QUESTIONS, Question
from tests.fuzz.replay import ADDRESSES, answered, recorded

LONGEST_MESSAGE = 10_000
DANGEROUS = ("Cc", "Cf", "Cs", "Zl", "Zp")


def told(question: str, drawn: Sequence[Change | Whole]) -> dict[str, Any]:
    """Return what a module tells of answers with these changes."""
    answers = recorded(question)
    known = sum(map(len, answers.values()))
    with answered(answers, lambda number, reply: applied(drawn, number, reply, known)):
        return QUESTIONS[question].result({**ADDRESSES, **PASSWORDS})


def wrong_in(result: dict[str, Any], question: Question) -> str:
    """Return what must not be in a result; empty where nothing is wrong. A module hides the passwords that it was given."""
    if EXCEPTION in result:
        return _short(result[EXCEPTION])
    # Ansible hides values, and not the names of fields.
    written = json.dumps(_values(result))
    for secret in (value for name, value in PASSWORDS.items() if name in question.work.options):
        found = [form for form in forms(secret) if form in written]
        if found:
            return f"a secret: {found[0]}"
    harmful = next((text for text in _printed(result) if any(map(_is_dangerous, text))), None)
    if harmful is not None:
        return f"a text that commands a terminal: {harmful!r}"
    if len(str(result.get("msg", ""))) > LONGEST_MESSAGE + 100:
        return "a message without end"
    return ""


def _values(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return [value] if inner is None else [each for item in inner for each in _values(item)]


def _short(trace: str) -> str:
    """Say where a defect is, and what."""
    lines = trace.strip().splitlines()
    where = [line.strip() for line in lines if line.startswith("  File")]
    return f"a defect: {lines[-1]} at {where[-1] if where else 'an unknown place'}"


def _is_dangerous(character: str) -> bool:
    return unicodedata.category(character) in DANGEROUS


def _printed(value: Any, name: str = "") -> list[str]:
    if name in DATA and not isinstance(value, str):
        return []
    if isinstance(value, dict):
        return [
            *filter(lambda key: isinstance(key, str), value),
            *(text for key, item in value.items() for text in _printed(item, key)),
        ]
    if isinstance(value, list):
        return [text for item in value for text in _printed(item)]
    return [value] if isinstance(value, str) else []
