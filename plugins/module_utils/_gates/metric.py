# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges a metric of the user's own, from wherever it comes, against limits and against the version before. Pure."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Any

HIGHER, LOWER = "higher", "lower"


@dataclass(frozen=True)
class Bounds:
    """What a metric must keep to. ``minimum`` and ``maximum`` are limits on its value.

    With ``compares``, the value may be worse than that of the version before by ``change``, or by ``change_percent`` of that one, whichever
    allows more. ``worse`` says which direction is. So many ``misses`` in a row fail it.
    """

    minimum: float | None = None
    maximum: float | None = None
    compares: bool = False
    change: float = 0.0
    change_percent: float = 0.0
    worse: str = HIGHER
    misses: int = 1


class Metric:
    """What is remembered of the values that a metric had, in their order. There is no end to them where a version is watched for good."""

    def __init__(self, name: str, bounds: Bounds) -> None:
        self.name = name
        self.bounds = bounds
        self._previous: float | None = None
        self._samples = 0
        self._worst: float | None = None
        self._recent: deque[float] = deque(maxlen=max(bounds.misses, 1))
        self._missed = 0
        self._why = ""

    @property
    def previous(self) -> float | None:
        """What the version before had; None while that is not known."""
        return self._previous

    def compare_to(self, value: float | None) -> None:
        """Take what the version before had. A share of no requests is no number, and nothing is worse or better than one without an end."""
        self._previous = value if value is not None and math.isfinite(value) else None

    def add(self, value: float | None) -> None:
        """Take a value; None, or what is no number, is no value: it neither fails nor passes."""
        if value is None or math.isnan(value):
            return
        self._samples += 1
        self._recent.append(value)
        self._worst = value if self._worst is None else self._worse_of(self._worst, value)
        why = self._why_not(value)
        self._missed = self._missed + 1 if why else 0
        self._why = why or self._why

    def broken(self) -> str | None:
        """Say why the metric fails; None where it does not."""
        if self._missed < self.bounds.misses:
            return None
        times = f", {self._missed} times in a row" if self.bounds.misses > 1 else ""
        return f"the metric {self.name} {self._why}{times}"

    def begin_anew(self) -> None:
        """Let it fail again only after as many misses as the first time."""
        self._missed = 0

    def missing(self) -> str | None:
        """Say what is missing to pass; None where nothing is."""
        if not self._samples:
            return f"the metric {self.name} had no value"
        if self.bounds.compares and self.previous is None:
            return f"the metric {self.name} had no value of the version before to be compared to"
        return None

    def in_words(self) -> str:
        """Say the last value, and that of the version before where it is compared to it."""
        value = f"{self._recent[-1]:g}" if self._recent else "no value yet"
        before = f" (before: {self.previous:g})" if self.bounds.compares and self.previous is not None else ""
        return f"{self.name} {value}{before}"

    def as_result(self) -> dict[str, Any]:
        """Return how many values there were, the worst and the last, what the limits are, and what the version before had."""
        return {
            "samples": self._samples,
            "worst": self._worst,
            "last": self._recent[-1] if self._recent else None,
            "min": self.bounds.minimum,
            "max": self.bounds.maximum,
            "previous": self.previous,
        }

    def recent(self) -> list[float]:
        """Return the last values, as many as fail it in a row."""
        return list(self._recent)

    def _worse_of(self, one: float, other: float) -> float:
        is_lower_worse = self.bounds.worse == LOWER or (self.bounds.maximum is None and self.bounds.minimum is not None)
        return min(one, other) if is_lower_worse else max(one, other)

    def _why_not(self, value: float) -> str | None:
        if self.bounds.minimum is not None and value < self.bounds.minimum:
            return f"was {value:g}, below the limit of {self.bounds.minimum:g}"
        if self.bounds.maximum is not None and value > self.bounds.maximum:
            return f"was {value:g}, above the limit of {self.bounds.maximum:g}"
        if not self.bounds.compares or self.previous is None:
            return None
        allowed = max(self.bounds.change, abs(self.previous) * self.bounds.change_percent / 100)
        worse_by = self.previous - value if self.bounds.worse == LOWER else value - self.previous
        if worse_by <= allowed:
            return None
        return (
            f"was {value:g}, and {self.previous:g} for the version before: it may be {self.bounds.worse} by {allowed:g}"
        )
