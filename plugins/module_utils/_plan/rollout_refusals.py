# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a rollout is refused: each reason with its stable code and a sentence that says what to do instead. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import labels as avi_labels
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import said
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import why_not_end
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import (
    UNCONFIRMABLE,
    Refusal,
    changes_in_words,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import preview_id
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.version import (
    changes_beyond_size,
    stated_labels,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.foreign import FOREIGN_TRAFFIC
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import rolled_back_from
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

# With these no look at Avi could confirm the new version, so nothing is begun.
CANNOT_CONFIRM = (*UNCONFIRMABLE, "mixed_ratio")


def not_ready(picture: Picture, request: RolloutRequest, app_id: str, listener: App | None) -> Iterable[Refusal]:
    """Yield what a rollout needs and the service lacks: a listener, a name that can be its version's, and Avi's side of it."""
    service = picture.service
    if "/" in app_id[len(service) :]:
        yield Refusal("bad_id", f"A version's name must not hold a slash: {app_id} would be in another group.")
    if app_id.startswith(f"{service}-{service}-"):
        version = app_id[len(service) + 1 :]
        sentence = f"The version is named without its service: {version[len(service) + 1 :]}, not {version}."
        yield Refusal("bad_id", sentence)
    if listener is None:
        yield Refusal("no_listener", f"Marathon has no app {service}: create the listener of the service first.")
        return
    if listener.service is not None:
        sentence = f"{service} is a version of {listener.service}, not a service: roll out {listener.service} instead."
        yield Refusal("not_a_listener", sentence)
    yield from _traffic_taken(picture, request)
    for problem in picture.problems:
        if problem.code in CANNOT_CONFIRM and problem.code != FOREIGN_TRAFFIC:
            code = "nothing_active" if problem.code == "mixed_ratio" else problem.code
            yield Refusal(code, f"{problem.sentence} So a rollout could not be confirmed.")


def _traffic_taken(picture: Picture, request: RolloutRequest) -> Iterable[Refusal]:
    """A priority that was given, and is above that of the foreign app, takes the traffic back; none is chosen by what others claim."""
    taken = [problem for problem in picture.problems if problem.code == FOREIGN_TRAFFIC]
    ids = [problem.subject for problem in taken]
    highest = max((app.priority for app in picture.observed.foreign if app.id in ids), default=0)
    if request.priority is None or request.priority <= highest:
        for problem in taken:
            sentence = f"{problem.sentence} Or take the traffic back with a priority above {highest} (rollout_priority) and a whole definition."
            yield Refusal(FOREIGN_TRAFFIC, sentence)


def id_taken(
    picture: Picture, request: RolloutRequest, app_id: str, is_taken: Callable[[str], bool]
) -> Iterable[Refusal]:
    """The ids of a version and of its preview may belong to apps that are something else."""
    wanted = {"version": app_id, **({"preview": preview_id(app_id)} if request.wants_preview else {})}
    for kind, taken in wanted.items():
        if is_taken(taken):
            sentence = f"An app {taken} exists that is no {kind} of {picture.service}: give the version another name."
            yield Refusal("id_taken", sentence)


def cannot_come_back(picture: Picture, existing: App, version: str) -> Iterable[Refusal]:
    """A version below another one cannot come back under its own priority: priorities only grow (the Avi article)."""
    above = [app for app in picture.apps if app.priority > existing.priority]
    if existing is not picture.active and above:
        newest = max(above, key=lambda app: app.priority)
        yield Refusal(
            "superseded",
            f"{existing.id} (priority {existing.priority}) was superseded by {newest.id} (priority {newest.priority}) and cannot "
            f"take the traffic again as it is. To try it once more, roll it out under another name; to go back to it where it served, run the "
            f"playbook dcos.avi.rollback with rollback_version: {version}.{_left_running(picture)}",
        )


def _left_running(picture: Picture) -> str:
    """What to do about versions that a run has left, which was killed before it came to retire them."""
    active = picture.active
    left = ", ".join(app.id for app in picture.running if active and app.priority < active.priority)
    if active is None or not left:
        return ""
    return f" Below {active.id}, which serves, this still runs: {left}. The playbook dcos.avi.retire drains it and scales it to zero."


def misnamed(asked: Mapping[str, Any], app_id: str, listener: App) -> Iterable[Refusal]:
    """A definition may say which app it is and whose version. Neither may speak against what was asked for."""
    if "id" in asked and short_id(str(asked["id"])) != app_id:
        sentence = f"The definition's id is {asked['id']}, but the app of this version is {app_id}: leave the id out."
        yield Refusal("bad_id", sentence)
    ab_config = stated_labels(asked).ab_config
    if ab_config and short_id(ab_config.service) != listener.id:
        sentence = f"The definition's ab_config names {ab_config.service}, but the service is {listener.id}: leave ab_config out."
        yield Refusal("other_service", sentence)


def unfinished_rollouts(picture: Picture) -> Iterable[Refusal]:
    """A version that waits above the one that serves would take turns with the new one, in an order nobody can tell."""
    serving = picture.active or picture.serving
    if serving is None and len(picture.running) > 1:
        *others, newest = picture.running
        names = " or ".join(app.id for app in (*others, newest))
        yield Refusal(
            "unfinished",
            f"It cannot be told whether {names} takes the traffic, so {newest.id} (priority {newest.priority}) may wait to take it over: "
            f"{_finish_or_go_back(newest)}, and then roll out the next version.",
        )
    for app in picture.observed.versions:
        if serving and app.priority > serving.priority and app.runs_at_zero:
            yield Refusal(
                "runs_at_zero", f"{why_not_end(picture)} Get a version ready with the playbook dcos.avi.rollback first."
            )
        elif serving and app.priority > serving.priority and app.instances > 0:
            finish = (
                "the rollback with the playbook dcos.avi.rollback"
                if rolled_back_from(app)
                else "its rollout by running it again"
            )
            yield Refusal(
                "unfinished",
                f"{app.id} (priority {app.priority}) waits to take the traffic over from {serving.id}: finish {finish}, or give it up "
                "with the playbook dcos.avi.withdraw, and then roll out the next version.",
            )


def _finish_or_go_back(newest: App) -> str:
    """A rollback that names no version only finishes the one before: it does not leave what that one brought back."""
    if rolled_back_from(newest):
        return "finish the rollback with the playbook dcos.avi.rollback, or go back to another version with its name (rollback_version)"
    return "finish its rollout by running it again, or go back with the playbook dcos.avi.rollback"


def nothing_active(picture: Picture, instead: str) -> Refusal:
    """Return the refusal where nothing serves that the new version could start from, with what to do instead."""
    sentence = f"No version of {picture.service} is seen to take the traffic that the new one could start from: {instead}. {picture.doubts}"
    return Refusal("nothing_active", sentence)


def nothing_stated() -> Refusal:
    """Return the refusal where it is not said what the new version is."""
    sentence = "Nothing says what the new version is: give a definition or src, or an image or overrides for the active version's."
    return Refusal("nothing_stated", sentence)


def fewer_than_serving(picture: Picture, request: RolloutRequest, instances: int) -> Iterable[Refusal]:
    """All the traffic of the version that serves comes to the new one, so fewer instances must be asked for by name."""
    serving = picture.active or picture.serving
    asked_for = request.instances is not None or said((request.overrides or {}).get("instances")) is not None
    if not asked_for and serving and instances < serving.instances:
        yield Refusal(
            "fewer_instances",
            f"The definition has {counted(instances, 'instance')}, but {serving.id} takes the traffic with {serving.instances}: leave instances out "
            "of the definition to get as many, or ask for fewer with the option instances (rollout_instances of the role).",
        )


def priority_too_low(picture: Picture, priority: int) -> Iterable[Refusal]:
    """Avi sends the traffic to the highest priority only."""
    if priority <= picture.highest_priority:
        yield Refusal(
            "priority_too_low",
            f"Priority {priority} is not above the highest of {picture.service}, {picture.highest_priority}: "
            f"leave it out to get {picture.next_priority}.",
        )


def pool_unknown(listener: App, asked: Mapping[str, Any]) -> Iterable[Refusal]:
    """The listener's pool settings are carried into the version; where they cannot be read, it must state its own."""
    broken = [label.sentence for label in listener.labels.broken if label.key == avi_labels.PROXY]
    if broken and "pool" not in (stated_labels(asked).proxy or {}):
        sentence = f"The pool settings of {listener.id} cannot be carried over ({broken[0]}): state them in the version's avi_proxy."
        yield Refusal("broken_label", sentence)


def changed_version(definition: Mapping[str, Any], existing: App, release: tuple[int, int] | None) -> Iterable[Refusal]:
    """A version never changes: a change of anything but its size would restart tasks that serve, undrained."""
    found = changes_beyond_size(definition, existing, release)
    if found:
        sentence = f"{existing.id} exists with another definition ({changes_in_words(found)}). A version never changes: give the new one its own name."
        yield Refusal("other_definition", sentence)


def nothing_to_approve(request: RolloutRequest) -> Iterable[Refusal]:
    """Without a preview there is nothing that could be looked at before the version takes the traffic."""
    if not request.wants_preview and not request.promote:
        sentence = "To stop for an approval (promote false, rollout_promote) takes a preview: give the strategy preview (rollout_strategy)."
        yield Refusal("no_preview", sentence)


def untested_preview(instances: int) -> Iterable[Refusal]:
    """With no instances every task would count as healthy, and nothing would be tested."""
    if instances < 1:
        sentence = f"A preview needs at least one instance to be tested (preview_instances, rollout_preview_instances), not {instances}."
        yield Refusal("no_instances", sentence)


def approval_too_late(preview_id: str, until: str) -> Iterable[Refusal]:
    """What was tested long ago may not be what anybody wants to serve now."""
    yield Refusal(
        "approval_too_late",
        f"{preview_id} could be approved until {until} (rollout_approval_timeout), and that is over. Have it tested anew, with promote false "
        "(rollout_promote), or give it up with the playbook dcos.avi.withdraw. The next run of dcos.avi.retire, or of a rollout of another "
        "version, deletes it, too.",
    )


def not_approved(wanted: Mapping[str, Any], preview: App, release: tuple[int, int] | None) -> Iterable[Refusal]:
    """What somebody looked at is what goes on, and nothing else."""
    found = changes_beyond_size(wanted, preview, release)
    if found:
        sentence = (
            f"{preview.id} is there to be approved with another definition ({changes_in_words(found)}). Have this one tested first, with "
            "promote false (rollout_promote), or give that one up with the playbook dcos.avi.withdraw."
        )
        yield Refusal("not_approved", sentence)
