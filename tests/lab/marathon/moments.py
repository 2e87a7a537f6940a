# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Timestamps, as each release reads them."""

from __future__ import annotations

import re
from datetime import datetime

from tests.lab.marathon.persona import Persona

#: The first moment of all.
EPOCH = "1970-01-01T00:00:00.000Z"
_ZONED = re.compile(r".*T.*(Z|[+-]\d\d(:?\d\d)?)")


def is_moment(text: str, persona: Persona | None) -> bool:
    """Whether a text is a timestamp. From 1.5 on one has a time and a zone."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    is_old = persona is not None and persona.old_form
    return is_old or _ZONED.fullmatch(text) is not None
