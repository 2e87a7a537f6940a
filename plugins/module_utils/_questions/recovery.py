# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done about an app whose rollout failed?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._gates.patience import look_until_settled
from ansible_collections.dcos.avi.plugins.module_utils._plan.recovery import ROLLBACK_OR_FREEZE, Recovery, plan_recovery
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

RECOVER_OPTIONS: dict[str, Any] = {
    "on_failure": {"type": "str", "choices": list(ROLLBACK_OR_FREEZE), "default": "rollback"},
    "phase": {"type": "str"},
    "begun": {"type": "bool", "default": True},
    "judged": {"type": "bool", "default": True},
}


def recovery_of(seen: Picture, app_id: str, failed: Mapping[str, Any]) -> Recovery:
    """Return what to do about an app, by the options of RECOVER_OPTIONS."""
    return plan_recovery(
        seen, short_id(app_id), failed["on_failure"], failed["phase"], failed["begun"], failed["judged"]
    )


def why_it_may_pass(recovery: Recovery) -> str | None:
    """Say why the app is left for now, where that may pass; None where it does not."""
    return recovery.sentence if recovery.may_pass else None


def seen_for_recovery(service: Service, failed: Mapping[str, Any], interval: float) -> Picture:
    """Check the service. What only for a moment speaks against giving the app up gets time to pass.

    :param failed: the options of RECOVER_OPTIONS, and the ``app``.
    """
    seen = service.look()

    def why_not(picture: Picture) -> str | None:
        return why_it_may_pass(recovery_of(picture, failed["app"], failed))

    return seen if why_not(seen) is None else look_until_settled(service.look, seen, why_not, interval=interval)
