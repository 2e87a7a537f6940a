# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans a rollout from a picture of the service: what may happen next, with reasons. Pure.

The same picture and request always give the same plan, so what check mode shows is what the run then does.
Why a rollout is refused is said in rollout_refusals, in which order it goes in rollout_steps.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AbConfig
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import said, whole
from ansible_collections.dcos.avi.plugins.module_utils._plan.only_once import runs_only_once
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import (
    DEPLOY,
    NONE,
    PREVIEW,
    RESUME,
    CannotPlan,
    EnvFrom,
    Plan,
    Preview,
    Refusal,
    left_behind,
    never_confirmed,
    no_instances,
    refuse,
    refuse_bad_id,
    refuse_if_any,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import (
    left_previews,
    preview_definition,
    preview_id,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_refusals import (
    approval_too_late,
    cannot_come_back,
    changed_version,
    fewer_than_serving,
    id_taken,
    misnamed,
    not_approved,
    not_ready,
    nothing_active,
    nothing_stated,
    nothing_to_approve,
    pool_unknown,
    priority_too_low,
    unfinished_rollouts,
    untested_preview,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_request import RolloutRequest
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_steps import rollout_steps
from ansible_collections.dcos.avi.plugins.module_utils._plan.version import (
    as_stated,
    stated_labels,
    unsafe,
    version_labels,
    with_settings_repeated,
    wrong_settings,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.approval import AWAITS_APPROVAL
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, version_id
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import taking_over_from
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, is_complete


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
        refuse_if_any(cannot_come_back(picture, existing, request.version))
    source = None if request.definition is not None else existing or picture.active or picture.serving
    asked = _asked(picture, request, existing, source)
    refuse_if_any([*wrong_settings(request.definition), *wrong_settings(request.overrides)])
    refuse_if_any(misnamed(asked, app_id, listener))
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
        refuse_if_any(
            [*changed_version(definition, existing, request.release), *fewer_than_serving(picture, request, instances)]
        )
    else:
        refuse_if_any(nothing_to_approve(request))
        refuse_if_any([*unfinished_rollouts(picture), *fewer_than_serving(picture, request, instances)])
        refuse_if_any(
            [*priority_too_low(picture, priority), *pool_unknown(listener, asked), *unsafe(definition, picture.running)]
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


def _listener(picture: Picture, request: RolloutRequest, app_id: str, is_taken: Callable[[str], bool]) -> App:
    """Return the listener that the version would belong to, where everything is there that a rollout needs."""
    refuse_bad_id(app_id)
    listener = picture.observed.listener
    refusals = [*not_ready(picture, request, app_id, listener), *id_taken(picture, request, app_id, is_taken)]
    if refusals or listener is None:
        raise CannotPlan(refusals)
    return listener


def _asked(picture: Picture, request: RolloutRequest, existing: App | None, source: App | None) -> dict[str, Any]:
    """Return the definition asked for. Changes to a version that exists already are applied to that version itself."""
    if request.definition is not None:
        return request.applied_to(request.definition)
    if existing is None and not (request.image or request.overrides):
        raise CannotPlan([nothing_stated()])
    if source is None:
        raise CannotPlan([nothing_active(picture, "give the whole definition")])
    return request.applied_to(as_stated(source) if existing else with_settings_repeated(as_stated(source)))


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
        raise CannotPlan([nothing_active(picture, "give the number of instances")])
    instances = usual if given is None else whole(given)
    if instances is None or instances < 1:
        raise CannotPlan([no_instances(given)])
    return max(instances, existing.instances) if existing else instances


def _action(picture: Picture, existing: App | None, request: RolloutRequest) -> str:
    """A version that was created has had its preview, and may be taking the traffic: it can only be gone on with."""
    if existing is None:
        return PREVIEW if request.wants_preview and not request.promote else DEPLOY
    return NONE if existing is picture.active and is_complete(existing) else RESUME


def _preview(picture: Picture, request: RolloutRequest, definition: Mapping[str, Any], action: str) -> Preview | None:
    """Return the preview to test, or one that an earlier run left to be deleted; None where there is neither."""
    app_id = preview_id(definition["id"])
    present = next((app for app in picture.observed.previews if app.id == app_id), None)
    awaited = (present.definition.get("labels") or {}).get(AWAITS_APPROVAL, "") if present else ""
    is_late = app_id in picture.observed.late_previews
    if is_late and action == DEPLOY:
        refuse_if_any(approval_too_late(app_id, awaited))
    # One that is tested anew gets all the time again.
    wished = awaited if awaited and not is_late else request.to_approve if action == PREVIEW else ""
    instances = min(request.preview_instances, definition["instances"])
    wanted = preview_definition(picture.service, definition, instances, to_approve=wished)
    if present and awaited and action == DEPLOY:
        refuse_if_any(not_approved(wanted, present, request.release))
    if request.wants_preview and action in (DEPLOY, PREVIEW):
        refuse_if_any(untested_preview(instances))
        return Preview(app_id, wanted)
    return Preview(app_id) if present else None
