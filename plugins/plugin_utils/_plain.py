# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of Ansible as plain data."""

from __future__ import annotations

import json
from typing import Any


def plain(value: Any) -> Any:
    """Return a value as a module would get it, or Ansible from a module: of JSON's types alone."""
    return json.loads(json.dumps(value, default=_as_text))


def _as_text(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
