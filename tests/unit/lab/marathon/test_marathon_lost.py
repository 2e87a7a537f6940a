# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An agent that is lost: what Marathon shows, replaces and kills, as running ones of each release did, and who goes on serving."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from contract import IN_TURN
from hosted import HostedMarathon, Listener

CHECK = {"path": "/", "portIndex": 0, "intervalSeconds": 5, "timeoutSeconds": 1000, "gracePeriodSeconds": 0}
APP = {"id": "/lost", "cpus": 0.01, "mem": 1, "container": {"docker": {"image": "lab/ok"}}, "healthChecks": [CHECK]}
WAITS: tuple[Any, ...] = ({"inactiveAfterSeconds": 4, "expungeAfterSeconds": 8}, "disabled")
UNREACHABLE = "TASK_UNREACHABLE"


@pytest.fixture(scope="module", params=IN_TURN, name="marathon")
def fixture_marathon(request: pytest.FixtureRequest) -> Iterator[HostedMarathon]:
    """Each persona. It looks for what is inactive or too many only when something happens: its intervals are long."""
    with HostedMarathon(marathon=request.param) as marathon:
        yield marathon


def serving(marathon: HostedMarathon, instances: int, **more: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Have an app all of whose tasks are healthy; return its tasks on the first agent, and the others."""
    marathon.clear()
    assert marathon.ask("POST", "/v2/apps", {**APP, "instances": instances, **more}).status == 201
    marathon.until("/v2/apps/lost", lambda body: body["app"]["tasksHealthy"] == instances)
    marathon.settle()
    tasks = marathon.app("/lost")["tasks"]
    host = marathon.server.marathon.agents[0].name
    here = [task for task in tasks if task["host"] == host]
    return here, [task for task in tasks if task["host"] != host]


def set_lost(marathon: HostedMarathon, lost: bool) -> None:
    async def change() -> None:
        marathon.server.set_agent(agent=0, lost=lost)

    marathon.within(change())


def answers(task: dict[str, Any]) -> bool:
    """Whether a task's process serves, whatever Marathon knows of it."""
    try:
        return requests.get(f"http://{task['host']}:{task['ports'][0]}/", timeout=5).ok
    except requests.ConnectionError:
        return False


def ids(tasks: list[dict[str, Any]], state: str = "TASK_RUNNING") -> set[str]:
    return {task["id"] for task in tasks if task["state"] == state}


def all_end(marathon: HostedMarathon, tasks: list[dict[str, Any]]) -> None:
    wanted = {task["id"] for task in tasks}
    ended: set[str] = set()
    while not wanted <= ended:
        ended = {each["task"] for each in marathon.journal.entries(0, {"kind": "end"})}
    assert not any(map(answers, tasks))


def test_by_default_lost_tasks_are_replaced_and_go_on_serving(marathon: HostedMarathon) -> None:
    """7 to 10 of 5 served. 1.4 and 1.5 list the lost ones, 1.11 drops them; back, only 1.4 keeps them all."""
    lost, others = serving(marathon, 5)
    listener = Listener(marathon, "?event_type=status_update_event")
    set_lost(marathon, True)
    for task in lost:
        listener.wait_for("status_update_event", taskId=task["id"], taskStatus=UNREACHABLE)
    listener.close()
    app = marathon.until("/v2/apps/lost", lambda body: body["app"]["tasksRunning"] == 5)["app"]
    assert ids(lost).isdisjoint(ids(app["tasks"])) and ids(others) < ids(app["tasks"])
    assert all(map(answers, [*lost, *others])) and len({*ids(app["tasks"]), *ids(lost)}) == 5 + len(lost) >= 7
    release = marathon.settings.marathon
    assert ids(app["tasks"], UNREACHABLE) == (ids(lost) if release in ("1.4", "1.5") else set())
    set_lost(marathon, False)
    if release == "1.4":
        marathon.until("/v2/apps/lost", lambda body: body["app"]["tasksRunning"] == 5 + len(lost))
        assert marathon.app("/lost")["instances"] == 5
    else:
        marathon.until("/v2/apps/lost", lambda body: len(body["app"]["tasks"]) == body["app"]["tasksRunning"] == 5)
    if release in ("1.8", "1.11"):
        all_end(marathon, lost)


@pytest.mark.parametrize("wait", WAITS)
def test_an_app_that_waits_counts_its_lost_tasks_as_healthy(marathon: HostedMarathon, wait: Any) -> None:
    """Healthy 5, running 0 to 3, for 20 s; back, they run and are healthy in 0.1 to 0.2 s."""
    lost, others = serving(marathon, 5, unreachableStrategy=wait)
    set_lost(marathon, True)
    deployment = marathon.ask("PUT", "/v2/apps/lost", {"instances": 6}).body  # for as long as a launch takes
    assert deployment["deploymentId"]
    marathon.until("/v2/apps/lost", lambda body: body["app"]["tasksHealthy"] == 6)
    app = marathon.app("/lost")
    assert (len(app["tasks"]), app["tasksRunning"]) == (6, len(others) + 1)
    assert ids(app["tasks"], UNREACHABLE) == ids(lost)
    set_lost(marathon, False)
    app = marathon.app("/lost")
    assert (app["tasksRunning"], app["tasksHealthy"]) == (6, 6) and ids(lost) < ids(app["tasks"])


@pytest.mark.parametrize("wait", [{}, WAITS[1]])
def test_a_scale_to_zero_succeeds_at_once_and_the_lost_ones_go_on_serving(marathon: HostedMarathon, wait: Any) -> None:
    """1.4 and 1.5 show [] then, 1.11 TASK_UNREACHABLE with instances 0; killed within 0.1 s when the agent is back."""
    (lost,), _others = serving(marathon, 2, unreachableStrategy=wait)
    set_lost(marathon, True)
    marathon.ask("PUT", "/v2/apps/lost", {"instances": 0})
    marathon.settle()
    app = marathon.until("/v2/apps/lost", lambda body: not body["app"]["tasksRunning"])["app"]
    is_shown = marathon.settings.marathon in ("1.8", "1.11") and bool(wait)
    assert ids(app["tasks"], UNREACHABLE) == ({lost["id"]} if is_shown else set())
    assert app["instances"] == 0 and answers(lost)
    set_lost(marathon, False)
    all_end(marathon, [lost])
    marathon.until("/v2/apps/lost", lambda body: not body["app"]["tasks"])


def test_a_lost_one_goes_first_in_a_scale_down(marathon: HostedMarathon) -> None:
    lost, others = serving(marathon, 2, unreachableStrategy="disabled")
    set_lost(marathon, True)
    marathon.ask("PUT", "/v2/apps/lost", {"instances": 1})
    marathon.settle()
    assert ids(marathon.app("/lost")["tasks"]) == ids(others)
    set_lost(marathon, False)
    all_end(marathon, lost)


def test_nothing_is_launched_on_a_lost_agent(marathon: HostedMarathon) -> None:
    marathon.clear()
    set_lost(marathon, True)
    marathon.ask("POST", "/v2/apps", {**APP, "instances": 3})
    marathon.settle()
    (host,) = {task["host"] for task in marathon.app("/lost")["tasks"]}
    assert host == marathon.server.marathon.agents[1].name
    set_lost(marathon, False)
    with pytest.raises(ValueError, match="There is no agent 2: there are 2, counted from 0"):
        marathon.server.set_agent(agent=2, lost=True)
