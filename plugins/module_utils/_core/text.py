# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts values into sentences. Pure."""

from __future__ import annotations

import json
from typing import Any

LONGEST_VALUE = 60


def shortened(value: Any) -> str:
    """Return a JSON-like value as text, cut off after 60 characters."""
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "..."


def counted(count: int, one: str, several: str = "") -> str:
    """Return a count with its noun."""
    return f"{count} {one if count == 1 else several or one + 's'}"
