# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which pool of a virtual service takes the traffic, in both shapes the cloud connector makes.

In the ab_pool shape the virtual service points to pool A, whose ``ab_pool`` names pool B and the percentage that goes
there: 0 or absent is A, 100 is B, anything between is mixed (the Avi article on graceful migration). In the pool-group
shape it is the eligible member with the highest priority and a ratio above 0. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import GroupMember, Pool, PoolGroup, VirtualService
from ansible_collections.dcos.avi.plugins.module_utils._avi.releases import DEFAULT, hides_ab_pool
from ansible_collections.dcos.avi.plugins.module_utils._avi.settled import Ages

AB_POOL = "ab_pool"
POOL_GROUP = "pool_group"
# A problem that leaves the proof of the rest as it is: a part of the traffic is not seen to.
UNSEEN = "unseen_traffic"


@dataclass(frozen=True)
class Problem:
    """Something a person should know: a stable ``code``, the object it is about, and a sentence."""

    code: str
    subject: str
    sentence: str


@dataclass(frozen=True)
class AviView:
    """All that was read from Avi about one service. ``pools`` holds those the virtual service leads to, by uuid.

    ``settled``: seconds since anything that decides which of them takes the traffic last changed; None where Avi does not tell.
    ``ages``: for how long each of the objects has been as it is. ``cloud`` is the cloud that was asked for. ``clouds``: where several have
    a virtual service of the name, so that it cannot be told which is meant; nothing was read of any of them then.
    """

    asked_name: str
    tenant: str = "admin"
    api_version: str = DEFAULT
    virtual_service: VirtualService | None = None
    group: PoolGroup | None = None
    pools: Mapping[str, Pool] = field(default_factory=dict)
    settled: float | None = None
    ages: Ages = field(default_factory=Ages)
    cloud: str | None = None
    clouds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """A pool of a virtual service and its place: the ``side`` ("a", "b") or the group ``priority``, and its ratio."""

    pool: Pool
    ratio: int | None = None
    side: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class Traffic:
    """Where the traffic goes by Avi's settings.

    ``taker`` is the one pool that takes all of it, None where there is none. ``ratio`` is the percentage for pool B in
    the ab_pool shape, None where it is unknown or does not exist.
    """

    shape: str | None = None
    members: tuple[Member, ...] = ()
    ratio: int | None = None
    taker: Member | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def mixed(self) -> bool:
        return any(problem.code == "mixed_ratio" for problem in self.problems)

    def side(self, name: str) -> Pool | None:
        return next((member.pool for member in self.members if member.side == name), None)


def traffic(view: AviView) -> Traffic:
    """Say where the virtual service sends its traffic. Never raises: what is in doubt is in ``problems``."""
    service = view.virtual_service
    if view.clouds:
        sentence = (
            f"Avi shows {len(view.clouds)} virtual services {view.asked_name} in tenant {view.tenant}, in the clouds {', '.join(view.clouds)}. "
            "Say which cloud is meant (option cloud; rollout_cloud and the like of the roles)."
        )
        return _nowhere("several_virtualservices", view.asked_name, sentence)
    if service is None:
        place = f"tenant {view.tenant}" + (f" and cloud {view.cloud}" if view.cloud else "")
        return _nowhere(
            "no_virtualservice",
            view.asked_name,
            f"Avi shows no virtual service {view.asked_name} in {place}. The cloud connector makes it some time after the "
            "listener app; if you know it is there, check the tenant and the name.",
        )
    found = _group_traffic(view, service) if service.pool_group else _ab_traffic(view, service)
    found = replace(found, problems=(*found.problems, *_unseen(service)))
    if service.enabled:
        return found
    disabled = Problem(
        "virtualservice_disabled", service.name, f"Virtual service {service.name} is disabled, so it takes no traffic."
    )
    return replace(found, taker=None, problems=(disabled, *found.problems))


def _unseen(service: VirtualService) -> Iterable[Problem]:
    if service.elsewhere:
        sentence = (
            f"Virtual service {service.name} may send a part of its traffic past the pools shown here: {'; '.join(service.elsewhere)}. That "
            "part is neither confirmed, measured nor drained. Check where it goes before you scale anything down."
        )
        yield Problem(UNSEEN, service.name, sentence)


def _ab_traffic(view: AviView, service: VirtualService) -> Traffic:
    pool_a = view.pools.get(service.pool or "")
    if pool_a is None:
        return _nowhere("no_pool", service.name, f"Virtual service {service.name} has no pool that could be read.")
    if pool_a.ab_pool is None and hides_ab_pool(view.api_version):
        hidden = Problem(
            "ab_hidden",
            service.name,
            f"A/B settings are not visible at api_version {view.api_version}, so it cannot be told which pool of virtual service "
            f"{service.name} takes the traffic. Ask with an api_version below 18.1.2.",
        )
        return Traffic(AB_POOL, (Member(pool_a, side="a"),), None, None, (hidden,))
    if pool_a.ab_pool is None:
        return _taken_by(AB_POOL, (Member(pool_a, ratio=100, side="a"),), ratio=0)
    ratio = pool_a.ab_pool.ratio
    pool_b = view.pools.get(pool_a.ab_pool.pool or "")
    share_a = None if ratio is None else 100 - ratio
    members = [Member(pool_a, share_a, side="a")] + ([Member(pool_b, ratio, side="b")] if pool_b else [])
    return _ab_verdict(service, tuple(members), ratio)


def _ab_verdict(service: VirtualService, members: tuple[Member, ...], ratio: int | None) -> Traffic:
    name_a, name_b = members[0].pool.name, members[-1].pool.name
    if ratio is None or not 0 <= ratio <= 100:
        problem = Problem("unreadable_ratio", name_a, f"The A/B ratio of pool {name_a} is not a number from 0 to 100.")
        return Traffic(AB_POOL, members, None, None, (problem,))
    if len(members) == 2 and members[0].pool.uuid == members[1].pool.uuid:
        problem = Problem("ambiguous", name_a, f"Pool {name_a} names itself as its B pool.")
        return Traffic(AB_POOL, members, ratio, None, (problem,))
    if 0 < ratio < 100:
        shares = f"{100 - ratio}% of the traffic to pool {name_a} and {ratio}% to " + (
            f"pool {name_b}" if len(members) == 2 else "its B pool"
        )
        problem = Problem(
            "mixed_ratio", service.name, f"Virtual service {service.name} sends {shares}: no version takes all of it."
        )
        return Traffic(AB_POOL, members, ratio, None, (problem,))
    if ratio == 100 and len(members) == 1:
        problem = Problem("no_pool", name_a, f"Pool {name_a} sends all traffic to a B pool that could not be read.")
        return Traffic(AB_POOL, members, ratio, None, (problem,))
    return _taken_by(AB_POOL, members, ratio)


def _taken_by(shape: str, members: tuple[Member, ...], ratio: int | None) -> Traffic:
    taker = members[-1] if ratio == 100 else members[0]
    if taker.pool.enabled:
        return Traffic(shape, members, ratio, taker)
    return Traffic(shape, members, ratio, None, (_disabled_pool(taker.pool),))


def _group_traffic(view: AviView, service: VirtualService) -> Traffic:
    if service.pool:
        sentence = f"Virtual service {service.name} has both a pool and a pool group: it cannot be told which takes the traffic."
        return _nowhere("ambiguous", service.name, sentence)
    if view.group is None:
        return _nowhere(
            "no_pool", service.name, f"Virtual service {service.name} has a pool group that could not be read."
        )
    known = [(member, view.pools.get(member.pool)) for member in view.group.members]
    members = tuple(Member(pool, item.ratio, priority=item.priority) for item, pool in known if pool)
    problems = [_unreadable_member(view.group, item) for item, pool in known if pool is None]
    if not problems:
        problems = list(_group_doubts(view.group, [member for member in members if (member.ratio or 0) > 0]))
    if problems:
        return Traffic(POOL_GROUP, members, None, None, tuple(problems))
    eligible = _eligible(members)
    return Traffic(POOL_GROUP, members, None, max(eligible, key=_rank))


def fallback(goes: Traffic) -> Member | None:
    """Return the member of a pool group that takes over as soon as the one that takes the traffic has no server up.

    None in the other shape, whose pools never stand in for one another (the Avi article on A/B pools), and where it
    cannot be told.
    """
    if goes.shape != POOL_GROUP or goes.taker is None:
        return None
    lower = [member for member in _eligible(goes.members) if member is not goes.taker]
    highest = max(map(_rank, lower), default=None)
    heirs = [member for member in lower if _rank(member) == highest]
    return heirs[0] if len(heirs) == 1 and heirs[0].pool.uuid != goes.taker.pool.uuid else None


def _eligible(members: Iterable[Member]) -> list[Member]:
    """A pool group passes over members that are switched off, drained (ratio 0), or have no server up."""
    return [member for member in members if (member.ratio or 0) > 0 and member.pool.enabled and member.pool.servers_up]


def _group_doubts(group: PoolGroup, weighted: list[Member]) -> Iterable[Problem]:
    """Yield why no single member can be named the one that takes the traffic."""
    unreadable = [item.pool for item in group.members if item.ratio is None]
    if unreadable:
        sentence = f"The ratio of {' and '.join(unreadable)} in pool group {group.name} is not a number."
        yield Problem("unreadable_ratio", group.name, sentence)
        return
    if len(weighted) > 1 and (group.labelled or any(_number(member.priority) is None for member in weighted)):
        yield Problem(
            "ambiguous",
            group.name,
            f"The priorities of pool group {group.name} are not numbers: their order cannot be told.",
        )
        return
    eligible = _eligible(weighted)
    if not eligible:
        yield Problem(
            "empty_active_pool", group.name, f"No pool of pool group {group.name} has a server up and a ratio above 0."
        )
        return
    highest = max(map(_rank, eligible))
    top = [member.pool.name for member in eligible if _rank(member) == highest]
    if len(top) > 1:
        shared = " and ".join(top)
        yield Problem(
            "mixed_ratio",
            group.name,
            f"Pools {shared} share the highest priority of pool group {group.name}: no version takes all traffic.",
        )
    elif len(eligible) > 1 and max(eligible, key=_rank).pool.servers_up < group.min_servers:
        yield Problem(
            "mixed_ratio",
            group.name,
            f"Pool {top[0]} of pool group {group.name} has fewer than {group.min_servers} servers up, so that pools of a lower "
            "priority share its traffic: no version takes all of it.",
        )


def _rank(member: Member) -> float:
    number = _number(member.priority)
    return -1.0 if number is None else number


def _number(label: str | None) -> float | None:
    """Read a priority label as Avi does where no order of labels is given: as a number. A member without one is the lowest."""
    if label is None or label == "":
        return -1.0
    return float(label) if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", label) else None


def _unreadable_member(group: PoolGroup, member: GroupMember) -> Problem:
    return Problem("no_pool", group.name, f"Pool {member.pool} of pool group {group.name} could not be read.")


def _disabled_pool(pool: Pool) -> Problem:
    return Problem("pool_disabled", pool.name, f"Pool {pool.name} should take the traffic, but is disabled.")


def _nowhere(code: str, subject: str, sentence: str) -> Traffic:
    return Traffic(problems=(Problem(code, subject, sentence),))
