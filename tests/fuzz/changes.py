# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of answers, as hypothesis draws them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.questions import NEW, OLD, PASSWORDS, SERVICE
from tests.fuzz.replay import Reply

FORGED = "boom\x1b[2K\x1b]0;title\x07\x9b31m\r\nok: [localhost] => rolled out\u2028\x85\u202eevil\u200b\x7f\x00\ud800"
TEMPLATE = "{{ lookup('pipe', 'id') }}"
DELETED, DOUBLED = "deleted", "doubled"
_TEXTS = [
    "", " ", "x", FORGED, TEMPLATE, "a" * 5000, "/", "/../x", f"/{SERVICE}", f"/{NEW}", f"/{OLD}", "0", "-1", "1e400", "NaN", "100%",
    "2026-11-30T07:00:00.000Z", "2026-13-30T07:00:00.000Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "2026-11-30T07:00:00+99:99",
    "TASK_RUNNING", "TASK_LOST", "OPER_UP", "OPER_DOWN", "http://[", "[::1]:80", "1.8.222", "\u0661", '{"service": "app1", "priority": 5}',
    '{"service": "app1", "priority": 1e999}', "[" * 200, *PASSWORDS.values(),
]  # fmt: skip
_NUMBERS = [0, 1, -1, 2**31, 2**63, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"), float("-inf")]
_LEAVES = st.one_of(st.none(), st.booleans(), st.sampled_from(_NUMBERS), st.sampled_from(_TEXTS), st.text(max_size=8))
JUNK = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_TEXTS), inner, max_size=3),
    max_leaves=4,
)
_BODIES = st.one_of(
    st.sampled_from([
        b"", b"null", b"[]", b"{}", b"<html><title>\x9b502</title></html>", b"\xff\xfe", b"[" * 500, b'{"a":' * 200, b"1", b'"x"',
        *(f'{{"message": "no: {secret}", "details": [{{"errors": ["{secret}"]}}]}}'.encode() for secret in PASSWORDS.values()),
    ]),
    st.binary(max_size=20),
)  # fmt: skip
STATUSES = [200, 201, 202, 204, 302, 400, 401, 403, 404, 409, 419, 422, 429, 500, 502, 503, 504]
_HEADERS = {
    "Content-Type": ["text/html", "application/json; charset=utf-7", FORGED.replace("\n", " ").replace("\ud800", "")],
    "Date": [
        "",
        "x",
        "Mon, 30 Nov 2026 07:00:00 GMT",
        "Mon, 99 Nov 9999 07:00:00 GMT",
        "Mon, 30 Nov 0000 07:00:00 -9999",
    ],
    "Retry-After": ["", "-1", "1e9", "x", "Mon, 30 Nov 2026 07:00:00 GMT"],
    "Location": ["http://[", "//evil", "/v2/apps"],
    "X-Marathon-Leader": ["", "x", FORGED.replace("\ud800", "")],
    "Marathon-Deployment-Id": ["", "../../x", FORGED.replace("\ud800", "")],
    "Set-Cookie": ["", "sessionid=x", "csrftoken=\x9b; path=/", "=;;;="],
    "Content-Encoding": ["gzip", "br", "x"],
}


@dataclass(frozen=True)
class Change:
    """Something in one of the answers: which answer, which spot in it, and what stands there instead."""

    answer: int
    spot: int
    value: Any

    def at(self, reply: Reply) -> Reply:
        """Return the answer with the change."""
        value = json.loads(reply.body) if reply.body else None
        spots = list(_spots(value))
        path = spots[self.spot % len(spots)]
        return reply.of(_with(value, path, self.value))


@dataclass(frozen=True)
class Whole:
    """An answer that is another as a whole."""

    answer: int
    status: int | None
    body: bytes | None
    headers: dict[str, str]

    def at(self, reply: Reply) -> Reply:
        """Return it."""
        return replace(
            reply,
            status=reply.status if self.status is None else self.status,
            body=reply.body if self.body is None else self.body,
            headers={**reply.headers, **self.headers},
        )


def changes() -> st.SearchStrategy[list[Change | Whole]]:
    """Draw changes, mostly of one value in one answer."""
    number, spot = st.integers(0, 60), st.integers(0, 400)
    value = st.one_of(JUNK, st.sampled_from([DELETED, DOUBLED]).map(_Deed))
    headers = st.dictionaries(st.sampled_from(sorted(_HEADERS)), st.integers(0, 9), max_size=1).map(_headers)
    inside = st.builds(Change, number, spot, value)
    whole = st.builds(Whole, number, st.none() | st.sampled_from(STATUSES), st.none() | _BODIES, headers)
    return st.lists(st.one_of(inside, inside, inside, whole), min_size=1, max_size=3)


def applied(drawn: Sequence[Change | Whole], number: int, reply: Reply, known: int) -> Reply:
    """Return an answer with the changes that are about it: to one of the `known` ones, or to all of those that are asked anew."""
    for change in drawn:
        if change.answer % (known + 1) == min(number, known):
            try:
                reply = change.at(reply)
            except ValueError:  # It is no JSON any more, or JSON cannot hold it.
                continue
    return reply


@dataclass(frozen=True)
class _Deed:
    """What is done to a spot in place of writing a value there."""

    what: str


def _headers(drawn: dict[str, int]) -> dict[str, str]:
    return {name: _HEADERS[name][which % len(_HEADERS[name])] for name, which in drawn.items()}


def _spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _spots(item, (*path, key))


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return None if isinstance(new, _Deed) else new
    value = copy.copy(value)
    if len(path) == 1 and isinstance(new, _Deed):
        if new.what == DELETED:
            del value[path[0]]
        elif isinstance(value, list):
            value.append(value[path[0]])
        return value
    value[path[0]] = _with(value[path[0]], path[1:], new)
    return value
