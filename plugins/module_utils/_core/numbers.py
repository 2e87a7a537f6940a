# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one reading of numbers that come from outside: options, role variables, definitions, labels. Pure.

``-e n=3`` gives a text, JSON and YAML give 20.0 for 20, and a survey's empty answer is an empty text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Union

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused

Number = Union[int, float]
_WRITTEN = re.compile(r"\s*[+-]?[0-9]{1,400}(\.[0-9]{0,400})?([eE][+-]?[0-9]{1,3})?\s*")
_KINDS = ("int", "float")


def number(value: object) -> Number | None:
    """Return the number that a value says, a whole one as an int; None where it says none. True is no number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str):
        if not _WRITTEN.fullmatch(value):
            return None
        value = int(value) if value.strip().lstrip("+-").isdecimal() else float(value)
    if isinstance(value, float):
        return (int(value) if value.is_integer() else value) if math.isfinite(value) else None
    return value


def whole(value: object) -> int | None:
    """Return the whole number that a value says; None where it says none."""
    found = number(value)
    return found if isinstance(found, int) else None


def refuse_endless(given: Mapping[str, Any], names: Iterable[str], whose: str = "") -> None:
    """Refuse what Python, and so Ansible, reads as a number and is none, or has no end. Nothing is above the limit nan, and nothing below it.

    :param whose: begins the sentence.
    :raises Refused: names the option.
    """
    for name in names:
        value = given.get(name)
        if isinstance(value, float) and not math.isfinite(value):
            raise Refused(f"{whose}{name} must be a number with an end, not {value}.")


def is_unsaid(value: object) -> bool:
    """Tell whether a value stands for a number that was not given: null, or an empty text."""
    return value is None or (isinstance(value, str) and not value.strip())


def said(value: Any) -> Any:
    """Return a value, None for a number that was not given."""
    return None if is_unsaid(value) else value


def options_read(options: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given to a module, with its numbers read, and without those that were left empty.

    What is no number stays, for Ansible to name in its own words.

    :param options: the module's argument spec.
    """
    names = {alias: spec for name, spec in options.items() for alias in (name, *spec.get("aliases", ()))}
    read = {}
    for name, value in given.items():
        spec = names.get(name, {})
        if spec.get("type") not in _KINDS:
            read[name] = _read(spec, value)
        elif not is_unsaid(value):
            read[name] = _of_kind(value)
    return read


def _read(spec: Mapping[str, Any], value: Any) -> Any:
    if isinstance(value, list):
        if spec.get("elements") in _KINDS:
            return [_of_kind(item) for item in value]
        return [_read(spec, item) for item in value]
    return options_read(spec["options"], value) if spec.get("options") and isinstance(value, Mapping) else value


def _of_kind(value: Any) -> Any:
    found = number(value)
    # Ansible itself would take true for 1.
    return str(value) if found is None and isinstance(value, bool) else value if found is None else found
