# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says how to bring a service back to a safe state after a rollout failed. Pure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import preview_id
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import plan_withdraw, why_not_withdraw
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.state import (
    Picture,
    app_is_gone,
    holds,
    is_complete,
    picture_once_checked,
    recent_failure,
)

WITHDRAW, ROLLBACK, LEAVE, NOTHING, UNFINISHED = "withdraw", "rollback", "leave", "nothing", "unfinished"
FREEZE = "freeze"
ROLLBACK_OR_FREEZE = (ROLLBACK, FREEZE)
# Phases of a rollout whose failure tells something of its own: what the names of its tasks begin with, or retire for all after the gates.
DEPLOY, CONFIRM, RETIRE = "deploy", "confirm", "retire"
# These judge nothing of a version but that it is there and takes the traffic.
_UNTESTED = (DEPLOY, CONFIRM)
_ANEW = "Fix what failed, and roll it out as a version of another name."
_AGAIN = "Fix what failed, and run the rollout again; with another definition, as a version of another name."
_LONGER = (
    "If it only needs longer, raise rollout_wait_timeout; else fix what failed. Then run the rollout again, with another definition as a "
    "version of another name."
)
_FROZEN = "All is left as it is, as on_failure: freeze (rollout_on_failure) asks for."
_LOOK = "Look at it with the playbook dcos.avi.status, then run the rollout again, or go back with dcos.avi.rollback."


@dataclass(frozen=True)
class Recovery:
    """What to do about an app whose rollout failed: the action, why, and what a person can do next.

    ``version`` is the app's version in Marathon when it was seen so; with another one it must not be withdrawn.
    ``preview`` is the id of its preview, where that is there and to be deleted. ``may_pass``: the app is only left because it is not proven
    that it takes no traffic, as while a server of the version that serves is down for a moment.
    """

    action: str
    app: str
    sentence: str
    next: str
    version: str | None = None
    preview: str | None = None
    may_pass: bool = False

    @property
    def moves(self) -> list[str]:
        """What the role rollout does about it: the names of its files of tasks."""
        about_the_app = [f"recover_by_{self.action}"] if self.action in (WITHDRAW, ROLLBACK) else []
        return [*about_the_app, *(["clean"] if self.preview else [])]

    def as_result(self) -> dict[str, Any]:
        shown = {key: value for key, value in dataclasses.asdict(self).items() if key != "may_pass"}
        return {**shown, "moves": self.moves}


def plan_recovery(
    picture: Picture,
    app_id: str,
    on_failure: str,
    phase: str | None = None,
    begun: bool = True,
    judged: bool = True,
) -> Recovery:
    """Return what to do about an app whose rollout failed: the first of these that holds.

    rollback: nothing is left of it, and the traffic goes to nobody, so the version before has to come back.
    nothing: it has no instances.
    leave: this run did not touch it.
    unfinished: it serves steadily, and only the versions before are still to be retired. After its gates, tasks that Marathon
    has not checked yet, as after a change of its leader, say nothing against it.
    leave: all is to stay as it is, or only the confirmation was missed and a fresh look proves the app, or it serves steadily and what
    should judge it has seen nothing.
    rollback: the traffic goes to it, or to nobody, so the version before has to come back.
    leave: the cloud connector may still move the traffic to it.
    withdraw: a proof shows that it takes no traffic, so it goes to zero instances.
    leave: it is not clear where the traffic goes.

    :param picture: a look after the failure.
    :param app_id: the app of the version that was rolled out.
    :param on_failure: of ROLLBACK_OR_FREEZE; with "freeze" nothing is taken back.
    :param phase: the phase that failed, such as "deploy", "confirm" or "retire"; None where it is not known.
    :param begun: the rollout had begun to create or change the app; what it did not touch is not its to take back.
    :param judged: the phase that failed saw what it is about; False where it got no answer, which is no verdict on the app.
    """
    found = _plan(picture, app_id, on_failure, phase, begun, judged)
    # Where only the versions before are to be retired, the preview has served its purpose.
    is_left = found.action == LEAVE or on_failure == FREEZE
    preview = next((each.id for each in picture.observed.previews if each.id == preview_id(app_id)), None)
    if preview is None or is_left:
        return found
    if found.action == NOTHING:
        sentence = f"{app_id} was not created or has no instances; its preview {preview} is deleted."
        return dataclasses.replace(found, sentence=sentence, preview=preview)
    return dataclasses.replace(found, preview=preview)


def _plan(picture: Picture, app_id: str, on_failure: str, phase: str | None, begun: bool, judged: bool) -> Recovery:
    app = picture.app(app_id)
    if app is None or app_is_gone(picture, app):
        return _gone(picture, app_id, on_failure, begun)
    if not begun:
        return Recovery(LEAVE, app_id, f"{app_id} is left as it is, because this run did not change it.", _AGAIN)
    return (
        _goes_on(picture, app, on_failure, phase, judged)
        or _taken_back(picture, app)
        or _awaited(picture, app, phase)
        or _withdrawn(picture, app, phase)
    )


def _gone(picture: Picture, app_id: str, on_failure: str, begun: bool) -> Recovery:
    """Where nothing is left of the app: whoever scaled it to zero or deleted it may have done so while it had the traffic."""
    state = "does not exist" if picture.app(app_id) is None else "has no instances"
    if not begun or not _left_by_what_is_gone(picture, app_id):
        return Recovery(NOTHING, app_id, f"{app_id} {state}, so there is nothing to take back.", _AGAIN)
    nobody = f"{app_id} {state} any more, and {_goes_to_nobody(picture)}"
    if on_failure == FREEZE:
        return Recovery(LEAVE, app_id, f"{nobody} {_FROZEN}", _LOOK)
    return Recovery(ROLLBACK, app_id, f"{nobody} So the version before has to come back.", _ANEW)


def _goes_to_nobody(picture: Picture) -> str:
    taker = picture.traffic.taker
    up = sorted(server.endpoint for server in taker.pool.servers if server.enabled and server.up) if taker else []
    if not up:
        return "the traffic goes to nobody: no task of any version is in the pool that takes it."
    return (
        f"the traffic goes to servers that Avi shows up and that are no task of any version: {', '.join(up)}. They may be on an agent that "
        "Marathon has lost, and end when it is back."
    )


def _goes_on(picture: Picture, app: App, on_failure: str, phase: str | None, judged: bool) -> Recovery | None:
    """Where nothing is to be taken back, whoever takes the traffic."""
    serving = _steadily_active(picture_once_checked(picture), app.id)
    if phase == RETIRE and serving and (is_complete(serving) or serving.deployments):
        return Recovery(UNFINISHED, app.id, f"{app.id} goes on serving.", "Run the rollout again to finish it.")
    if on_failure == FREEZE:
        return Recovery(LEAVE, app.id, _FROZEN, _LOOK)
    if phase in _UNTESTED and _steadily_active(picture, app.id) and is_complete(app):
        sentence = f"{app.id} is left as it is: a fresh look proves that it takes all traffic with its {counted(app.instances, 'instance')}."
        return Recovery(LEAVE, app.id, sentence, "Run the rollout again to go on.")
    if not judged and serving:
        sentence = f"{app.id} is left as it is: it takes all traffic, and Marathon or Avi gave no answer that speaks against it."
        return Recovery(LEAVE, app.id, sentence, "Run the rollout again to have it judged.")
    return None


def _steadily_active(picture: Picture, app_id: str) -> App | None:
    """The app, where it is the active one and none of its tasks has failed a moment ago."""
    active = picture.active
    return active if active and active.id == app_id and recent_failure(active) is None else None


def _taken_back(picture: Picture, app: App) -> Recovery | None:
    """Where the traffic goes to the app, or to nobody."""
    failure = recent_failure(app)
    failed = f", and {failure}" if failure else ""
    if _has_traffic(picture, app):
        above = [other.id for other in picture.apps if other.priority > app.priority and other.instances > 0]
        if above:
            sentence = (
                f"{app.id} is left as it is, because {' and '.join(above)} waits to take the traffic over from it."
            )
            return Recovery(LEAVE, app.id, sentence, _LOOK)
        sentence = f"The traffic goes to {app.id}{failed}. So the version before has to come back."
        return Recovery(ROLLBACK, app.id, sentence, _ANEW)
    if _left_traffic_to_nobody(picture, app):
        sentence = f"The traffic goes to nobody: no task of any version is in the pool that takes it{failed}. So the version before has to come back."
        return Recovery(ROLLBACK, app.id, sentence, _ANEW)
    return None


def _awaited(picture: Picture, app: App, phase: str | None) -> Recovery | None:
    """Where the traffic may still come to the app, and would then find nobody."""
    if phase not in _UNTESTED or not is_complete(app):
        return None
    places = picture.places(app)
    # A connector that puts its tasks in a pool moves the traffic to that pool next.
    where = f"in pool {places[0].pool.name}, which takes no traffic" if places else "in no pool of the virtual service"
    sentence = f"{app.id} is healthy, but {where}: the cloud connector is late, and may still move the traffic to it. So it is left as it is."
    return Recovery(LEAVE, app.id, sentence, "See to the cloud connector, and run the rollout again to go on.")


def _withdrawn(picture: Picture, app: App, phase: str | None) -> Recovery:
    """Where it is proven that no traffic goes to the app; else it stays."""
    withdrawal = next((each for each in plan_withdraw(picture) if each.app == app.id), None)
    if withdrawal:
        sentence = f"{app.id} takes no traffic ({withdrawal.reason}), so it is scaled to zero."
        # In a pool group a version that crashes loses the traffic to the one before it. Only its failure tells why.
        if app.failure and phase not in _UNTESTED:
            sentence += f" Before, {app.failure}."
        return Recovery(WITHDRAW, app.id, sentence, _LONGER if phase in _UNTESTED else _AGAIN, withdrawal.version)
    why = why_not_withdraw(picture) or f"It is not proven that {app.id} takes no traffic."
    return Recovery(LEAVE, app.id, f"{app.id} is left as it is. {why}", _LOOK, may_pass=True)


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
    if taker is None or app.priority < picture.highest_priority or picture.places(app) or picture.is_foreign_traffic:
        return False
    if any(holds(taker.pool, each) for each in picture.apps):
        return False
    return not taker.pool.servers or recent_failure(app) is not None


def _left_by_what_is_gone(picture: Picture, app_id: str) -> bool:
    """Whether the pool that takes the traffic holds no task of any version, when nothing is left of the app that had it last.

    Servers that are nobody's tasks may be those of a version whose agents' names do not resolve, unless a pool shows that they do.
    """
    app = picture.app(app_id)
    if app is not None and app.priority < picture.highest_priority:
        return False
    if any(problem.code == "empty_active_pool" for problem in picture.traffic.problems):
        return True
    taker = picture.traffic.taker
    if taker is None or picture.is_foreign_traffic or any(holds(taker.pool, each) for each in picture.apps):
        return False
    return not taker.pool.servers or any(picture.places(each) for each in picture.apps)
