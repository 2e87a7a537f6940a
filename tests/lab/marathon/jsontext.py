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
        is_cut = error.pos >= len(text.strip()) or error.msg.startswith("Unterminated")
        details = _unfinished(text.rstrip(), source, persona) if is_cut else _unexpected(error)
    except ValueError as error:
        details = str(error)
    else:
        return value
    raise Refusal(400, "Invalid JSON", details=details)


def _no_constant(name: str) -> Any:
    raise ValueError(f"Non-standard token '{name}': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow")


def _unexpected(error: json.JSONDecodeError) -> str:
    character, words = error.doc[error.pos], _WORDS.get(error.msg, error.msg)
    if error.msg.startswith("Illegal trailing comma"):
        character = error.doc[error.pos + 1 :].lstrip()[0]
        words = _WORDS["Expecting value" if character == "]" else "Expecting property name enclosed in double quotes"]
    if character.isdigit() and error.doc[error.pos - 1] == "0":
        return "Invalid numeric value: Leading zeroes not allowed"
    if error.msg == "Expecting value" and character.isalpha():
        token = error.doc[error.pos :].split()[0].rstrip(",:]}")
        return f"Unrecognized token '{token}': was expecting ('true', 'false' or 'null')"
    return f"Unexpected character ('{character}' (code {ord(character)})): {words}"


def _unfinished(text: str, source: str, persona: Persona) -> str:
    """Return what is said of text that ends too early: within what, or where the innermost object or list began."""
    open_ = []
    quoted = escaped = False
    begun = before = ""
    for position, character in enumerate(text):
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            quoted, begun = True, before
        elif character in _OPENING:
            open_.append((character, position))
        elif character in _CLOSING:
            open_[-1:] = []
        before = before if quoted or character.isspace() else character
    is_name = bool(open_) and open_[-1][0] == "{" and begun in ("{", ",")
    if quoted:
        within = ": was expecting closing '\"' for name" if is_name else " in VALUE_STRING"
        return f"Unexpected end-of-input{within}"
    kind, position = open_[-1]
    name = _OPENING[kind].upper() if persona.jersey_1 else _OPENING[kind]
    if text[-1] in ",:" or (text[-1] == '"' and is_name):
        return f"Unexpected end-of-input within/between {name} entries"
    head = text[:position]
    place = f"[Source: {source}; line: {head.count(chr(10)) + 1}, column: {position - head.rfind(chr(10))}]"
    return f"Unexpected end-of-input: expected close marker for {name} ({'from' if persona.jersey_1 else 'start marker at'} {place})"
