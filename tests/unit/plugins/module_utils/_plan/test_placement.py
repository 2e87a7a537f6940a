# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The decision against a placer that tries each order in which Marathon may be offered the agents, on small clusters."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._marathon.free_agents import FreeAgent
from ansible_collections.dcos.avi.plugins.module_utils._marathon.resources import Resources
from ansible_collections.dcos.avi.plugins.module_utils._plan.needs import Constraint, Need
from ansible_collections.dcos.avi.plugins.module_utils._plan.placement import Demand, most_placed, pieces
from hypothesis import given
from hypothesis import strategies as st

CPU = Need(Resources(cpus=1000))
ANY = frozenset(("*",))


def agent(number, cpus, **attributes):
    return FreeAgent(f"h{number}", {"*": Resources(cpus=cpus * 1000, ports=((1, 100),))}, None, attributes)


def tried(demands, agents, is_even):
    """Return the most tasks of all demands that any order of offers places; a state is how many of each are on each agent."""
    wanted = [demand.instances for demand in demands]
    begun = tuple(tuple(demand.placed.count(each.host) for each in agents) for demand in demands)
    room = [each.free["*"].cpus // 1000 for each in agents]

    @cache
    def most(state):
        best = 0
        for number, demand in enumerate(demands):
            started = sum(state[number]) - sum(begun[number])
            for place in range(len(agents)):
                used = sum(each[place] - before[place] for each, before in zip(state, begun))
                if (
                    started < wanted[number]
                    and used < room[place]
                    and accepts(demand, agents, state[number], place, is_even)
                ):
                    after = list(map(list, state))
                    after[number][place] += 1
                    best = max(best, 1 + most(tuple(map(tuple, after))))
        return best

    return most(begun)


def accepts(demand, agents, counts, place, is_even):
    return all(keeps(each, demand, agents, counts, agents[place], is_even) for each in demand.constraints)


def keeps(constraint, demand, agents, counts, offered, is_even):
    """As Marathon checks a constraint: by the tasks of the app that are there, and the offer."""
    reads = (
        (lambda each: each.host)
        if constraint.field == "hostname"
        else lambda each: each.attributes.get(constraint.field)
    )
    groups = Counter()
    for each, count in zip(agents, counts):
        if count:
            groups[reads(each)] += count
    value = reads(offered)
    if value is None:
        return constraint.operator == "UNLIKE"
    if constraint.operator == "UNIQUE":
        return value not in groups
    if constraint.operator == "MAX_PER":
        return groups[value] < int(constraint.value)
    if constraint.operator == "CLUSTER":
        return value == constraint.value if constraint.value else not groups or value in groups
    if constraint.operator in ("LIKE", "UNLIKE"):
        return (value == constraint.value) == (constraint.operator == "LIKE")
    assert constraint.operator == "GROUP_BY"
    number = int(constraint.value or 0)
    if is_even:
        share, rest = divmod(demand.instances + len(demand.placed), number)
        rest -= sum(max(0, count - share) for count in groups.values())
        if value in groups:
            return groups[value] < share or (groups[value] == share and rest > 0)
        return len(groups) < number
    return value not in groups or (len(groups) >= number and groups[value] == min(groups.values()))


@st.composite
def clusters(draw):
    return [
        agent(
            number, draw(st.integers(0, 3)), **draw(st.sampled_from([{"rack": "a"}, {"rack": "b"}, {"rack": "c"}, {}]))
        )
        for number in range(draw(st.integers(1, 4)))
    ]


def constraints(fields):
    return st.one_of(
        st.builds(Constraint, fields, st.just("UNIQUE")),
        st.builds(Constraint, fields, st.just("MAX_PER"), st.sampled_from(["1", "2"])),
        st.builds(Constraint, fields, st.just("CLUSTER"), st.sampled_from(["", "a", "h0"])),
        st.builds(Constraint, fields, st.sampled_from(["LIKE", "UNLIKE"]), st.sampled_from(["a", "h1"])),
        st.builds(Constraint, fields, st.just("GROUP_BY"), st.sampled_from(["1", "2", "3"])),
    )


BY_ONE = st.lists(constraints(st.just("hostname")), max_size=1).flatmap(
    lambda first: st.lists(constraints(st.just("rack")), max_size=1).map(lambda second: (*first, *second))
)
BY_ANY = st.lists(constraints(st.sampled_from(["hostname", "rack"])), max_size=3).map(tuple)


def bounds_only(demand):
    """Whether two constraints may be in each other's way beyond what is worked out: spreading by both, and one of them by groups."""
    spreading = [each for each in demand.constraints if each.operator in ("GROUP_BY", "CLUSTER")]
    return bool(spreading) and len(demand.constraints) > 1


@given(clusters(), st.integers(1, 6), BY_ONE, st.booleans())
def test_as_many_as_any_order_places(agents, instances, constrained, is_even):
    demand = Demand("app1-200", instances, CPU, ANY, constrained)
    found, best = most_placed([demand], agents, is_even=is_even), tried([demand], agents, is_even)
    assert found >= best if bounds_only(demand) else found == best


@given(clusters(), st.integers(1, 4), st.integers(1, 2), BY_ANY, BY_ANY, st.booleans())
def test_what_is_called_too_little_is(agents, instances, previews, constrained, others, is_even):
    """Whatever two apps ask for: what any order places is never said not to fit."""
    demands = [Demand("app1-200", instances, CPU, ANY, constrained), Demand("p", previews, CPU, ANY, others)]
    assert most_placed(demands, agents, is_even=is_even) >= tried(demands, agents, is_even)


@given(clusters(), st.integers(1, 4), st.integers(1, 2), st.booleans(), st.booleans())
def test_a_preview_and_its_version_take_turns_on_hosts(agents, instances, previews, unique, others_unique):
    by_host = (Constraint("hostname", "UNIQUE"),)
    demands = [
        Demand("app1-200", instances, CPU, ANY, by_host if unique else ()),
        Demand("p", previews, CPU, ANY, by_host if others_unique else ()),
    ]
    assert most_placed(demands, agents, is_even=False) == tried(demands, agents, is_even=False)


@given(clusters(), st.integers(1, 4), BY_ONE, st.booleans(), st.data())
def test_what_runs_already_counts(agents, instances, constrained, is_even, data):
    """A run that is resumed: what it placed stands where Marathon put it, with these constraints."""
    placed = ()
    for _each in range(data.draw(st.integers(0, 2))):
        demand = Demand("app1-200", instances, CPU, ANY, constrained, placed)
        counts = [placed.count(each.host) for each in agents]
        fitting = [each.host for place, each in enumerate(agents) if accepts(demand, agents, counts, place, is_even)]
        placed = (*placed, data.draw(st.sampled_from(fitting))) if fitting else placed
    demand = Demand("app1-200", instances, CPU, ANY, constrained, placed)
    assert most_placed([demand], agents, is_even=is_even) >= tried([demand], agents, is_even)


def test_room_in_many_places_is_no_room_for_a_large_task():
    agents = [agent(number, 3) for number in range(10)]
    large = Demand("app1-200", 2, Need(Resources(cpus=4000)), ANY)
    assert most_placed([large], agents, is_even=False) == 0
    assert pieces(Demand("app1-200", 9, CPU, ANY), agents[0]) == 3


@pytest.mark.parametrize(
    ("need", "count"),
    [
        (Need(Resources(), (8080,)), 0),
        (Need(Resources(), (80,)), 1),
        (Need(Resources(), (80,), 99), 1),
        (Need(Resources(), (80,), 100), 0),
        (Need(Resources(), (), 30), 3),
    ],
)
def test_ports(need, count):
    assert pieces(Demand("app1-200", 9, need, ANY), agent(0, 1)) == count


def test_what_is_reserved_for_others_is_not_free():
    free = {"*": Resources(cpus=1000), "slave_public": Resources(cpus=5000)}
    shared = FreeAgent("h0", free)
    assert pieces(Demand("a", 9, CPU, ANY), shared) == 1
    assert pieces(Demand("a", 9, CPU, frozenset(("*", "slave_public"))), shared) == 6
    assert pieces(Demand("a", 9, CPU, frozenset(("slave_public",))), shared) == 5
    assert pieces(Demand("a", 9, CPU, ANY), FreeAgent("h0", free, takes=False)) == 0
    # Of what it may not see of other roles, the sums tell.
    assert pieces(Demand("a", 9, CPU, ANY), FreeAgent("h0", free, Resources(cpus=500))) == 0


@pytest.mark.parametrize(
    ("constraint", "fits"),
    [
        (Constraint("rack", "LIKE", "a|b"), 2),
        (Constraint("rack", "LIKE", "(?<broken"), 4),
        (Constraint("rack", "IS", "a"), 1),
        (Constraint("size", "IS", "2.0"), 1),
        (Constraint("none", "LIKE", ".*"), 0),
        (Constraint("none", "UNLIKE", "x"), 4),
        (Constraint("@zone", "CLUSTER", "z1"), 1),
        (Constraint("rack", "MAX_PER", "many"), 4),
    ],
)
def test_values_of_agents(constraint, fits):
    agents = [agent(0, 1, rack="a"), agent(1, 1, rack="b"), agent(2, 1, rack="c", size="2"), agent(3, 1, rack="c")]
    agents[3].attributes["@zone"] = "z1"
    assert most_placed([Demand("a", 9, CPU, ANY, (constraint,))], agents, is_even=False) == fits
