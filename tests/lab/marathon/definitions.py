# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a client sends to a complete definition that keeps the rules."""

from __future__ import annotations

from typing import Any

from tests.lab.marathon.appshape import app_shape
from tests.lab.marathon.checkrules import fail_on_nonsense
from tests.lab.marathon.complete import complete
from tests.lab.marathon.config import Config
from tests.lab.marathon.errors import Invalid, Problem, Refusal, bad_moment
from tests.lab.marathon.migrate import migrate
from tests.lab.marathon.moments import EPOCH, is_moment
from tests.lab.marathon.rules import app_problems, update_problems
from tests.lab.marathon.shapes import Missing, Structure

#: Marathon forgets to merge these: an update that does not name them takes them away.
_NOT_MERGED = ("executorResources", "resourceLimits")


def read(sent: Any, shape: Structure, config: Config, within: str = "") -> dict[str, Any]:
    """Return what is read of JSON that a client sent. Raises Invalid where its types do not fit.

    Paths begin within something of that name, of which nothing is said.
    """
    problems = [(path.removeprefix(within), text) for path, text in shape.problems(sent, "/")]
    if config.persona.old_form:
        problems = _in_old_words(problems)
    if problems:
        raise Invalid(problems, config.persona.type_error_status, "Invalid JSON")
    fitting: dict[str, Any] = shape.read(sent)
    return fitting


def _in_old_words(problems: list[Problem]) -> list[Problem]:
    """Return type errors as releases before 1.5 say them."""
    return [(path, "error.path.missing" if isinstance(text, Missing) else text) for path, text in problems]


def new_definition(sent: Any, config: Config, base: str = "/") -> dict[str, Any]:
    """Return the complete definition of an app from all of it; its relative dependencies start at `base`.

    Raises Invalid or Refusal.
    """
    given = read(sent, app_shape(config.persona, update=False), config)
    _check_version(given, config)
    return _finished(migrate(given, config), config, base=base)


def read_update(sent: Any, config: Config) -> dict[str, Any]:
    """Return the fields an update gives. Raises Invalid where a version comes with anything but the id."""
    given = read(sent, app_shape(config.persona, update=True), config)
    _check_version(given, config)
    if "version" in given and given.keys() - {"id", "version"}:
        problem = "The 'version' field may only be combined with the 'id' field."
        raise Refusal(422, f"requirement failed: {problem}") if config.persona.old_form else Invalid([("/", problem)])
    return migrate(given, config, update=True)


def _check_version(given: dict[str, Any], config: Config) -> None:
    """Refuse a version that is no timestamp, as the releases do in which that is no matter of its shape."""
    if config.persona.old_form and not is_moment(given.get("version", EPOCH), config.persona):
        raise bad_moment(given["version"], config.persona)


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


def _finished(
    app: dict[str, Any], config: Config, current: dict[str, Any] | None = None, base: str = "/"
) -> dict[str, Any]:
    definition = complete(app, config, base)
    problems = list(app_problems(definition, config))
    if problems:
        raise Invalid(problems)
    fail_on_nonsense(app, config.persona)
    return checked_replacement(definition, current) if current else definition
