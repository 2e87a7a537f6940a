# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._marathon.free_agents import (
    FreeAgent,
    RoleQuota,
    agents_in,
    quotas_in,
    waiting_in,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.resources import Resources, by_role, summed
from hypothesis import given
from hypothesis import strategies as st


def scalar(name, value, **more):
    return {"name": name, "type": "SCALAR", "scalar": {"value": value}, **more}


def ports(*ranges, **more):
    listed = [{"begin": begin, "end": end} for begin, end in ranges]
    return {"name": "ports", "type": "RANGES", "ranges": {"range": listed}, **more}


RESERVED = {"role": "public", "reservations": [{"type": "STATIC", "role": "public"}]}
OF_ONE_TASK = {
    "role": "public",
    "reservations": [
        {"type": "STATIC", "role": "public"},
        {"type": "DYNAMIC", "role": "public", "labels": {"labels": [{"key": "marathon_task_id", "value": "db.1"}]}},
    ],
}
AGENT = {
    "id": "S1",
    "hostname": "agent-1",
    "active": True,
    "deactivated": False,
    "attributes": {"rack": "007", "size": 4.0, "ids": "[1-2, 4-5]"},
    "domain": {"fault_domain": {"region": {"name": "eu"}, "zone": {"name": "eu-1"}}},
    "resources": {"cpus": 12.0, "mem": 3072.0, "disk": 500.0, "gpus": 0, "ports": "[80-80, 31000-32000]"},
    "used_resources": {"cpus": 2.1, "mem": 1024.0, "disk": 0, "gpus": 0, "ports": "[31000-31009]"},
    "reserved_resources_full": {
        "public": [scalar("cpus", 8.0, **RESERVED), ports((80, 80), **RESERVED), scalar("cpus", 1.0, **OF_ONE_TASK)]
    },
    "unreserved_resources_full": [
        scalar("cpus", 3.0, role="*"),
        scalar("mem", 3072.0, role="*"),
        scalar("disk", 400.0, role="*"),
        scalar("disk", 100.0, role="*", disk={"source": {"type": "MOUNT"}}),
        scalar("cpus", 9.0, role="*", revocable={}),
        ports((31000, 32000), role="*"),
    ],
    "used_resources_full": [
        scalar("cpus", 0.1, role="*", allocation_info={"role": "dev"}),
        scalar("cpus", 2.0, allocation_info={"role": "public"}, **RESERVED),
        scalar("mem", 1024.0, role="*", allocation_info={"role": "dev"}),
        ports((31000, 31009), role="*", allocation_info={"role": "dev"}),
    ],
}


def one(**changes):
    (found,) = agents_in({"slaves": [{**AGENT, **changes}], "recovered_slaves": [{"id": "S9"}]})
    return found


def test_what_is_free_by_role():
    found = one()
    assert found.offers(["*"]) == Resources(2900, 2048000, 400000, ports=((31010, 32000),))
    assert found.offers(["public"]) == Resources(6000, ports=((80, 80),))
    assert found.offers(["*", "public"]).cpus == 8900
    assert found.offers(["other"]) == Resources()
    assert found.takes


def test_constraints_go_by_what_marathon_reads():
    values = {
        name: one().value(name) for name in ("hostname", "@hostname", "rack", "size", "ids", "@region", "@zone", "x")
    }
    assert values == {
        "hostname": "agent-1",
        "@hostname": "agent-1",
        "rack": "007",
        "size": "4",
        "ids": "[1-2,4-5]",
        "@region": "eu",
        "@zone": "eu-1",
        "x": None,
    }


@pytest.mark.parametrize("changes", [{"active": False}, {"deactivated": True}, {"drain_info": {"state": "DRAINING"}}])
def test_one_that_takes_no_tasks(changes):
    assert not one(**changes).takes


def test_what_other_roles_use_counts_though_the_login_may_not_see_it():
    hidden = one(used_resources_full=[], used_resources={**AGENT["used_resources"], "cpus": 11.5})
    assert hidden.offers(["*"]).cpus == 500


def test_an_answer_of_mesos_before_1_4():
    old = {
        key: value for key, value in AGENT.items() if key not in ("unreserved_resources_full", "domain", "deactivated")
    }
    old["unreserved_resources"] = {"cpus": 3.0, "mem": 3072.0, "disk": 400.0, "gpus": 0, "ports": "[31000-32000]"}
    old["reserved_resources_full"] = {"public": [scalar("cpus", 8.0, role="public"), ports((80, 80), role="public")]}
    (found,) = agents_in({"slaves": [old]})
    assert found.offers(["*"]) == one().offers(["*"]) and found.offers(["public"]) == one().offers(["public"])


@pytest.mark.parametrize("answer", [None, [], {}, {"slaves": {}}, "x"])
def test_another_shape(answer):
    assert agents_in(answer) is None and quotas_in(answer, "dev") == []


def test_agents_that_say_little():
    (found,) = agents_in({"slaves": [{"hostname": None, "attributes": [], "used_resources": 3}, 7]})
    assert found.offers(["*"]) == Resources()


GROUPS = {
    "roles": [
        {"name": "dev", "quota": {"role": "dev", "guarantee": {}, "limit": {"cpus": 10.0}, "consumed": {"cpus": 8.5}}},
        {"name": "dev/web", "quota": {"role": "dev/web", "guarantee": {}, "limit": {}, "consumed": {}}},
        {"name": "ops", "quota": {"limit": {"cpus": 1.0}, "consumed": {}}},
        {"name": "old", "quota": {"guarantee": {"cpus": 4, "mem": 0, "disk": 0}}, "resources": {"cpus": 1, "mem": 5}},
        {"name": "older", "quota": {"guarantee": [scalar("mem", 64.0)]}, "resources": {"mem": 32}},
        {"name": "free"},
    ]
}


@pytest.mark.parametrize(
    ("role", "quotas"),
    [
        ("dev/web", [RoleQuota("dev", {"cpus": 10000}, {"cpus": 8500})]),
        ("old", [RoleQuota("old", {"cpus": 4000}, {"cpus": 1000, "mem": 5000})]),
        ("older", [RoleQuota("older", {"mem": 64000}, {"mem": 32000})]),
        ("free", []),
        ("device", []),
    ],
)
def test_quotas_of_a_role_and_of_those_above_it(role, quotas):
    assert quotas_in(GROUPS, role) == quotas


OFFER = {
    "id": "O1",
    "agentId": "S1",
    "hostname": "agent-1",
    "resources": [
        {"name": "cpus", "role": "*", "scalar": 0.5},
        {"name": "ports", "role": "*", "ranges": [{"begin": 1, "end": 9}]},
    ],
    "attributes": [{"name": "rack", "text": "r1"}, {"name": "size", "scalar": 2.0}],
}
QUEUED = {
    "app": {"id": "/app1-100", "cpus": 1.0, "mem": 64},
    "count": 3,
    "delay": {"timeLeftSeconds": 0, "overdue": True},
    "processedOffersSummary": {
        "processedOffersCount": 5,
        "rejectSummaryLastOffers": [
            {"reason": "InsufficientCpus", "declined": 2, "processed": 2},
            {"reason": "InsufficientMemory", "declined": 0, "processed": 0},
        ],
    },
    "lastUnusedOffers": [{"offer": OFFER, "reason": ["InsufficientCpus"], "timestamp": "2026-01-01T00:00:00Z"}],
}


def test_what_waits_in_the_queue():
    (found,) = waiting_in([QUEUED])
    assert (found.app, found.count, found.lacks) == ("app1-100", 3, ("InsufficientCpus",))
    assert found.each == Resources(1000, 64000)
    (offer,) = found.offers
    assert isinstance(offer, FreeAgent) and offer.offers(["*"]) == Resources(500, ports=((1, 9),))
    assert (offer.value("rack"), offer.value("size"), offer.value("hostname")) == ("r1", "2", "agent-1")


@pytest.mark.parametrize(
    "changes",
    [
        {"delay": {"timeLeftSeconds": 7, "overdue": False}},
        {"processedOffersSummary": {"processedOffersCount": 0}},
        {"app": None},
    ],
)
def test_what_waits_for_something_else(changes):
    assert list(waiting_in([{**QUEUED, **changes}])) == []


RANGES = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), max_size=4)


@given(RANGES, RANGES)
def test_ports_are_added_and_taken_as_sets_are(one_list, other_list):
    def listed(ranges):
        return {port for begin, end in ranges for port in range(begin, end + 1)}

    first, second = Resources.of({}, one_list), Resources.of({}, other_list)
    for found, meant in (
        (first + second, listed(one_list) | listed(other_list)),
        (first - second, listed(one_list) - listed(other_list)),
    ):
        assert listed(found.ports) == meant and found.number_of_ports == len(meant)
        assert all(found.has_port(port) == (port in meant) for port in range(32))


def test_thousandths_are_exact():
    tenth = by_role([scalar("cpus", 0.1)])["*"]
    assert (tenth + tenth + tenth) == summed({"cpus": 0.3})


KEYS = st.sampled_from(
    "name role scalar value ranges range begin end disk revocable reservation reservations labels key app id cpus delay timeLeftSeconds offer "
    "rejectSummaryLastOffers declined reason resources attributes text hostname count fault_domain region quota limit consumed guarantee".split()
)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats()
    | st.sampled_from(["", "cpus", "ports", "*", "[1-2]", "{a"])
)
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


def any_of(keys):
    return st.dictionaries(st.sampled_from(sorted(keys)), ANYTHING, max_size=8)


@given(any_of(AGENT), any_of(["name", "quota", "resources"]), any_of(QUEUED))
def test_what_has_another_shape_is_passed_over(agent, role, entry):
    (found,) = agents_in({"slaves": [agent]})
    found.offers(["*", "dev"])
    quotas_in({"roles": [{"name": "dev", **role}]}, "dev")
    for waiting in waiting_in([entry]):
        assert all(isinstance(offer.offers(["*"]), Resources) for offer in waiting.offers)
