# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes of several clients at once: which are refused, and which have one version, as running Marathons of each release did."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hosted import Answer, HostedMarathon, Listener

from tests.lab.marathon.clock import Clock
from tests.lab.settings import Settings

ZERO = {"cmd": "sleep 1000", "cpus": 0.01, "mem": 1, "instances": 0}
CLIENTS = 4


class Clients:
    """Connections whose requests are all on their way before the first answer is read."""

    def __init__(self, marathon: HostedMarathon) -> None:
        address = marathon.url.removeprefix("http://")
        self._connections = [http.client.HTTPConnection(address, timeout=60) for _each in range(CLIENTS)]

    def close(self) -> None:
        for each in self._connections:
            each.close()

    def send(self, method: str, path: str, bodies: Sequence[Any]) -> list[Answer]:
        """Have each client send one of the bodies; return their answers."""
        for connection, body in zip(self._connections, bodies, strict=True):
            connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        answers = [connection.getresponse() for connection in self._connections]
        return [Answer(each.status, json.loads(each.read()), each.headers) for each in answers]


@pytest.fixture
def clients(marathon: HostedMarathon) -> Iterator[Clients]:
    """Four clients of each persona in turn."""
    with contextlib.closing(Clients(marathon)) as clients:
        yield clients


def test_of_racing_posts_one_wins(marathon: HostedMarathon, clients: Clients) -> None:
    """Exactly one 201 in each of 700 rounds; the others are told 409, without deployments."""
    bodies = [{**ZERO, "id": "/raced", "labels": {"by": str(number)}} for number in range(CLIENTS)]
    answers = clients.send("POST", "/v2/apps", bodies)
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    lost = {json.dumps(answer.body) for answer in answers if answer.status != 201}
    assert lost == {json.dumps({"message": "An app with id [/raced] already exists."})}
    (won,) = (number for number, answer in enumerate(answers) if answer.status == 201)
    assert marathon.app("/raced")["labels"] == {"by": str(won)}


def test_a_put_of_an_absent_id_is_no_mutex(marathon: HostedMarathon, clients: Clients) -> None:
    """Every client gets 200 or 201 (2 of 2, 4 of 4), and the last one wins."""
    answers = clients.send("PUT", "/v2/apps/raced", [{**ZERO, "labels": {"by": str(n)}} for n in range(CLIENTS)])
    assert {answer.status for answer in answers} <= {200, 201}
    last = max(range(CLIENTS), key=lambda number: (answers[number].body["version"], number))
    assert marathon.app("/raced")["labels"] == {"by": str(last)}


def test_concurrent_writes_can_share_a_version(marathon: HostedMarathon, clients: Clients) -> None:
    """Of 160 answers 134 (1.4), 145 (1.5) and 153 (1.11) versions, no 409 at zero instances; the loser's app has its version, too."""
    marathon.ask("POST", "/v2/apps", {**ZERO, "id": "/raced"})
    for number in itertools.count():
        answers = clients.send("PUT", "/v2/apps/raced", [{"labels": {"by": f"{number}.{n}"}} for n in range(CLIENTS)])
        assert [answer.status for answer in answers] == [200] * CLIENTS
        versions = [answer.body["version"] for answer in answers]
        app = marathon.app("/raced")
        assert app["version"] == max(versions)
        if len(set(versions)) < CLIENTS:
            return
        assert number < 1000, "no two writes ever had the same version"


def test_label_puts_at_zero_are_over_before_the_next(marathon: HostedMarathon) -> None:
    """Back to back without waiting: 60 of 60 200, none visible as a deployment, each a success and none a failure in the events."""
    marathon.ask("POST", "/v2/apps", {**ZERO, "id": "/raced"})
    listener = Listener(marathon, "?event_type=deployment_success&event_type=deployment_failed")
    versions, seen, sent = [], [], []
    for number in range(60):
        answer = marathon.ask("PUT", "/v2/apps/raced", {"labels": {"number": str(number)}})
        assert answer.status == 200
        versions.append(answer.body["version"])
        sent.append(answer.body["deploymentId"])
        seen += marathon.ask("GET", "/v2/deployments").body
    for each in sent:
        listener.wait_for("deployment_success", id=each)
    listener.close()
    assert "deployment_failed" not in listener.names()
    assert versions == sorted(set(versions))  # one after the other they are strictly increasing: 200 of 200
    assert seen == []


def test_a_version_is_that_of_the_moment_a_request_began() -> None:
    clock = Clock(Settings())
    one, other = clock.begin(), clock.begin()
    versions = [clock.version(min(one, other)), clock.version(min(one, other))]
    assert versions[0] == versions[1]
    later = clock.version(clock.begin())
    assert later > versions[1]
    assert clock.version(one) >= later, "no write is older than one before it"
