# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of JSON, where true and false are no numbers."""

from __future__ import annotations

from typing import Any


def is_of(kind: type | tuple[type, ...], value: Any) -> bool:
    """Whether a value is of a type, or of one of several."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
