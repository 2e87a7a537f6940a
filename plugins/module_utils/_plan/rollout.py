# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans a rollout from a picture of the service: what may happen next, with reasons. Pure.

The same picture and request always give the same plan, so what check mode shows is what the run then does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import labels as avi_labels
from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AbConfig
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import said, whole
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import written
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.overrides import merged, with_overrides
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import why_not_end
from ansible_collections.dcos.avi.plugins.module_utils._plan.only_once import runs_only_once
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import (
    DEPLOY,
    NONE,
    PREVIEW,
    RESUME,
    UNCONFIRMABLE,
    CannotPlan,
    EnvFrom,
    Plan,
    Preview,
    Refusal,
    in_words,
    left_behind,
    never_confirmed,
    no_instances,
    refuse,
    refuse_bad_id,
    refuse_if_any,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import (
    awaits_approval,
    left_previews,
    preview_definition,
    preview_id,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_steps import Ways, rollout_steps
from ansible_collections.dcos.avi.plugins.module_utils._plan.version import (
    as_stated,
    changes_beyond_size,
    stated_labels,
    unsafe,
    unusable,
    version_labels,
    with_settings_repeated,
    wrong_settings,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, short_id, version_id
from ansible_collections.dcos.avi.plugins.module_utils._service.foreign import FOREIGN_TRAFFIC
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import replaced, taking_over_from
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, is_complete

# With these no look at Avi could confirm the new version, so nothing is begun.
CANNOT_CONFIRM = (*UNCONFIRMABLE, "mixed_ratio")


@dataclass(frozen=True)
class RolloutRequest:
    """What a user asks for: a version stated by its definition, or by what differs from the active version's.

    With the ``strategy`` "preview" a preview of so many instances is tested first, and without ``promote`` the rollout
    ends there, to be approved. ``release`` is Marathon's, where what is asked for is not known to every one.
    """

    version: str
    definition: Mapping[str, Any] | None = None
    image: str | None = None
    overrides: Mapping[str, Any] | None = None
    instances: int | None = None
    priority: int | None = None
    strategy: str = "direct"
    promote: bool = True
    preview_instances: int = 1
    ways: Ways = Ways()
    release: tuple[int, int] | None = None

    @property
    def wants_preview(self) -> bool:
        """Whether a preview is to be tested first."""
        return self.strategy == "preview"

    def applied_to(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """Return the definition with the image and the overrides.

        :raises Refused: it is none, or the overrides cannot be applied to it.
        """
        image = {"container": {"docker": {"image": self.image}}} if self.image else {}
        plain = merged(merged(base, image), self.overrides or {})
        refuse_if_any(unusable(plain))
        return written(with_overrides(merged(written(dict(base)), image), self.overrides or {}))


def plan_rollout(
    picture: Picture, request: RolloutRequest, is_taken: Callable[[str], bool] = lambda app_id: False
) -> Plan:
    """Plan to make a version of the service active.

    deploy: its app is to be created. preview: only its preview is, to be approved. resume: it exists as asked for, but
    is not proven active with all its instances.
    none: it is active, and only retiring others may be left. refuse: with the reasons. Never raises.

    :param is_taken: tells of an app id whether an app of another kind has it.
    """
    app_id = version_id(picture.service, request.version)
    try:
        return _plan(picture, request, app_id, is_taken)
    except CannotPlan as cannot:
        refusals = cannot.refusals
    except Refused as refused:
        refusals = [Refusal("bad_definition", refused.sentence)]
    return refuse(app_id, [*refusals, *left_behind(left_previews(picture), picture.service)])


def _plan(picture: Picture, request: RolloutRequest, app_id: str, is_taken: Callable[[str], bool]) -> Plan:
    listener = _listener(picture, request, app_id, is_taken)
    existing = picture.app(app_id)
    if existing:
        refuse_if_any(_superseded(picture, existing, request.version))
    source = None if request.definition is not None else existing or picture.active or picture.serving
    asked = _asked(picture, request, existing, source)
    refuse_if_any([*wrong_settings(request.definition), *wrong_settings(request.overrides)])
    refuse_if_any(_misnamed(asked, app_id, listener))
    priority, instances = _priority(picture, request, asked, existing), _instances(picture, request, asked, existing)
    ab_config = _ab_config(listener, existing, priority)
    if _action(picture, existing, request) != NONE:
        above = picture.next_priority if existing else max(priority, picture.highest_priority + 1)
        refuse_if_any(never_confirmed(picture, app_id, instances, above, "rollout"))
    labels = version_labels(asked.get("labels") or {}, existing or listener, ab_config, exists=existing is not None)
    if existing is None:
        labels.update(taking_over_from(picture.active or picture.serving))
    definition = {**asked, "id": app_id, "instances": instances, "labels": labels}
    if existing:
        refuse_if_any([*_changed(definition, existing, request.release), *_fewer(picture, request, instances)])
    else:
        refuse_if_any(_nothing_to_approve(request))
        refuse_if_any([*_unfinished(picture), *_fewer(picture, request, instances)])
        refuse_if_any(
            [*_too_low(picture, priority), *_pool_unknown(listener, asked), *unsafe(definition, picture.running)]
        )
    if not (existing and existing.instances):
        others = [app for app in (*picture.apps, *picture.observed.previews) if app is not existing]
        refuse_if_any(runs_only_once(definition, others, preview=request.wants_preview and existing is None))
    action = _action(picture, existing, request)
    preview = _preview(picture, request, definition, action)
    seen = str(existing.definition["version"]) if existing and existing.definition.get("version") else None
    leftovers = () if action == PREVIEW else left_previews(picture, preview_id(app_id))
    plan = Plan(action, app_id, priority, definition, preview=preview, version=seen, leftovers=leftovers)
    steps = tuple(rollout_steps(picture, plan, request.ways))
    return dataclasses.replace(plan, steps=steps, env_from=EnvFrom.of(source))


def _action(picture: Picture, existing: App | None, request: RolloutRequest) -> str:
    """A version that was created has had its preview, and may be taking the traffic: it can only be gone on with."""
    if existing is None:
        return PREVIEW if request.wants_preview and not request.promote else DEPLOY
    return NONE if existing is picture.active and is_complete(existing) else RESUME


def _preview(picture: Picture, request: RolloutRequest, definition: Mapping[str, Any], action: str) -> Preview | None:
    """Return the preview to test, or one that an earlier run left to be deleted; None where there is neither."""
    app_id = preview_id(definition["id"])
    present = next((app for app in picture.observed.previews if app.id == app_id), None)
    approves = present is not None and awaits_approval(present.definition)
    instances = min(request.preview_instances, definition["instances"])
    wanted = preview_definition(picture.service, definition, instances, to_approve=approves or action == PREVIEW)
    if present and approves and action == DEPLOY:
        refuse_if_any(_not_approved(wanted, present, request.release))
    if request.wants_preview and action in (DEPLOY, PREVIEW):
        refuse_if_any(_untested(instances))
        return Preview(app_id, wanted)
    return Preview(app_id) if present else None


def _untested(instances: int) -> Iterable[Refusal]:
    """With no instances every task would count as healthy, and nothing would be tested."""
    if instances < 1:
        sentence = f"A preview needs at least one instance to be tested (preview_instances, rollout_preview_instances), not {instances}."
        yield Refusal("no_instances", sentence)


def _not_approved(wanted: Mapping[str, Any], preview: App, release: tuple[int, int] | None) -> Iterable[Refusal]:
    """What somebody looked at is what goes on, and nothing else."""
    found = changes_beyond_size(wanted, preview, release)
    if found:
        sentence = (
            f"{preview.id} is there to be approved with another definition ({in_words(found)}). Have this one tested first, with "
            "promote false (rollout_promote), or give that one up with the playbook dcos.avi.withdraw."
        )
        yield Refusal("not_approved", sentence)


def _listener(picture: Picture, request: RolloutRequest, app_id: str, is_taken: Callable[[str], bool]) -> App:
    """Return the listener that the version would belong to, where everything is there that a rollout needs."""
    refuse_bad_id(app_id)
    listener = picture.observed.listener
    refusals = [*_unready(picture, request, app_id, listener), *_id_taken(picture, request, app_id, is_taken)]
    if refusals or listener is None:
        raise CannotPlan(refusals)
    return listener


def _unready(picture: Picture, request: RolloutRequest, app_id: str, listener: App | None) -> Iterable[Refusal]:
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


def _id_taken(
    picture: Picture, request: RolloutRequest, app_id: str, is_taken: Callable[[str], bool]
) -> Iterable[Refusal]:
    wanted = {"version": app_id, **({"preview": preview_id(app_id)} if request.wants_preview else {})}
    for kind, taken in wanted.items():
        if is_taken(taken):
            sentence = f"An app {taken} exists that is no {kind} of {picture.service}: give the version another name."
            yield Refusal("id_taken", sentence)


def _superseded(picture: Picture, existing: App, version: str) -> Iterable[Refusal]:
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


def _asked(picture: Picture, request: RolloutRequest, existing: App | None, source: App | None) -> dict[str, Any]:
    """Return the definition asked for. Changes to a version that exists already are applied to that version itself."""
    if request.definition is not None:
        return request.applied_to(request.definition)
    if existing is None and not (request.image or request.overrides):
        sentence = "Nothing says what the new version is: give a definition or src, or an image or overrides for the active version's."
        raise CannotPlan([Refusal("nothing_stated", sentence)])
    if source is None:
        raise CannotPlan([_nothing_active(picture, "give the whole definition")])
    return request.applied_to(as_stated(source) if existing else with_settings_repeated(as_stated(source)))


def _misnamed(asked: Mapping[str, Any], app_id: str, listener: App) -> Iterable[Refusal]:
    if "id" in asked and short_id(str(asked["id"])) != app_id:
        sentence = f"The definition's id is {asked['id']}, but the app of this version is {app_id}: leave the id out."
        yield Refusal("bad_id", sentence)
    ab_config = stated_labels(asked).ab_config
    if ab_config and short_id(ab_config.service) != listener.id:
        sentence = f"The definition's ab_config names {ab_config.service}, but the service is {listener.id}: leave ab_config out."
        yield Refusal("other_service", sentence)


def _priority(picture: Picture, request: RolloutRequest, asked: Mapping[str, Any], existing: App | None) -> int:
    if request.priority is not None:
        return request.priority
    ab_config = stated_labels(asked).ab_config
    if ab_config:
        return ab_config.priority
    return existing.priority if existing else picture.next_priority


def _ab_config(listener: App, existing: App | None, priority: int) -> AbConfig:
    """A version that exists may write the name of the service in its own way."""
    written = existing.labels.ab_config if existing else None
    return AbConfig(written.service if written else listener.id, priority)


def _instances(picture: Picture, request: RolloutRequest, asked: Mapping[str, Any], existing: App | None) -> int:
    """As many as asked for, else as the version that serves has, and never fewer than a version under way has.

    A version that exists may serve already, and scaling it down here would cut off requests undrained.
    """
    given = request.instances if request.instances is not None else said(asked.get("instances"))
    serving = picture.active or picture.serving
    usual = max(existing.instances if existing else 0, serving.instances if serving else 0)
    if given is None and usual < 1:
        raise CannotPlan([_nothing_active(picture, "give the number of instances")])
    instances = usual if given is None else whole(given)
    if instances is None or instances < 1:
        raise CannotPlan([no_instances(given)])
    return max(instances, existing.instances) if existing else instances


def _nothing_to_approve(request: RolloutRequest) -> Iterable[Refusal]:
    if not request.wants_preview and not request.promote:
        sentence = "To stop for an approval (promote false, rollout_promote) takes a preview: give the strategy preview (rollout_strategy)."
        yield Refusal("no_preview", sentence)


def _unfinished(picture: Picture) -> Iterable[Refusal]:
    """A version that waits above the one that serves would take turns with the new one, in an order nobody can tell."""
    serving = picture.active or picture.serving
    if serving is None and len(picture.running) > 1:
        *others, newest = picture.running
        names = " or ".join(app.id for app in (*others, newest))
        yield Refusal(
            "unfinished",
            f"It cannot be told whether {names} takes the traffic, so {newest.id} (priority {newest.priority}) may wait to take it over: finish "
            "its rollout by running it again, or go back with the playbook dcos.avi.rollback, and then roll out the next version.",
        )
    for app in picture.observed.versions:
        if serving and app.priority > serving.priority and app.runs_at_zero:
            yield Refusal(
                "runs_at_zero", f"{why_not_end(picture)} Get a version ready with the playbook dcos.avi.rollback first."
            )
        elif serving and app.priority > serving.priority and app.instances > 0:
            finish = (
                "the rollback with the playbook dcos.avi.rollback"
                if replaced(app)
                else "its rollout by running it again"
            )
            yield Refusal(
                "unfinished",
                f"{app.id} (priority {app.priority}) waits to take the traffic over from {serving.id}: finish {finish}, or give it up "
                "with the playbook dcos.avi.withdraw, and then roll out the next version.",
            )


def _fewer(picture: Picture, request: RolloutRequest, instances: int) -> Iterable[Refusal]:
    """All the traffic of the version that serves comes to the new one, so fewer instances must be asked for by name."""
    serving = picture.active or picture.serving
    asked_for = request.instances is not None or said((request.overrides or {}).get("instances")) is not None
    if not asked_for and serving and instances < serving.instances:
        yield Refusal(
            "fewer_instances",
            f"The definition has {instances} instances, but {serving.id} takes the traffic with {serving.instances}: leave instances out "
            "of the definition to get as many, or ask for fewer with the option instances (rollout_instances of the role).",
        )


def _nothing_active(picture: Picture, instead: str) -> Refusal:
    sentence = f"No version of {picture.service} is seen to take the traffic that the new one could start from: {instead}. {picture.doubts}"
    return Refusal("nothing_active", sentence)


def _changed(definition: Mapping[str, Any], existing: App, release: tuple[int, int] | None) -> Iterable[Refusal]:
    """A version never changes: a change of anything but its size would restart tasks that serve, undrained."""
    found = changes_beyond_size(definition, existing, release)
    if found:
        sentence = f"{existing.id} exists with another definition ({in_words(found)}). A version never changes: give the new one its own name."
        yield Refusal("other_definition", sentence)


def _too_low(picture: Picture, priority: int) -> Iterable[Refusal]:
    if priority <= picture.highest_priority:
        yield Refusal(
            "priority_too_low",
            f"Priority {priority} is not above the highest of {picture.service}, {picture.highest_priority}: "
            f"leave it out to get {picture.next_priority}.",
        )


def _pool_unknown(listener: App, asked: Mapping[str, Any]) -> Iterable[Refusal]:
    """The listener's pool settings are carried into the version; where they cannot be read, it must state its own."""
    broken = [label.sentence for label in listener.labels.broken if label.key == avi_labels.PROXY]
    if broken and "pool" not in (stated_labels(asked).proxy or {}):
        sentence = f"The pool settings of {listener.id} cannot be carried over ({broken[0]}): state them in the version's avi_proxy."
        yield Refusal("broken_label", sentence)
