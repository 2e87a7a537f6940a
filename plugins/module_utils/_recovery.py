# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says how to bring a service back to a safe state after a rollout failed. Pure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._apps import App
from ansible_collections.dcos.avi.plugins.module_utils._migration import (
    Picture,
    holds,
    is_complete,
    recent_failure,
)
from ansible_collections.dcos.avi.plugins.module_utils._retire import plan_withdraw, why_not_withdraw

WITHDRAW, ROLLBACK, LEAVE, NOTHING, UNFINISHED = "withdraw", "rollback", "leave", "nothing", "unfinished"
ROLLBACK_OR_FREEZE = ("rollback", "freeze")
RETIRE, CONFIRM = "retire", "confirm"
# Phases that judge nothing of a version but that it is there and takes the traffic.
_UNTESTED = ("deploy", CONFIRM)
_ANEW = "Mend what failed, and roll it out as a version of another name."
_AGAIN = "Mend what failed, and run the rollout again; with another definition, as a version of another name."
_LOOK = "Look at it with the playbook dcos.avi.status, then run the rollout again, or go back with dcos.avi.rollback."


@dataclass(frozen=True)
class Recovery:
    """What to do about an app whose rollout failed: the action, why, and what a person can do next.

    ``version`` is the app's version in Marathon when it was seen so; with another one it must not be withdrawn.
    """

    action: str
    app: str
    sentence: str
    next: str
    version: str | None = None

    def as_result(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def plan_recovery(
    picture: Picture, app_id: str, on_failure: str, phase: str | None = None, begun: bool = True
) -> Recovery:
    """Return what to do about an app whose rollout failed.

    :param begun: the rollout had begun to create or change the app; what it did not touch is not its to take back.

    withdraw: it takes no traffic, as a proof shows, and goes to zero instances. rollback: the traffic goes to it, or to nobody, so the
    version before has to come back. nothing: it has no instances. leave: it is not clear where the traffic goes, or all is
    to stay as it is (``on_failure`` is "freeze"), or all is well now: where Marathon or Avi could only not be seen in the
    ``phase`` that failed, and the app is proven to take the traffic, steadily, it need not be taken back. unfinished: the
    same, where only the versions before were still to be retired, or somebody is changing the app.
    """
    app = picture.app(app_id)
    if app is None:
        return Recovery(NOTHING, app_id, f"{app_id} does not exist, so there is nothing to take back.", _AGAIN)
    if app.instances == 0 and not app.tasks:
        return Recovery(NOTHING, app_id, f"{app_id} has no instances, so there is nothing to take back.", _AGAIN)
    if not begun:
        return Recovery(LEAVE, app_id, f"{app_id} is left as it is, because this run did not change it.", _AGAIN)
    failure = recent_failure(app)
    serves_steadily = app is picture.active and failure is None
    if phase == RETIRE and serves_steadily and (is_complete(app) or app.deployments):
        return Recovery(UNFINISHED, app_id, f"{app_id} goes on serving.", "Run the rollout again to finish it.")
    if on_failure == "freeze":
        return Recovery(LEAVE, app_id, "All is left as it is, as rollout_on_failure asks for.", _LOOK)
    if phase in _UNTESTED and serves_steadily and is_complete(app):
        sentence = f"{app_id} is left as it is: a fresh look proves that it takes all traffic with its {app.instances} instances."
        return Recovery(LEAVE, app_id, sentence, "Run the rollout again to go on.")
    above = [other for other in picture.apps if other.priority > app.priority and other.instances > 0]
    if above and _has_traffic(picture, app):
        waiting = " and ".join(other.id for other in above)
        return Recovery(
            LEAVE,
            app_id,
            f"{app_id} is left as it is, because {waiting} waits to take the traffic over from it.",
            _LOOK,
        )
    failed = f", and {failure}" if failure else ""
    if _has_traffic(picture, app):
        sentence = f"The traffic goes to {app_id}{failed}. So the version before has to come back."
        return Recovery(ROLLBACK, app_id, sentence, _ANEW)
    if _left_traffic_to_nobody(picture, app):
        sentence = f"The traffic goes to nobody: no task of any version is in the pool that takes it{failed}. So the version before has to come back."
        return Recovery(ROLLBACK, app_id, sentence, _ANEW)
    if phase == CONFIRM and is_complete(app) and not picture.places(app):
        sentence = f"{app_id} is healthy, but in no pool of the virtual service: the cloud connector is late, and may still move the traffic to it."
        return Recovery(
            LEAVE,
            app_id,
            f"{sentence} So it is left as it is.",
            "See to the cloud connector, and run the rollout again to go on.",
        )
    withdrawal = next((each for each in plan_withdraw(picture) if each.app == app_id), None)
    if withdrawal:
        sentence = f"{app_id} takes no traffic ({withdrawal.reason}), so it is scaled to zero."
        return Recovery(WITHDRAW, app_id, sentence, _AGAIN, withdrawal.version)
    why = why_not_withdraw(picture) or f"It is not proven that {app_id} takes no traffic."
    return Recovery(LEAVE, app_id, f"{app_id} is left as it is. {why}", _LOOK)


def _has_traffic(picture: Picture, app: App) -> bool:
    taker = picture.traffic.taker
    return taker is not None and taker in picture.places(app)


def _left_traffic_to_nobody(picture: Picture, app: App) -> bool:
    """Whether the pool that takes the traffic holds no task of any version, as when all tasks of this highest one have ended at once;
    or no pool of a pool group has a server up.

    Servers that are nobody's tasks may be those of a version whose agents' names do not resolve: then, it has failed as well.
    """
    if any(problem.code == "empty_active_pool" for problem in picture.traffic.problems):
        return app.priority >= picture.highest_priority
    taker = picture.traffic.taker
    if taker is None or app.priority < picture.highest_priority or picture.places(app):
        return False
    if any(holds(taker.pool, each) for each in picture.apps):
        return False
    return not taker.pool.servers or recent_failure(app) is not None
