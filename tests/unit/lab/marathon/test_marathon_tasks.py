# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contract cases about tasks and deployments, without any running: counting, strategies, plans, placement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.lab.agents import Agent, Resources
from tests.lab.marathon.config import Config
from tests.lab.marathon.definitions import new_definition
from tests.lab.marathon.errors import Invalid
from tests.lab.marathon.persona import PERSONAS
from tests.lab.marathon.placement import choose
from tests.lab.marathon.plan import Plan, groups_before, reverted, steps
from tests.lab.marathon.root import Root, changed
from tests.lab.marathon.strategy import capacity, replacement_order, victims
from tests.lab.marathon.taskjson import task_json
from tests.lab.marathon.tasks import KILLING, RUNNING, STAGING, Health, Task, counts, new_task

CONFIG = Config(PERSONAS["1.8"])
OLD = Config(PERSONAS["1.4"])
NO_RESULT, ALIVE, DEAD = Health(), Health(alive=True, known=True), Health(known=True)


def root(*apps: dict[str, Any], before: Root | None = None, now: str = "1") -> Root:
    definitions = {f"/{app['id']}": new_definition({"cmd": "sleep", **app}, CONFIG) for app in apps}
    gone = {app_id: None for app_id in (before.apps if before else ()) if app_id not in definitions}
    return changed(before or Root("0"), {**gone, **definitions}, now, CONFIG)


def task(state: str = RUNNING, *health: Health, staged: str = "1", number: int = 0) -> Task:
    made = new_task(root({"id": "a"}).apps["/a"], Agent(number, Resources(4, 1024)), staged, CONFIG.persona)
    made.state, made.health = state, list(health)
    return made


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ([], (0, 0, 0, 0)),
        ([task(STAGING)], (1, 0, 0, 0)),
        ([task(RUNNING)], (0, 1, 0, 0)),
        ([task(RUNNING, NO_RESULT)], (0, 1, 0, 0)),
        ([task(RUNNING, ALIVE)], (0, 1, 1, 0)),
        ([task(RUNNING, DEAD)], (0, 1, 0, 1)),
        ([task(RUNNING, ALIVE, DEAD)], (0, 1, 0, 1)),
        ([task(STAGING), task(RUNNING, ALIVE), task(RUNNING, DEAD), task(RUNNING), task(KILLING, ALIVE)], (1, 3, 2, 1)),
    ],
)
def test_counts(tasks: list[Task], expected: tuple[int, ...]) -> None:
    """Case 38."""
    assert tuple(counts(tasks).values()) == expected


@pytest.mark.parametrize(
    ("instances", "healthy", "over", "least", "most", "at_once"),
    [
        (10, 10, 1, 1, 20, 0),
        (10, 10, 0, 1, 11, 0),
        (10, 10, 0, 0.5, 10, 5),
        (10, 10, 0.2, 0.8, 12, 2),
        (10, 8, 0, 1, 10, 0),
        (10, 12, 0, 1, 11, 2),
        (1, 1, 0, 0, 1, 1),
        (3, 3, 0.5, 0.5, 4, 1),
        (5, 0, 1, 1, 10, 0),
    ],
)
def test_capacity(instances: int, healthy: int, over: float, least: float, most: int, at_once: int) -> None:
    """Case 39: how many tasks may exist, how many go at once."""
    strategy = {"maximumOverCapacity": over, "minimumHealthCapacity": least}
    limits = capacity({"instances": instances, "upgradeStrategy": strategy}, healthy)
    assert (limits.most, limits.kill_at_once) == (most, at_once)


def test_among_equals_a_scale_down_goes_by_age_and_not_by_health() -> None:
    old, young, sick = (
        task(RUNNING, ALIVE, staged="1"),
        task(RUNNING, ALIVE, staged="2"),
        task(RUNNING, DEAD, staged="0"),
    )
    assert victims([old, young, sick], 3, "YOUNGEST_FIRST") == [young, old, sick]
    assert victims([old, young, sick], 2, "OLDEST_FIRST") == [sick, old]


def test_a_restart_takes_few_down_as_they_came_and_many_in_no_order() -> None:
    few = [task(RUNNING, ALIVE), task(RUNNING, DEAD), task(RUNNING, ALIVE), task(RUNNING, DEAD)]
    assert replacement_order(few, worst=False, unhealthy_first=False) == few
    assert replacement_order(few, worst=True, unhealthy_first=False) == [few[0], few[2], few[1], few[3]]
    many = [task(RUNNING, ALIVE) for _each in range(20)]
    ordered = replacement_order(many, worst=False, unhealthy_first=False)
    assert ordered != many
    assert sorted(each.id for each in ordered) == sorted(each.id for each in many)


def plan(before: Root, after: Root) -> list[list[tuple[str, str]]]:
    return [[(action.kind, action.app.id) for action in step] for step in steps(before, after)]


def test_plans() -> None:
    """Case 39: the steps of a deployment."""
    before = root({"id": "gone"}, {"id": "same"}, {"id": "scaled"}, {"id": "changed"})
    after = root(
        {"id": "same"},
        {"id": "scaled", "instances": 2},
        {"id": "changed", "cpus": 2},
        {"id": "new"},
        before=before,
        now="2",
    )
    assert plan(before, after) == [
        [("StopApplication", "/gone")],
        [("StartApplication", "/new")],
        [("ScaleApplication", "/scaled"), ("RestartApplication", "/changed"), ("ScaleApplication", "/new")],
    ]
    assert plan(after, after) == []


def test_without_instances_there_is_nothing_to_restart() -> None:
    before = root({"id": "a"})
    assert plan(before, root({"id": "a", "instances": 0, "cpus": 2}, before=before, now="2")) == [
        [("ScaleApplication", "/a")]
    ]


def test_dependencies_go_first() -> None:
    after = root({"id": "a", "dependencies": ["/b"]}, {"id": "b", "dependencies": ["/c"]}, {"id": "c"}, {"id": "d"})
    assert plan(Root("0"), after)[1:] == [
        [("ScaleApplication", "/c"), ("ScaleApplication", "/d")],
        [("ScaleApplication", "/b")],
        [("ScaleApplication", "/a")],
    ]


def test_what_lies_between_counts_whether_it_changes_or_not() -> None:
    """DeploymentPlan's runSpecsGroupedByLongestPath, in each release: the chain is that of all apps."""
    three = ({"id": "a", "dependencies": ["/b"]}, {"id": "b", "dependencies": ["/c"]}, {"id": "c"})
    before = root(*three)
    after = root({**three[0], "cpus": 2}, three[1], {**three[2], "cpus": 2}, before=before, now="2")
    assert plan(before, after) == [[("RestartApplication", "/c")], [("RestartApplication", "/a")]]


def test_apps_need_groups_and_groups_need_groups() -> None:
    """RootGroup's applicationDependencies: an app may name a group, and what a group names all its apps need."""
    apps = root({"id": "x/a"}, {"id": "y/b"}, {"id": "c", "dependencies": ["/x"]})
    needing = replace(apps, groups={**apps.groups, "/x": replace(apps.groups["/x"], dependencies=("/y",))})
    assert plan(Root("0"), needing)[1:] == [
        [("ScaleApplication", "/y/b")],
        [("ScaleApplication", "/x/a")],
        [("ScaleApplication", "/c")],
    ]
    back = new_definition({"id": "/y/b", "cmd": "sleep", "dependencies": ["/c"]}, CONFIG)
    with pytest.raises(Invalid, match="Object is not valid"):
        changed(needing, {"/y/b": back}, "2", CONFIG)


def test_rolling_back_leaves_what_others_changed_meanwhile() -> None:
    """Case 39: with concurrent changes."""
    before = root({"id": "a"}, {"id": "b"})
    after = root({"id": "a", "cpus": 2}, {"id": "b"}, {"id": "new/c"}, before=before, now="2")
    bad = Plan("id", before, after, steps(before, after))
    now = changed(after, {"/other/d": new_definition({"id": "/other/d", "cmd": "sleep"}, CONFIG)}, "3", CONFIG)
    undone = reverted(bad, now)
    assert undone == {"/a": before.apps["/a"].definition, "/new/c": None}
    assert set(groups_before(bad, now)) == {"/other"}


@pytest.mark.parametrize(
    ("constraint", "hosts", "chosen"),
    [
        (None, [], "127.2"),
        (None, ["127.2"], "127.3"),
        (["hostname", "UNIQUE"], ["127.2"], "127.3"),
        (["hostname", "UNIQUE"], ["127.2", "127.3"], None),
        (["hostname", "CLUSTER", "127.3"], ["127.3", "127.3"], "127.3"),
        (["hostname", "LIKE", "127.*2"], [], "127.2"),
        (["hostname", "UNLIKE", "127.*2"], [], "127.3"),
        (["hostname", "MAX_PER", "1"], ["127.2"], "127.3"),
        (["hostname", "MAX_PER", "1"], ["127.2", "127.3"], None),
        (["hostname", "GROUP_BY"], ["127.2"], "127.3"),
        (["hostname", "GROUP_BY", "3"], ["127.2"], "127.3"),
        (["hostname", "GROUP_BY", "3"], ["127.2", "127.3"], None),
        (["hostname", "CLUSTER"], ["127.3"], "127.3"),
        (["rack", "CLUSTER", "1"], [], None),
    ],
)
def test_placement(constraint: list[str] | None, hosts: list[str], chosen: str | None) -> None:
    agents = [Agent(number, Resources(4, 1024)) for number in (0, 1)]
    definition = new_definition({"id": "a", "cmd": "sleep", "constraints": [constraint] if constraint else []}, CONFIG)
    agent, reasons = choose(definition, agents, hosts)
    assert (agent.name if agent else None) == chosen
    assert set(reasons) <= {"UnfulfilledConstraint"}


@pytest.mark.parametrize(
    ("wanted", "reason"), [({"cpus": 5}, "InsufficientCpus"), ({"mem": 2000}, "InsufficientMemory")]
)
def test_what_does_not_fit_is_declined_by_all(wanted: dict[str, Any], reason: str) -> None:
    agents = [Agent(number, Resources(4, 1024)) for number in (0, 1)]
    assert choose(new_definition({"id": "a", "cmd": "sleep", **wanted}, CONFIG), agents, []) == (None, [reason, reason])


def test_task_ids_tell_the_release() -> None:
    app = root({"id": "shop/cart"}).apps["/shop/cart"]
    agent = Agent(0, Resources(1, 1))
    made = {name: new_task(app, agent, "now", PERSONAS[name]).id for name in PERSONAS}
    assert all(task_id.startswith("shop_cart.") for task_id in made.values())
    assert made["1.8"].startswith("shop_cart.instance-")
    assert made["1.8"].endswith("._app.1")
    assert "instance" not in made["1.4"]


def test_a_task_that_has_not_started_shows_its_ports_and_no_address() -> None:
    waiting = task(STAGING)
    waiting.ports = [31000]
    staged = task_json(waiting, CONFIG.persona)
    assert staged["ports"] == [31000]
    assert "startedAt" not in staged
    assert (staged["ipAddresses"], staged["healthCheckResults"]) == ([], [])
    assert task_json(waiting, OLD.persona)["startedAt"] is None
