# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that should be JSON, and what Marathon's reader says where it is none."""

from __future__ import annotations

import json
from typing import Any

from tests.lab.marathon.errors import Refusal
from tests.lab.marathon.persona import Persona

_OPENING = {"{": "Object", "[": "Array"}
_CLOSING = "}]"
_WORDS = {
    "Expecting value": "expected a valid value (number, String, array, object, 'true', 'false' or 'null')",
    "Expecting property name enclosed in double quotes": "was expecting double-quote to start field name",
    "Expecting ':' delimiter": "was expecting a colon to separate field name and value",
    "Expecting ',' delimiter": "was expecting comma to separate entries",
}


def parse(text: str, persona: Persona) -> Any:
    """Return the first JSON value of a text; what follows it is not looked at. Raises Refusal(400) where there is none."""
    source = "[B@1" if persona.jersey_1 else f'(byte[])"{text[:500]}"'
    if not text.strip():
        details = f"No content to map due to end-of-input\n at [Source: {source}; line: 1, column: 0]"
        raise Refusal(400, "Please specify data in JSON format", details=details)
    try:
        value, _end = json.JSONDecoder(parse_constant=_no_constant).raw_decode(text.lstrip())
    except json.JSONDecodeError as error:
        details = _unfinished(text, source, persona) if error.pos >= len(text.strip()) else _unexpected(error)
    except ValueError as error:
        details = str(error)
    else:
        return value
    raise Refusal(400, "Invalid JSON", details=details)


def _no_constant(name: str) -> Any:
    raise ValueError(f"Non-standard token '{name}': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow")


def _unexpected(error: json.JSONDecodeError) -> str:
    character = error.doc[error.pos]
    if error.msg == "Expecting value" and character.isalpha():
        token = error.doc[error.pos :].split()[0].rstrip(",:]}")
        return f"Unrecognized token '{token}': was expecting ('true', 'false' or 'null')"
    return f"Unexpected character ('{character}' (code {ord(character)})): {_WORDS.get(error.msg, error.msg)}"


def _unfinished(text: str, source: str, persona: Persona) -> str:
    """Return what is said of text that ends too early: where the innermost object or list began."""
    open_ = []
    quoted = escaped = False
    for position, character in enumerate(text):
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            quoted = True
        elif character in _OPENING:
            open_.append((character, position))
        elif character in _CLOSING:
            open_[-1:] = []
    if not open_:
        return "Unexpected end-of-input: was expecting closing quote for a string value"
    kind, position = open_[-1]
    before = text[:position]
    place = f"[Source: {source}; line: {before.count(chr(10)) + 1}, column: {position - before.rfind(chr(10))}]"
    if persona.jersey_1:
        return f"Unexpected end-of-input: expected close marker for {_OPENING[kind].upper()} (from {place})"
    return f"Unexpected end-of-input: expected close marker for {_OPENING[kind]} (start marker at {place})"
