# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How late a wait for an app ends after its deployment has, and by how many requests: marathon_app beside a client that polls."""

from __future__ import annotations

import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from tests.bench.figures import Figures
from tests.lab.process import LabProcess
from tests.marathon.administrator import Administrator

RUNS = 20
HOSTS = 4
POLLING = "a client that polls"
PAUSE = 5.0  # seconds between two looks of the package marathon
# What a user would notice.
LATEST = 1.0


def main() -> int:
    recorded = Figures("marathon_wait")
    with LabProcess() as lab:
        url = lab.env["MARATHON_URL"]
        ends = Ends(url)
        admin = Administrator(lab, marathon_timeout=30)

        def create(app: dict[str, Any]) -> dict[str, Any]:
            return admin.ensure(definition=app, wait_interval=1)

        # Some at once, as hosts of a play; those that mostly sleep all at once.
        with ThreadPoolExecutor(HOSTS) as pool:
            ours = list(pool.map(lambda app: lateness(ends, app, create), apps("ours")))
        with ThreadPoolExecutor(RUNS) as pool:
            theirs = list(pool.map(lambda app: lateness(ends, app, lambda app: poll(url, app)), apps("theirs")))
        figures = [
            {"section": "marathon_app", **figures_of(ours), "requests": requests_of(lab, "dcos.avi")},
            {"section": POLLING, **figures_of(theirs), "requests": requests_of(lab, POLLING)},
        ]
    for figure in figures:
        recorded.add(figure["section"], figure)
    return 0 if max(ours) < LATEST else 1


class Ends:
    """When each deployment ended, as Marathon's events tell it."""

    def __init__(self, url: str) -> None:
        self._at: dict[str, float] = {}
        self._heard = threading.Condition()
        headers = {"Accept": "text/event-stream"}
        self._stream = requests.get(
            f"{url}/v2/events?event_type=deployment_success", headers=headers, stream=True, timeout=60
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._stream.iter_lines(chunk_size=1):
            if line.startswith(b"data:"):
                with self._heard:
                    self._at[json.loads(line[5:])["id"]] = time.monotonic()
                    self._heard.notify_all()

    def of(self, deployment_id: str) -> float:
        """Return when a deployment ended."""
        with self._heard:
            self._heard.wait_for(lambda: deployment_id in self._at, timeout=10)
            return self._at[deployment_id]


def apps(prefix: str) -> list[dict[str, Any]]:
    """Return definitions whose tasks take their time to be healthy, each another one."""
    chance = random.Random(1)
    return [
        {
            "id": f"/{prefix}-{number}",
            "cpus": 0.1,
            "mem": 16,
            "env": {"SLOW_START_SECONDS": str(round(chance.uniform(0.3, 1.5), 2))},
            "container": {
                "type": "DOCKER",
                "docker": {"image": "lab/slow-start", "network": "BRIDGE", "portMappings": [{"containerPort": 80}]},
            },
            "healthChecks": [{"path": "/", "gracePeriodSeconds": 300, "intervalSeconds": 5}],
        }
        for number in range(RUNS)
    ]


def lateness(ends: Ends, app: dict[str, Any], wait: Callable[[dict[str, Any]], dict[str, Any]]) -> float:
    """Return how many seconds after the end of its deployment the app's creation has been waited for."""
    deployment_id = wait(app)["deployment_id"]
    returned = time.monotonic()
    return returned - ends.of(deployment_id)


def poll(url: str, app: dict[str, Any]) -> dict[str, Any]:
    """Create an app and wait until its deployment is over, by a look every few seconds."""
    session = requests.Session()
    session.headers["User-Agent"] = POLLING
    deployment_id = session.post(f"{url}/v2/apps", json=app, timeout=30).json()["deployments"][0]["id"]
    while deployment_id in [each["id"] for each in session.get(f"{url}/v2/deployments", timeout=30).json()]:
        time.sleep(PAUSE)
    return {"deployment_id": deployment_id}


def figures_of(late: list[float]) -> dict[str, Any]:
    twentieths = statistics.quantiles(late, n=20)
    return {
        "runs": len(late),
        "seconds_late": round(statistics.median(late), 3),
        "seconds_late_95": round(twentieths[-1], 3),
        "seconds_late_most": round(max(late), 3),
    }


def requests_of(lab: LabProcess, client: str) -> float:
    """Return how many requests a run made."""
    return len(lab.journal(kind="request", client=client)) / RUNS


if __name__ == "__main__":
    sys.exit(main())
