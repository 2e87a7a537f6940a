# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The npm package marathon-event-bus-client hears what the lab's Marathon does, in order."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.environments import node_modules_with
from tests.lab.process import LabProcess
from tests.whole import also

PROGRAM = Path(__file__).with_name("event_bus_client.js")
TYPES = ("deployment_info deployment_step_success status_update_event deployment_success deployment_failed").split()
BEFORE_STARTING = ("1.4", "1.5")
PATIENCE = 60.0

pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and shutil.which("npm")), reason="node and npm are not installed"
)


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """The folder that holds the package."""
    return node_modules_with("marathon-event-bus-client@0.1.7")


@pytest.mark.parametrize("release", ["1.4", *also("1.5", "1.8"), "1.11"])
def test_it_hears_deployments_in_order(node_modules: Path, release: str) -> None:
    app = {"id": "/heard", "cmd": "sleep 1000", "cpus": 0.1, "mem": 16, "instances": 1}
    with LabProcess(marathon=release, speed=100, connector="silent") as lab:
        apps = lab.env["MARATHON_URL"] + "/v2/apps"
        with listening(node_modules, lab.env["MARATHON_URL"]) as events:
            assert next(events)["name"] == "subscribed"
            created = requests.post(apps, json=app, timeout=10).json()["deployments"][0]["id"]
            assert until_success(events, created) == [
                "deployment_info StartApplication",
                "deployment_step_success StartApplication",
                "deployment_info ScaleApplication",
                *([] if release in BEFORE_STARTING else ["status_update_event TASK_STARTING"]),
                "status_update_event TASK_RUNNING",
                "deployment_step_success ScaleApplication",
                "deployment_success",
            ]
            deleted = requests.delete(f"{apps}/heard", timeout=10).json()["deploymentId"]
            assert until_success(events, deleted) == [
                "deployment_info StopApplication",
                "status_update_event TASK_KILLING",
                # Later ones do not wait for the end of the tasks to tell of a success.
                *(["status_update_event TASK_KILLED"] if release in BEFORE_STARTING else []),
                "deployment_step_success StopApplication",
                "deployment_success",
            ]


@contextmanager
def listening(node_modules: Path, url: str) -> Iterator[Iterator[dict[str, Any]]]:
    """What the package hears, event by event; it ends with the block, or when it takes too long."""
    environment = {"PATH": os.environ["PATH"], "NODE_PATH": str(node_modules)}
    with subprocess.Popen(["node", PROGRAM, url, *TYPES], env=environment, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdout is not None
        deadline = threading.Timer(PATIENCE, node.kill)
        deadline.start()
        try:
            yield map(json.loads, node.stdout)
        finally:
            deadline.cancel()
            node.kill()


def until_success(events: Iterator[dict[str, Any]], deployment: str) -> list[str]:
    """Return what is heard until this deployment has succeeded, a line each; all of it is about this deployment."""
    heard = []
    for event in events:
        name, data = event["name"], event["data"]
        plan = data.get("plan", {"id": deployment})
        assert plan["id"] == deployment, event
        actions = [action["action"] for action in data.get("currentStep", {}).get("actions", [])]
        heard.append(" ".join([name, *actions, *filter(None, [data.get("taskStatus")])]))
        if name == "deployment_success":
            assert data["id"] == deployment
            return heard
    raise AssertionError(f"no deployment_success came after {heard}")
