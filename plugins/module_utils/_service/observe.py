# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks at a service through both APIs, with a number of requests that depends on the service alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import Pool, open_connections
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView
from ansible_collections.dcos.avi.plugins.module_utils._avi.side_by_side import side_by_side
from ansible_collections.dcos.avi.plugins.module_utils._avi.view import comparisons, is_unchanged, look_at
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotFound
from ansible_collections.dcos.avi.plugins.module_utils._core.host_names import Names, Resolve, addresses_of, hosts_of
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import attended
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._marathon.belonging import ALSO_OPTIONS, named_ids
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._service.approval import approval_is_late
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, read_app, short_id, time_of
from ansible_collections.dcos.avi.plugins.module_utils._service.late import given_up_lately, why_unnoticed
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Lock
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_holder import LockHolder, holder_of
from ansible_collections.dcos.avi.plugins.module_utils._service.members import Members, members_of
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, Picture, picture

SERVICE_OPTIONS: dict[str, Any] = {
    "service": {"type": "str", "required": True},
    "virtualservice": {"type": "str"},
    "cloud": {"type": "str"},
    **ALSO_OPTIONS,
}


class Service:
    """A service as Marathon and Avi show it.

    ``virtual_service`` is the name of its virtual service where that is not the one the cloud connector gives it, ``cloud`` the name
    of the cloud it is in, where several have one of that name. ``also`` are ids of apps that may be versions of it whatever their name.
    Its looks count the open connections of its pools unless ``connections`` is false: that takes a request for each pool.
    Each name of an agent is resolved once, by ``resolve``, and once in each look while it does not resolve.
    """

    def __init__(
        self,
        marathon: Marathon,
        avi: Avi,
        service: str,
        virtual_service: str | None = None,
        cloud: str | None = None,
        also: Collection[str] = (),
        resolve: Resolve = addresses_of,
        *,
        connections: bool = True,
    ) -> None:
        self.id = short_id(service)
        self._marathon = marathon
        self._avi = avi
        self._virtual_service = virtual_service
        self._cloud = cloud
        self._connections = connections
        self.also = frozenset(also)
        self._names = Names(resolve)
        self._keep_lock: Callable[[Lock | None, float], Lock | None] | None = None

    @classmethod
    def asked_for(cls, params: Mapping[str, Any], marathon: Marathon, avi: Avi, *, connections: bool = True) -> Service:
        """Return the service that is meant by the options of SERVICE_OPTIONS.

        :raises Refused: one of the ids cannot be one.
        """
        names = params["service"], params["virtualservice"], params.get("cloud")
        return cls(marathon, avi, *names, also=named_ids(params), connections=connections)

    def look(self) -> Picture:
        """Return what both sides show now.

        Raises what the clients raise: DcosAviError, where one cannot be reached, refuses, or does not answer as it should.
        """
        self._names.begin_look()
        listener = self._app(self.id)
        # Marathon comes last: what is changed there moves the traffic, and is seen there first.
        name = self._virtual_service or name_of_virtual_service(self.id, listener)
        avi = look_at(self._avi, name, self._cloud, connections=self._connections)
        versions, begun = self._labelled(AB_CONFIG), elapsed()
        return self._picture(avi, listener, self._members([*versions, *self._labelled(COMPANION)]), begun)

    def look_again(self, seen: Picture, pools: Sequence[Pool]) -> Picture | None:
        """Return what both sides show now, where Avi shows what it did of its setting and of these pools; else None.

        A few requests, where a look takes a dozen: those of ``is_unchanged``, all at the same time, and one to Marathon, which comes
        last. That one returns all apps at one time, the lock among them.
        """
        if not all(side_by_side(self._avi, comparisons(seen.observed.avi, pools))):
            return None
        self._names.begin_look()
        begun = elapsed()
        apps = self._read_all(id_contains=self.id)
        if any(self.id.lower() not in app.id.lower() for app in seen.apps):
            # Versions that were made by hand may have any id.
            apps += [app for app in self._labelled(AB_CONFIG) if app.id not in {each.id for each in apps}]
        listener = next((app for app in apps if app.id == self.id), None)
        # What is foreign decides nothing, so that it is not asked for again.
        members = self._members(apps).with_foreign(seen.observed.foreign)
        return self._picture(seen.observed.avi, listener, members, begun)

    @contextlib.contextmanager
    def keeping_the_lock(self, *, nonce: str | None = None, check_mode: bool = False) -> Iterator[LockHolder | None]:
        """Have the looks and the waits in a ``with`` block keep the lock, if this run holds it. Yields who does that; None where nobody can.

        :param nonce: what proves the run; None where it is to be found out.
        """
        holder = None if check_mode else holder_of(self._marathon, self.id, nonce)
        if holder is None:
            yield None
            return
        with attended(holder.attend):
            self._keep_lock = holder.saw
            try:
                yield holder
            finally:
                self._keep_lock = None

    def companions(self) -> tuple[list[App], Lock | None]:
        """Return the previews of the service and its lock: one request, to Marathon."""
        self._names.begin_look()
        begun = elapsed()
        found = self._with_lock_kept(self._members(self._labelled(COMPANION)), begun)
        return list(found.previews), found.lock

    def _with_lock_kept(self, members: Members, begun: float) -> Members:
        """Return what a look shows with the lock as it is once it was renewed, where that is due."""
        if self._keep_lock is None:
            return members
        kept = self._keep_lock(members.lock, begun)
        return replace(members, locks=(kept,) if kept else ())

    def _members(self, apps: Sequence[App]) -> Members:
        return members_of(self.id, apps, self.also)

    def _picture(self, avi: AviView, listener: App | None, members: Members, begun: float) -> Picture:
        return joined(self.id, avi, listener, self._with_lock_kept(members, begun), self._marathon.now())

    def is_unchanged(self, seen: Picture, pools: Sequence[Pool]) -> bool:
        """Tell whether Avi shows what it did of the setting that says where the traffic goes, and of the servers of these pools.

        One request, and one for each pool.
        """
        return is_unchanged(self._avi, seen.observed.avi, pools)

    def open_connections(self, pools: Sequence[str]) -> list[int | None]:
        """Return how many connections each of these pools has open, asked for by uuid: one request for each."""
        return [open_connections(self._avi.runtime("pool", uuid, "detail")) for uuid in pools]

    def unnoticed(self, seen: Picture, within: float) -> list[str]:
        """Say of each version that was scaled to zero within so many seconds why the cloud connector may still move the traffic to it.

        One request for each such version.
        """
        sentences = []
        for version in given_up_lately(seen, self._marathon.now(), within):
            known = replace(version, created=self._age(version.app.id))
            sentences.append(why_unnoticed(known, seen.observed.avi))
        return [sentence for sentence in sentences if sentence]

    def _age(self, app_id: str) -> float | None:
        """Return for how many seconds Marathon has had an app, None where that is not known."""
        try:
            created = min(self._marathon.app_versions(f"/{app_id}"), default=None)
        except NotFound:
            # It was deleted a moment ago. The next look does not show it.
            return None
        return (self._marathon.now() - time_of(created)).total_seconds() if created else None

    def has_namesake(self, seen: Picture, app_id: str) -> bool:
        """Tell whether an app with this id exists that is neither a version of the service nor a preview of one."""
        known = (*seen.apps, *seen.observed.previews)
        return all(app.id != app_id for app in known) and self._app(app_id) is not None

    def _labelled(self, label: str) -> list[App]:
        return self._read_all(label=label)

    def _read_all(self, **selection: str) -> list[App]:
        found = self._marathon.apps(**selection, embed=("apps.tasks", "apps.lastTaskFailure"))
        self._names.ask(hosts_of(found))
        return [self._read(app) for app in found]

    def _app(self, app_id: str) -> App | None:
        found = self._marathon.app(app_id)
        return self._read(found) if found else None

    def _read(self, app: Mapping[str, Any]) -> App:
        return read_app(app, self._names.addresses, self._marathon.now())


def joined(service: str, avi: AviView, listener: App | None, members: Members, now: datetime) -> Picture:
    """Return the picture of a service that was read from both sides; ``now`` is the time by Marathon's clock."""
    return picture(
        Observation(
            service=service,
            avi=avi,
            listener=listener,
            versions=members.versions,
            unreadable=members.unreadable,
            previews=members.previews,
            lock=members.lock,
            freeze=members.freeze if members.freeze and not members.freeze.is_over(now) else None,
            late_previews=frozenset(app.id for app in members.previews if approval_is_late(app.definition, now)),
            foreign=members.foreign,
        )
    )


def name_of_virtual_service(service: str, listener: App | None) -> str:
    """Return the name the cloud connector gives a virtual service: the app's, unless its label states another.

    Avi allows no slashes in names; what becomes of those in the id of an app inside groups is not documented, so where
    a dash is not it, the name has to be given.
    """
    proxy = (listener.labels.proxy if listener else None) or {}
    stated = proxy["virtualservice"].get("name") if isinstance(proxy.get("virtualservice"), dict) else None
    return stated if isinstance(stated, str) and stated else service.replace("/", "-")
