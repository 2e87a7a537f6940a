# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says where a file cannot be read, and nothing of what is in it: it may be another one than was meant, with passwords. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

# A word in quotes may be one of the file. A sign alone is grammar.
_QUOTED = re.compile(r"""'[^']{2,}'|"[^"]{2,}"|<[^<>]*>""")


def in_json(error: ValueError) -> str:
    """Return what is wrong as JSON, and where."""
    if isinstance(error, json.JSONDecodeError):
        return f": {error.msg.partition(':')[0]} in line {error.lineno}, column {error.colno}"
    # That of a number of thousands of digits, or of NaN, has no place.
    return ": it holds a number that JSON does not have"


def in_yaml(error: Exception, text: str) -> str:
    """Return what is wrong as YAML, and where."""
    said = [str(part) for part in (getattr(error, "context", None), getattr(error, "problem", None)) if part]
    problem = _QUOTED.sub("something", ", ".join(said) or "it cannot be read")
    mark: Any = getattr(error, "problem_mark", None)
    if mark is not None:
        return f": {problem} in line {mark.line + 1}, column {mark.column + 1}"
    position = getattr(error, "position", None)
    if isinstance(position, int):
        before = text[:position]
        return f": a character that YAML does not have in line {before.count(chr(10)) + 1}, column {position - before.rfind(chr(10))}"
    return f": {problem}"
