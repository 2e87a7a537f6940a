# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits in the launch queue, as running Marathons of each release treat it when an app is scaled down or given up."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hosted import HostedMarathon

APP = {"cmd": "sleep 1000", "cpus": 0.01, "mem": 1}
LONG = {"backoffSeconds": 3600, "maxLaunchDelaySeconds": 3600}
"""A relaunch waits for 36 real seconds, unless its backoff is ended."""
TOO_BIG = {"cpus": 1000}
BEFORE_INSTANCES, SINCE = ("1.4", "1.5"), ("1.8", "1.11")


@pytest.fixture(scope="module")
def unchecked() -> Iterator[Callable[[str], HostedMarathon]]:
    """Returns a Marathon of a release that does not check by the clock whether apps have too many tasks: that would end what comes back."""
    with contextlib.ExitStack() as stack:

        @functools.cache
        def of(release: str) -> HostedMarathon:
            return stack.enter_context(HostedMarathon(marathon=release))

        yield of


@pytest.fixture
def persona(request: pytest.FixtureRequest, unchecked: Callable[[str], HostedMarathon]) -> Iterator[HostedMarathon]:
    """The Marathon that a test's parameter names."""
    yield unchecked(request.param)
    unchecked(request.param).clear()


def running(marathon: HostedMarathon, app_id: str, count: int) -> None:
    """Wait until so many tasks of an app run, and no deployment of it."""
    marathon.until(
        f"/v2/apps{app_id}", lambda body: body["app"]["tasksRunning"] == count and not body["app"]["deployments"]
    )


def queued(marathon: HostedMarathon) -> dict[str, int]:
    return {entry["app"]["id"]: entry["count"] for entry in marathon.ask("GET", "/v2/queue").body["queue"]}


def create(marathon: HostedMarathon, app_id: str, instances: int, **fields: Any) -> None:
    answer = marathon.ask("POST", "/v2/apps", {"id": app_id, **APP, "instances": instances, **fields})
    assert answer.status == 201, answer


def with_relaunches(marathon: HostedMarathon, app_id: str, instances: int, died: int) -> None:
    """Have an app of which so many tasks have died, whose successors wait."""
    create(marathon, app_id, instances, **LONG)
    running(marathon, app_id, instances)
    die(marathon, app_id, died)
    assert queued(marathon) == {app_id: died}


def die(marathon: HostedMarathon, app_id: str, count: int) -> None:
    async def now() -> None:
        marathon.server.crash(app=app_id, count=count)

    marathon.within(now())


def scaled(marathon: HostedMarathon, app_id: str, instances: int, query: str = "") -> None:
    answer = marathon.ask("PUT", f"/v2/apps{app_id}{query}", {"instances": instances})
    assert answer.status == 200, answer
    marathon.settle()


def comes_back(marathon: HostedMarathon, app_id: str, count: int) -> None:
    """What waited is launched once its backoff is over, whatever the app's instances are by now."""
    assert marathon.ask("DELETE", f"/v2/queue{app_id}/delay").status == 204
    running(marathon, app_id, count)
    assert marathon.app(app_id)["instances"] < count


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
@pytest.mark.parametrize("died", [1, 2])
def test_an_app_scaled_to_zero_comes_back(persona: HostedMarathon, died: int) -> None:
    """The PUT is finished at once; then the queue launches all that waited, and the app runs with 0 instances."""
    with_relaunches(persona, "/ghost", 2, died)
    scaled(persona, "/ghost", 0)
    assert (persona.app("/ghost")["tasks"], queued(persona)) == ([], {"/ghost": died})
    scaled(persona, "/ghost", 0)
    scaled(persona, "/ghost", 0, "?force=true")
    assert queued(persona) == {"/ghost": died}
    comes_back(persona, "/ghost", died)
    assert queued(persona) == {}
    scaled(persona, "/ghost", 0)
    assert persona.app("/ghost")["tasksRunning"] == died


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
def test_what_came_back_is_not_launched_again_once_it_is_killed(persona: HostedMarathon) -> None:
    with_relaunches(persona, "/killed", 2, 2)
    scaled(persona, "/killed", 0)
    comes_back(persona, "/killed", 2)
    assert persona.ask("DELETE", "/v2/apps/killed/tasks?scale=false").status == 200
    persona.until("/v2/apps/killed", lambda body: body["app"]["tasks"] == [])
    assert (queued(persona), persona.ask("GET", "/v2/deployments").body) == ({}, [])


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
def test_the_death_of_one_of_those_that_came_back_ends_the_others(persona: HostedMarathon) -> None:
    """The scale is checked whenever a task of an app has died."""
    with_relaunches(persona, "/checked", 2, 2)
    scaled(persona, "/checked", 0)
    comes_back(persona, "/checked", 2)
    die(persona, "/checked", 1)
    persona.until("/v2/apps/checked", lambda body: body["app"]["tasks"] == [])
    assert queued(persona) == {}


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
def test_a_cancelled_deployment_takes_out_of_the_queue_what_waits_there(persona: HostedMarathon) -> None:
    with_relaunches(persona, "/purged", 1, 1)
    scaled(persona, "/purged", 0)
    assert persona.ask("PUT", "/v2/apps/purged", {"instances": 3}).status == 200
    persona.until("/v2/queue", lambda body: [entry["count"] for entry in body["queue"]] == [3])
    scaled(persona, "/purged", 0, "?force=true")
    assert (persona.app("/purged")["tasks"], queued(persona)) == ([], {})


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
def test_a_deployment_to_as_many_as_wait_is_over_before_it_can_be_cancelled(persona: HostedMarathon) -> None:
    """Nothing is missing, so that it has nothing to start."""
    with_relaunches(persona, "/kept", 2, 2)
    scaled(persona, "/kept", 0)
    scaled(persona, "/kept", 2)
    scaled(persona, "/kept", 0, "?force=true")
    assert queued(persona) == {"/kept": 2}


@pytest.mark.parametrize("persona", SINCE, indirect=True)
def test_later_releases_empty_the_queue_with_the_scale(persona: HostedMarathon) -> None:
    with_relaunches(persona, "/ended", 2, 2)
    scaled(persona, "/ended", 0)
    assert (persona.app("/ended")["tasksRunning"], queued(persona)) == (0, {})


def test_a_deleted_app_leaves_nothing_in_the_queue(marathon: HostedMarathon) -> None:
    with_relaunches(marathon, "/deleted", 2, 2)
    assert marathon.ask("DELETE", "/v2/apps/deleted").status == 200
    marathon.settle()
    assert queued(marathon) == {}


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
def test_of_two_one_of_which_died_one_too_many_comes_back(persona: HostedMarathon) -> None:
    """With 1 instance the living one is kept, and the relaunch comes all the same: 2 tasks, until the scale is checked."""
    with_relaunches(persona, "/two", 2, 1)
    (living,) = persona.app("/two")["tasks"]
    scaled(persona, "/two", 1)
    assert [task["id"] for task in persona.app("/two")["tasks"]] == [living["id"]]
    comes_back(persona, "/two", 2)


@pytest.mark.parametrize("persona", SINCE, indirect=True)
def test_the_launches_of_an_abandoned_creation_wait_until_it_is_scaled_to_zero(persona: HostedMarathon) -> None:
    create(persona, "/left", 2, **TOO_BIG)
    abandoned(persona)
    assert queued(persona) == {"/left": 2}
    scaled(persona, "/left", 0)
    assert queued(persona) == {}


@pytest.mark.parametrize("persona", SINCE, indirect=True)
def test_an_abandoned_creation_runs_once_offers_come(persona: HostedMarathon) -> None:
    free = [agent.free for agent in persona.server.marathon.agents]
    for agent in persona.server.marathon.agents:
        agent.free -= agent.free
    create(persona, "/late", 2)
    abandoned(persona)
    for agent, had in zip(persona.server.marathon.agents, free, strict=True):
        agent.free = had
    persona.until("/v2/apps/late", lambda body: body["app"]["tasksRunning"] == 2)
    assert persona.ask("GET", "/v2/deployments").body == []


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
def test_earlier_releases_launch_nothing_of_an_abandoned_creation(persona: HostedMarathon) -> None:
    create(persona, "/nothing", 2, **TOO_BIG)
    abandoned(persona)
    assert queued(persona) == {}


def abandoned(marathon: HostedMarathon) -> None:
    marathon.until("/v2/queue", lambda body: body["queue"])
    (deployment,) = marathon.ask("GET", "/v2/deployments").body
    assert marathon.ask("DELETE", f"/v2/deployments/{deployment['id']}?force=true").status == 202
    assert marathon.ask("GET", "/v2/deployments").body == []
