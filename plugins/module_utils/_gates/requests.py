# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges answers to requests, of each task of an app or of a virtual service. Pure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LONGEST_BODY = 100
# Characters of a body that the result keeps.
LONGEST_KEPT = 1000


@dataclass(frozen=True)
class Expected:
    """What an answer must be. ``headers`` are patterns that the whole value must match, ``max_seconds`` is its latency."""

    status: tuple[int, ...] = (200,)
    body_contains: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    max_seconds: float | None = None


@dataclass(frozen=True)
class Got:
    """What came back after so many seconds: an answer, or the ``error`` why there is none. Names of headers are in lower case."""

    seconds: float
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    error: str = ""


@dataclass(frozen=True)
class Verdict:
    """How a target answered so many requests: well where there is no ``reason``. ``task`` is None for a virtual service."""

    target: str
    task: str | None
    requests: int
    slowest_seconds: float
    status: int | None
    reason: str | None
    body: str = ""
    """That of an answer that is not as expected, hidden and cut."""

    def as_result(self) -> dict[str, Any]:
        return {**dataclasses.asdict(self), "passed": self.reason is None}


def why_not(expected: Expected, got: Got, hide: Callable[[str], str] = str) -> str | None:
    """Say why an answer is not what is expected; None where it is.

    :param hide: takes out of a body what is not to be shown. It is done before the body is cut short.
    """
    if got.error:
        return got.error
    if got.status not in expected.status:
        wanted = " or ".join(map(str, expected.status))
        return f"answered {got.status} instead of {wanted}{_shown(hide(got.body))}"
    for name, pattern in expected.headers.items():
        value = got.headers.get(name.lower())
        if value is None:
            return f"answered without the header {name}"
        if not re.fullmatch(pattern, value):
            return f"answered with the header {name}: {value} instead of {pattern}"
    if expected.body_contains is not None and expected.body_contains not in got.body:
        return f"answered without {expected.body_contains!r} in its body{_shown(hide(got.body))}"
    if expected.max_seconds is not None and got.seconds > expected.max_seconds:
        return f"answered after {got.seconds:.2f} s instead of {expected.max_seconds:g} s"
    return None


def describe(verdicts: Sequence[Verdict]) -> str:
    """Say what is wrong, target by target."""
    bad = [verdict for verdict in verdicts if verdict.reason]
    said = [f"{f'task {verdict.task} at ' if verdict.task else ''}{verdict.target} {verdict.reason}" for verdict in bad]
    return "; ".join(said) or f"{len(verdicts)} targets answered as expected"


def _shown(body: str) -> str:
    text = " ".join(body.split())
    return f": {text[:LONGEST_BODY]}" if text else ""
