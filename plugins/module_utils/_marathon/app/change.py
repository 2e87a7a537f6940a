# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to send to bring an app to what a user wants, and refuse what must not be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotFound, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import whole
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import guards
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import (
    creation,
    replaced,
    replacement,
    update,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import READ_ONLY, differences
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.diff import pruned
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.endless import (
    refuse_end_of_launches,
    refuse_endless_restart,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.networks import uses_new_form
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import without_records
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.wanted import Wanted
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import absolute_id

FIRST_RELEASE_OF_NEW_FORM = (1, 5)


@dataclass(frozen=True)
class Change:
    """A change of an app: the ``body`` to send, the ``fields`` it changes, as they are ``before`` and ``after`` it.

    ``before`` and ``after`` hold only what differs; ``app`` is the whole app as it will be.
    """

    body: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    app: AppJson

    @property
    def scales_only(self) -> bool:
        """Whether nothing but the number of instances changes: Marathon then restarts no task."""
        return {*self.before, *self.after} == {"instances"}


def change_to(client: Marathon, target: Wanted, app: AppJson | None) -> Change | None:
    """Return what is to change for an app to be as wanted, None where it is already.

    :param app: the app as it is, None where there is none.
    :raises Refused: the change is unsafe, or there is too little to create the app from.
    """
    desired = target.definition(app)
    if app is None:
        return _creation(client, target, desired)
    changes = differences(desired, app, complete=target.complete)
    if not changes:
        return None
    if changes.keys() != {"instances"}:
        _refuse_unsafe_update(client, target, app, changes)
    _refuse_endless(client, app, changes)
    before, after = pruned(
        {field: value for field, (value, _after) in changes.items()},
        {field: value for field, (_before, value) in changes.items()},
    )
    if target.complete:
        extra = {field: value for field, value in app.items() if field in READ_ONLY or field == "id"}
        return Change(replacement(desired, app), before, after, {**extra, **replaced(desired, app)})
    body = update(desired, app)
    return Change(body, before, after, {**app, **body})


def as_change_of(other: AppJson, creation: Change) -> Change:
    """Return the creation of an app as it is shown against another one: with what differs from that, and its id."""
    found = differences(creation.app, without_records(other), complete=True)
    before, after = pruned(
        {"id": other["id"], **{field: value for field, (value, _after) in found.items()}},
        {"id": absolute_id(creation.app["id"]), **{field: value for field, (_before, value) in found.items()}},
    )
    return replace(creation, before=before, after=after)


def _creation(client: Marathon, target: Wanted, desired: dict[str, Any]) -> Change:
    if not target.can_be_created():
        raise Refused(f"{target.app_id} does not exist, and there is no definition to create it from.")
    labels = desired.get("labels") or {}
    guards.refuse_broken_labels(target.app_id, labels)
    if guards.has_wrong_labels(labels):
        guards.refuse_wrong_labels(target.app_id, labels, _labels_of_service(client, target, labels))
    if AB_CONFIG in labels:
        _refuse_useless_version(client, target, labels)
    refuse_end_of_launches(target.app_id, desired.get("constraints"), client.release)
    old_server = uses_new_form(desired) and client.release() < FIRST_RELEASE_OF_NEW_FORM
    body = creation(desired, old_server=old_server)
    return Change(body, {}, body, body)


def _refuse_unsafe_update(client: Marathon, target: Wanted, app: AppJson, changes: dict[str, tuple[Any, Any]]) -> None:
    if guards.carries_ab_config(app):
        guards.refuse_redefinition(app["id"], changes, is_version=True)
    # Only a real redefinition pays for reading the history.
    for version in client.app_versions(app["id"]):
        if version != app.get("version") and _carried_ab_config(client, app["id"], version):
            guards.refuse_redefinition(app["id"], changes, is_version=False)
    labels_before, labels = (value or {} for value in changes.get("labels", ({}, {})))
    guards.refuse_broken_labels(app["id"], labels)
    guards.refuse_wrong_labels(app["id"], labels, [labels_before])
    if guards.takes_the_frontend(labels_before, labels):
        guards.refuse_to_take_the_frontend(app["id"], _versions(client, target))
    if AB_CONFIG in labels:
        _refuse_useless_version(client, target, labels)


def _refuse_endless(client: Marathon, app: AppJson, changes: dict[str, tuple[Any, Any]]) -> None:
    after = {field: value for field, (_before, value) in changes.items()}
    # An app without instances has nothing to restart.
    restarts = changes.keys() != {"instances"} and bool(app.get("instances"))
    grows = (whole(after.get("instances")) or 0) > (app.get("instances") or 0)
    # What an app has since before an upgrade of Marathon ends all launches as well, with the first one.
    launches = app.get("constraints") if restarts or grows else None
    refuse_end_of_launches(app["id"], after.get("constraints", launches), client.release)
    if restarts:
        refuse_endless_restart({**app, **after}, client.release)


def _carried_ab_config(client: Marathon, app_id: str, version: str) -> bool:
    try:
        return guards.carries_ab_config(client.app_version(app_id, version))
    except NotFound:
        return False  # Of many versions Marathon drops the oldest.


def _labels_of_service(client: Marathon, target: Wanted, labels: dict[str, str]) -> Iterator[dict[str, str]]:
    """Yield the labels of the listener and the versions of the service that an app with these labels belongs to."""
    service = guards.service_of({"labels": labels}) or labels.get(guards.COMPANION)
    listener = client.app(service) if service else None
    if service and listener:
        versions = [app for app in _versions(client, target) if guards.service_of(app) == absolute_id(service)]
        yield from (app.get("labels") or {} for app in (listener, *versions))


def _versions(client: Marathon, target: Wanted) -> list[Mapping[str, Any]]:
    return guards.versions_among(client.apps(label=AB_CONFIG), target.also)


def _refuse_useless_version(client: Marathon, target: Wanted, labels: dict[str, str]) -> None:
    service = guards.service_of({"labels": labels})
    service_exists = service is not None and client.app(service) is not None
    guards.refuse_new_version(target.app_id, labels, service_exists, _versions(client, target))
