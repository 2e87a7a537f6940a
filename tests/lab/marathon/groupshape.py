# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client may say of a group: its shape, and the rules beyond."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.lab.marathon import ids
from tests.lab.marathon.appshape import app_shape
from tests.lab.marathon.config import Config
from tests.lab.marathon.definitions import new_definition, read
from tests.lab.marathon.errors import Invalid, Problem, Refusal, bad_moment
from tests.lab.marathon.moments import EPOCH, is_moment
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.shapes import Array, Boolean, Moment, Number, Shape, Structure, Text


def read_group(sent: Any, config: Config) -> dict[str, Any]:
    """Return what is read of a group. Raises Invalid where its types do not fit."""
    group = read(sent, _shape(config.persona), config)
    if not is_moment(group.get("version", EPOCH), config.persona):
        raise bad_moment(group["version"], config.persona)
    return group


def _shape(persona: Persona) -> Structure:
    old = persona.old_form
    fields: dict[str, Shape] = {
        "id": Text(least=1) if old else Text(least=1, pattern=ids.PATTERN),
        "apps": Array(app_shape(persona, update=False)),
        "dependencies": Array(Text(least=1) if old else Text()),
        "scaleBy": Number(least=None if old else 0),
        "version": Text() if old else Moment(),
        **({"enforceRole": Boolean()} if persona.roles else {}),
    }
    shape = Structure(fields)
    fields["groups"] = Array(shape)
    return shape


def with_definitions(group: dict[str, Any], base: str, config: Config, at: str = "") -> dict[str, Any]:
    """Return a group with complete definitions as its apps, their ids absolute. Raises Invalid or Refusal.

    Before 1.5 what is wrong with an app is said with its place in the group.
    """
    group_id = ids.absolute(group.get("id", "."), base)
    result = dict(group)
    if "apps" in group:
        result["apps"] = [
            _definition(each, group_id, config, f"{at}/apps({index})") for index, each in enumerate(group["apps"])
        ]
    if "groups" in group:
        result["groups"] = [
            with_definitions(each, group_id, config, f"{at}/groups({index})")
            for index, each in enumerate(group["groups"])
        ]
    return result


def _definition(app: dict[str, Any], group_id: str, config: Config, at: str) -> dict[str, Any]:
    try:
        return new_definition({**app, "id": ids.absolute(app["id"], group_id)}, config, group_id)
    except Invalid as invalid:
        if not config.persona.old_form:
            raise
        placed = [
            (at + each["path"].removesuffix("/"), text) for each in invalid.body["details"] for text in each["errors"]
        ]
        raise Invalid(placed) from invalid


def check_group(group: dict[str, Any], base: str, persona: Persona) -> None:
    """Raises Invalid where a group with its definitions breaks the rules, Refusal where one within has no id."""
    problems = list(_problems(group, base, persona))
    if problems:
        raise Invalid(problems)
    if any("id" not in each for each in _within(group)):
        raise Refusal(422 if persona.old_form else 500, "No group id was given!")


def _within(group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in group.get("groups", []):
        yield each
        yield from _within(each)


def _problems(group: dict[str, Any], base: str, persona: Persona, at: str = "") -> Iterator[Problem]:
    group_id = ids.absolute(group.get("id", "."), base)
    for name in ("version", "scaleBy"):
        if name in group and len(group) > 1:
            yield f"{at}/{name}", "not allowed in conjunction with other properties."
    problem = ids.problem(group_id, persona) if group_id != "/" else None
    if problem:
        yield f"{at}/id", problem
    if group.get("enforceRole") and ids.parent(group_id) != "/":
        text = f"enforceRole can only be set for top-level groups, and {group_id} is not top-level"
        yield f"{at}/enforceRole", text
    hint = f"'{group_id}'" if persona.roles else f"{group_id}. Hint: use relative paths."
    for index, app in enumerate(group.get("apps", [])):
        if ids.parent(app["id"]) != group_id:
            yield f"{at}/apps({index})/id", f"Identifier is not child of {hint}"
    for index, each in enumerate(group.get("groups", [])):
        yield from _problems(each, group_id, persona, f"{at}/groups({index})")
        if "id" in each and ids.parent(ids.absolute(each["id"], group_id)) != group_id:
            yield f"{at}/groups({index})", "Group has to be child of groups with parent id"
