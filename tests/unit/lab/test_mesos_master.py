# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's master shows as free is what the lab's offers are made of."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import canonical
from ansible_collections.dcos.avi.plugins.module_utils._marathon.free_agents import agents_in
from ansible_collections.dcos.avi.plugins.module_utils._plan.needs import Need, constraints_of
from ansible_collections.dcos.avi.plugins.module_utils._plan.placement import Demand, most_placed
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.agents import Agent, Resources
from tests.lab.marathon.config import Config
from tests.lab.marathon.definitions import new_definition
from tests.lab.marathon.persona import PERSONAS
from tests.lab.marathon.placement import choose
from tests.lab.marathon.ports import slots
from tests.lab.mesos.master import slave_json

CONFIG = Config(PERSONAS["1.8"])
#: By these it is the same in which order the offers come.
LIMITS: list[list[list[str]]] = [
    [],
    [["hostname", "UNIQUE"]],
    [["hostname", "MAX_PER", "2"]],
    [["hostname", "LIKE", "127.[23]"]],
    [["hostname", "UNLIKE", "127.2"]],
    [["hostname", "CLUSTER", "127.3"]],
]
GROUPS = [[["hostname", "GROUP_BY", "2"]], [["hostname", "GROUP_BY", "3"]], [["hostname", "CLUSTER"]]]
AGENTS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.3, 1.0, 2.5]), st.sampled_from([64.0, 512.0])), min_size=1, max_size=4
)
PORTS = st.sampled_from([{}, {"requirePorts": True, "portDefinitions": [{"port": 8080}]}])


def placed(app: dict[str, Any], agents: list[Agent], *, is_even: bool) -> int:
    """Have the lab place as many tasks as it does."""
    hosts: list[str] = []
    while len(hosts) < app["instances"]:
        agent, _reasons = choose(app, agents, hosts, is_even=is_even)
        if agent is None:
            break
        hosts.append(agent.name)
        agent.free -= Resources(app["cpus"], app["mem"])
        agent.fixed_ports |= {slot.host_port for slot in slots(app) if slot.host_port}
    return len(hosts)


@given(AGENTS, st.sampled_from([*LIMITS, *GROUPS]), PORTS, st.sampled_from([0.1, 0.3, 1.0]), st.booleans())
def test_what_it_shows_foretells_what_is_placed(
    has: list[tuple[float, float]], constraints: list[list[str]], ports: dict[str, Any], cpus: float, is_even: bool
) -> None:
    agents = [Agent(number, Resources(*each)) for number, each in enumerate(has)]
    stated = {"id": "a", "cmd": "sleep", "instances": 5, "cpus": cpus, "mem": 60, "constraints": constraints, **ports}
    app = new_definition(stated, CONFIG)
    shown = agents_in({"slaves": [slave_json(each) for each in agents]})
    assert shown is not None
    demand = Demand("a", 5, Need.of(canonical(app)), frozenset("*"), constraints_of(app))
    foretold, found = most_placed([demand], shown, is_even=is_even), placed(app, agents, is_even=is_even)
    if constraints in LIMITS:
        assert foretold == found
    else:
        # Offers may come in an order that ends in a corner.
        assert foretold >= found
    # And what is used is shown so.
    rest = agents_in({"slaves": [slave_json(each) for each in agents]})
    assert rest is not None
    later = Demand("a", 5, Need.of(canonical(app)), frozenset("*"))
    assert most_placed([later], rest, is_even=is_even) == placed({**app, "constraints": []}, agents, is_even=False)
