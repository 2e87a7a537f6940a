# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks at all services at once: one request to Marathon however many there are, two where Avi is asked in between."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView
from ansible_collections.dcos.avi.plugins.module_utils._avi.side_by_side import AT_ONCE, side_by_side
from ansible_collections.dcos.avi.plugins.module_utils._avi.view import look_at
from ansible_collections.dcos.avi.plugins.module_utils._core.host_names import Names, Resolve, addresses_of, hosts_of
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, read_app
from ansible_collections.dcos.avi.plugins.module_utils._service.fleet import ServiceApps, services_among
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import joined, name_of_virtual_service
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture


@dataclass(frozen=True)
class ServiceSeen:
    """A service as Marathon showed it ``at`` a time by its clock, with the picture that Avi's side makes whole; None where Avi was not asked."""

    apps: ServiceApps
    at: datetime
    picture: Picture | None = None


class Fleet:
    """All services of a Marathon, or those that are wanted.

    :param avi: None for what Marathon alone shows.
    :param wanted: ids or patterns, as ``services_among`` takes them, and so ``also``.
    :param cloud: the name of the cloud of their virtual services, where several have one of a name.
    """

    def __init__(
        self,
        marathon: Marathon,
        avi: Avi | None = None,
        wanted: Collection[str] = (),
        also: Collection[str] = (),
        cloud: str | None = None,
        resolve: Resolve = addresses_of,
    ) -> None:
        self._marathon = marathon
        self._avi = avi
        self._wanted = wanted
        self._also = also
        self._cloud = cloud
        self._names = Names(resolve)

    def look(self) -> list[ServiceSeen]:
        """Return each service as it is now, by its id.

        Raises what the clients raise: DcosAviError, where one cannot be reached, refuses, or does not answer as it should.
        """
        if self._avi is None:
            services = self._services()
            return [ServiceSeen(each, self._marathon.now()) for each in services]
        self._names.begin_look()
        views = dict(self._views(self._avi, self._services()))
        # Marathon comes last, as for one service: what is changed there moves the traffic, and is seen there first.
        services, now = self._services(), self._marathon.now()
        return [
            ServiceSeen(each, now, joined(each.service, views[each.service], each.listener, each.members, now))
            for each in services
            # One that came meanwhile is seen the next time.
            if each.service in views
        ]

    def _services(self) -> list[ServiceApps]:
        found = self._marathon.apps(embed=("apps.tasks", "apps.lastTaskFailure"))
        now = self._marathon.now()
        if self._avi is None:
            # Only to find the tasks among Avi's servers are the addresses of their agents needed.
            return services_among(found, lambda app: read_app(app, _no_addresses, now), self._wanted, self._also)

        def read(app: Mapping[str, Any]) -> App:
            self._names.ask(hosts_of([app]))
            return read_app(app, self._names.addresses, now)

        return services_among(found, read, self._wanted, self._also)

    def _views(self, avi: Avi, services: Sequence[ServiceApps]) -> list[tuple[str, AviView]]:
        parts = [services[begin::AT_ONCE] for begin in range(min(AT_ONCE, len(services)))]
        return [
            view for part in side_by_side(avi, [functools.partial(self._part, part) for part in parts]) for view in part
        ]

    def _part(self, services: Sequence[ServiceApps], avi: Avi) -> list[tuple[str, AviView]]:
        named = [(each.service, name_of_virtual_service(each.service, each.listener)) for each in services]
        return [(service, look_at(avi, name, self._cloud)) for service, name in named]


def _no_addresses(_host: str) -> Sequence[str]:
    return ()
