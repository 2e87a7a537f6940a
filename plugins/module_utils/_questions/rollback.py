# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would a rollback do?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.given_names import given_name
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import ended_first
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import launchable
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import plan_rollback
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback_request import RollbackPlan, RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._questions.basis import Basis

ROLLBACK_OPTIONS: dict[str, Any] = {
    # As it was given: to turn a number into text would hide that it is none.
    "version": {"type": "raw"},
    "instances": {"type": "int"},
    "instant": {"type": "bool"},
}


def rollback_request(rollback: Mapping[str, Any]) -> RollbackRequest:
    """Return what is asked for by the options of ROLLBACK_OPTIONS.

    :raises Refused: it is not known what was written as the version.
    """
    return RollbackRequest(**{**rollback, "version": given_name(rollback["version"], "version")})


def rollback_asked_for(basis: Basis, request: RollbackRequest) -> RollbackPlan:
    """Return the plan of a rollback."""
    plan = plan_rollback(basis.planned_by, request, basis.is_taken)
    return ended_first(launchable(plan, basis.client.release), basis.seen)
