# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is there room for what a rollout is to start, by what Mesos or Marathon shows before anything is written? Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.free_agents import (
    FreeAgent,
    RoleQuota,
    Waiting,
    in_units,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.resources import SCALARS, UNRESERVED, Resources
from ansible_collections.dcos.avi.plugins.module_utils._plan.needs import Need, amounts_in_words
from ansible_collections.dcos.avi.plugins.module_utils._plan.placement import Demand, most_placed, pieces
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import AnyPlan, Refusal, refuse

IGNORE, WARN, REQUIRE = "ignore", "warn", "require"
FITS, LACKING, UNKNOWN = "fits", "lacking", "unknown"
BY_MESOS, BY_MARATHON = "mesos", "marathon"
ADVICE = "Make room, or ask for fewer instances (rollout_instances) or for smaller ones."
ALL_THE_SAME = "With rollout_capacity: warn, the rollout begins all the same, and its tasks wait for room."
# What an offer lacks, in Marathon's words, where it is too small.
_TOO_SMALL = {
    "InsufficientCpus": "cpus",
    "InsufficientMemory": "mem",
    "InsufficientDisk": "disk",
    "InsufficientGpus": "gpus",
}


@dataclass(frozen=True)
class Shown:
    """What was shown of the cluster.

    ``agents`` are None where Mesos' master could not be asked, and ``why_not`` says why. Then ``waiting`` are the apps that wait in Marathon's
    queue. ``is_even`` tells how this Marathon keeps GROUP_BY.
    """

    agents: tuple[FreeAgent, ...] | None = None
    quotas: tuple[RoleQuota, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    why_not: str = ""
    role: str = UNRESERVED
    is_even: bool = False


@dataclass(frozen=True)
class Capacity:
    """Whether there is room (``verdict``), by whom (``source``), and the numbers: how many tasks are to be started, and how many fit.

    ``offering`` agents have something free for them, ``agents`` of these have room for one; ``largest`` is the best piece.
    """

    verdict: str
    sentence: str
    needed: int
    fits: int | None = None
    source: str = ""
    each: Need = Need(Resources())
    offering: int = 0
    agents: int = 0
    largest: FreeAgent | None = None
    piece: Resources = Resources()

    def as_result(self) -> dict[str, Any]:
        """Return it as JSON-like data, in what Mesos counts."""
        largest = {"host": self.largest.host, **_numbers(self.piece)} if self.largest else None
        return {
            **{
                name: getattr(self, name)
                for name in ("verdict", "sentence", "needed", "fits", "source", "offering", "agents")
            },
            "each": _numbers(self.each.resources),
            "largest": largest,
        }


def _numbers(resources: Resources) -> dict[str, float]:
    return {name: value / 1000 for name, value in resources.amounts.items()}


def capacity_for(demands: Sequence[Demand], shown: Shown) -> Capacity:
    """Return whether there is room for all that is demanded: apps whose tasks need the same but for their ports."""
    if shown.agents is not None:
        return _by_mesos(demands, shown, shown.agents)
    return _by_queue(demands, shown)


def _by_mesos(demands: Sequence[Demand], shown: Shown, agents: Sequence[FreeAgent]) -> Capacity:
    needed = _count(demands)
    placed = most_placed(demands, agents, is_even=shown.is_even)
    quota, of_quota = _quota_room(demands[0], shown, agents)
    fits = min([needed, placed, *([] if of_quota is None else [of_quota])])
    numbers = _measured(demands, agents, needed, fits, BY_MESOS)
    if fits >= needed:
        sentence = f"There is room for {_asked_for(demands)}. {_agents_in_words(numbers)}."
        return Capacity(FITS, sentence, **numbers)
    said = [f"There is no room for {_asked_for(demands)}."]
    if placed < needed:
        said += _too_little(demands, agents, placed, numbers)
    if of_quota is not None and of_quota < needed:
        said.append(f"{quota}, which is enough for {of_quota}.")
    return Capacity(LACKING, " ".join([*said, ADVICE]), **numbers)


def _measured(
    demands: Sequence[Demand], agents: Sequence[FreeAgent], needed: int, fits: int | None, source: str
) -> dict[str, Any]:
    first = demands[0]
    offering = [agent for agent in agents if agent.takes and any(agent.offers(first.roles).scalars)]
    largest = max(offering, key=lambda agent: _share(first.need, agent.offers(first.roles)), default=None)
    return {
        "needed": needed,
        "fits": fits,
        "source": source,
        "each": first.need,
        "offering": len(offering),
        "agents": sum(1 for agent in offering if pieces(first, agent)),
        "largest": largest,
        "piece": largest.offers(first.roles) if largest else Resources(),
    }


def _share(need: Need, free: Resources) -> tuple[float, int]:
    """Tell how often a task's scalars go into what is free; of equal ones, more memory is the larger piece."""
    parts = [has / amount for has, amount in zip(free.scalars, need.resources.scalars) if amount]
    return min(parts, default=0.0), free.mem


def _too_little(
    demands: Sequence[Demand], agents: Sequence[FreeAgent], placed: int, numbers: Mapping[str, Any]
) -> Iterable[str]:
    of_role = f" for the role {' or '.join(sorted(demands[0].roles))}"
    yield f"{_agents_in_words(numbers, of_role)}, and {placed} of {numbers['needed']} {'fits' if placed == 1 else 'fit'}."
    if numbers["largest"]:
        yield f"The largest free piece is {amounts_in_words(numbers['piece'])}, on {numbers['largest'].host}."
    without = most_placed([demand.unconstrained() for demand in demands], agents, is_even=False)
    constraints = ", ".join(str(each) for each in demands[0].constraints)
    if constraints and without > placed:
        yield f"Without the constraint{'s' if ',' in constraints else ''} {constraints}, {without} would fit."


def _agents_in_words(numbers: Mapping[str, Any], of_role: str = "") -> str:
    offering, fitting = numbers["offering"], numbers["agents"]
    have = f"{offering} {'agent has' if offering == 1 else 'agents have'} free resources{of_role}"
    return f"{have}, {fitting} of them {'has' if fitting == 1 else 'have'} room for a task"


def _quota_room(demand: Demand, shown: Shown, agents: Sequence[FreeAgent]) -> tuple[str, int | None]:
    """Return what the tightest quota leaves, in words, and for how many tasks; None where no quota holds."""
    # What is reserved for a role counts as consumed, used or not.
    reserved = (
        sum((agent.offers([shown.role]) for agent in agents), Resources()) if shown.role != UNRESERVED else Resources()
    )
    rooms = []
    for quota in shown.quotas:
        for name in SCALARS:
            amount = demand.need.resources.amounts[name]
            if amount and name in quota.limit:
                left = max(0, quota.limit[name] - quota.consumed.get(name, 0))
                words = f"The quota of the role {quota.role} leaves {in_units(left)} of {in_units(quota.limit[name])} {name}"
                rooms.append(((left + reserved.amounts[name]) // amount, words))
    room, words = min(rooms, default=(None, ""))
    return words, room


def _by_queue(demands: Sequence[Demand], shown: Shown) -> Capacity:
    """Judge by what waits in Marathon's queue: the offers that were declined are room, and an app that waits tells of what is too large."""
    needed = _count(demands)
    for waiting in shown.waiting:
        if waiting.offers and most_placed(demands, waiting.offers, is_even=shown.is_even) >= needed:
            numbers = _measured(demands, waiting.offers, needed, needed, BY_MARATHON)
            sentence = (
                f"There is room for {_asked_for(demands)} in the offers that Marathon declined last for {waiting.app}."
            )
            return Capacity(FITS, sentence, **numbers)
    for waiting in shown.waiting:
        if _is_larger(demands[0], waiting):
            numbers = _measured(demands, waiting.offers, needed, 0, BY_MARATHON)
            largest = (
                f" The largest offer was {amounts_in_words(numbers['piece'])}, on {numbers['largest'].host}."
                if numbers["largest"]
                else ""
            )
            sentence = (
                f"There is no room for {_asked_for(demands)}. {waiting.count} of {waiting.app} wait for offers already, which need no more "
                f"each: {amounts_in_words(waiting.each)}.{largest} {ADVICE}"
            )
            return Capacity(LACKING, sentence, **numbers)
    why = shown.why_not or "nothing shows what is free"
    sentence = f"Whether there is room for {_asked_for(demands)} is not known: {why.rstrip('.')}."
    return Capacity(UNKNOWN, sentence, needed, each=demands[0].need)


def _is_larger(demand: Demand, waiting: Waiting) -> bool:
    """Whether tasks need at least as much as those of an app, for which each offer was too small."""
    lacking = {_TOO_SMALL.get(reason) for reason in waiting.lacks}
    return None not in lacking and demand.need.resources.covers(waiting.each)


def _count(demands: Sequence[Demand]) -> int:
    return sum(demand.instances for demand in demands)


def _asked_for(demands: Sequence[Demand]) -> str:
    first, *others = demands
    said = [f"{first.instances} instance{'' if first.instances == 1 else 's'} of {first.app}"]
    said += [f"{other.instances} of {other.app}" for other in others]
    runs = f" beside the {len(first.placed)} that {'run' if len(first.placed) > 1 else 'runs'}" if first.placed else ""
    return f"{' and '.join(said)}{runs}, each with {first.need}"


def with_room(plan: AnyPlan, capacity: Capacity, how: str) -> AnyPlan | Any:
    """Return the plan, refused where room is required and not known to be there.

    :param how: REQUIRE, or WARN.
    """
    if how != REQUIRE or capacity.verdict == FITS:
        return plan
    code = "no_capacity" if capacity.verdict == LACKING else "capacity_unknown"
    return refuse(plan.app, [Refusal(code, f"{capacity.sentence} {ALL_THE_SAME}")])


def warnings_of_capacity(capacity: Mapping[str, Any] | None) -> list[str]:
    """Return what a person should know of the capacity in a result; nothing where there is room."""
    return [] if capacity is None or capacity["verdict"] == FITS else [capacity["sentence"]]
