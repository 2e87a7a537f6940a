# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes of JSON: which types are expected where, and what is read of what was sent.

What does not fit is named by its path, as Marathon names it: /container/volumes(0)/hostPath, or / for all of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from tests.lab.marathon.errors import Problem


class Missing(str):
    """What is said of a key that must be there. Releases before 1.5 call it error.path.missing."""

    __slots__ = ()


class OutOfRange(str):
    """What is said of a number out of its range. Releases before 1.5 look at that later, and say it in their own words."""

    measured: str

    def __new__(cls, text: str, measured: str) -> OutOfRange:
        """Make one, with the words of the releases before 1.5."""
        made = super().__new__(cls, text)
        made.measured = measured
        return made


class Shape:
    """What a value may look like. This one takes anything."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        """Yield what does not fit, in Marathon's words."""
        return iter(())

    def read(self, value: Any) -> Any:
        """Return what is read of a value that fits: unknown keys and keys that are null are not."""
        return value


@dataclass(frozen=True)
class Text(Shape):
    """A string."""

    least: int = 0
    pattern: str = ""
    choices: tuple[str, ...] = ()

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield path, "error.expected.jsstring"
        elif self.choices and value not in self.choices:
            yield path, "error.unknown.enum.literal"
        elif len(value) < self.least:
            yield path, "error.minLength"
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield path, "error.pattern"


class Moment(Text):
    """A timestamp."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if isinstance(value, str) and not is_moment(value):
            yield path, "error.expected.date.isoformat"
        else:
            yield from super().problems(value, path)


#: The first moment of all.
EPOCH = "1970-01-01T00:00:00.000Z"


def is_moment(text: str) -> bool:
    """Whether a text is a timestamp."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Number(Shape):
    """A number in a range."""

    least: float | None = None
    most: float | None = None

    kind: ClassVar[type[float]] = float

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield path, "error.expected.jsnumber"
        elif self.least is not None and value < self.least:
            yield path, OutOfRange("error.min", self._measured(value))
        elif self.most is not None and value > self.most:
            yield path, OutOfRange("error.max", self._measured(value))

    def _measured(self, value: float) -> str:
        least, most = (None if each is None else self.kind(each) for each in (self.least, self.most))
        expected = f"{least} or more" if most is None else f"between {least} and {most}"
        return f"got {self.kind(value)}, expected {expected}"


@dataclass(frozen=True)
class Whole(Number):
    """A whole number in a range: 2.0 is one, 0.5 is not."""

    least: float | None = 0
    kind: ClassVar[type[float]] = int

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if isinstance(value, float) and not value.is_integer():
            yield path, "error.expected.int"
        else:
            yield from super().problems(value, path)

    def read(self, value: Any) -> Any:
        return int(value)


class Boolean(Shape):
    """true or false."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield path, "error.expected.jsboolean"


@dataclass(frozen=True)
class Array(Shape):
    """A list whose elements have one shape."""

    of: Shape
    least: int = 0
    most: int | None = None

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield path, "error.expected.jsarray"
            return
        if len(value) < self.least:
            yield path, "error.minLength"
        if self.most is not None and len(value) > self.most:
            yield path, "error.maxLength"
        for index, element in enumerate(value):
            yield from self.of.problems(element, f"{path}({index})")

    def read(self, value: Any) -> Any:
        return [self.of.read(element) for element in value]


@dataclass(frozen=True)
class Table(Shape):
    """An object with any keys, whose values have one shape."""

    of: Shape

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield path, "error.expected.jsobject"
            return
        for key, element in value.items():
            yield from self.of.problems(element, join(path, key))

    def read(self, value: Any) -> Any:
        return {key: self.of.read(element) for key, element in value.items()}


@dataclass(frozen=True)
class Structure(Shape):
    """An object with known keys. null counts as absent; unknown keys are ignored."""

    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()

    def needed(self, value: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the keys that an object must have."""
        return self.required

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        needed = self.needed(value if isinstance(value, dict) else {})
        compact = json.dumps(value, separators=(",", ":"))
        if not isinstance(value, dict):
            for key in needed:
                yield join(path, key), Missing(f"{compact} is not an object")
            if not needed:
                yield path, "error.expected.jsobject"
            return
        for key in needed:
            if value.get(key) is None:
                yield join(path, key), Missing(f"'{key}' is undefined on object: {compact}")
        for key, shape in self.fields.items():
            if value.get(key) is not None:
                yield from shape.problems(value[key], join(path, key))

    def read(self, value: Any) -> Any:
        return {key: shape.read(value[key]) for key, shape in self.fields.items() if value.get(key) is not None}


class Terse(Structure):
    """An object of which is only said that a key is missing, in every release."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        for place, text in super().problems(value, path):
            yield place, "error.path.missing" if isinstance(text, Missing) else text


@dataclass(frozen=True)
class Either(Shape):
    """One of two shapes; complaints are about the first."""

    first: Shape
    second: Shape

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if any(self.second.problems(value, path)):
            yield from self.first.problems(value, path)

    def read(self, value: Any) -> Any:
        fitting = self.second if any(self.first.problems(value, "/")) else self.first
        return fitting.read(value)


def join(path: str, key: str) -> str:
    """Return the path of a key of the object at `path`."""
    return f"/{key}" if path == "/" else f"{path}/{key}"
