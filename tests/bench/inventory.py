# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the inventory takes to make hosts of few and of thousands of services, of apps as a running Marathon returned one."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply, ScriptedServer

from tests.bench.figures import Figures
from tests.recordings.replay import exchanges

RUNS = 3
SERVICES = (20, 2000)
PRIORITIES = (10, 20)
GROUPS = {
    "keyed_groups": [{"key": "dcos_avi_labels.team", "prefix": "team"}],
    "groups": {"locked": "dcos_avi_lock is not none"},
}


def main() -> int:
    recorded = Figures("inventory")
    slowest = 0.0
    for services in SERVICES:
        for groups in ({}, GROUPS):
            figures = measure(services, groups)
            recorded.add(f"{services} services", figures)
            slowest = max(slowest, 0 if groups else figures["seconds"])
    return 0 if slowest < 2 else 1


def measure(services: int, groups: dict[str, Any]) -> dict[str, Any]:
    """Make hosts of so many services, each with its listener and a version at zero, and another one that runs."""
    text = json.dumps({"apps": list(apps(services))})
    server = ScriptedServer()
    server.answer = lambda request: Reply(200, text=text)
    try:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "services.dcos_avi.yml")
            source.write_text(json.dumps({"plugin": "dcos.avi.services", "marathon_url": server.url, **groups}))
            times = timed(source, services)
            requests = len(server.requests) / RUNS
            command = statistics.median(timed_command(source) for _run in range(RUNS))
    finally:
        server.close()
    return {
        "services": services,
        "groups": bool(groups),
        "megabytes": round(len(text) / 1e6, 1),
        "requests": requests,
        "seconds": round(statistics.median(times), 2),
        "slowest": round(max(times), 2),
        "command": round(command, 2),
    }


def apps(services: int) -> Iterator[dict[str, Any]]:
    """The apps of so many services, each as the recorded one but for what names it."""
    of_case = exchanges("1.8.222")["running"]
    (recorded, *_others) = [
        item for item in of_case if item.request["path"] == "/v2/apps/r/app" and item.request["method"] == "GET"
    ]
    app = recorded.answer["body"]["app"]
    for number in range(services):
        service, team = f"shop/app-{number}", {"team": f"team-{number % 20}"}
        yield {**app, "id": f"/{service}", "instances": 0, "tasks": [], "labels": {"FE-Proxy": "yes", **team}}
        for priority in PRIORITIES:
            ab_config = json.dumps({"service": service, "priority": priority})
            runs = {} if priority == max(PRIORITIES) else {"instances": 0, "tasks": []}
            labels = {"proxy_listener": "no", "ab_config": ab_config, **team}
            yield {**app, "id": f"/{service}-{priority}", "labels": labels, **runs}


def timed(source: Path, services: int) -> list[float]:
    """The processor's seconds of each of some runs until the hosts are there, without the start of a process."""
    command = [sys.executable, "-m", "tests.bench.inventory_read", str(source), str(RUNS)]
    read = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert read["hosts"] == services
    return list(read["seconds"])


def timed_command(source: Path) -> float:
    """The seconds of the whole command, which prints all variables, too."""
    command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(source), "--list"]
    begun = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    return time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main())
