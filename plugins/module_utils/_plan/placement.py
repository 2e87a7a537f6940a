# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many tasks of an app fit on agents, with its constraints as Marathon keeps them. Pure.

Marathon takes offers as they come, and places on each what it may. This returns the most that can come of that, in whichever order. So where
there is no room by this, there is none. Where there is, Marathon may still end in a corner. Several constraints of groups are looked at one
by one, so that there may be less room than this says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import whole
from ansible_collections.dcos.avi.plugins.module_utils._marathon.free_agents import (
    HOST_FIELDS,
    FreeAgent,
    written_number,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.needs import Constraint, Need

_SPREADING = ("UNIQUE", "MAX_PER", "GROUP_BY", "CLUSTER")
_SET = re.compile(r"[0-9]+(\.[0-9]+)?")
Caps = list[int]


@dataclass(frozen=True)
class Demand:
    """So many tasks of an app that are still to be started, what each needs, and the hosts of those that run (``placed``)."""

    app: str
    instances: int
    need: Need
    roles: frozenset[str]
    constraints: tuple[Constraint, ...] = ()
    placed: tuple[str, ...] = ()

    def unconstrained(self) -> Demand:
        """Return the same without constraints."""
        return replace(self, constraints=())


def pieces(demand: Demand, agent: FreeAgent, *, with_ports: bool = True) -> int:
    """Return how many of the tasks an agent has room for, whatever their constraints."""
    if not agent.takes:
        return 0
    free, wanted = agent.offers(demand.roles), demand.need.resources.scalars
    counts = [has // amount for has, amount in zip(free.scalars, wanted) if amount]
    fixed, others = demand.need.fixed_ports, demand.need.any_ports
    if with_ports and fixed:
        counts.append(int(all(map(free.has_port, fixed)) and free.number_of_ports >= len(fixed) + others))
    elif with_ports and others:
        counts.append(free.number_of_ports // others)
    return min([demand.instances, *counts])


def most_placed(demands: Sequence[Demand], agents: Sequence[FreeAgent], *, is_even: bool) -> int:
    """Return how many tasks fit in all, of apps that need the same but for their ports.

    :param is_even: GROUP_BY is kept as Marathon does from 1.11 on.
    """
    alone, joint = 0, [0] * len(agents)
    for demand in demands:
        caps = _allowed(demand, agents)
        alone += _most(demand, demand.constraints, agents, caps, is_even)
        joint = [together + cap for together, cap in zip(joint, caps)]
    if len(demands) < 2:
        return alone
    everything = replace(demands[0], instances=sum(demand.instances for demand in demands))
    rooms = (pieces(everything, agent, with_ports=False) for agent in agents)
    return min(alone, sum(min(room, cap) for room, cap in zip(rooms, joint)))


def _allowed(demand: Demand, agents: Sequence[FreeAgent]) -> Caps:
    """Return how many tasks each agent may take, by what is free on it and by the constraints that are about it alone."""
    running = Counter(demand.placed)
    hosts = Counter(agent.host for agent in agents)
    caps = []
    for agent in agents:
        cap = pieces(demand, agent) if all(_meets(each, agent) for each in demand.constraints) else 0
        limit = _limit(each for each in demand.constraints if each.field in HOST_FIELDS)
        if limit is not None and hosts[agent.host] == 1:
            cap = min(cap, max(0, limit - running[agent.host]))
        caps.append(cap)
    return caps


def _meets(constraint: Constraint, agent: FreeAgent) -> bool:
    """Whether an agent keeps what a constraint says of its value, wherever other tasks are."""
    value, wanted = agent.value(constraint.field), constraint.value
    operator = constraint.operator
    if value is None:
        # Only what is not there cannot be like something.
        return operator == "UNLIKE"
    if operator in ("LIKE", "UNLIKE"):
        try:
            return (re.fullmatch(wanted, value) is not None) == (operator == "LIKE")
        except re.error:
            # Java knows more of regular expressions.
            return True
    if operator == "IS":
        return value == (written_number(wanted) if _SET.fullmatch(wanted) else wanted)
    return operator != "CLUSTER" or not wanted or value == wanted


def _limit(constraints: Iterable[Constraint]) -> int | None:
    """Return how many tasks may have the same value of the constraints' field; None for any number."""
    limits = [
        1 if each.operator == "UNIQUE" else whole(each.value)
        for each in constraints
        if each.operator in ("UNIQUE", "MAX_PER")
    ]
    return min((limit for limit in limits if limit is not None), default=None)


def _most(
    demand: Demand, constraints: Sequence[Constraint], agents: Sequence[FreeAgent], caps: Caps, is_even: bool
) -> int:
    """Return how many tasks fit by constraints that are about where the others are."""
    together = next((each for each in constraints if each.operator == "CLUSTER" and not each.value), None)
    if together:
        rest = [each for each in constraints if each is not together]
        taken = _values_of(demand.placed, together.field, agents)
        values: set[str | None] = {*taken} or {agent.value(together.field) for agent in agents}
        return max(
            (_most(demand, rest, agents, _only(together.field, value, agents, caps), is_even) for value in values),
            default=0,
        )
    fields = {each.field for each in constraints if each.operator in _SPREADING}
    bounds = [_most_by(field, demand, constraints, agents, caps, is_even) for field in fields]
    return min([demand.instances, sum(caps), *bounds])


def _only(field: str, value: str | None, agents: Sequence[FreeAgent], caps: Caps) -> Caps:
    return [cap if value is not None and agent.value(field) == value else 0 for agent, cap in zip(agents, caps)]


def _values_of(hosts: Iterable[str], field: str, agents: Sequence[FreeAgent]) -> Counter[str]:
    """Count the values of a field that tasks on these hosts have."""
    by_host = {agent.host: agent.value(field) for agent in agents}
    values = (host if field in HOST_FIELDS else by_host.get(host) for host in hosts)
    return Counter(value for value in values if value is not None)


def _most_by(
    field: str,
    demand: Demand,
    constraints: Sequence[Constraint],
    agents: Sequence[FreeAgent],
    caps: Caps,
    is_even: bool,
) -> int:
    """Return how many tasks fit by the constraints of one field."""
    own = [each for each in constraints if each.field == field]
    placed, limit = _values_of(demand.placed, field, agents), _limit(own)
    rooms: Counter[str] = Counter()
    for agent, cap in zip(agents, caps):
        value = agent.value(field)
        if value is not None and cap:
            rooms[value] += cap
    if limit is not None:
        rooms = Counter({value: min(room, max(0, limit - placed[value])) for value, room in rooms.items()})
    bounds = [sum(rooms.values())]
    for each in own:
        if each.operator == "GROUP_BY":
            groups = max(1, whole(each.value) or 0)
            bounds.append(
                _evenly(rooms, placed, groups, demand.instances) if is_even else _in_turn(rooms, placed, groups)
            )
    return min(bounds)


def _in_turn(rooms: Mapping[str, int], placed: Mapping[str, int], groups: int) -> int:
    """GROUP_BY up to 1.10: once there are so many groups, a task goes to one that has the fewest; a new group may come at any time."""
    most = Counter(placed)
    most.update(rooms)
    filled = sorted((count for count in most.values() if count), reverse=True)
    highest = filled[groups - 1] + 1 if len(filled) >= groups else 1
    return sum(max(0, min(most[value], highest) - placed.get(value, 0)) for value in most)


def _evenly(rooms: Mapping[str, int], placed: Mapping[str, int], groups: int, instances: int) -> int:
    """GROUP_BY from 1.11 on: in so many groups, each gets its share of all tasks, and some get one more where that does not come out even."""
    share, rest = divmod(instances + sum(placed.values()), groups)
    rest -= sum(max(0, count - share) for count in placed.values())
    new = sorted((value for value in rooms if not placed.get(value)), key=lambda value: -rooms[value])
    used = [value for value in rooms if placed.get(value)]
    chosen = [*used, *new[: max(0, groups - sum(1 for count in placed.values() if count))]]
    usual = {value: max(0, min(rooms[value], share - placed.get(value, 0))) for value in chosen}
    more = sum(1 for value in chosen if rooms[value] > usual[value] and placed.get(value, 0) <= share)
    return sum(usual.values()) + max(0, min(rest, more))
