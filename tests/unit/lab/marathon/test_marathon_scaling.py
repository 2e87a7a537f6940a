# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a scale-down kills, and how a task that ended comes back: as running Marathons of each release did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from contract import IN_TURN
from hosted import HostedMarathon

from tests.lab.agents import Resources

APP = {"id": "/scaled", "cmd": "sleep 1000", "cpus": 0.01, "mem": 1}
LONG = {"backoffSeconds": 3600, "maxLaunchDelaySeconds": 3600}
"""A relaunch waits for 36 real seconds, unless its backoff is ended."""
UNCHECKED = {"path": "/", "portIndex": 0, "intervalSeconds": 3000}
"""Looks again only after half a minute of real time."""
BEFORE_INSTANCES, SINCE = ("1.4", "1.5"), ("1.8", "1.11")
FULL = Resources(1000, 0)


@pytest.fixture
def persona(request: pytest.FixtureRequest, personas: dict[str, HostedMarathon]) -> Iterator[HostedMarathon]:
    """The Marathon that a test's parameter names."""
    marathon = personas[request.param]
    yield marathon
    marathon.settings.kill_order, marathon.settings.speed = "tracker", 100
    marathon.clear()


def create(marathon: HostedMarathon, **fields: Any) -> list[str]:
    """Create the app; return the ids of its tasks once they run."""
    assert marathon.ask("POST", "/v2/apps", {**APP, **fields}).status == 201
    marathon.settle()
    return ids(marathon)


def tasks(marathon: HostedMarathon) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = marathon.app("/scaled")["tasks"]
    return listed


def ids(marathon: HostedMarathon, state: str = "TASK_RUNNING") -> list[str]:
    return [task["id"] for task in tasks(marathon) if task["state"] == state]


def put(marathon: HostedMarathon, fields: dict[str, Any], query: str = "") -> str:
    answer = marathon.ask("PUT", f"/v2/apps/scaled{query}", fields)
    assert answer.status == 200, answer
    return str(answer.body["deploymentId"])


def grow(marathon: HostedMarathon, instances: int) -> str:
    """Ask for more while the agents are full, so that what comes is not launched; return the deployment's id."""
    for agent in marathon.server.marathon.agents:
        agent.free -= FULL
    deployment = put(marathon, {"instances": instances})
    marathon.until("/v2/queue", lambda body: body["queue"] != [])
    return deployment


@pytest.fixture
def agents(persona: HostedMarathon) -> Iterator[None]:
    """What was taken from the agents is given back."""
    yield
    for agent in persona.server.marathon.agents:
        agent.free += FULL


def die(marathon: HostedMarathon, count: int = 1) -> None:
    async def now() -> None:
        marathon.server.crash(app="/scaled", count=count)

    marathon.within(now())


@pytest.mark.parametrize("persona", SINCE, indirect=True)
@pytest.mark.usefixtures("agents")
@pytest.mark.parametrize(
    ("running", "wanted", "left", "kept"), [(6, 8, 2, 0), (3, 6, 2, 0), (2, 6, 2, 0), (6, 8, 7, 5), (4, 8, 3, 0)]
)
def test_a_scale_down_kills_what_runs_before_what_does_not(
    persona: HostedMarathon, running: int, wanted: int, left: int, kept: int
) -> None:
    """By force over a scale-up: all running ones killed in 8 of 8 (1.11) and 12 of 12 runs (1.8). It succeeds while nobody runs."""
    create(persona, instances=running)
    grow(persona, wanted)
    put(persona, {"instances": left}, "?force=true")
    persona.settle()
    assert len(ids(persona)) == kept
    assert [entry["count"] for entry in persona.ask("GET", "/v2/queue").body["queue"]] == [left - kept]


@pytest.mark.parametrize("persona", SINCE, indirect=True)
@pytest.mark.usefixtures("agents")
def test_so_does_the_rollback_of_a_scale_up(persona: HostedMarathon) -> None:
    create(persona, instances=2)
    deployment = grow(persona, 6)
    assert persona.ask("DELETE", f"/v2/deployments/{deployment}").status == 200
    persona.settle()
    assert ids(persona) == []


@pytest.mark.parametrize("persona", SINCE, indirect=True)
@pytest.mark.usefixtures("agents")
def test_so_does_a_plain_scale_down_after_an_abandoned_scale_up(persona: HostedMarathon) -> None:
    create(persona, instances=5)
    deployment = grow(persona, 8)
    assert persona.ask("DELETE", f"/v2/deployments/{deployment}?force=true").status == 202
    put(persona, {"instances": 3})
    persona.settle()
    assert ids(persona) == []


@pytest.mark.parametrize("persona", SINCE, indirect=True)
@pytest.mark.parametrize("selection", ["YOUNGEST_FIRST", "OLDEST_FIRST"])
def test_with_one_of_two_just_dead_the_living_one_is_killed(persona: HostedMarathon, selection: str) -> None:
    """4 of 4 on 1.11 and 6 of 6 on 1.8, whatever the killSelection; nobody for as long as the backoff lasts."""
    create(persona, instances=2, killSelection=selection, **LONG)
    die(persona)
    put(persona, {"instances": 1})
    persona.settle()
    assert (ids(persona), persona.app("/scaled")["tasksRunning"]) == ([], 0)
    assert persona.ask("DELETE", "/v2/queue/scaled/delay").status == 204
    persona.until("/v2/apps/scaled", lambda body: body["app"]["tasksRunning"] == 1)


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
@pytest.mark.usefixtures("agents")
@pytest.mark.parametrize(("running", "wanted", "left"), [(6, 8, 2), (3, 6, 2), (2, 6, 2), (6, 8, 7)])
def test_before_1_8_what_is_not_launched_is_no_instance(
    persona: HostedMarathon, running: int, wanted: int, left: int
) -> None:
    """24 of 25 runs kept the target."""
    create(persona, instances=running)
    grow(persona, wanted)
    put(persona, {"instances": left}, "?force=true")
    persona.until("/v2/apps/scaled", lambda body: body["app"]["tasksRunning"] == min(running, left))


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
@pytest.mark.parametrize(("order", "left"), [("tracker", 2), ("worst", 0)])
def test_before_1_8_the_moment_before_a_first_status(persona: HostedMarathon, order: str, left: int) -> None:
    """6 to 8, then 2 by force: once of 25 times all six were killed, as the two new ones had no status yet."""
    persona.settings.kill_order = order
    old = set(create(persona, instances=6))
    persona.settings.speed = 1  # so that the new ones stay without a status
    put(persona, {"instances": 8})
    persona.until("/v2/apps/scaled", lambda body: body["app"]["tasksStaged"] == 2)
    put(persona, {"instances": 2}, "?force=true")
    persona.settle()
    persona.until("/v2/apps/scaled", lambda body: len(body["app"]["tasks"]) == 2)
    assert len(old & {task["id"] for task in tasks(persona)}) == left


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
@pytest.mark.parametrize(("selection", "stay"), [("YOUNGEST_FIRST", "old"), ("OLDEST_FIRST", "young")])
def test_among_equals_the_kill_selection_decides_and_health_does_not(
    persona: HostedMarathon, selection: str, stay: str
) -> None:
    """OLDEST_FIRST kills the healthy old ones and keeps the unhealthy young ones, 6 of 6; YOUNGEST_FIRST the other way round."""
    check = {"path": "/", "portIndex": 0, "intervalSeconds": 5, "maxConsecutiveFailures": 0}
    images = [{"docker": {"image": f"lab/{name}"}} for name in ("ok", "never-healthy")]
    fields = {"cmd": None, "instances": 2, "killSelection": selection, "healthChecks": [check]}
    old = create(persona, container=images[0], **fields)
    put(persona, {"container": images[1]})
    body = persona.until("/v2/apps/scaled", lambda body: body["app"]["tasksRunning"] == 4)
    young = [task["id"] for task in body["app"]["tasks"] if task["id"] not in old]
    put(persona, {"instances": 3}, "?force=true")
    persona.settle()
    put(persona, {"instances": 2})
    persona.settle()
    assert sorted(ids(persona)) == sorted(old if stay == "old" else young)


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
def test_to_kill_the_bad_ones_of_an_abandoned_restart_and_scale_kills_the_good_ones_too(
    persona: HostedMarathon,
) -> None:
    """Two of four killed with `scale=true`: 2 - 2 = 0 instances. Once each on 1.11, 1.4 and 1.5."""
    check = {"path": "/", "portIndex": 0, "intervalSeconds": 5, "maxConsecutiveFailures": 0}
    images = [{"docker": {"image": f"lab/{name}"}} for name in ("ok", "never-healthy")]
    old = create(persona, cmd=None, container=images[0], instances=2, healthChecks=[check])
    deployment = put(persona, {"container": images[1]})
    body = persona.until("/v2/apps/scaled", lambda body: body["app"]["tasksRunning"] == 4)
    bad = [task["id"] for task in body["app"]["tasks"] if task["id"] not in old]
    assert persona.ask("DELETE", f"/v2/deployments/{deployment}?force=true").status == 202
    assert persona.ask("POST", "/v2/tasks/delete?scale=true", {"ids": bad}).status == 200
    persona.settle()
    assert (persona.app("/scaled")["instances"], tasks(persona)) == (0, [])


@pytest.mark.parametrize("persona", SINCE, indirect=True)
def test_a_task_comes_back_in_the_same_instance(persona: HostedMarathon) -> None:
    """As its next incarnation; the old id means it, too, so that to kill the dead kills the living."""
    (first,) = create(persona)
    second, third = (f"{first.removesuffix('1')}{number}" for number in (2, 3))
    die(persona)
    persona.until("/v2/apps/scaled", lambda body: [task["id"] for task in body["app"]["tasks"]] == [second])
    persona.until("/v2/apps/scaled", lambda body: body["app"]["tasksRunning"] == 1)
    killed = persona.ask("DELETE", f"/v2/apps/scaled/tasks/{first}")
    assert (killed.status, killed.body["task"]["id"]) == (200, second)
    persona.until("/v2/apps/scaled", lambda body: [task["id"] for task in body["app"]["tasks"]] == [third])
    persona.until("/v2/apps/scaled", lambda body: body["app"]["tasksRunning"] == 1)
    killed = persona.ask("POST", "/v2/tasks/delete", {"ids": [first]})
    assert [task["id"] for task in killed.body["tasks"]] == [third]
    assert persona.ask("DELETE", "/v2/apps/scaled/tasks/scaled.instance-nope._app.1").status == 404


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
def test_before_1_8_another_task_comes_in_its_place(persona: HostedMarathon) -> None:
    (first,) = create(persona)
    die(persona)
    persona.until("/v2/apps/scaled", lambda body: body["app"]["tasksRunning"] == 1)
    assert first not in ids(persona)
    assert persona.ask("DELETE", f"/v2/apps/scaled/tasks/{first}").status == 404


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
def test_a_dead_task_is_listed_until_its_instance_runs_again(persona: HostedMarathon) -> None:
    """As in the recording `crash-loop`; before 1.8 it is gone."""
    (first,) = create(persona, **LONG)
    die(persona)
    if persona.settings.marathon in BEFORE_INSTANCES:
        assert tasks(persona) == []
        return
    (task,) = tasks(persona)
    assert (task["id"], task["state"], task["ports"]) == (first, "TASK_FAILED", [])
    assert {"stagedAt", "startedAt", "version"}.isdisjoint(task)
    assert [each["id"] for each in persona.ask("GET", "/v2/tasks").body["tasks"]] == [first]
    assert (persona.app("/scaled")["tasksRunning"], persona.app("/scaled")["tasksStaged"]) == (0, 0)
    assert persona.ask("DELETE", f"/v2/apps/scaled/tasks/{first}").body["task"]["state"] == "TASK_FAILED"
    put(persona, {"instances": 0})
    persona.settle()
    assert tasks(persona) == []


@pytest.mark.parametrize("persona", SINCE, indirect=True)
def test_health_is_inherited(persona: HostedMarathon) -> None:
    """The dead one counts as healthy (running 3, healthy 4), and what is relaunched is healthy before anybody asked it."""
    create(persona, instances=2, healthChecks=[UNCHECKED], **LONG)
    before = persona.app("/scaled")
    die(persona)
    app = persona.app("/scaled")
    assert (app["tasksRunning"], app["tasksHealthy"]) == (1, 2)
    assert persona.ask("DELETE", "/v2/queue/scaled/delay").status == 204
    app = persona.until("/v2/apps/scaled", lambda body: body["app"]["tasksRunning"] == 2)["app"]
    assert app["tasksHealthy"] == 2
    checked = {task["id"]: task["healthCheckResults"][0]["lastSuccess"] for task in before["tasks"]}
    (again,) = (task for task in app["tasks"] if task["id"] not in checked)
    assert again["healthCheckResults"][0]["alive"] is True
    assert again["healthCheckResults"][0]["lastSuccess"] < again["startedAt"]


@pytest.mark.parametrize("persona", BEFORE_INSTANCES, indirect=True)
def test_before_1_8_the_dead_are_dropped_at_once(persona: HostedMarathon) -> None:
    create(persona, instances=2, healthChecks=[UNCHECKED], **LONG)
    die(persona)
    app = persona.app("/scaled")
    assert (app["tasksRunning"], app["tasksHealthy"]) == (1, 1)


@pytest.mark.parametrize("persona", IN_TURN, indirect=True)
def test_a_killed_task_is_followed_by_one_once_it_has_ended(persona: HostedMarathon) -> None:
    """Not before, and by one only: also while a deployment waits for it, as in the recording `unhealthy-kill`."""
    check = {"path": "/", "portIndex": 0, "intervalSeconds": 5, "gracePeriodSeconds": 1, "maxConsecutiveFailures": 1}
    body = {**APP, "cmd": None, "container": {"docker": {"image": "lab/never-healthy"}}, "healthChecks": [check]}
    since = max((entry["seq"] for entry in persona.journal.entries()), default=0)
    assert persona.ask("POST", "/v2/apps", body).status == 201

    def deaths() -> list[str]:
        entries = persona.journal.entries(since, {"app": "/scaled"})
        return [entry["kind"] for entry in entries if entry["kind"] in ("start", "kill", "end")]

    persona.until("/v2/apps", lambda _body: deaths().count("end") >= 3)
    assert deaths()[:9] == ["start", "kill", "end"] * 3
