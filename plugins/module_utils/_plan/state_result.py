# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A picture of a service as the plain data that modules return. Pure."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AVI_LABELS
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import Pool
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import Member
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._plan.version import as_stated
from ansible_collections.dcos.avi.plugins.module_utils._service.approval import AWAITS_APPROVAL
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, version_name
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture


def as_result(picture: Picture) -> dict[str, Any]:
    """Return the picture as JSON-like data, in the shape that the module migration_info documents."""
    return {
        "service": picture.service,
        "shape": picture.traffic.shape,
        "virtualservice": _virtual_service(picture),
        "active": _active(picture),
        "versions": [
            *(_version(picture, app) for app in picture.apps),
            *(_preview(picture, app) for app in picture.observed.previews),
        ],
        "serving": picture.serving.id if picture.serving else None,
        "next_priority": picture.next_priority,
        "lock": picture.observed.lock.shown() if picture.observed.lock else None,
        "freeze": picture.observed.freeze.shown() if picture.observed.freeze else None,
        "deployments": [
            {"id": id_, "app": app.id} for app in (*picture.apps, *picture.observed.previews) for id_ in app.deployments
        ],
        "problems": [dataclasses.asdict(problem) for problem in picture.problems],
    }


def pool_summary(pool: Pool | None) -> dict[str, Any] | None:
    """Return what a person wants to know of a pool at a glance."""
    if pool is None:
        return None
    return {"name": pool.name, "uuid": pool.uuid, "servers_up": pool.servers_up, "connections": pool.connections}


def member_summary(member: Member) -> dict[str, Any]:
    """Return a member of a pool group: the pool at a glance, its priority label and its ratio."""
    return {**(pool_summary(member.pool) or {}), "priority": member.priority, "ratio": member.ratio}


def role_of(picture: Picture, app: App) -> str:
    """Name the part an app plays: active, listener, retired, waiting, previous or unattached.

    waiting: above the active version and not active yet. previous: below it, still with a pool of the virtual service,
    or the nearest one below. unattached: further below, and in no pool.
    """
    if picture.active and app.id == picture.active.id:
        return "active"
    if picture.observed.listener and app.id == picture.observed.listener.id:
        return "listener"
    if app.instances == 0:
        return "retired"
    if picture.active is None or app.priority > picture.active.priority:
        return "waiting"
    return "previous" if picture.places(app) or app is _nearest_below(picture, picture.active) else "unattached"


def definition_hash(app: App) -> str:
    """Return a short fingerprint of what an app runs, whatever its id, its size and its place in the service."""
    content = as_stated(app)
    own = (*AVI_LABELS, COMPANION, AWAITS_APPROVAL)
    content["labels"] = {key: value for key, value in content["labels"].items() if key not in own}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def _virtual_service(picture: Picture) -> dict[str, Any] | None:
    found, goes = picture.observed.avi.virtual_service, picture.traffic
    if found is None:
        return None
    return {
        "name": found.name,
        "uuid": found.uuid,
        "oper_state": found.oper_state,
        "pool_a": pool_summary(goes.side("a")),
        "pool_b": pool_summary(goes.side("b")),
        "ratio": goes.ratio,
        "members": [member_summary(member) for member in goes.members if member.side is None],
    }


def _active(picture: Picture) -> dict[str, Any] | None:
    app, taker = picture.active, picture.traffic.taker
    if app is None or taker is None:
        return None
    proof = picture.proof
    return {
        "app": app.id,
        "version": version_name(app.id, picture.service),
        "side": taker.side,
        "pool": taker.pool.name,
        "since": app.changed_at,
        "proof": {"servers": list(proof.servers), "tasks": list(proof.tasks), "equal": proof.equal},
    }


def _version(picture: Picture, app: App) -> dict[str, Any]:
    places = picture.places(app)
    return {
        "app": app.id,
        "version": version_name(app.id, picture.service),
        "priority": app.priority,
        "instances": app.instances,
        "healthy": app.healthy,
        "role": role_of(picture, app),
        "side": places[0].side if places else None,
        "pool": places[0].pool.name if places else None,
        "definition_hash": definition_hash(app),
    }


def _preview(picture: Picture, app: App) -> dict[str, Any]:
    return {**_version(picture, app), "priority": None, "role": "preview"}


def _nearest_below(picture: Picture, active: App) -> App | None:
    below = [app for app in picture.observed.versions if app.priority < active.priority and app.instances > 0]
    return max(below, key=lambda app: app.priority, default=None)
