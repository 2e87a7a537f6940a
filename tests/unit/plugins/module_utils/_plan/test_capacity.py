# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._marathon.free_agents import FreeAgent, RoleQuota, Waiting
from ansible_collections.dcos.avi.plugins.module_utils._marathon.resources import Resources
from ansible_collections.dcos.avi.plugins.module_utils._plan.capacity import (
    FITS,
    LACKING,
    REQUIRE,
    UNKNOWN,
    WARN,
    Shown,
    capacity_for,
    warnings_of_capacity,
    with_room,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.needs import (
    Constraint,
    Need,
    accepted_roles,
    amounts_in_words,
    constraints_of,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.placement import Demand
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import DEPLOY, REFUSE, Plan

NEED = Need(Resources(2000, 1024000))
UNIQUE = (Constraint("hostname", "UNIQUE"),)


def demand(instances=3, **more):
    return Demand(**{"app": "app1-200", "instances": instances, "need": NEED, "roles": frozenset("*"), **more})


def agents(*cpus, role="*"):
    return tuple(FreeAgent(f"h{number}", {role: Resources(each * 1000, 8192000)}) for number, each in enumerate(cpus))


def judged(shown, *demands):
    found = capacity_for(demands or [demand()], shown)
    return found.verdict, found.fits, found.sentence


@pytest.mark.parametrize(
    ("cpus", "verdict", "fits"),
    [
        ((2, 2, 2), FITS, 3),
        ((6,), FITS, 3),
        ((9, 9), FITS, 3),
        ((5,), LACKING, 2),
        ((1, 1, 1, 1, 1, 1), LACKING, 0),
        ((), LACKING, 0),
    ],
)
def test_pieces_count_and_not_sums(cpus, verdict, fits):
    assert judged(Shown(agents(*cpus)))[:2] == (verdict, fits)


def test_the_sentence_has_the_numbers():
    _verdict, _fits, said = judged(Shown(agents(3, 1, 5)), demand(4, placed=("h9", "h8"), constraints=UNIQUE))
    assert said.startswith(
        "There is no room for 4 instances of app1-200 beside the 2 that run, each with 2 cpus and 1024 MiB of memory. 3 agents have free resources for "
        "the role *, 2 of them have room for a task, and 2 of 4 fit. The largest free piece is 5 cpus and 8192 MiB of memory, on h2. Without the "
        "constraint hostname UNIQUE, 3 would fit. Make room, or ask for fewer instances"
    )
    assert judged(Shown(agents(2)), demand(1))[2] == (
        "There is room for 1 instance of app1-200, each with 2 cpus and 1024 MiB of memory. 1 agent has free resources, 1 of them has room for a task."
    )


def test_a_preview_takes_room_beside_its_version():
    preview = demand(1, app="app1-200-preview")
    assert judged(Shown(agents(6)), demand(), preview)[:2] == (LACKING, 3)
    assert judged(Shown(agents(6, 2)), demand(), preview)[:2] == (FITS, 4)
    assert "3 instances of app1-200 and 1 of app1-200-preview, each" in judged(Shown(agents(6)), demand(), preview)[2]


@pytest.mark.parametrize(
    ("quota", "fits"),
    [
        (RoleQuota("dev", {"cpus": 10000}, {"cpus": 5000}), 2),
        (RoleQuota("dev", {"cpus": 10000}, {"cpus": 11000}), 0),
        (RoleQuota("dev", {"gpus": 0}, {}), 3),
        (RoleQuota("dev", {"mem": 4096000}, {"mem": 3000000}), 1),
    ],
)
def test_the_quota_of_the_role(quota, fits):
    shown = Shown(agents(9, 9), (quota,), role="dev")
    verdict, found, said = judged(shown, demand(roles=frozenset(("*", "dev"))))
    assert (verdict, found) == (FITS if fits == 3 else LACKING, fits)
    assert ("The quota of the role dev leaves" in said) == (fits < 3)


def test_what_is_reserved_is_within_the_quota_already():
    quota = RoleQuota("dev", {"cpus": 6000}, {"cpus": 6000})
    shown = Shown(agents(6, role="dev"), (quota,), role="dev")
    assert judged(shown, demand(roles=frozenset(("*", "dev"))))[:2] == (FITS, 3)


def waits(each=NEED.resources, lacks=("InsufficientCpus",), offers=()):
    return Waiting("app1-100", 2, each, lacks, tuple(offers))


@pytest.mark.parametrize(
    ("waiting", "verdict", "fits"),
    [
        ((), UNKNOWN, None),
        ((waits(),), LACKING, 0),
        ((waits(Resources(1000, 1024000)),), LACKING, 0),
        # One that is larger, or lacks something else, says nothing of what fits.
        ((waits(Resources(3000, 1024000)),), UNKNOWN, None),
        ((waits(Resources(1000, 1024000), ("UnfulfilledConstraint",)),), UNKNOWN, None),
        ((waits(Resources(9000), offers=agents(6)),), FITS, 3),
        ((waits(Resources(9000), offers=agents(5)),), UNKNOWN, None),
        ((waits(Resources(9000), offers=agents(5)), waits()), LACKING, 0),
    ],
)
def test_where_mesos_cannot_be_asked_the_queue_tells(waiting, verdict, fits):
    shown = Shown(waiting=waiting, why_not="it cannot be reached.")
    found = capacity_for([demand()], shown)
    assert (found.verdict, found.fits) == (verdict, fits)
    assert found.source == ("" if verdict == UNKNOWN else "marathon")
    if verdict == UNKNOWN:
        assert found.sentence.endswith("is not known: it cannot be reached.")


@pytest.mark.parametrize(
    ("shown", "how", "code"),
    [
        (Shown(agents(2)), REQUIRE, "no_capacity"),
        (Shown(agents(2)), WARN, None),
        (Shown(), REQUIRE, "capacity_unknown"),
        (Shown(), WARN, None),
        (Shown(agents(6)), REQUIRE, None),
    ],
)
def test_what_is_refused_and_warned_of(shown, how, code):
    capacity, plan = capacity_for([demand()], shown), Plan(DEPLOY, "app1-200")
    found = with_room(plan, capacity, how)
    assert [each.code for each in found.refusals] == ([code] if code else [])
    assert all(
        "With rollout_capacity: warn, the rollout begins all the same" in each.sentence for each in found.refusals
    )
    assert found.action == (REFUSE if code else DEPLOY)
    assert warnings_of_capacity(capacity.as_result()) == ([] if capacity.verdict == FITS else [capacity.sentence])
    assert warnings_of_capacity(None) == []


def test_the_result():
    assert capacity_for([demand()], Shown(agents(2, 1))).as_result() == {
        "verdict": "lacking",
        "sentence": judged(Shown(agents(2, 1)))[2],
        "source": "mesos",
        "needed": 3,
        "fits": 1,
        "offering": 2,
        "agents": 1,
        "each": {"cpus": 2.0, "mem": 1024.0, "disk": 0.0, "gpus": 0.0},
        "largest": {"host": "h0", "cpus": 2.0, "mem": 8192.0, "disk": 0.0, "gpus": 0.0},
    }


BRIDGE = {"networks": [{"mode": "container/bridge"}]}


@pytest.mark.parametrize(
    ("app", "need"),
    [
        ({}, Need(Resources(1000, 128000))),
        ({"cpus": 0.1, "mem": 32, "gpus": 1, "disk": 5}, Need(Resources(100, 32000, 5000, 1000))),
        (
            {**BRIDGE, "container": {"portMappings": [{"containerPort": 80}, {"hostPort": 8080}, {"hostPort": 0}]}},
            Need(Resources(1000, 128000), (8080,), 2),
        ),
        (
            {
                "networks": [{"mode": "container"}],
                "container": {"portMappings": [{"containerPort": 80}, {"hostPort": 0}]},
            },
            Need(Resources(1000, 128000), (), 1),
        ),
        ({"portDefinitions": [{"port": 9000}, {"port": 0}]}, Need(Resources(1000, 128000), (), 2)),
        (
            {"portDefinitions": [{"port": 9000}, {"port": 0}], "requirePorts": True},
            Need(Resources(1000, 128000), (9000,), 1),
        ),
    ],
)
def test_what_a_definition_needs(app, need):
    assert Need.of(app) == need


def test_needs_in_words():
    assert str(Need(Resources(1500, 64000, gpus=1000), (80,), 1)) == "1.5 cpus, 64 MiB of memory and 1 gpus, port 80"
    assert str(Need(Resources())) == "nothing" and amounts_in_words(Resources(disk=1000)) == "1 MiB of disk"


def test_constraints_and_roles_as_they_are_written():
    written = [["rack", "like", "r.*"], ["hostname", "MAX_PER", 2], ("hostname", "UNIQUE"), ["x"], None]
    assert constraints_of({"constraints": written}) == (
        Constraint("rack", "LIKE", "r.*"),
        Constraint("hostname", "MAX_PER", "2"),
        Constraint("hostname", "UNIQUE"),
    )
    assert accepted_roles({}, "dev") == {"*", "dev"}
    assert accepted_roles({"acceptedResourceRoles": ["slave_public"]}, "dev") == {"slave_public"}
    # In DC/OS an app gets to the public agents only by asking.
    assert accepted_roles({"acceptedResourceRoles": None}, "slave_public") == {"*"}
