# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the services among all apps of a Marathon, each with its listener, versions, previews and lock. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import (
    AB_CONFIG,
    FRONTEND,
    FRONTEND_VIP,
    PROXY,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._marathon.belonging import belongs
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.members import Members, members_of

# An app with one of them gets a virtual service of its own that clients know, unless proxy_listener says no.
OF_A_LISTENER = (FRONTEND, FRONTEND_VIP, PROXY)
OF_A_VERSION = (AB_CONFIG, COMPANION)
PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class ServiceApps:
    """The apps of one service. ``listener`` is None where Marathon has no app with the service's id."""

    service: str
    listener: App | None
    members: Members

    @property
    def apps(self) -> tuple[App, ...]:
        """The listener first, then the versions by priority."""
        listener = (self.listener,) if self.listener else ()
        return listener + tuple(sorted(self.members.versions, key=lambda app: (app.priority, app.id)))


def services_among(
    found: Iterable[Mapping[str, Any]],
    read: Callable[[Mapping[str, Any]], App],
    wanted: Collection[str] = (),
    also: Collection[str] = (),
) -> list[ServiceApps]:
    """Return the services by their ids.

    A service is what the label of a version, a preview or a lock names that belongs to it, and what has Avi's labels of a listener. An app
    that claims a service from elsewhere makes none.

    :param found: all apps, as Marathon returns them. Only those of services are read.
    :param wanted: ids of services, or patterns such as "shop/*"; all where there are none. An app with such an id is a service also without
        labels.
    :param also: ids of apps that belong to the service which their label names.
    """
    apps = {short_id(app["id"]): app for app in found}
    known = {app_id: read(app) for app_id, app in apps.items() if _has_a_label_of(app, (*OF_A_LISTENER, *OF_A_VERSION))}
    claims = defaultdict(list)
    names = {wish for wish in wanted if wish in apps}
    for app in known.values():
        for name in filter(None, (app.service, app.companion_of)):
            claims[name].append(app)
            if belongs(app.id, name, also):
                names.add(name)
        if _is_a_listener(app):
            names.add(app.id)
    names = {name for name in names if _is_wanted(name, wanted) and _is_an_id(name)}
    for app in known.values():
        if app.is_unreadable_version:
            for name in names.intersection(_beginnings(app.id)):
                claims[name].append(app)
    return [
        ServiceApps(
            name,
            (known.get(name) or read(apps[name])) if name in apps else None,
            members_of(name, claims[name], also),
        )
        for name in sorted(names)
    ]


def not_found(wanted: Iterable[str], services: Iterable[ServiceApps]) -> list[str]:
    """Return which of the ids and patterns match none of these services."""
    names = [each.service for each in services]
    return [wish for wish in wanted if not any(_is_wanted(name, [wish]) for name in names)]


def wanted_services(given: Iterable[object]) -> tuple[str, ...]:
    """Return ids and patterns of services without slashes at their ends; what was left empty names none.

    :raises Refused: one of them is no text, or can neither be an id nor match one.
    """
    wanted = []
    for wish in given:
        text = short_id(str(wish))
        if not text:
            continue
        if not PATTERN.intersection(text):
            validate_id(wish)
        wanted.append(text)
    return tuple(dict.fromkeys(wanted))


def _has_a_label_of(app: Mapping[str, Any], names: Collection[str]) -> bool:
    return not (app.get("labels") or {}).keys().isdisjoint(names)


def _is_a_listener(app: App) -> bool:
    labels = app.definition
    is_hidden = app.labels.proxy_listener is False
    return _has_a_label_of(labels, OF_A_LISTENER) and not _has_a_label_of(labels, OF_A_VERSION) and not is_hidden


def _is_wanted(name: str, wanted: Collection[str]) -> bool:
    return not wanted or any(fnmatchcase(name, wish) for wish in wanted)


def _is_an_id(name: str) -> bool:
    try:
        validate_id(name)
    except Refused:
        return False
    return True


def _beginnings(app_id: str) -> Iterator[str]:
    """Yield what comes before each dash of an id: the services that an app of this name can be a version of."""
    for at, character in enumerate(app_id):
        if character == "-":
            yield app_id[:at]
