# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Offers: which agent takes a task, and why the others do not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tests.lab.agents import Agent, Resources
from tests.lab.marathon.ports import slots

#: Why an offer is declined, in the order in which Marathon looks.
REASONS = (
    "UnfulfilledRole",
    "UnfulfilledConstraint",
    "NoCorrespondingReservationFound",
    "AgentMaintenance",
    "InsufficientCpus",
    "InsufficientMemory",
    "InsufficientDisk",
    "InsufficientGpus",
    "InsufficientPorts",
    "DeclinedScarceResources",
)


def choose(
    definition: dict[str, Any], agents: Iterable[Agent], hosts: Sequence[str], *, is_even: bool = False
) -> tuple[Agent | None, list[str]]:
    """Return the agent that takes one more task, or None with the reason of each decline.

    `hosts` are the names of the agents that run a task of the app already, once for each task. `is_even`: GROUP_BY is kept as from 1.11 on.
    """
    reasons = []
    fitting = []
    for agent in agents:
        reason = declined(definition, agent, hosts, is_even=is_even)
        if reason:
            reasons.append(reason)
        else:
            fitting.append(agent)
    running = Counter(hosts)
    fitting.sort(key=lambda agent: (running[agent.name], -agent.free.cpus))
    return (fitting[0] if fitting else None), reasons


def declined(definition: dict[str, Any], agent: Agent, hosts: Sequence[str], *, is_even: bool = False) -> str | None:
    """Return why an agent cannot take a task, or None."""
    wanted = definition["instances"] if is_even else None
    if not all(_meets(constraint, agent.name, hosts, wanted) for constraint in definition.get("constraints", [])):
        return "UnfulfilledConstraint"
    left = agent.free - Resources(definition["cpus"], definition["mem"])
    if left.cpus < 0:
        return "InsufficientCpus"
    if left.mem < 0:
        return "InsufficientMemory"
    if definition["gpus"]:
        return "InsufficientGpus"
    if any(slot.host_port in agent.fixed_ports for slot in slots(definition)):
        return "InsufficientPorts"
    return None


def _meets(constraint: Sequence[str], host: str, hosts: Sequence[str], wanted: int | None) -> bool:
    """Whether a task on `host` keeps a constraint. Agents have no attributes: only "hostname" can be met.

    `wanted` is how many there are to be, where GROUP_BY goes by that.
    """
    field, operator, *rest = constraint
    value = rest[0] if rest else ""
    if field not in ("hostname", "@hostname"):
        return operator == "UNLIKE"
    if operator == "UNIQUE":
        return host not in hosts
    if operator == "MAX_PER":
        return hosts.count(host) < int(value)
    if operator == "CLUSTER" and not value:
        return host in hosts or not hosts
    if operator in ("CLUSTER", "IS"):
        return host == value
    if operator == "LIKE":
        return re.fullmatch(value, host) is not None
    if operator == "UNLIKE":
        return re.fullmatch(value, host) is None
    return _in_its_group(host, Counter(hosts), int(value or 0), wanted)


def _in_its_group(host: str, groups: Counter[str], number: int, wanted: int | None) -> bool:
    """Whether GROUP_BY with so many groups takes one more on `host`: each has its share from 1.11 on, before that the fewest come first."""
    if wanted is None:
        return host not in groups or (len(groups) >= number and groups[host] == min(groups.values()))
    share, rest = divmod(wanted, number)
    rest -= sum(max(0, count - share) for count in groups.values())
    if host not in groups:
        return len(groups) < number
    return groups[host] < share or (groups[host] == share and rest > 0)
