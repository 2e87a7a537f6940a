# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges what was measured of a version over a time, against limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._gates.metric import Metric


@dataclass(frozen=True)
class Limit:
    """A limit on a measure: its name in words, its unit, and the value that must not be passed."""

    words: str
    unit: str
    value: float
    at_least: bool = False

    def is_broken_by(self, value: float) -> bool:
        return value < self.value if self.at_least else value > self.value


@dataclass(frozen=True)
class Sample:
    """What Avi measured; ``at`` tells one sample from the next."""

    value: float
    at: str


class Soak:
    """The samples of each measure of Avi's that has a limit, and the user's own metrics."""

    def __init__(self, limits: Mapping[str, Limit], metrics: Sequence[Metric] = ()) -> None:
        self.limits = limits
        self.metrics = metrics
        self._seen: dict[str, dict[str, float]] = {name: {} for name in limits}
        self._before: dict[str, str | None] = {}

    def add(self, samples: Mapping[str, Sample | None]) -> None:
        """Take what a look showed. What the first look shows was measured before, and does not count."""
        for name, sample in samples.items():
            at = sample.at if sample else None
            before = self._before.setdefault(name, at)
            if sample and at != before:
                self._seen[name][sample.at] = sample.value

    def broken(self) -> str | None:
        """Say which limit the samples break; None where none."""
        for name, limit in self.limits.items():
            for value in self._seen[name].values():
                if limit.is_broken_by(value):
                    word = "below" if limit.at_least else "above"
                    return (
                        f"the {limit.words} was {value:g}{limit.unit}, {word} the limit of {limit.value:g}{limit.unit}"
                    )
        return next(filter(None, (metric.broken() for metric in self.metrics)), None)

    def missing(self) -> str | None:
        """Say of which measures there was no sample; None where there was one of each."""
        names = [limit.words for name, limit in self.limits.items() if not self._seen[name]]
        of_avi = f"Avi gave no sample of the {' and the '.join(names)}" if names else None
        return ", and ".join(filter(None, (of_avi, *(metric.missing() for metric in self.metrics)))) or None

    def in_words(self) -> str:
        """Say what was measured last of each measure, and its limit."""
        of_avi = [self._last(name, limit) for name, limit in self.limits.items()]
        return ", ".join([*of_avi, *(metric.in_words() for metric in self.metrics)])

    def _last(self, name: str, limit: Limit) -> str:
        values = list(self._seen[name].values())
        value = f"{values[-1]:g}{limit.unit}" if values else "no sample yet"
        return f"{limit.words} {value} ({'at least' if limit.at_least else 'at most'} {limit.value:g}{limit.unit})"

    def as_result(self) -> dict[str, Any]:
        """Return what was seen of each measure: how many samples, the worst and the last, and the limit."""
        own = {metric.name: metric.as_result() for metric in self.metrics}
        return {**{name: self._measure(name, limit) for name, limit in self.limits.items()}, **own}

    def _measure(self, name: str, limit: Limit) -> dict[str, Any]:
        values = list(self._seen[name].values())
        worst = (min if limit.at_least else max)(values) if values else None
        return {
            "samples": len(values),
            "worst": worst,
            "last": values[-1] if values else None,
            "limit": limit.value,
        }
