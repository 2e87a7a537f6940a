# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of Avi's object model: a Controller answers in the one it is asked for, if it has that. Pure."""

from __future__ import annotations

import re

# The newest line in which answers have A/B settings.
DEFAULT = "17.2.14"
# Since this version answers leave them out.
AB_HIDDEN_SINCE = (18, 1, 2)


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version: (17, 2, 14) for "17.2.14"; none for what is no version."""
    return tuple(int(part) for part in re.findall(r"[0-9]+", version)[:3])


def hides_ab_pool(version: str) -> bool:
    """Tell whether answers in this version leave A/B settings out."""
    return numbers(version) >= AB_HIDDEN_SINCE


def to_ask_for(controller: object) -> str:
    """Return the version to ask a Controller for, whose own version is this, if it told one: never a newer one."""
    told = controller if isinstance(controller, str) and numbers(controller) else DEFAULT
    return min(told, DEFAULT, key=numbers)
