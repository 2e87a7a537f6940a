# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The language of the contract cases: what to ask, and what the answer must have."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hosted import HostedMarathon

from tests.whole import also

EVERY = ("1.4", "1.5", "1.8", "1.11")
#: Each in turn where all is run, else the oldest and the newest. The contract and the recordings have those between in each run.
IN_TURN = ["1.4", *also("1.5", "1.8"), "1.11"]
SINCE_1_5 = EVERY[1:]


@dataclass(frozen=True)
class By:
    """A value that differs by persona; "*" is for those not named."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class Ask:
    """One request, and what its answer must be like.

    In paths and bodies `{app}` is the id of the case's own app, and `{name}` what an earlier step kept under that name.
    `has` is matched by `fits`; `keep` names values to keep by their place, such as {"id": "deployments.0.id"}.
    """

    method: str
    path: str
    body: Any = None
    status: Any = 200
    has: Any = None
    send: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Until:
    """A GET that is repeated until its answer has something."""

    path: str
    has: Any


class Settled:
    """Wait until no deployment runs."""


Step = Ask | Until | Settled


@dataclass(frozen=True)
class Case:
    """A numbered case of the contract: steps, and the personas it is about."""

    number: int
    title: str
    steps: Sequence[Step]
    personas: Sequence[str] = EVERY

    def __str__(self) -> str:
        return f"{self.number:02d} {self.title}"


@dataclass(frozen=True)
class Like:
    """Text that a pattern is found in; what is known is put in first."""

    pattern: str


@dataclass(frozen=True)
class Holding:
    """A list with this element among others."""

    element: Any


def sized(count: int) -> Callable[[Any], bool]:
    """Something with so many elements."""
    return lambda actual: len(actual) == count


def some(_actual: Any) -> bool:
    """Anything at all."""
    return True


def absent(actual: Any) -> bool:
    """The key must not be there."""
    return actual is ABSENT


ABSENT = object()


def fits(expected: Any, actual: Any) -> bool:
    """Whether an answer is as expected: objects may have more keys, lists may not have more elements."""
    if isinstance(expected, Like):
        return isinstance(actual, str) and re.search(expected.pattern, actual) is not None
    if isinstance(expected, Holding):
        return isinstance(actual, list) and any(fits(expected.element, each) for each in actual)
    if callable(expected):
        return bool(expected(actual))
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(fits(value, actual.get(key, ABSENT)) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(actual, list) and len(expected) == len(actual) and all(map(fits, expected, actual))
    return bool(expected == actual)


def run(case: Case, persona: str, marathon: HostedMarathon) -> None:
    """Run a case; an assertion tells where it went another way. It leaves no app behind."""
    known = {"app": f"/case{case.number}-{zlib.crc32(case.title.encode()) % 10000}", "persona": persona}
    try:
        for number, step in enumerate(case.steps, 1):
            _take(step, f"step {number}: {step}", known, marathon)
    finally:
        marathon.clear()


def _take(step: Step, where: str, known: dict[str, Any], marathon: HostedMarathon) -> None:
    if isinstance(step, Settled):
        marathon.settle()
        return
    path, has = _filled(step.path, known), _filled(step.has, known)
    if isinstance(step, Until):
        marathon.until(path, lambda body: fits(has, body))
        return
    answer = marathon.ask(step.method, path, _filled(step.body, known), headers=dict(step.send), allow_redirects=False)
    assert answer.status == _filled(step.status, known), f"{where}\n{answer}"
    assert has is None or fits(has, answer.body), f"{where}\nexpected {has}\n     got {answer.body}"
    for name, value in step.headers.items():
        got = answer.headers.get(name, ABSENT)
        assert fits(_filled(value, known), got), f"{where}\n{name}: {got}"
    for name, place in step.keep.items():
        known[name] = _found(answer.body, place)


def _found(body: Any, place: str) -> Any:
    for part in place.split("."):
        body = body[int(part)] if isinstance(body, list) else body[part]
    return body


def _filled(value: Any, known: Mapping[str, Any]) -> Any:
    """Choose what is for this persona, and put what is known in the place of {name}; {name} alone keeps its type."""
    if isinstance(value, By):
        return _filled(value.values.get(known["persona"], value.values.get("*")), known)
    if isinstance(value, str):
        whole = re.fullmatch(r"\{(\w+)\}", value)
        if whole and whole[1] in known:
            return known[whole[1]]
        return re.sub(r"\{(\w+)\}", lambda match: str(known.get(match[1], match[0])), value)
    if isinstance(value, Like):
        return Like(_filled(value.pattern, known))
    if isinstance(value, Holding):
        return Holding(_filled(value.element, known))
    if isinstance(value, dict):
        return {key: _filled(each, known) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, known) for each in value]
    return value
