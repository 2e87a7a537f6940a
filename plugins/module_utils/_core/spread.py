# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that are given together, as a dictionary that a user wrote once. Pure.

What is in it is read, checked and hidden like any other option of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The options that hold others.
TOGETHER = ("request", "limits")


def spread(options: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given to a module, with each option in the place where it would be if it were given by itself.

    One that was left empty counts as not given, and one that is given besides goes before. What is no dictionary stays, for Ansible to name in
    its own words.

    :param options: the module's argument spec.
    """
    found = dict(given)
    for name in TOGETHER:
        together = found.get(name)
        if name in options and isinstance(together, Mapping):
            del found[name]
            found = {**{each: value for each, value in together.items() if value is not None}, **found}
    return found
