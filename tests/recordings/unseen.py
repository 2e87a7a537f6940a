# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the recorded cases did between the exchanges that were kept: a case is a selection, the README of the data says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Step:
    """A request whose answer is of no interest, or one that is repeated until its answer fits."""

    method: str
    path: str
    body: Any = None
    until: Callable[[Any], bool] | None = None
    only: tuple[str, ...] = ()
    """The releases of which it was done; all if none is named."""
    refused: bool = False
    """It is to be refused."""
    keeps_version: bool = False
    """The version that it answers stands for the first one that the case names and no answer showed."""


#: In a body, the version that ``keeps_version`` kept.
KEPT = "KEPT"


def until(path: str, fits: Callable[[Any], bool]) -> Step:
    """Return the step that waits until the answer at a path fits."""
    return Step("GET", path, until=fits)


def running(app: str, count: int) -> Step:
    """Return the step that waits until so many tasks of an app run."""
    return until(f"/v2/apps{app}", lambda body: body["app"]["tasksRunning"] == count)


def checked(app: str, count: int) -> Step:
    """Return the step that waits until so many tasks of an app are healthy, and no deployment of it runs."""
    return until(f"/v2/apps{app}", lambda body: body["app"]["tasksHealthy"] == count and not body["app"]["deployments"])


SETTLED = until("/v2/deployments", lambda body: not body)
SMALL = {"cmd": "sleep 1000", "cpus": 0.01, "mem": 1}
CHECK = {
    "protocol": "HTTP",
    "path": "/",
    "portIndex": 0,
    "gracePeriodSeconds": 5,
    "intervalSeconds": 2,
    "timeoutSeconds": 2,
    "maxConsecutiveFailures": 3,
}

GENTLE = {"upgradeStrategy": {"maximumOverCapacity": 1, "minimumHealthCapacity": 1}}


def _create(app: str, **more: Any) -> Step:
    return Step("POST", "/v2/apps", {"id": app, **SMALL, **more})


def image(name: str) -> dict[str, Any]:
    """Return the fields of an app that runs an image."""
    return {"cmd": None, "container": {"type": "DOCKER", "docker": {"image": name}}}


def _bridged(*mappings: dict[str, Any], **docker: Any) -> dict[str, Any]:
    """A container as all releases take it."""
    with_mappings = {"image": "lab/ok", "portMappings": list(mappings), **docker}
    return {"cmd": None, "container": {"type": "DOCKER", "docker": with_mappings}}


BRIDGE = _bridged({"containerPort": 80, "name": "http"}, {"containerPort": 81, "protocol": "udp"}, network="BRIDGE")
USER = {**_bridged({"containerPort": 80}, network="USER"), "ipAddress": {"networkName": "blue"}}
U = {
    "labels": {"a": "1", "b": "2"},
    "env": {"E": "1"},
    "constraints": [["hostname", "UNIQUE"]],
    "healthChecks": [{"path": "/", "protocol": "HTTP", "portIndex": 0}],
    "instances": 0,
}
READY = {
    **image("lab/slow-start"),
    "env": {"SLOW_START_SECONDS": "1.5"},
    "portDefinitions": [{"port": 0, "name": "http"}],
    "readinessChecks": [
        {
            "name": "readinessCheck",
            "path": "/",
            "portName": "http",
            "intervalSeconds": 2,
            "timeoutSeconds": 1,
            "preserveLastResponse": True,
        }
    ],
}

#: Cases that ask within a moment of a task's life (a grace period of 2 s), which a busy machine may miss: so often they are tried.
MOMENTARY = {"unhealthy": 5}
#: By case: the steps before the exchange of this number.
UNSEEN: dict[str, dict[int, tuple[Step, ...]]] = {
    "updates": {0: (Step("POST", "/v2/apps", {"id": "/u", **SMALL, **U}, keeps_version=True), SETTLED), 1: (SETTLED,)},
    "running": {
        1: (checked("/r/app", 3),),
        15: (SETTLED,),
        17: (SETTLED, Step("PUT", "/v2/apps/r/app", {"instances": 2}), checked("/r/app", 2)),
        18: (SETTLED,),
        19: (SETTLED,),
        20: (SETTLED,),
    },
    "running-kinds": {
        0: (
            _create("/k/nocheck"),
            _create("/k/bridge", **BRIDGE),
            _create("/k/user", **USER),
            _create("/k/noports", ports=[], portDefinitions=[]),
            *(running(f"/k/{name}", 1) for name in ("nocheck", "bridge", "user", "noports")),
            SETTLED,
        )
    },
    "staging": {
        0: (
            _create("/st", healthChecks=[CHECK]),
            until("/v2/apps/st", lambda body: bool(body["app"]["tasks"])),
            replace(running("/st", 1), only=("1.8.222",)),
        )
    },
    "locked": {
        0: (
            _create("/l/app", cpus=1000),
            until("/v2/queue", lambda body: bool(body["queue"])),
        ),
        8: (until("/v2/queue", lambda body: bool(body["queue"])),),
    },
    "rollbacks": {
        0: (
            _create("/rb", **image("lab/ok"), cpus=1000),
            until("/v2/deployments", bool),
        ),
        1: (SETTLED,),
        3: (
            _create("/rb", **image("lab/ok"), instances=2, healthChecks=[CHECK], **GENTLE),
            checked("/rb", 2),
            Step("PUT", "/v2/apps/rb", image("lab/never-healthy")),
            until("/v2/apps/rb", lambda body: body["app"]["tasksRunning"] == 4),
        ),
        7: (checked("/rb", 2),),
    },
    "born-again": {
        0: (
            Step("POST", "/v2/apps", {"id": "/ba/x", **SMALL, "instances": 0}, keeps_version=True),
            SETTLED,
            Step("DELETE", "/v2/apps/ba/x"),
            SETTLED,
        ),
        2: (_create("/ba/x", instances=0, cpus=0.5), SETTLED),
        4: (
            SETTLED,
            Step("PUT", "/v2/apps/ba/x", {"version": KEPT}, only=("1.5.15", "1.8.222", "1.11")),
            SETTLED,
        ),
    },
    "cycles": {
        3: (Step("PUT", "/v2/apps/c/a?force=true", {"dependencies": ["b", "../x", "../../y", "./q"]}), SETTLED),
    },
    "crash-loop": {
        0: (
            _create("/cl", **image("lab/crash"), backoffSeconds=60),
            until("/v2/apps/cl?embed=app.lastTaskFailure", lambda body: "lastTaskFailure" in body["app"]),
        )
    },
    "unhealthy": {
        0: (
            _create(
                "/h",
                **image("lab/never-healthy"),
                healthChecks=[
                    {
                        **CHECK,
                        "gracePeriodSeconds": 2,
                        "intervalSeconds": 1,
                        "timeoutSeconds": 1,
                        "maxConsecutiveFailures": 40,
                    }
                ],
            ),
            until("/v2/apps/h", lambda body: body["app"]["tasksUnhealthy"] == 1),
        )
    },
    "readiness-run": {
        0: (
            _create("/y", **READY),
            until(
                "/v2/apps/y?embed=app.readiness",
                lambda body: any("lastResponse" in each for each in body["app"]["readinessCheckResults"]),
            ),
        ),
        2: (SETTLED,),
    },
    "negotiation": {0: (_create("/ng"), running("/ng", 1), SETTLED)},
}
