# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Observed states for the tests of the pure parts: a few by hand, and any number drawn at random."""

from __future__ import annotations

import dataclasses

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AbConfig, AviLabels, BrokenLabel, read
from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import (
    AbPool,
    GroupMember,
    Pool,
    PoolGroup,
    Server,
    VirtualService,
)
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import AviView
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, Task, TaskFailure
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.whole import examples

DEFINITION = {
    "cpus": 0.5,
    "mem": 64,
    "container": {
        "type": "DOCKER",
        "docker": {"image": "avinetworks/server"},
        "portMappings": [{"containerPort": 80, "hostPort": 0, "servicePort": 0, "protocol": "tcp"}],
    },
    "networks": [{"mode": "container/bridge"}],
    "healthChecks": [{"protocol": "HTTP", "portIndex": 0, "path": "/"}],
}
LISTENER_LABELS = {
    "FE-Proxy": "yes",
    "avi_proxy": '{"virtualservice": {"services": [{"port": 80}]}, "pool": {"lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"}}',
}


def task(port, healthy=True):
    return Task(f"task-{port}", (f"127.0.0.2:{port}",), healthy)


def listener(ports=(1, 2), instances=None, **definition):
    return _app("app1", ports, instances, {"labels": LISTENER_LABELS, **definition})


def version(name, priority, ports=(), instances=None, **definition):
    labels = {
        "proxy_listener": "no",
        "ab_config": f'{{"service": "app1", "priority": {priority}}}',
        "avi_proxy": '{"pool": {"lb_algorithm": "LB_ALGORITHM_ROUND_ROBIN"}}',
        **definition.pop("labels", {}),
    }
    return _app(f"app1-{name}", ports, instances, {"labels": labels, **definition})


def _app(app_id, ports, instances, definition):
    tasks = tuple(task(port) for port in ports)
    count = len(tasks) if instances is None else instances
    whole = {**DEFINITION, "id": f"/{app_id}", "instances": count, **definition}
    return App(app_id, count, tasks, read(whole["labels"]), definition=whole)


def pool(name, ports=(), *, state="OPER_UP", ab_pool=None, connections=0):
    servers = tuple(Server(f"127.0.0.2:{port}", state=state) for port in ports)
    return Pool(name, name, servers=servers, ab_pool=ab_pool, connections=connections)


def ab_view(pool_a, pool_b=None, **view):
    """The view of a virtual service with these pools; pool A carries the A/B setting."""
    pools = {item.uuid: item for item in (pool_a, pool_b) if item}
    return AviView(
        "app1",
        virtual_service=VirtualService("vs", "app1", oper_state="OPER_UP", pool=pool_a.uuid),
        pools=pools,
        **view,
    )


def group_view(*members):
    """The view of a virtual service with a pool group of these: pairs of a pool and its ratio, the highest first."""
    group = PoolGroup(
        "g",
        "app1-poolgroup",
        tuple(
            GroupMember(item.uuid, ratio, str(10 * number))
            for number, (item, ratio) in zip(range(len(members) - 1, -1, -1), members)
        ),
    )
    service = VirtualService("vs", "app1", oper_state="OPER_UP", pool_group="g")
    return AviView("app1", virtual_service=service, group=group, pools={item.uuid: item for item, _ratio in members})


def fresh():
    """Only the listener, with two tasks in pool A."""
    return Observation("app1", ab_view(pool("app1-pool-80", (1, 2))), listener())


def upgraded():
    """app1-100 is active in pool B, the listener still has its tasks in pool A."""
    view = ab_view(
        pool("app1-pool-80", (1, 2), ab_pool=AbPool("app1-100-pool-80", 100)), pool("app1-100-pool-80", (3, 4))
    )
    return Observation("app1", view, listener(), (version("100", 10, (3, 4)),))


def crashing(seconds_ago, at="first"):
    """app1-100 is active and complete, and so many seconds ago a task of it failed."""
    failure = TaskFailure(seconds_ago, "TASK_FAILED on a1: exit 1.", at)
    failed = dataclasses.replace(version("100", 10, (3, 4)), failure=failure)
    return dataclasses.replace(upgraded(), versions=(failed,))


def upgraded_group():
    """app1-100 is active in a pool group, and the listener below it is still there."""
    view = group_view((pool("app1-100-pool-80", (3, 4)), 100), (pool("app1-pool-80", (1, 2)), 100))
    return Observation("app1", view, listener(), (version("100", 10, (3, 4)),))


# A busy machine draws slowly; that says nothing about the code.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=examples(300))

PORTS = st.integers(1, 5)
STATES = st.sampled_from(["OPER_UP", "OPER_UP", "OPER_UP", "OPER_DOWN", None])
tasks = st.lists(st.builds(task, PORTS, st.sampled_from([True, True, True, False])), max_size=3).map(tuple)
servers = st.lists(
    st.builds(
        lambda port, enabled, state: Server(f"127.0.0.2:{port}", enabled, state),
        PORTS,
        st.sampled_from([True, True, True, False]),
        STATES,
    ),
    max_size=3,
).map(tuple)
failures = st.sampled_from(
    [None, None, None, TaskFailure(60.0, "TASK_LOST on a1"), TaskFailure(2.0, "TASK_FAILED on a1: exit 1")]
)
ab_pools = st.none() | st.builds(
    AbPool, st.sampled_from(["p1", "p2", "p3", None]), st.sampled_from([0, 100, 0, 100, 50, 1, -1, 101, None])
)
pools = st.builds(Pool, st.just(""), st.just(""), st.sampled_from([True, True, True, False]), servers, ab_pools)
groups = st.none() | st.builds(
    PoolGroup,
    st.just("g"),
    st.just("group"),
    st.lists(
        st.builds(
            GroupMember,
            st.sampled_from(["p1", "p2", "p3"]),
            st.sampled_from([0, 1, 100]),
            st.sampled_from([None, "10", "20", "30", "high"]),
        ),
        max_size=3,
    ).map(tuple),
    st.sampled_from([False, False, True]),
    st.sampled_from([0, 0, 0, 2]),
)
virtual_services = st.none() | st.builds(
    VirtualService,
    st.just("vs"),
    st.just("app1"),
    st.sampled_from([True, True, True, False]),
    st.sampled_from(["OPER_UP", None]),
    st.sampled_from(["p1", "p1", "p2", None]),
    st.sampled_from([None, None, "g"]),
)


@st.composite
def views(draw):
    """What Avi may show of app1: consistent or not."""
    drawn = draw(st.dictionaries(st.sampled_from(["p1", "p2", "p3"]), pools, min_size=1))
    named = {uuid: Pool(uuid, f"pool-{uuid}", item.enabled, item.servers, item.ab_pool) for uuid, item in drawn.items()}
    return AviView(
        "app1",
        "admin",
        draw(st.sampled_from(["17.2.14", "17.2.14", "18.2.6"])),
        draw(virtual_services),
        draw(groups),
        named,
    )


@st.composite
def observations(draw):
    """What may be seen of app1: a listener or none, some versions, and any view of Avi."""
    broken = st.sampled_from([(), (), (BrokenLabel("avi_proxy", "it is not valid JSON"),)])
    head = draw(
        st.none()
        | st.builds(
            App,
            st.just("app1"),
            st.integers(0, 3),
            tasks,
            st.builds(AviLabels, frontend=st.just(True), broken=broken),
            definition=st.just({**DEFINITION, "labels": LISTENER_LABELS}),
        )
    )
    rest = draw(
        st.lists(
            st.builds(
                App,
                st.sampled_from(["app1-100", "app1-200", "app1-300", "odd"]),
                st.integers(0, 3),
                tasks,
                st.builds(
                    AviLabels,
                    proxy_listener=st.just(False),
                    ab_config=st.builds(AbConfig, st.just("app1"), st.sampled_from([10, 10, 20, 30, -5])),
                ),
                failure=failures,
                definition=st.just(DEFINITION),
            ),
            max_size=3,
            unique_by=lambda app: app.id,
        )
    )
    return Observation("app1", draw(views()), head, tuple(rest))


@st.composite
def consistent_observations(draw):
    """States as the connector leaves them when it has caught up: each app with its own tasks, the active one's in the right pool."""
    head, *versions = apps_in_order(draw, draw(st.integers(0, 4)))
    in_a, in_b, ratio = (
        draw(st.sampled_from([head, *versions])),
        draw(st.sampled_from([None, *versions])),
        draw(st.sampled_from([0, 100, 50])),
    )
    pool_a = pool("a", _ports(in_a), ab_pool=AbPool("b", ratio) if in_b else None)
    pool_b = pool("b", _ports(in_b)) if in_b else None
    return Observation("app1", ab_view(pool_a, pool_b), head, tuple(versions))


@st.composite
def consistent_groups(draw):
    """The same in the shape of a pool group: each app with its tasks in its own pool, some of them without traffic."""
    head, *versions = apps_in_order(draw, draw(st.integers(0, 3)))
    members = [
        (pool(app.id, _ports(app), state=draw(STATES)), draw(st.sampled_from([100, 100, 0])))
        for app in (*reversed(versions), head)
    ]
    return Observation("app1", group_view(*members), head, tuple(versions))


@st.composite
def warm_groups(draw):
    """Pool groups in which more than one version has all its servers up, mostly."""
    count = draw(st.integers(1, 3))
    apps = apps_in_order(draw, count, sizes=st.integers(1, 2))
    members = [
        (pool(app.id, _ports(app), state=draw(st.sampled_from(["OPER_UP"] * 9 + ["OPER_DOWN"]))), 100)
        for app in reversed(apps)
    ]
    view = group_view(*members)
    group = dataclasses.replace(view.group, min_servers=draw(st.sampled_from([0, 0, 2])))
    return Observation("app1", dataclasses.replace(view, group=group), apps[0], tuple(apps[1:]))


def apps_in_order(draw, count, sizes=st.integers(0, 2)):
    """Draw the listener and so many versions, each with tasks of its own; some have come back in place of another."""
    ports = iter(range(1, 100))
    drawn = [draw(sizes) for _each in range(count + 1)]
    apps = [listener([next(ports) for _each in range(drawn[0])])]
    for number, size in enumerate(drawn[1:], 1):
        gone_back = draw(st.sampled_from([False, False, True])) and number > 1
        lineage = {"dcos_avi_rollback_of": apps[-2].id, "dcos_avi_rollback_from": apps[-1].id} if gone_back else {}
        own_ports = [next(ports) for _each in range(size)]
        created = version(str(100 * number), 10 * number, own_ports, labels=lineage)
        apps.append(dataclasses.replace(created, failure=draw(failures)))
    return apps


def _ports(app):
    return [int(item.endpoints[0].rpartition(":")[2]) for item in app.tasks]


def unhealthy(state, unchecked=False):
    """Marathon shows no task of the version healthy; or has a new leader, which has not checked them yet."""
    (serving,) = state.versions
    tasks = tuple(dataclasses.replace(task, healthy=False, unchecked=unchecked) for task in serving.tasks)
    return dataclasses.replace(state, versions=(dataclasses.replace(serving, tasks=tasks),))
