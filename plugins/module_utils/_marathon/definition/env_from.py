# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the values of environment variables that a plan hides where the plan took them from: the option env_from of marathon_app.

So a value gets from Marathon, or from the user's own variables, to Marathon, and into no result in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotFound, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_env import ENV, HIDDEN
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.file import read_definition
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.overrides import merged
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.types import typed

ENV_FROM_OPTION: dict[str, Any] = {
    "type": "dict",
    "mutually_exclusive": [("definition", "src")],
    "options": {
        "app": {"type": "str"},
        "version": {"type": "str"},
        "definition": {"type": "dict"},
        "src": {"type": "path"},
        "overrides": {"type": "dict"},
    },
}


def with_values(
    app_id: str, fields: Mapping[str, Any], source: Mapping[str, Any] | None, client: Marathon
) -> dict[str, Any]:
    """Return the fields of a definition with the values of ``env`` that are hidden in it.

    :param source: the option env_from, None where it was not given.
    :raises Refused: a value is not to be found.
    """
    env = fields.get(ENV)
    hidden = [name for name, value in env.items() if value == HIDDEN] if isinstance(env, Mapping) else []
    if not hidden:
        return dict(fields)
    found = _env(source, client) if source else {}
    missing = sorted(name for name in hidden if name not in found)
    if missing:
        raise Refused(
            f"The definition of {app_id} hides the value of {', '.join(missing)} in its env, and env_from has no value for it. Nothing was "
            "changed. Say in env_from where the values come from, or plan with no_log_env: false."
        )
    return {**fields, ENV: {name: found[name] if name in hidden else value for name, value in (env or {}).items()}}


def _env(source: Mapping[str, Any], client: Marathon) -> dict[str, Any]:
    """Return the env as the planner put it together: what is stated, or else the app's, with the overrides."""
    base: Any = read_definition(source["src"]) if source["src"] else source["definition"]
    if base is None:
        base = _app(source["app"], source["version"], client) if source["app"] else {}
    own = {ENV: base.get(ENV)} if base.get(ENV) else {}
    overrides = source["overrides"] or {}
    env: dict[str, Any] = typed(merged(own, {ENV: overrides[ENV]} if ENV in overrides else {})).get(ENV) or {}
    return env


def _app(app_id: str, version: str | None, client: Marathon) -> dict[str, Any]:
    """Return an app as it was when the plan was made, whoever has changed it since."""
    try:
        found = client.app_version(app_id, version) if version else client.app(app_id)
    except NotFound:
        found = None
    if found is None:
        raise Refused(
            f"Marathon does not have {app_id}{f' as version {version}' if version else ''} any more, whose env was to be taken. "
            "Nothing was changed. Run this again, to plan anew."
        )
    return found
