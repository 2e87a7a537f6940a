# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A definition that the user states, in the task or in a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.given_names import given_name
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.file import read_definition
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.releases import newer_fields

STATED_OPTIONS: dict[str, Any] = {"definition": {"type": "dict"}, "src": {"type": "path"}}


def stated(request: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Read the definition from its file, where it is stated by one, and the name of the version as text.

    :raises Refused: the file cannot be read, or it is not known what was written as the version.
    """
    if not request:
        return None
    found = dict(request)
    if "version" in found:
        found["version"] = given_name(found["version"], "version")
    if found["src"]:
        found["definition"] = read_definition(found["src"])
    return found


def release_for(client: Marathon, *definitions: Mapping[str, Any] | None) -> tuple[int, int] | None:
    """Return Marathon's release where it makes a difference: a field may be too new for it."""
    return client.release() if any(newer_fields(definition or {}) for definition in definitions) else None
