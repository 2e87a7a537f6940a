# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says which apps of a service may be scaled to zero now. Pure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._migration import Picture, is_complete


@dataclass(frozen=True)
class Retirement:
    """An app that takes no traffic any more, with the instances it still has, and why it is not needed."""

    app: str
    instances: int
    reason: str

    def as_result(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def plan_retire(picture: Picture) -> list[Retirement]:
    """Return the apps below the active version that still have instances, the listener included.

    Empty unless a version is proven active with all its instances: scaling down on a guess could be an outage, and so
    could leaving the traffic to a part of them.
    """
    active = picture.active
    if active is None or not is_complete(active):
        return []
    reason = f"{active.id} takes all traffic with its {active.instances} instances"
    return [
        Retirement(app.id, app.instances, reason)
        for app in picture.apps
        if app.priority < active.priority and app.instances > 0
    ]
