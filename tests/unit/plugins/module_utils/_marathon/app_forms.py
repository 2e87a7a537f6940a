# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One app in the form of old and new releases, and as Marathon shows it."""

from __future__ import annotations

OLD_FORM = {
    "id": "/web",
    "cpus": 0.1,
    "mem": 64,
    "container": {
        "type": "DOCKER",
        "docker": {"image": "nginx", "network": "BRIDGE", "portMappings": [{"containerPort": 80}]},
    },
    "healthChecks": [{"path": "/"}],
    "labels": {"a": "b"},
}


NEW_FORM = {
    "id": "web",
    "cpus": "0.1",
    "mem": 64.0,
    "networks": [{"mode": "container/bridge"}],
    "container": {"docker": {"image": "nginx"}, "portMappings": [{"containerPort": "80", "protocol": "tcp"}]},
    "healthChecks": [{"path": "/", "protocol": "HTTP"}],
    "labels": {"a": "b"},
}


# What GET shows of either, from 1.8 on.
SHOWN = {
    "id": "/web",
    "backoffFactor": 1.15,
    "backoffSeconds": 1,
    "container": {
        "type": "DOCKER",
        "docker": {"forcePullImage": False, "image": "nginx", "parameters": [], "privileged": False},
        "volumes": [],
        "portMappings": [{"containerPort": 80, "hostPort": 0, "labels": {}, "protocol": "tcp", "servicePort": 10000}],
    },
    "cpus": 0.1,
    "disk": 0,
    "executor": "",
    "healthChecks": [
        {
            "gracePeriodSeconds": 300,
            "ignoreHttp1xx": False,
            "intervalSeconds": 60,
            "maxConsecutiveFailures": 3,
            "path": "/",
            "portIndex": 0,
            "protocol": "HTTP",
            "ipProtocol": "IPv4",
            "timeoutSeconds": 20,
            "delaySeconds": 15,
        }
    ],
    "instances": 1,
    "labels": {"a": "b"},
    "maxLaunchDelaySeconds": 300,
    "mem": 64,
    "gpus": 0,
    "networks": [{"mode": "container/bridge"}],
    "requirePorts": False,
    "upgradeStrategy": {"maximumOverCapacity": 1, "minimumHealthCapacity": 1},
    "version": "2026-01-01T00:00:00.000Z",
    "versionInfo": {
        "lastScalingAt": "2026-01-01T00:00:00.000Z",
        "lastConfigChangeAt": "2026-01-01T00:00:00.000Z",
    },
    "killSelection": "YOUNGEST_FIRST",
    "unreachableStrategy": {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0},
    "role": "*",
    "tasksRunning": 1,
    "deployments": [],
    "tasks": [{"id": "web.1", "ipAddresses": [{"ipAddress": "10.0.0.1", "protocol": "IPv4"}], "ports": [31000]}],
}


# The same from 1.4.
SHOWN_BY_1_4 = {
    "id": "/web",
    "cmd": None,
    "args": None,
    "user": None,
    "env": {},
    "instances": 1,
    "cpus": 0.1,
    "mem": 64,
    "disk": 0,
    "gpus": 0,
    "executor": "",
    "constraints": [],
    "uris": [],
    "fetch": [],
    "storeUrls": [],
    "backoffSeconds": 1,
    "backoffFactor": 1.15,
    "maxLaunchDelaySeconds": 3600,
    "container": {
        "type": "DOCKER",
        "volumes": [],
        "docker": {
            "image": "nginx",
            "network": "BRIDGE",
            "portMappings": [
                {"containerPort": 80, "hostPort": 0, "servicePort": 10000, "protocol": "tcp", "labels": {}}
            ],
            "privileged": False,
            "parameters": [],
            "forcePullImage": False,
        },
    },
    "healthChecks": [
        {
            "gracePeriodSeconds": 300,
            "intervalSeconds": 60,
            "timeoutSeconds": 20,
            "maxConsecutiveFailures": 3,
            "portIndex": 0,
            "path": "/",
            "protocol": "HTTP",
            "ignoreHttp1xx": False,
        }
    ],
    "readinessChecks": [],
    "dependencies": [],
    "upgradeStrategy": {"minimumHealthCapacity": 1, "maximumOverCapacity": 1},
    "killSelection": "YOUNGEST_FIRST",
    "unreachableStrategy": {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0},
    "labels": {"a": "b"},
    "ipAddress": None,
    "residency": None,
    "secrets": {},
    "taskKillGracePeriodSeconds": None,
    "ports": [10000],
    "portDefinitions": [{"port": 10000, "protocol": "tcp", "labels": {}}],
    "requirePorts": False,
    "version": "2026-01-01T00:00:00.000Z",
}


PORT = {"containerPort": 80, "hostPort": 0, "labels": {}, "protocol": "tcp", "servicePort": 10000}


def shown(**fields):
    return {**SHOWN, **fields}
