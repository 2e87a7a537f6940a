# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans the creation of a service's listener. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import labels as avi_labels
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import traffic
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import said, whole
from ansible_collections.dcos.avi.plugins.module_utils._core.text import shortened
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import written
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import (
    DEPLOY,
    NONE,
    RESUME,
    CannotPlan,
    Plan,
    Refusal,
    Step,
    changes_in_words,
    refuse,
    refuse_bad_id,
    refuse_if_any,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.version import (
    changes_beyond_size,
    stated_labels,
    unsafe,
    unusable,
    wrong_settings,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture, is_complete


@dataclass(frozen=True)
class ListenerRequest:
    """What a user asks for: the listener's definition, and its Avi labels as data where they are not in the definition.

    ``release`` is Marathon's, where what is asked for is not known to every one.
    """

    definition: Mapping[str, Any] | None = None
    avi: Mapping[str, Any] | None = None
    release: tuple[int, int] | None = None


def plan_listener(picture: Picture, request: ListenerRequest) -> Plan:
    """Plan to have the listener of a service, and its virtual service sending it the traffic.

    deploy: its app is to be created. resume: it is there, but not proven to take the traffic yet. none: it takes the
    traffic, or versions have taken over from it. refuse: with the reasons. Never raises.
    """
    try:
        return _plan(picture, request)
    except CannotPlan as cannot:
        return refuse(picture.service, cannot.refusals)
    except Refused as refused:
        return refuse(picture.service, [Refusal("bad_definition", refused.sentence)])


def _plan(picture: Picture, request: ListenerRequest) -> Plan:
    app_id, existing = picture.service, picture.observed.listener
    refuse_bad_id(app_id)
    refuse_if_any(_no_listener(app_id, request, existing))
    refuse_if_any(unusable(request.definition or {}))
    stated = written(dict(request.definition or {}))
    refuse_if_any(wrong_settings(stated))
    labels = {**(stated.get("labels") or {}), **avi_labels.render(request.avi or {})}
    definition = {**stated, "id": app_id, **({"labels": labels} if labels else {})}
    refuse_if_any(_unfit(stated, definition, app_id))
    refuse_if_any(_changed(definition, existing, request.release) if existing else unsafe(definition, ()))
    if existing is None:
        refuse_if_any(_name_taken(picture, definition))
    action = _action(picture, existing)
    return Plan(action, app_id, 0, definition, tuple(_steps(action, app_id)))


def _action(picture: Picture, existing: App | None) -> str:
    if existing is None:
        return DEPLOY
    took_over = picture.observed.versions or existing.instances == 0
    return NONE if took_over or (existing is picture.active and is_complete(existing)) else RESUME


def _no_listener(app_id: str, request: ListenerRequest, existing: App | None) -> Iterable[Refusal]:
    if existing and existing.service is not None:
        sentence = (
            f"{app_id} is a version of {existing.service}, not a service of its own: a listener needs another id."
        )
        yield Refusal("not_a_listener", sentence)
    elif existing is None and request.definition is None:
        yield Refusal(
            "nothing_stated", f"Marathon has no app {app_id} yet: give the definition or src to create it from."
        )


def _unfit(stated: Mapping[str, Any], definition: Mapping[str, Any], app_id: str) -> Iterable[Refusal]:
    if "id" in stated and short_id(str(stated["id"])) != app_id:
        sentence = f"The definition's id is {stated['id']}, but the listener of {app_id} has its id: leave the id out."
        yield Refusal("bad_id", sentence)
    labels = stated_labels(definition)
    if labels.ab_config or labels.proxy_listener is False:
        label = avi_labels.AB_CONFIG if labels.ab_config else avi_labels.LISTENER
        sentence = (
            f"The definition's label {label} makes {app_id} a version, which gets no virtual service: leave it out."
        )
        yield Refusal("not_a_listener", sentence)
    given = said(definition.get("instances"))
    if given is not None and (whole(given) or 0) < 1:
        sentence = f"A listener needs at least one instance to take the traffic, not {shortened(given)}."
        yield Refusal("no_instances", sentence)


def _name_taken(picture: Picture, definition: Mapping[str, Any]) -> Iterable[Refusal]:
    """Two services, such as shop/app1 and shop-app1, may come to the same name in Avi. The later one would take the traffic of the other."""
    view = picture.observed.avi
    stated = (stated_labels(definition).proxy or {}).get("virtualservice")
    own = (stated.get("name") if isinstance(stated, Mapping) else None) or view.asked_name
    if view.clouds:
        yield from (Refusal(problem.code, problem.sentence) for problem in traffic(view).problems)
    if view.virtual_service and own == view.asked_name:
        sentence = (
            f"Marathon has no app {picture.service} yet, but Avi shows a virtual service {own} already, which may be another service's: "
            f"a listener would take it over. Name the service differently, or its virtual service, by name in virtualservice of avi_proxy. "
            f"If it is left from an earlier listener of this name, have it removed first."
        )
        yield Refusal("name_taken", sentence)


def _changed(definition: Mapping[str, Any], existing: App, release: tuple[int, int] | None) -> Iterable[Refusal]:
    """After its creation a listener never changes but in size: a change would restart tasks that may serve, undrained."""
    found = changes_beyond_size(definition, existing, release)
    if found:
        sentence = (
            f"{existing.id} exists with another definition ({changes_in_words(found)}). A listener never changes: for what its tasks run, roll out a "
            "version. What Avi is told of the virtual service changes only with a new listener: delete this one, which deletes its virtual "
            "service, or create one of another name."
        )
        yield Refusal("other_definition", sentence)


def _steps(action: str, app_id: str) -> Iterable[Step]:
    if action != NONE:
        why = (
            "the service has no listener yet"
            if action == DEPLOY
            else "exists as asked for, but is not proven to take the traffic"
        )
        yield Step("deploy", app_id, why)
        yield Step("confirm", app_id, "the virtual service must send all traffic to exactly its tasks")
