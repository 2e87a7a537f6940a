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
from typing import Any

from tests.lab.marathon.errors import Problem
from tests.lab.marathon.moments import is_moment


class Missing(str):
    """What is said of a key that must be there. Releases before 1.5 call it error.path.missing."""

    __slots__ = ()


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

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield path, "error.expected.jsstring"
        elif len(value) < self.least:
            yield path, "error.minLength"
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield path, "error.pattern"


@dataclass(frozen=True)
class Choice(Shape):
    """One of some words, in capital letters or small ones."""

    words: tuple[str, ...]

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if self.read(value) not in self.words:
            yield path, "error.unknown.enum.literal"

    def read(self, value: Any) -> Any:
        meant = value.lower() if isinstance(value, str) else value
        return next((word for word in self.words if word.lower() == meant), value)


class Moment(Text):
    """A timestamp."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if isinstance(value, str) and not is_moment(value, None):
            yield path, "error.expected.date.isoformat"
        else:
            yield from super().problems(value, path)


@dataclass(frozen=True)
class Number(Shape):
    """A number in a range."""

    least: float | None = None
    most: float | None = None

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield path, "error.expected.jsnumber"
        elif self.least is not None and value < self.least:
            yield path, "error.min"
        elif self.most is not None and value > self.most:
            yield path, "error.max"


@dataclass(frozen=True)
class Whole(Number):
    """A whole number in a range: 2.0 is one, 0.5 is not. One of 64 bits if it is `long`, else of 32."""

    least: float | None = 0
    long: bool = False

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        limit = 2 ** (63 if self.long else 31)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and not (value == int(value) and -limit <= value < limit):
            yield path, "error.expected.long" if self.long else "error.expected.int"
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
    """An object with known keys. Unknown keys are ignored, and null counts as absent where a key may be.

    Of what is no object every key is absent: where none must be there, anything will do.
    """

    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        held = value if isinstance(value, dict) else {}
        compact = json.dumps(value, separators=(",", ":"))
        for key in self.required:
            if key not in held:
                is_object = isinstance(value, dict)
                wrong = f"'{key}' is undefined on object: {compact}" if is_object else f"{compact} is not an object"
                yield join(path, key), Missing(wrong)
        for key, shape in self.fields.items():
            if key in held and (held[key] is not None or key in self.required):
                yield from shape.problems(held[key], join(path, key))

    def read(self, value: Any) -> Any:
        held = value if isinstance(value, dict) else {}
        return {key: shape.read(held[key]) for key, shape in self.fields.items() if held.get(key) is not None}


class Terse(Structure):
    """An object of which is only said that a key is missing, in every release."""

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        for place, text in super().problems(value, path):
            yield place, "error.path.missing" if isinstance(text, Missing) else text


class Either(Shape):
    """The first of some shapes that fits; complaints are about the last."""

    def __init__(self, *shapes: Shape) -> None:
        self._shapes = shapes

    def problems(self, value: Any, path: str) -> Iterator[Problem]:
        if self._fitting(value) is None:
            yield from self._shapes[-1].problems(value, path)

    def read(self, value: Any) -> Any:
        fitting = self._fitting(value)
        return value if fitting is None else fitting.read(value)

    def _fitting(self, value: Any) -> Shape | None:
        return next((shape for shape in self._shapes if not any(shape.problems(value, "/"))), None)


def join(path: str, key: str) -> str:
    """Return the path of a key of the object at `path`."""
    return f"/{key}" if path == "/" else f"{path}/{key}"
