# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an error answer says, in one line a person can read."""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST_SENTENCE = 300
# Where the APIs put their sentence: Marathon "message", Avi "error" or "detail", DC/OS "description".
SENTENCE_KEYS = ("message", "error", "detail", "description")


def parsed(text: str) -> Any:
    """Return the JSON value in ``text``, or None where it holds none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def what_it_says(text: str) -> str:
    """Return the reason an error body gives, an empty string where it gives none.

    That is a JSON body's sentence and field errors, an HTML page's title, else the first line.
    """
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
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    if title:
        return f"a page titled '{' '.join(title.group(1).split())}'"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else ""


def _shorten(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_SENTENCE else sentence[: LONGEST_SENTENCE - 1] + "…"
