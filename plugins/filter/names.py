# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for the roles: read names as the modules do, find mistakes in variables, and tell what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.failed_words import failed_words
from ansible_collections.dcos.avi.plugins.module_utils._core.given_names import name_text, why_not_name
from ansible_collections.dcos.avi.plugins.module_utils._core.mistakes import mistakes
from ansible_collections.dcos.avi.plugins.plugin_utils._gate_mistakes import gate_mistakes


def mistakes_of_a_role(
    given: Mapping[str, Any], role: str, *, names: Iterable[str], known: Iterable[str], **more: Any
) -> list[str]:
    """Return the mistakes in the variables of a role, and what its gates could not judge by."""
    return [*mistakes(given, role, names=names, known=known, **more), *gate_mistakes(given, role)]


class FilterModule:
    """The filters about names and variables."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "name_text": name_text,
            "why_not_name": why_not_name,
            "mistakes": mistakes_of_a_role,
            "failed_words": failed_words,
        }
