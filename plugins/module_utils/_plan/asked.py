# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be asked about a service: the same options where a plan is looked at and where it is acted upon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.given_names import given_name
from ansible_collections.dcos.avi.plugins.module_utils._plan.recovery import ROLLBACK_OR_FREEZE, Recovery, plan_recovery
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollback import RollbackRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

ROLLBACK_OPTIONS: dict[str, Any] = {
    # As it was given: to turn a number into text would hide that it is none.
    "version": {"type": "raw"},
    "instances": {"type": "int"},
    "instant": {"type": "bool"},
}
RETIRE_OPTIONS: dict[str, Any] = {
    "keep_warm": {"type": "int", "default": 0},
    "by": {"type": "str"},
    "at_least": {"type": "int"},
}
RECOVER_OPTIONS: dict[str, Any] = {
    "on_failure": {"type": "str", "choices": list(ROLLBACK_OR_FREEZE), "default": "rollback"},
    "phase": {"type": "str"},
    "begun": {"type": "bool", "default": True},
    "judged": {"type": "bool", "default": True},
}


def rollback_request(rollback: Mapping[str, Any]) -> RollbackRequest:
    """Return what is asked for by the options of ROLLBACK_OPTIONS.

    :raises Refused: it is not known what was written as the version.
    """
    return RollbackRequest(**{**rollback, "version": given_name(rollback["version"], "version")})


def recovery_of(seen: Picture, app_id: str, failed: Mapping[str, Any]) -> Recovery:
    """Return what to do about an app, by the options of RECOVER_OPTIONS."""
    return plan_recovery(
        seen, short_id(app_id), failed["on_failure"], failed["phase"], failed["begun"], failed["judged"]
    )
