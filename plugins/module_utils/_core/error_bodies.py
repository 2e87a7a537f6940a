# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an error answer says, in one line a person can read."""

from __future__ import annotations

import json
from typing import Any

LONGEST_SENTENCE = 300
# Characters of an error that are looked at. No server has so much to say.
LONGEST_ERROR = 100_000
# Levels of lists and objects. What is deeper would end Python's own recursion, here or where Ansible takes a result apart.
DEEPEST = 100
# Where the APIs put their sentence: Marathon "message", Avi "error" or "detail", DC/OS "description".
SENTENCE_KEYS = ("message", "error", "detail", "description")


class TooDeep(ValueError):
    """A JSON value has more levels than any answer."""


def read_json(text: str) -> Any:
    """Return the JSON value in ``text``.

    :raises TooDeep: it is nested too deeply.
    :raises ValueError: it holds none.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise TooDeep from None
    if is_too_deep(value):
        raise TooDeep
    return value


def parsed(text: str) -> Any:
    """Return the JSON value in ``text``, or None where it holds none, or one that is nested too deeply."""
    try:
        return read_json(text)
    except ValueError:
        return None


def what_it_says(text: str) -> str:
    """Return the reason an error body gives, an empty string where it gives none.

    That is a JSON body's sentence and field errors, an HTML page's title, else the first line.
    """
    text = text[:LONGEST_ERROR]
    body = parsed(text)
    if isinstance(body, dict):
        return _shorten(_of_json(body))
    return _shorten(_of_text(text))


def _of_json(body: dict[str, Any]) -> str:
    sentences = [str(body[key]) for key in SENTENCE_KEYS if body.get(key)]
    sentence = sentences[0] if sentences else json.dumps(body, sort_keys=True)
    fields = _field_errors(body.get("details"))
    return f"{sentence} ({fields})" if fields else sentence


def _field_errors(details: Any) -> str:
    """Marathon's validation errors are a list of {path, errors}; its parse errors are a plain string."""
    if isinstance(details, str):
        return details.split("\n", 1)[0]
    if not isinstance(details, list):
        return ""
    return "; ".join(_field_error(entry) for entry in details if isinstance(entry, dict))


def _field_error(entry: dict[str, Any]) -> str:
    errors = entry.get("errors")
    said = ", ".join(map(str, errors)) if isinstance(errors, list) else str(errors or "no reason given")
    return f"{entry.get('path', '/')}: {said}"


def _of_text(text: str) -> str:
    title = _title(text)
    if title is not None:
        return f"a page titled '{title}'"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else ""


def _title(text: str) -> str | None:
    """Return the title of a page. Each part is looked for once: the time of a regular expression grows with the square of a page."""
    lower = text.lower()
    begin = lower.find("<title")
    start = lower.find(">", begin) if begin >= 0 else -1
    end = lower.find("</title", start) if start >= 0 else -1
    return " ".join(text[start + 1 : end].split()) if end >= 0 else None


def is_too_deep(value: Any) -> bool:
    """Whether a JSON value has too many levels, level by level, without any recursion. In one expression, as it is about each answer."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _depth in range(DEEPEST):
        level = [
            item
            for each in level
            for item in (each.values() if isinstance(each, dict) else each)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True


def _shorten(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_SENTENCE else sentence[: LONGEST_SENTENCE - 1] + "…"
