# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user asks for with a rollback, and the plan that answers it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import Plan
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import Retirement


@dataclass(frozen=True)
class RollbackRequest:
    """Where a user wants to go back to: a version's name, the service's for its listener, or None for the one before.

    ``instant``: in a pool group the version at the ready takes over by scaling the current one to zero. What is sent to that one is lost,
    until the cloud connector has noticed. None chooses what loses less.
    """

    version: str | None = None
    instances: int | None = None
    instant: bool | None = None


@dataclass(frozen=True)
class RollbackPlan(Plan):
    """A plan, why it is this one, and the apps to scale to zero before anything else."""

    reason: str = ""
    withdraw: tuple[Retirement, ...] = ()

    def as_result(self) -> dict[str, Any]:
        return {**super().as_result(), "withdraw": [leaving.as_result() for leaving in self.withdraw]}
