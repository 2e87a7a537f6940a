# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says which apps claim a service and do not belong to it, and which of them Avi sends its traffic to. Pure.

A claim counts for nothing, but the cloud connector may follow it: then the traffic is where this collection changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import Pool
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import UNSEEN, Problem
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App

FOREIGN_APP, FOREIGN_TRAFFIC = "foreign_app", "foreign_traffic"
# Of these problems none is a reason why no version is proven to take the traffic.
NO_DOUBT = (UNSEEN, FOREIGN_APP)
# Any number of apps can claim a service. So many are named.
MOST_NAMED = 10
NAME_IT = "If it belongs to the service, name it in versions_also (in a role, its variable that ends in versions_also)."


def foreign_claims(service: str, foreign: Sequence[App]) -> Iterator[Problem]:
    """Yield a problem for each app that claims the service and does not belong to it."""
    for app in foreign[:MOST_NAMED]:
        yield Problem(FOREIGN_APP, app.id, _claim(service, app))
    more = len(foreign) - MOST_NAMED
    if more > 0:
        yield Problem(FOREIGN_APP, service, f"{more} more apps claim {service} and do not belong to it.")


def foreign_holders(pool: Pool, own: Sequence[App], foreign: Sequence[App]) -> dict[str, list[str]]:
    """Return the servers of a pool that are tasks of foreign apps, by the app's id. What is a task of the service is none of theirs."""
    left = pool.endpoints.difference(_endpoints(own))
    found = {app.id: sorted(left.intersection(_endpoints([app]))) for app in foreign}
    return {app_id: servers for app_id, servers in found.items() if servers}


def foreign_traffic(service: str, pool: Pool, holders: dict[str, list[str]]) -> Iterator[Problem]:
    """Yield a problem for each foreign app with tasks in the pool that takes the traffic."""
    for app_id, servers in list(holders.items())[:MOST_NAMED]:
        sentence = (
            f"Pool {pool.name} takes the traffic of {service}, and its servers {_some(servers)} are tasks of {app_id}, which does not belong "
            f"to the service: {_why_not(service)}. Have whoever owns {app_id} scale it to zero, and see that nobody else can create apps "
            f"whose labels name {service}. {NAME_IT}"
        )
        yield Problem(FOREIGN_TRAFFIC, app_id, sentence)


def _claim(service: str, app: App) -> str:
    if app.service == service:
        return (
            f"The ab_config of {app.id} names {service}, but the app is no version of it: {_why_not(service)}. It counts for nothing here, but "
            f"the cloud connector may send it traffic. {NAME_IT} Else have it deleted."
        )
    return (
        f"The label dcos_avi_service of {app.id} names {service}, but the app is neither a preview nor the lock nor the freeze of it, by its id. It counts for "
        "nothing. Have it deleted."
    )


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _why_not(service: str) -> str:
    folder = service.rpartition("/")[0]
    return f"it is not in the folder /{folder} with an id that begins with {service}-"


def _endpoints(apps: Sequence[App]) -> set[str]:
    return {endpoint for app in apps for task in app.tasks for endpoint in task.endpoints}
