# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes of JSON: which types are expected where. What does not fit is named by its path, as Marathon names it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.lab.marathon.errors import Problem

#: Takes a value and its path, yields what does not fit.
Shape = Callable[[Any, str], Iterator[Problem]]


def text(*, least: int = 0, pattern: str = "", choices: tuple[str, ...] = ()) -> Shape:
    """A string; in Marathon's words for one that is too short, does not match, or is no known word."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield path, "error.expected.jsstring"
        elif choices and value not in choices:
            yield path, "error.unknown.enum.literal"
        elif len(value) < least:
            yield path, "error.minLength"
        elif pattern and not re.fullmatch(pattern, value):
            yield path, "error.pattern"

    return check


def number(*, least: float | None = None, most: float | None = None, whole: bool = False) -> Shape:
    """A number in a range; `whole` refuses 0.5 and takes 2.0."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield path, "error.expected.jsnumber"
        elif whole and value != int(value):
            yield path, "error.expected.int"
        elif least is not None and value < least:
            yield path, "error.min"
        elif most is not None and value > most:
            yield path, "error.max"

    return check


def whole(least: int | None = 0, most: int | None = None) -> Shape:
    """A whole number in a range."""
    return number(least=least, most=most, whole=True)


def boolean(value: Any, path: str) -> Iterator[Problem]:
    """true or false."""
    if not isinstance(value, bool):
        yield path, "error.expected.jsboolean"


def array(of: Shape, *, least: int = 0, most: int | None = None) -> Shape:
    """A list whose elements have one shape."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield path, "error.expected.jsarray"
            return
        if len(value) < least:
            yield path, "error.minLength"
        if most is not None and len(value) > most:
            yield path, "error.maxLength"
        for index, element in enumerate(value):
            yield from of(element, f"{path}({index})")

    return check


def mapping(of: Shape) -> Shape:
    """An object with any keys, whose values have one shape."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield path, "error.expected.jsobject"
            return
        for key, element in value.items():
            yield from of(element, join(path, key))

    return check


def structure(fields: Mapping[str, Shape], *, required: tuple[str, ...] = ()) -> Shape:
    """An object with known keys. null counts as absent; unknown keys are ignored."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield path, "error.expected.jsobject"
            return
        for key in required:
            if value.get(key) is None:
                yield path, f"'{key}' is undefined on object: {json.dumps(value)}"
        for key, shape in fields.items():
            if value.get(key) is not None:
                yield from shape(value[key], join(path, key))

    return check


def either(*shapes: Shape) -> Shape:
    """One of several shapes; the first one's complaints when none fits."""

    def check(value: Any, path: str) -> Iterator[Problem]:
        complaints = [list(shape(value, path)) for shape in shapes]
        if all(complaints):
            yield from complaints[0]

    return check


def anything(value: Any, path: str) -> Iterator[Problem]:
    """Whatever comes."""
    return iter(())


def join(path: str, key: str) -> str:
    """Return the path of a key of the object at `path`."""
    return f"/{key}" if path == "/" else f"{path}/{key}"
