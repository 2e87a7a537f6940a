# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says which apps of a service may be scaled to zero now: superseded ones, and ones that never took the traffic. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import WITHDRAWN_FOR
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import rolled_back_from
from ansible_collections.dcos.avi.plugins.module_utils._service.state import (
    Picture,
    is_complete,
    recent_failure,
    serves_at_zero,
)


@dataclass(frozen=True)
class Retirement:
    """An app that takes no traffic, with the instances it still has, and why it is not needed.

    ``version`` is the app's version in Marathon when it was seen so: with another one, it may be needed again.
    ``deploying`` tells that a deployment of it is under way, which is to be given up. ``note`` are the labels that tell later why it was
    given up, for the write that scales it to zero.
    """

    app: str
    instances: int
    reason: str
    version: str | None = None
    deploying: bool = False
    note: Mapping[str, str] = field(default_factory=dict)

    def as_result(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def plan_retire(picture: Picture) -> list[Retirement]:
    """Return the superseded apps that may be scaled to zero now: all of them, or none, see why_not_retire."""
    return [] if why_not_retire(picture) else superseded(picture)


def superseded(picture: Picture) -> list[Retirement]:
    """Return the apps below the active version that still have instances, the listener included.

    Empty where it is not proven that they are superseded, see why_not_withdraw. Which of them may be scaled down now is another
    question, see why_not_retire.
    """
    active = picture.active
    if active is None or why_not_withdraw(picture):
        return []
    below = [app for app in picture.apps if app.priority < active.priority and app.instances > 0]
    return [retirement(app, _takes_all(active)) for app in below]


def plan_withdraw(picture: Picture) -> list[Retirement]:
    """Return the versions above the active one that have instances: what is proven to take the traffic can do without them.

    Empty where something speaks against it, see why_not_withdraw. A deployment under way is no hindrance: that of a version
    which never gets healthy does not end.
    """
    active = picture.active
    if active is None or why_not_withdraw(picture):
        return []
    above = [app for app in picture.apps if app.priority > active.priority and app.instances > 0]
    return [retirement(app, _takes_all(active), {WITHDRAWN_FOR: active.id}) for app in above]


def retirement(app: App, reason: str, note: Mapping[str, str] | None = None) -> Retirement:
    """Return what is to be known to scale an app to zero, for this reason."""
    return Retirement(app.id, app.instances, reason, app.definition.get("version"), bool(app.deployments), note or {})


def _takes_all(active: App) -> str:
    return f"{active.id} takes all traffic with its {counted(active.instances, 'instance')}"


def why_not_retire(picture: Picture) -> str | None:
    """Say why no superseded version of the service may be scaled down now, None where nothing speaks against it.

    What holds for a withdrawal; and the way back, where there is one, must stay open as long as the active version may be one
    that crashes again and again, and is complete in between. A superseded version with a deployment under way is somebody else's
    work; except the one that was gone back from, whose deployment may never end.
    """
    active, leaving = picture.active, superseded(picture)
    if active is None or not leaving:
        return why_not_withdraw(picture)
    failure = recent_failure(active)
    if failure:
        return f"{active.id} takes the traffic, but {failure}. It may fail again."
    apps = [picture.app(item.app) for item in leaving if item.deploying and item.app != rolled_back_from(active)]
    return " ".join(_being_deployed(app) for app in apps if app) or None


def _being_deployed(app: App) -> str:
    deployments = " and ".join(app.deployments)
    return (
        f"{app.id} is superseded, but deployment {deployments} of it is under way: wait for its end, or end it with "
        "dcos.avi.marathon_deployment, and run this again."
    )


def why_not_withdraw(picture: Picture) -> str | None:
    """Say why not even a version that never took the traffic may be scaled down now, None where nothing speaks against it.

    Scaling down on a guess could be an outage, and so could leaving the traffic to a part of the active version's
    instances, or to a version that is being replaced.
    """
    active = picture.active
    if active is None:
        return f"No version is proven to take the traffic. {picture.doubts}".rstrip()
    at_zero = serves_at_zero(active)
    if at_zero:
        return at_zero
    if not is_complete(active):
        failure = recent_failure(active)
        failed = f", and {failure}" if failure else ""
        return f"{active.id} takes the traffic with only {active.healthy} of its {counted(active.instances, 'instance')} healthy{failed}."
    if active.deployments:
        return f"{active.id} takes the traffic, but deployment {' and '.join(active.deployments)} of it is under way."
    return None
