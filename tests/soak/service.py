# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service under traffic in a lab of its own, who serves it, and the state a migration leaves it in."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import ENDED, RUN

from tests.demo import EXAMPLE
from tests.lab.process import LabProcess
from tests.lab.traffic.client import Mix
from tests.lab.traffic.process import TrafficProcess
from tests.lab.traffic.tally import add_up
from tests.soak.configurations import SERVICE

FUNCTIONAL_RATE = 200
"""Requests a second where it is shown that nothing is lost, not how much is carried."""


def load(rate: float = FUNCTIONAL_RATE, mix: Mix | None = None) -> dict[str, Any]:
    """What is sent, for the record."""
    return {"rate": rate, **asdict(mix or Mix())}


@contextlib.contextmanager
def serving(
    *, rate: float = FUNCTIONAL_RATE, mix: Mix | None = None, **settings: Any
) -> Iterator[tuple[LabProcess, TrafficProcess]]:
    """A lab with these settings in which the listener serves traffic."""
    with LabProcess(**settings) as lab:
        create_listeners(lab, [SERVICE])
        with TrafficProcess(lab.env["LAB_VIP_URL"], rate=rate, mix=mix) as traffic:
            yield lab, traffic


def end_state(lab: LabProcess) -> dict[str, Any]:
    """What a migration is to leave behind, by the lab's own account: all apps, so that a lock or a preview left over shows, and who serves."""
    apps = asked_of_marathon(lab, "/v2/apps")["apps"]
    return {
        "apps": {
            app["id"]: {
                "instances": app["instances"],
                "running": app["tasksRunning"],
                "labels": {key: _without_when(key, value) for key, value in app["labels"].items()},
            }
            for app in apps
        },
        "connector": lab.state()["connector"]["services"][SERVICE],
    }


def _without_when(label: str, value: str) -> Any:
    """What of a label is the same in two runs: of what records a run, how the version ended, not when and by whom."""
    return json.loads(value).get("outcome") if label in (RUN, ENDED) else value


def asked_of_marathon(lab: LabProcess, path: str) -> Any:
    """What the lab's Marathon answers to a GET."""
    with urllib.request.urlopen(_marathon(lab) + path, timeout=10) as answer:
        return json.load(answer)


def scaled(lab: LabProcess, app: str, instances: int) -> None:
    """Scale an app, as somebody else would."""
    send(lab, "PUT", f"/v2/apps/{app}", {"instances": instances})


def send(lab: LabProcess, method: str, path: str, body: Mapping[str, Any]) -> None:
    """Have the lab's Marathon change something, as somebody else would."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(_marathon(lab) + path, json.dumps(body).encode(), headers, method=method)
    urllib.request.urlopen(request, timeout=10).close()


def _marathon(lab: LabProcess) -> str:
    """The address of Marathon's first node, which passes on what is for another."""
    return lab.env["MARATHON_URL"].split(",")[0]


def who_serves(traffic: TrafficProcess) -> set[str]:
    """The apps that answer in the next whole second."""
    seen = len(traffic.laps())
    traffic.wait_for(lambda _total: len(traffic.laps()) >= seen + 2)
    return set(add_up(traffic.laps()[seen + 1 :]).answered_by)


def create_listeners(lab: LabProcess, services: Sequence[str]) -> None:
    """Create the article's first app for each service, and wait until all serve."""
    listener = json.loads((EXAMPLE / "app1.json").read_text())
    for service in services:
        send(lab, "POST", "/v2/apps", {**listener, "id": f"/{service}"})
    deadline = time.monotonic() + 60
    while not all(each["state"] == "OPER_UP" for each in _virtual_services(lab, services)):
        if time.monotonic() > deadline:
            raise RuntimeError(f"Not all listeners serve: {_virtual_services(lab, services)}")
        time.sleep(0.2)


def _virtual_services(lab: LabProcess, services: Sequence[str]) -> list[dict[str, Any]]:
    known = lab.state()["avi"]["virtualservices"]
    return [known.get(service.replace("/", "-"), {"state": "missing"}) for service in services]
