# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads an app definition from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._errors import Refused

try:
    import yaml

    HAS_YAML = True
except ImportError:
    HAS_YAML = False


def read_definition(path: str) -> dict[str, Any]:
    """Return the object that a JSON or YAML file holds.

    :raises Refused: the file cannot be read, is neither JSON nor YAML, or holds no object.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            f"The definition in {path} cannot be read: {getattr(error, 'strerror', None) or error}."
        ) from error
    definition = _parsed(path, text)
    if not isinstance(definition, dict):
        kind = "nothing" if definition is None else f"a {type(definition).__name__}"
        raise Refused(
            f"The definition in {path} must be an object with the fields of an app, but the file holds {kind}."
        )
    return definition


def _parsed(path: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as not_json:
        if not HAS_YAML:
            raise Refused(f"The definition in {path} is not JSON: {not_json}.") from not_json
        try:
            # As JSON has it: keys are text, and so is a date.
            return json.loads(json.dumps(yaml.safe_load(text), default=str))
        except yaml.YAMLError as not_yaml:
            # Of what looks like JSON, a person wants to know what is wrong with it as JSON.
            error = not_json if text.lstrip().startswith("{") else not_yaml
            raise Refused(f"The definition in {path} is neither JSON nor YAML: {error}.") from error
