# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes text from outside safe to be printed. Pure.

Whoever may start a task in the cluster writes texts that others read on their screens and in their logs: messages of failed tasks, labels, names. A
terminal takes some characters for commands, and a line break for the begin of a line that Ansible wrote.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

# Control characters (C0, DEL, C1), those that only format (bidirectional marks, of no width), halves of characters, separators of lines.
UNPRINTED = ("Cc", "Cf", "Cs", "Zl", "Zp")
BREAKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
# It shows that there was something: a name with an invisible character in it must not look like the name without it.
IN_PLACE = "\ufffd"


class _Printable(dict[int, str]):
    """What is printed in place of each character, as str.translate asks for it."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        is_safe = unicodedata.category(character) not in UNPRINTED
        self[code] = character if is_safe else " " if character in BREAKS else IN_PLACE
        return self[code]


class _Escaped(dict[int, str]):
    """The same, so that two texts that differ still do."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        is_safe = unicodedata.category(character) not in UNPRINTED
        self[code] = character if is_safe else character.encode("unicode_escape").decode("ascii")
        return self[code]


_PRINTABLE, _ESCAPED = _Printable(), _Escaped()


def clean(text: str) -> str:
    """Return a text in one line and without characters that do something instead of being seen. It stays as long as it is."""
    return text if text.isprintable() else text.translate(_PRINTABLE)


def cleaned(value: Any) -> Any:
    """Return JSON-like data with all its texts clean, keys as well."""
    return each_text(clean, value)


def escaped(value: Any) -> Any:
    """Return JSON-like data for a diff: such characters are written as Python writes them, as in \\x1b."""
    return each_text(lambda text: text if text.isprintable() else text.translate(_ESCAPED), value)


def harms_in_json(value: Any) -> bool:
    """Whether data does something when it is printed as JSON, which escapes some of such characters: C0, and no others."""
    if isinstance(value, Mapping):
        return any(harms_in_json(key) or harms_in_json(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return any(map(harms_in_json, value))
    if not isinstance(value, str) or value.isprintable():
        return False
    return any(character >= " " and unicodedata.category(character) in UNPRINTED for character in value)


def each_text(change: Callable[[str], str], value: Any) -> Any:
    """Return JSON-like data with each text in it, keys as well, as a function changes it."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {each_text(change, key): each_text(change, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [each_text(change, item) for item in value]
    return value
