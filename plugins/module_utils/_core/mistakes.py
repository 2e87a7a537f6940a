# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds mistakes in the variables that a role was given. Pure.

Ansible checks what the argument specs of a role say. But it does so only for what is given, it refuses the empty answers of a survey, and it
reads numbers otherwise from release to release. So the roles check these by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.given_names import name_text, why_not_name

NUMBERS = (
    "instances",
    "priority",
    "preview_instances",
    "approval_timeout",
    "lock_timeout",
    "lock_lease",
    "wait_timeout",
    "drain_timeout",
    "keep_warm",
    "keep",
)
LEAST = {"wait_timeout": (1, "at least 1"), "drain_timeout": (0, "0 or more"), "lock_lease": (0, "0 or more")}
GATES = ("smoke", "requests", "soak")
NAMES = ("version", "service")
WHOLE = re.compile(r"([+-]?[0-9]+([.]0*)?)?")


def mistakes(
    given: Mapping[str, Any],
    role: str,
    *,
    names: Iterable[str],
    known: Iterable[str],
    nameless: Any = None,
    is_inside: bool = False,
) -> list[str]:
    """Return the mistakes in the variables of a role, a sentence each.

    :param given: values by the names of the variables, without the role's name and the underscore; None where one was not given. What is
        not among these is not checked.
    :param role: the role's name, which its variables begin with.
    :param names: all variables that begin so, and are not those of the role's results.
    :param known: the variables that the role has.
    :param nameless: what Ansible was given as a variable without a name.
    :param is_inside: the role runs within a hook of another rollout.
    """
    found = [*_numbers(given, role), *_unknown(role, names, known)]
    if nameless is not None:
        # Ansible keeps what stands after a space without a word, and the rest would be another version.
        found.append(f'-e was given "{nameless}", which has no name: a value with a space needs quotes of its own.')
    if is_inside:
        found.append(
            "A rollout cannot take place within a hook or the smoke tasks of another one: put it before or after that one."
        )
    found += _dictionaries(given, role)
    if role == "rollout" and not name_text(given.get("version")).strip():
        found.append("rollout_version is empty.")
    whys = [why_not_name(given.get(name), f"{role}_{name}") for name in NAMES]
    return [*found, *(why for why in whys if why), *_too_small(given, role)]


def _numbers(given: Mapping[str, Any], role: str) -> Iterable[str]:
    for name in NUMBERS:
        if not _is_whole(given.get(name)):
            yield f"{role}_{name} must be a whole number, not {given[name]}."


def _is_whole(value: Any) -> bool:
    return value is None or WHOLE.fullmatch(str(value).strip()) is not None


def _unknown(role: str, names: Iterable[str], known: Iterable[str]) -> Iterable[str]:
    """A misspelt variable would be none: a gate that never judges, a preview that never is."""
    unknown = sorted(set(names) - set(known))
    if unknown:
        yield (
            f"dcos.avi.{role} has no variable {', '.join(unknown)}. Check the spelling. The prefix {role}_ is reserved for it: give a variable "
            "of your own another name."
        )


def _dictionaries(given: Mapping[str, Any], role: str) -> Iterable[str]:
    for name in GATES:
        # A gate that cannot be read must not be taken for none at all.
        value = given.get(name)
        if not (isinstance(value, Mapping) or value is None or value == ""):
            yield f"{role}_{name} must be a dictionary, not a text, and a date in it must be in quotes."
    if "hooks" in given and not isinstance(given["hooks"], Mapping):
        yield f"{role}_hooks must be a dictionary of task files, not a text."


def _too_small(given: Mapping[str, Any], role: str) -> Iterable[str]:
    for name, (least, words) in LEAST.items():
        value = given.get(name)
        if value not in (None, "") and _is_whole(value) and str(value).strip() and float(str(value)) < least:
            yield f"{role}_{name} must be {words} (seconds), not {value}."
