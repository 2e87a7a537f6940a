# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a client sends to a complete definition that keeps the rules."""

from __future__ import annotations

from typing import Any

from tests.lab.marathon.appshape import app_shape
from tests.lab.marathon.complete import complete
from tests.lab.marathon.config import Config
from tests.lab.marathon.errors import Invalid
from tests.lab.marathon.migrate import migrate
from tests.lab.marathon.rules import app_problems, update_problems
from tests.lab.marathon.shapes import Structure

#: Marathon forgets to merge these: an update that does not name them takes them away.
_NOT_MERGED = ("executorResources", "resourceLimits")


def read(sent: Any, shape: Structure, config: Config) -> dict[str, Any]:
    """Return what is read of JSON that a client sent. Raises Invalid where its types do not fit."""
    problems = list(shape.problems(sent, "/"))
    if problems:
        raise Invalid(problems, config.persona.type_error_status, "Invalid JSON")
    fitting: dict[str, Any] = shape.read(sent)
    return fitting


def new_definition(sent: Any, config: Config) -> dict[str, Any]:
    """Return the complete definition of an app from all of it. Raises Invalid or Refusal."""
    return _finished(migrate(read(sent, app_shape(config.persona, update=False), config), config), config)


def read_update(sent: Any, config: Config) -> dict[str, Any]:
    """Return the fields an update gives. Raises Invalid where a version comes with anything but the id."""
    given = read(sent, app_shape(config.persona, update=True), config)
    if "version" in given and given.keys() - {"id", "version"}:
        raise Invalid([("/version", "The 'version' field may only be combined with the 'id' field.")])
    return migrate(given, config, update=True)


def updated_definition(given: dict[str, Any], current: dict[str, Any], config: Config) -> dict[str, Any]:
    """Return the definition of an app after a partial update: each field given replaces the whole field."""
    merged = {key: value for key, value in current.items() if key not in _NOT_MERGED} | given | {"id": current["id"]}
    return _finished(merged, config, current)


def checked_replacement(definition: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Return a definition that is to replace another as a whole. Raises Invalid where it may not."""
    problems = list(update_problems(current, definition))
    if problems:
        raise Invalid(problems)
    return definition


def _finished(app: dict[str, Any], config: Config, current: dict[str, Any] | None = None) -> dict[str, Any]:
    definition = complete(app, config)
    problems = list(app_problems(definition, config))
    if problems:
        raise Invalid(problems)
    return checked_replacement(definition, current) if current else definition
