# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of Ansible as plain data."""

from __future__ import annotations

import json
from typing import Any

# What JSON takes for a key.
_KEYS = (str, int, float)


def plain(value: Any) -> Any:
    """Return a value as a module would get it, or Ansible from a module: of JSON's types alone."""
    try:
        return json.loads(json.dumps(value, default=_as_text))
    except TypeError:
        # YAML makes a day of the key 2019-02-20, which JSON does not take for one.
        return json.loads(json.dumps(_with_text_keys(value), default=_as_text))


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key if isinstance(key, _KEYS) or key is None else _as_text(key): _with_text_keys(item)
            for key, item in value.items()
        }
    return [_with_text_keys(item) for item in value] if isinstance(value, (list, tuple)) else value


def _as_text(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
