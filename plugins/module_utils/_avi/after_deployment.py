# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether Avi could show that a version takes the traffic, once it is deployed and the cloud connector has done its part. Pure.

The connector adds to what is there: a member to a pool group, or a place among pools A and B with the setting that says which takes the
traffic. It does not fix what somebody else changed. So what is in doubt beside the new version stays so.
"""

from __future__ import annotations

import dataclasses

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import (
    UP,
    AbPool,
    GroupMember,
    Pool,
    Server,
    VirtualService,
)
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView, Member, Problem, traffic
from ansible_collections.dcos.avi.plugins.module_utils._avi.releases import hides_ab_pool

_WHOLE = 100


def why_never_confirmed(view: AviView, app_id: str, instances: int, priority: int) -> tuple[Problem, ...]:
    """Return what would keep Avi for ever from showing that a version takes the traffic, with all its servers up; empty where nothing does.

    :param priority: that of the version, above all others.
    """
    name = app_id.replace("/", "-")
    servers = tuple(Server(f"{name}:{number}", state=UP) for number in range(instances))
    new = Pool(f"new pool of {name}", name, servers=servers)
    found: tuple[Problem, ...] = ()
    for after in _after(view, new, priority):
        goes = traffic(after)
        if goes.taker and goes.taker.pool.servers == servers:
            return ()
        found = found or goes.problems or (_outranked(goes.taker, priority),)
    return found


def _outranked(taker: Member | None, priority: int) -> Problem:
    name = taker.pool.name if taker else "Another pool"
    sentence = f"Pool {name} has a priority above {priority}, and would keep the traffic."
    return Problem("priority_too_low", name, sentence)


def _after(view: AviView, new: Pool, priority: int) -> list[AviView]:
    """Return what Avi may show then. Which of the pools A and B the version gets is the connector's affair."""
    service = view.virtual_service
    if service is None or (service.pool_group and service.pool):
        return [view]
    return _in_group(view, new, priority) if service.pool_group else _in_a_or_b(view, service, new)


def _in_group(view: AviView, new: Pool, priority: int) -> list[AviView]:
    if view.group is None:
        return [view]
    member = GroupMember(new.uuid, _WHOLE, str(priority))
    group = dataclasses.replace(view.group, members=(*view.group.members, member))
    return [dataclasses.replace(view, group=group, pools={**view.pools, new.uuid: new})]


def _in_a_or_b(view: AviView, service: VirtualService, new: Pool) -> list[AviView]:
    pool_a = view.pools.get(service.pool or "")
    if pool_a is None:
        return [view]
    setting = pool_a.ab_pool
    place = new if setting is None else dataclasses.replace(new, uuid=setting.pool or new.uuid)
    in_b = dataclasses.replace(
        pool_a, ab_pool=None if hides_ab_pool(view.api_version) else AbPool(place.uuid, _WHOLE, place.name)
    )
    in_a = dataclasses.replace(pool_a, servers=new.servers, ab_pool=setting and dataclasses.replace(setting, ratio=0))
    return [
        dataclasses.replace(view, pools={**view.pools, place.uuid: place, pool_a.uuid: in_b}),
        dataclasses.replace(view, pools={**view.pools, pool_a.uuid: in_a}),
    ]
