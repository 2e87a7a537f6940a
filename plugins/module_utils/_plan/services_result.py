# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service as the plain data that stand for it in an inventory. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import cleaned
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import SUFFIX
from ansible_collections.dcos.avi.plugins.module_utils._plan.state_result import role_of
from ansible_collections.dcos.avi.plugins.module_utils._service.approval import awaits_approval
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, version_name
from ansible_collections.dcos.avi.plugins.module_utils._service.observe_all import ServiceSeen
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

PREFIX = "dcos_avi_"


def host_name(service: str) -> str:
    """Return the name of a host for a service: no other has it, because ids hold no underscore."""
    return service.replace("/", "_")


def service_facts(seen: ServiceSeen) -> dict[str, Any]:
    """Return what is known of a service, by names that the inventory prefixes. ``active`` is there only if Avi was asked."""
    apps, picture = seen.apps, seen.picture
    running = [app for app in apps.apps if app.runs]
    lock, freeze, previews = apps.members.lock, apps.members.freeze, apps.members.previews
    facts: dict[str, Any] = {
        "service": apps.service,
        "labels": dict(_labels(apps.listener)),
        "versions": [_version(apps.service, app, picture) for app in apps.apps],
        "highest": _version(apps.service, running[-1], picture) if running else None,
        "previews": [_preview(apps.service, app) for app in previews],
        "lock": lock.shown() if lock else None,
        "freeze": freeze.shown() if freeze and not freeze.is_over(seen.at) else None,
        "deployments": [{"id": id_, "app": app.id} for app in (*apps.apps, *previews) for id_ in app.deployments],
    }
    if picture:
        facts["active"] = _version(apps.service, picture.active, picture) if picture.active else None
        facts["problems"] = [dataclasses.asdict(problem) for problem in picture.problems]
    found: dict[str, Any] = cleaned(facts)
    return found


def read_facts(kept: object) -> list[dict[str, Any]] | None:
    """Return the facts of services that were kept somewhere; None where it is something else that was kept."""
    if not isinstance(kept, list):
        return None
    facts = [dict(each) for each in kept if isinstance(each, Mapping) and all(isinstance(key, str) for key in each)]
    is_whole = len(facts) == len(kept) and all(_has_an_id(each) for each in facts)
    return [cleaned(each) for each in facts] if is_whole else None


def inventory_variables(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables of a host."""
    return {f"{PREFIX}{name}": value for name, value in facts.items()}


def _has_an_id(facts: Mapping[str, Any]) -> bool:
    try:
        validate_id(facts.get("service"))
    except Refused:
        return False
    return True


def _labels(app: App | None) -> Mapping[str, Any]:
    return app.definition.get("labels") or {} if app else {}


def _version(service: str, app: App, picture: Picture | None) -> dict[str, Any]:
    places = picture.places(app) if picture else ()
    known = {"role": role_of(picture, app), "pool": places[0].pool.name if places else None} if picture else {}
    return {
        "app": app.id,
        "version": version_name(app.id, service),
        "priority": app.priority,
        "instances": app.instances,
        "healthy": app.healthy,
        **known,
    }


def _preview(service: str, app: App) -> dict[str, Any]:
    return {
        "app": app.id,
        "version": version_name(app.id.removesuffix(SUFFIX), service),
        "instances": app.instances,
        "healthy": app.healthy,
        "awaits_approval": awaits_approval(app.definition),
    }
