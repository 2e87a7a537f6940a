# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Label selectors: `key`, `key==v`, `key!=v`, `key in (a,b)`, `key notin (a,b)`, joined by commas."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from tests.lab.marathon.errors import Refusal
from tests.lab.marathon.persona import Persona

Matches = Callable[[Mapping[str, str]], bool]

#: Letters, digits and "._-" stand for themselves; everything else needs a backslash.
_TERM = r"(\\.|[-A-Za-z0-9_.])+"
_CHOICE, _COMPARISON, _END = "(in|notin)", "(==|!=)", r"\z"


def parse(selector: str, persona: Persona) -> Matches:
    """Return what tells whether an app's labels fit a selector. Raises Refusal(422) where it is none."""
    terms = _Reader(selector, persona).read()
    return lambda labels: all(matches(labels) for matches in terms)


class _Reader:
    """Reads a selector as Marathon's parser does: what it says is wrong is what it expected last where it got farthest."""

    def __init__(self, text: str, persona: Persona) -> None:
        self._text = text
        self._persona = persona
        self._at = 0
        self._farthest, self._reason = 0, ""

    def read(self) -> list[Matches]:
        terms: list[Matches] = []
        before = 0
        while (term := self._selector()) is not None:
            terms.append(term)
            before = self._at
            if not self._literal(","):
                break
        self._at = before
        if self._persona.jersey_1:
            self._regex(_END)
        if self._text[self._at :].strip():
            # The newest release only says that there is more.
            known = self._reason and not self._persona.roles
            reason = self._reason if known else "end of input expected"
            raise Refusal(422, f"Can not parse label selector {self._text}. Reason: {reason}")
        return terms

    def _selector(self) -> Matches | None:
        key = self._regex(_TERM)
        if key is None:
            return None
        after = self._at
        chosen = self._set(_plain(key))
        if chosen is None:
            self._at = after
            chosen = self._comparison(_plain(key))
        if chosen is None:
            self._at = after
            chosen = partial(_is_there, _plain(key))
        return chosen

    def _set(self, key: str) -> Matches | None:
        choice = self._regex(_CHOICE)
        if choice is None or not self._literal("("):
            return None
        values = set()
        value = self._regex(_TERM)
        while value is not None:
            values.add(_plain(value))
            value = self._regex(_TERM) if self._literal(",") else None
        if not self._literal(")"):
            return None
        return lambda labels: key in labels and (labels[key] in values) is (choice == "in")

    def _comparison(self, key: str) -> Matches | None:
        comparison = self._regex(_COMPARISON)
        value = None if comparison is None else self._regex(_TERM)
        if value is None:
            return None
        wanted = _plain(value)
        return lambda labels: key in labels and (labels[key] == wanted) is (comparison == "==")

    def _literal(self, text: str) -> bool:
        return self._take(re.escape(text), self._quoted(text)) is not None

    def _regex(self, pattern: str) -> str | None:
        python = r"\Z" if pattern == _END else pattern
        return self._take(python, f"string matching regex {self._quoted(pattern)}")

    def _take(self, pattern: str, expected: str) -> str | None:
        """Return what fits at the place reached, after blanks, and go on behind it; else remember what was expected."""
        start = len(self._text) - len(self._text[self._at :].lstrip())
        found = re.compile(pattern).match(self._text, start)
        if found:
            self._at = found.end()
            return found[0]
        if start >= self._farthest:
            there = f"{self._quoted(self._text[start])} found" if start < len(self._text) else "end of source found"
            self._farthest, self._reason = start, f"{expected} expected but {there}"
        return None

    def _quoted(self, text: str) -> str:
        return f"`{text}'" if self._persona.jersey_1 else f"'{text}'"


def _is_there(key: str, labels: Mapping[str, str]) -> bool:
    return key in labels


def _plain(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word)
