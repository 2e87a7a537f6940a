# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each image of a bad version shows to Marathon, to Avi, and to users through the proxy."""

from __future__ import annotations

import http.client
import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.lab.process import ROOT, LabProcess

LISTENER = json.loads(Path(ROOT, "examples/app1.json").read_text())
IMAGES = ("ok", "never-healthy", "crash", "error", "slow", "wrong-version")


@dataclass(frozen=True)
class Answer:
    """What a user gets."""

    status: int
    seconds: float
    app: str | None
    version: str | None


class Services:
    """A service for each image; its health checks ask where users ask."""

    def __init__(self, lab: LabProcess) -> None:
        self.lab = lab
        for image in IMAGES:
            docker = {**LISTENER["container"]["docker"], "image": f"lab/{image}:7"}
            body = {**LISTENER, "id": image, "container": {**LISTENER["container"], "docker": docker}, "instances": 1}
            self._marathon("/v2/apps", {**body, "env": {"CRASH_AFTER_SECONDS": "3"}})

    def _marathon(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        with urllib.request.urlopen(
            urllib.request.Request(self.lab.env["MARATHON_URL"] + path, data, headers), timeout=10
        ) as answer:
            return json.load(answer)

    def app(self, image: str) -> Any:
        return self._marathon(f"/v2/apps/{image}?embed=app.lastTaskFailure")["app"]

    def healthy(self, image: str) -> bool:
        """Whether Marathon and Avi both say so."""
        virtual_service = self.lab.state()["avi"]["virtualservices"].get(image, {})
        return self.app(image)["tasksHealthy"] == 1 and virtual_service.get("state") == "OPER_UP"

    def ask(self, image: str) -> Answer:
        url = urlsplit(self.lab.state()["avi"]["virtualservices"][image]["url"])
        connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=10)
        began = time.monotonic()
        connection.request("GET", "/")
        got = connection.getresponse()
        got.read()
        connection.close()
        return Answer(got.status, time.monotonic() - began, got.getheader("X-Lab-App"), got.getheader("X-Lab-Version"))


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with LabProcess() as lab:
        yield Services(lab)


def wait(what: str, seen: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while not seen():
        assert time.monotonic() < deadline, f"not within a minute: {what}"
        time.sleep(0.05)


def test_one_that_crashes_was_healthy_before(services: Services) -> None:
    wait("it is healthy", lambda: services.healthy("crash"))
    assert services.ask("crash").status == 200
    wait("it crashed", lambda: "lastTaskFailure" in services.app("crash"))
    failure = services.app("crash")["lastTaskFailure"]
    assert (failure["state"], failure["message"]) == ("TASK_FAILED", "Command exited with status 1")
    wait("it is back", lambda: services.healthy("crash"))


@pytest.mark.parametrize(
    ("image", "status", "least_seconds", "version"),
    [
        ("ok", 200, 0, "7"),
        ("error", 500, 0, "7"),
        ("slow", 200, 0.3, "7"),
        ("wrong-version", 200, 0, "not-7"),
    ],
)
def test_one_that_is_healthy_and_bad_to_users(
    services: Services, image: str, status: int, least_seconds: float, version: str
) -> None:
    wait("it is healthy", lambda: services.healthy(image))
    answer = services.ask(image)
    assert (answer.status, answer.app, answer.version) == (status, f"/{image}", version)
    assert answer.seconds >= least_seconds
    assert services.healthy(image)


def test_one_that_is_never_healthy(services: Services) -> None:
    wait("it fails its checks", lambda: "lastTaskFailure" in services.app("never-healthy"))
    assert services.app("never-healthy")["lastTaskFailure"]["message"].startswith("Task was killed since health check")
    assert services.app("never-healthy")["tasksHealthy"] == 0
    assert services.ask("never-healthy").status == 503
