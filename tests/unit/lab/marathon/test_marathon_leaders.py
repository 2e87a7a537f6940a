# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change of the leader answers, forgets and resumes: as running Marathons did."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from contract import IN_TURN
from hosted import HostedMarathon, Listener

CHECK = {"path": "/", "portIndex": 0, "intervalSeconds": 5, "timeoutSeconds": 1000, "maxConsecutiveFailures": 0}
GOOD, BAD = ({"docker": {"image": f"lab/{name}"}} for name in ("ok", "never-healthy"))


@pytest.fixture(params=IN_TURN)
def marathon(request: pytest.FixtureRequest) -> Iterator[HostedMarathon]:
    """Two nodes of each persona that answer as measured."""
    with HostedMarathon(marathon=request.param, marathon_nodes=2, election_answers="measured") as marathon:
        yield marathon


def lead(marathon: HostedMarathon, node: int | None) -> None:
    marathon.within(marathon.server.disturb(leader=node))


def stuck(marathon: HostedMarathon) -> tuple[str, set[str]]:
    """Have a restart of 2 tasks that never ends; return the deployment's id and the old tasks."""
    body = {"id": "/led", "cpus": 0.01, "mem": 1, "instances": 2, "container": GOOD, "healthChecks": [CHECK]}
    assert marathon.ask("POST", "/v2/apps", body).status == 201
    marathon.settle()
    old = {task["id"] for task in marathon.app("/led")["tasks"]}
    deployment = marathon.ask("PUT", "/v2/apps/led", {"container": BAD}).body["deploymentId"]
    marathon.until("/v2/apps/led", lambda body: body["app"]["tasksRunning"] == 4)
    return str(deployment), old


def test_what_is_answered_without_a_leader(marathon: HostedMarathon) -> None:
    lead(marathon, None)
    reads = [marathon.ask("GET", "/v2/apps") for _each in range(4)]
    assert {answer.status for answer in reads} == {500, 502}
    assert all("<html>" in answer.body for answer in reads)
    body = {"id": "/led", "cmd": "sleep 1000", "instances": 0}
    writes = [marathon.ask("POST", "/v2/apps", body) for _each in range(3)]
    said: dict[int, Any] = {answer.status: answer.body for answer in writes}
    assert said[500]["message"].startswith("not currently active (Actor[")
    assert said[422] == {"message": "requirement failed: the store must be opened before it can be used"}
    lead(marathon, 1)
    assert marathon.ask("GET", "/v2/apps").body == {"apps": []}


def test_deployments_are_resumed_by_their_ids_and_once_not_shown(marathon: HostedMarathon) -> None:
    """1.11: one answer at the start of the leadership, 200, showed no deployment of two apps; the next had them."""
    deployment, _old = stuck(marathon)
    listener = Listener(marathon)
    listener.wait_for("event_stream_attached")
    lead(marathon, 1)
    assert listener.ended.wait(20)
    standby = marathon.server.url.split(",")[0]
    seen = [marathon.ask("GET", "/v2/apps/led", url=standby).body["app"]["deployments"] for _each in range(2)]
    first = [] if marathon.settings.marathon == "1.11" else [{"id": deployment}]
    assert seen == [first, [{"id": deployment}]]
    assert [each["id"] for each in marathon.ask("GET", "/v2/deployments").body] == [deployment]


def test_a_stuck_restart_that_is_resumed_kills_the_healthy_ones_for_good(marathon: HostedMarathon) -> None:
    """2 of 2 on 1.11, and on 1.8: it counts four for two, only old ones are candidates, and the sick ones stay."""
    deployment, old = stuck(marathon)
    lead(marathon, 1)
    app = marathon.until("/v2/apps/led", lambda body: len(body["app"]["tasks"]) == 2)["app"]
    assert old.isdisjoint(task["id"] for task in app["tasks"])
    assert (app["tasksHealthy"], app["container"]["docker"]["image"]) == (0, "lab/never-healthy")
    assert [each["id"] for each in marathon.ask("GET", "/v2/deployments").body] == [deployment]


def test_a_killed_leader_cuts_an_answer_short_and_takes_its_streams_along(marathon: HostedMarathon) -> None:
    """One truncated body from the dying one, then refused or 500 and 502 for as long as nobody leads; streams end within 0.7 s."""
    marathon.settings.election_seconds = 0.5
    first, second = marathon.server.url.split(",")
    listener = Listener(marathon)
    listener.wait_for("event_stream_attached")

    async def kill() -> None:
        marathon.server.kill_leader()

    marathon.within(kill())
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        marathon.ask("GET", "/v2/apps", url=first)
    assert listener.ended.wait(20)
    while marathon.server.leader_address == first.removeprefix("http://"):
        with contextlib.suppress(requests.ConnectionError):
            marathon.ask("GET", "/ping", url=first)
        assert marathon.ask("GET", "/v2/apps", url=second).status in (200, 500, 502)
    assert marathon.ask("GET", "/v2/apps", url=first).body == {"apps": []}


def test_a_killed_marathon_without_another_is_away_until_it_has_started_again() -> None:
    with HostedMarathon(election_seconds=0.3) as marathon:

        async def kill() -> None:
            marathon.server.kill_leader()

        marathon.within(kill())
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            marathon.ask("GET", "/v2/apps")
        is_away = False
        while not is_away:
            try:
                marathon.ask("GET", "/v2/apps")
            except requests.ConnectionError as error:
                # What was open still may be reset first.
                is_away = "refused" in str(error)
        for _each in range(600):
            with contextlib.suppress(requests.ConnectionError):
                assert marathon.ask("GET", "/v2/apps").body == {"apps": []}
                return
            time.sleep(0.05)
        pytest.fail("It did not come back.")


def test_an_election_takes_as_long_as_it_is_told(marathon: HostedMarathon) -> None:
    marathon.settings.election_seconds = 0.3
    assert marathon.ask("DELETE", "/v2/leader").body == {"message": "Leadership abdicated"}
    marathon.until(
        "/v2/leader", lambda body: body["leader"] == marathon.server.url.split(",")[1].removeprefix("http://")
    )
