# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that put what M(dcos.avi.migration_info) returns into lines a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean, cleaned
from ansible_collections.dcos.avi.plugins.module_utils._core.table import aligned
from ansible_collections.dcos.avi.plugins.module_utils._plan.outcome import (
    retired_versions,
    rollout_result,
    rollout_stats,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.shown import (
    SERVICE_COLUMNS,
    service_lines,
    service_row,
    step_lines,
)


def migration_table(observed: Sequence[Mapping[str, Any]], own_lock: str = "") -> list[str]:
    """Return the lines of a table, one block for each service; where there are several, they are first shown side by side.

    Takes a list of results of M(dcos.avi.migration_info). The lock whose owner is ``own_lock`` is that of the run that shows the table,
    which gives it back when it ends: it is not shown.
    Raises AnsibleFilterError where an element is not one.
    """
    if isinstance(observed, Mapping):
        raise AnsibleFilterError(
            "dcos.avi.migration_table takes a list of results of dcos.avi.migration_info; put the one result in brackets"
        )
    if not all(isinstance(service, Mapping) and "service" in service for service in observed):
        raise AnsibleFilterError("dcos.avi.migration_table takes results of dcos.avi.migration_info")
    blocks = [clean(line) for service in observed for line in service_lines(service, own_lock)]
    if len(observed) < 2:
        return blocks
    side_by_side = aligned(SERVICE_COLUMNS, [service_row(service) for service in observed])
    return [*map(clean, side_by_side), "", *blocks]


def migration_steps(plan: Mapping[str, Any]) -> list[str]:
    """Return the steps of a plan, one line each, numbered and with the reason; why it is refused, where it is.

    Takes the plan of a rollout, a listener or a rollback.
    Raises AnsibleFilterError where it is not one.
    """
    if not isinstance(plan, Mapping) or "steps" not in plan:
        raise AnsibleFilterError("dcos.avi.migration_steps takes the plan that dcos.avi.migration_info returns")
    return [clean(line) for line in step_lines(plan)]


def printed_result(*args: Any, **kwargs: Any) -> Any:
    """Return the result of a rollout, which is shown and handed on, and never written back."""
    return cleaned(rollout_result(*args, **kwargs))


class FilterModule:
    """The filters about migrations."""

    def filters(self) -> dict[str, Any]:
        return {
            "migration_table": migration_table,
            "migration_steps": migration_steps,
            "rollout_result": printed_result,
            "rollout_stats": rollout_stats,
            "retired": retired_versions,
        }
