# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Label selectors: `key`, `key==v`, `key!=v`, `key in (a,b)`, `key notin (a,b)`, joined by commas."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.lab.marathon.errors import Refusal
from tests.lab.marathon.persona import Persona

Matches = Callable[[Mapping[str, str]], bool]

#: Letters, digits and "._-" stand for themselves; everything else needs a backslash.
_WORD = r"(?:[A-Za-z0-9._-]|\\.)+"
_SET = rf"\(\s*(?:{_WORD}(?:\s*,\s*{_WORD})*)?\s*\)"
_TERM = re.compile(
    rf"\s*(?P<key>{_WORD})\s*"
    rf"(?:(?P<compare>==|!=)\s*(?P<value>{_WORD})|(?P<choose>in|notin)\s*(?P<set>{_SET}))?"
    r"\s*(?P<end>,|$)"
)


def parse(selector: str, persona: Persona) -> Matches:
    """Return what tells whether an app's labels fit a selector. Raises Refusal(422) where it is none."""
    terms = []
    position = 0
    unfinished = bool(selector.strip())
    while unfinished:
        term = _TERM.match(selector, position)
        if term is None:
            raise Refusal(
                422, f"Can not parse label selector {selector}. Reason: {_reason(selector, position, persona)}"
            )
        terms.append(_matches(term))
        position = term.end()
        unfinished = term["end"] == ","
    return lambda labels: all(matches(labels) for matches in terms)


def _reason(selector: str, position: int, persona: Persona) -> str:
    """Return what is wrong with a selector from a position on, as each release says it."""
    begun = re.compile(rf"\s*{_WORD}\s*").match(selector, position)
    end = begun.end() if begun else position
    if persona.roles:
        return "end of input expected"
    found = f"'{selector[end]}' found" if end < len(selector) else "end of source found"
    if persona.jersey_1:
        return f"string matching regex `\\z' expected but {found.replace(chr(39), '`', 1)}"
    return f"',' expected but {found}"


def _matches(term: re.Match[str]) -> Matches:
    key = _plain(term["key"])
    if term["compare"]:
        value = _plain(term["value"])
        equal = term["compare"] == "=="
        return lambda labels: key in labels and (labels[key] == value) is equal
    if term["choose"]:
        values = {_plain(each) for each in re.findall(_WORD, term["set"][1:-1])}
        inside = term["choose"] == "in"
        return lambda labels: key in labels and (labels[key] in values) is inside
    return lambda labels: key in labels


def _plain(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word)
