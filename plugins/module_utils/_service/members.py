# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sorts the apps that name a service by whether they belong to it. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ansible_collections.dcos.avi.plugins.module_utils._marathon.belonging import belongs
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.freeze import (
    Freeze,
    freeze_among,
    freeze_of,
    is_said_to_be_a_freeze,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import (
    Lock,
    is_said_to_be_a_lock,
    lock_of,
    locks_of,
)


@dataclass(frozen=True)
class Members:
    """The apps that name a service, sorted by whether they belong to it.

    ``unreadable`` are named like its versions, but their ``ab_config`` cannot be read. ``locks`` come by number, the one that counts last.
    ``foreign`` only claim to belong: they count for nothing.
    """

    versions: tuple[App, ...] = ()
    unreadable: tuple[App, ...] = ()
    previews: tuple[App, ...] = ()
    locks: tuple[Lock, ...] = ()
    freeze: Freeze | None = None
    foreign: tuple[App, ...] = ()

    @property
    def lock(self) -> Lock | None:
        """The lock that counts, None where nobody holds one."""
        return self.locks[-1] if self.locks else None

    def with_foreign(self, known: Iterable[App]) -> Members:
        """Return the same beside foreign apps that are known already."""
        ids = {app.id for app in self.foreign}
        return dataclasses.replace(self, foreign=(*self.foreign, *(app for app in known if app.id not in ids)))


def members_of(service: str, apps: Iterable[App], also: Collection[str] = ()) -> Members:
    """Sort the apps that may name the service in a label. Its listener is none of them."""
    # Where versions and companions were read one after the other, an app may come twice.
    others = {app.id: app for app in apps if app.id != service}.values()
    own = [app for app in others if belongs(app.id, service, also)]
    companions = [app for app in own if app.companion_of == service]
    return Members(
        versions=tuple(app for app in own if app.service == service),
        unreadable=tuple(app for app in own if app.is_unreadable_version),
        previews=tuple(app for app in companions if not _is_said_to_bind_runs(app)),
        locks=tuple(locks_of(service, (app.definition for app in companions))),
        freeze=freeze_among(service, (app.definition for app in companions)),
        foreign=tuple(app for app in others if _claims(app, service) and not _is_own(app, service, also)),
    )


def _claims(app: App, service: str) -> bool:
    return service in (app.service, app.companion_of)


def _is_own(app: App, service: str, also: Collection[str]) -> bool:
    binds = lock_of(app.definition, service) or freeze_of(app.definition, service)
    is_forged = _is_said_to_bind_runs(app) and binds is None
    return belongs(app.id, service, also) and not (is_forged and app.companion_of == service)


def _is_said_to_bind_runs(app: App) -> bool:
    return is_said_to_be_a_lock(app.definition) or is_said_to_be_a_freeze(app.definition)
