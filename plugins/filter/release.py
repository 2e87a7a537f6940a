# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters about releases: several services that belong together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._plan.release import (
    release_goes_on,
    release_plan,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.release_back import (
    release_checked,
    release_failed,
    release_has_begun,
    release_now,
    release_takes_back,
    release_way,
    release_way_back,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.release_given import release_mistakes
from ansible_collections.dcos.avi.plugins.module_utils._plan.release_result import release_result


class FilterModule:
    """The filters about releases."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "release_plan": release_plan,
            "release_mistakes": release_mistakes,
            "release_goes_on": release_goes_on,
            "release_checked": release_checked,
            "release_failed": release_failed,
            "release_has_begun": release_has_begun,
            "release_takes_back": release_takes_back,
            "release_way": release_way,
            "release_way_back": release_way_back,
            "release_now": release_now,
            "release_result": release_result,
        }
