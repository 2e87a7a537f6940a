# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract cases about the life of apps: creating, changing, scaling, killing, deleting."""

from __future__ import annotations

from contract import SINCE_1_5, Ask, By, Case, Holding, Like, Settled, Until, absent, sized, some

SLEEP = {"id": "{app}", "cmd": "sleep 1000", "cpus": 0.01, "mem": 1}
CHECKED = {
    **SLEEP,
    "healthChecks": [{"protocol": "HTTP", "path": "/", "portIndex": 0, "gracePeriodSeconds": 3, "intervalSeconds": 5}],
}
UNHEALTHY = {**CHECKED, "cmd": None, "container": {"docker": {"image": "lab/never-healthy"}}}
BRIDGE = {
    "type": "DOCKER",
    "docker": {"image": "nginx", "network": "BRIDGE", "portMappings": [{"containerPort": 80}]},
}
CREATE = Ask("POST", "/v2/apps", SLEEP, 201)
CREATE_AND_WAIT = (CREATE, Settled())
DEPLOYED = {"version": some, "deploymentId": some}
#: How the releases before 1.6 answer to a kill: with their own record of the task.
KILLED = {"task": {"tasksMap": {"{task}": some}, "state": {"condition": {"str": "running"}}, "id": absent}}
GONE = Ask("GET", "/v2/apps{app}", status=404, has={"message": "App '{app}' does not exist"})

CASES = [
    Case(
        1,
        "a new app is one deployment, then one task",
        [
            Ask(
                "POST",
                "/v2/apps",
                SLEEP,
                201,
                {"id": "{app}", "deployments": [{"id": some}]},
                keep={"deployment": "deployments.0.id"},
                headers={
                    "Marathon-Deployment-Id": Like("-"),
                    "Location": By(
                        {
                            "1.4": Like("^http://[^/]+/v2/apps{app}$"),
                            "1.5": Like("^http://[^/]+/v2/apps{app}$"),
                            "*": Like("^http://[^/]+{app}$"),
                        }
                    ),
                },
            ),
            Until("/v2/apps{app}", {"app": {"tasksRunning": 1, "deployments": []}}),
            Ask("GET", "/v2/apps{app}", has={"app": {"tasks": [{"appId": "{app}", "state": "TASK_RUNNING"}]}}),
            Ask("DELETE", "/v2/apps{app}", has=DEPLOYED),
        ],
    ),
    Case(
        2,
        "the same definition again changes nothing",
        [
            *CREATE_AND_WAIT,
            Ask("GET", "/v2/apps{app}", keep={"task": "app.tasks.0.id", "version": "app.version"}),
            Ask("PUT", "/v2/apps{app}", SLEEP, has=DEPLOYED),
            Settled(),
            Ask("GET", "/v2/apps{app}", has={"app": {"version": "{version}", "tasks": [{"id": "{task}"}]}}),
            Ask("GET", "/v2/apps{app}/versions", has={"versions": ["{version}"]}),
        ],
    ),
    Case(
        3,
        "two instances are listed and have two tasks",
        [
            Ask("POST", "/v2/apps", {**SLEEP, "instances": 2}, 201),
            Settled(),
            Ask("GET", "/v2/apps", has={"apps": Holding({"id": "{app}", "instances": 2, "tasksRunning": 2})}),
            Ask("GET", "/v2/apps{app}/tasks", has={"tasks": sized(2)}),
        ],
    ),
    Case(
        4,
        "an unhealthy app never gets deployed, and can be deleted",
        [
            Ask("POST", "/v2/apps", UNHEALTHY, 201),
            Until("/v2/apps{app}", {"app": {"tasksUnhealthy": 1, "deployments": [{"id": some}]}}),
            Until("/v2/apps{app}", {"app": {"lastTaskFailure": {"message": Like("health check failed")}}}),
            Ask("DELETE", "/v2/apps{app}?force=true"),
            GONE,
        ],
    ),
    *(
        Case(
            5,
            f"{method} of one field replaces the tasks and keeps the rest",
            [
                Ask("POST", "/v2/apps", CHECKED, 201),
                Settled(),
                Ask("GET", "/v2/apps{app}", keep={"task": "app.tasks.0.id"}),
                Ask(method, "/v2/apps{app}", {"cmd": "sleep 2000"}, has=DEPLOYED),
                Settled(),
                Ask(
                    "GET",
                    "/v2/apps{app}",
                    has={"app": {"cmd": "sleep 2000", "healthChecks": [{"path": "/"}], "tasks": sized(1)}},
                    keep={"new_task": "app.tasks.0.id"},
                ),
                Ask(
                    "DELETE", "/v2/apps{app}/tasks/{task}", status=404, has={"message": "Task '{task}' does not exist"}
                ),
                Ask("DELETE", "/v2/apps{app}"),
            ],
        )
        for method in ("PUT", "PATCH")
    ),
    Case(
        5,
        "PATCH does not create",
        [Ask("PATCH", "/v2/apps{app}", {"cmd": "sleep 2000"}, 404), GONE],
    ),
    Case(
        6,
        "instances alone scale, up and down, and restart nothing",
        [
            *CREATE_AND_WAIT,
            Ask(
                "GET", "/v2/apps{app}", keep={"task": "app.tasks.0.id", "config": "app.versionInfo.lastConfigChangeAt"}
            ),
            Ask("PUT", "/v2/apps{app}", {"instances": 2}, has=DEPLOYED, keep={"version": "version"}),
            Settled(),
            Ask(
                "GET",
                "/v2/apps{app}",
                has={
                    "app": {
                        "tasks": sized(2),
                        "version": "{version}",
                        "versionInfo": {"lastScalingAt": "{version}", "lastConfigChangeAt": "{config}"},
                    }
                },
            ),
            Ask("PUT", "/v2/apps{app}", {"instances": 1}),
            Settled(),
            Ask("GET", "/v2/apps{app}", has={"app": {"tasks": [{"id": "{task}"}]}}),
        ],
    ),
    Case(
        7,
        "a restart changes the tasks, the version, and one of the two times",
        [
            *CREATE_AND_WAIT,
            Ask("GET", "/v2/apps{app}", keep={"task": "app.tasks.0.id", "created": "app.version"}),
            Ask("POST", "/v2/apps{app}/restart", has=DEPLOYED, keep={"version": "version"}),
            Settled(),
            Ask(
                "GET",
                "/v2/apps{app}",
                has={
                    "app": {
                        "version": "{version}",
                        "versionInfo": {
                            "lastScalingAt": By({"1.11": "{created}", "*": "{version}"}),
                            "lastConfigChangeAt": By({"1.11": "{version}", "*": "{created}"}),
                        },
                        "tasks": [{"version": "{version}"}],
                    }
                },
            ),
            Ask("DELETE", "/v2/apps{app}/tasks/{task}", status=404),
            Ask("POST", "/v2/apps/nowhere/restart", status=404),
        ],
    ),
    Case(
        8,
        "a new app has one version: the one the POST answered",
        [
            Ask("POST", "/v2/apps", {**SLEEP, "instances": 0}, 201, keep={"version": "version"}),
            Ask("GET", "/v2/apps{app}/versions", has={"versions": ["{version}"]}),
        ],
    ),
    Case(
        9,
        "versions keep what each was, and one can be gone back to",
        [
            Ask("POST", "/v2/apps", {**SLEEP, "instances": 0, "disk": 1}, 201, keep={"old": "version"}),
            Settled(),
            Ask("PUT", "/v2/apps{app}", {"disk": 2}, keep={"new": "version"}),
            Settled(),
            Ask("GET", "/v2/apps{app}/versions/{new}", has={"id": "{app}", "disk": 2, "version": "{new}"}),
            Ask("GET", "/v2/apps{app}/versions/{old}", has={"disk": 1, "app": absent}),
            Ask("PUT", "/v2/apps{app}", {"version": "{old}"}),
            Settled(),
            Ask("GET", "/v2/apps{app}", has={"app": {"disk": 1}}),
            Ask("PUT", "/v2/apps{app}", {"version": "{old}", "disk": 3}, 422),
            Ask("PUT", "/v2/apps{app}?partialUpdate=false", {**SLEEP, "version": "{old}"}, 200),
            Ask(
                "GET",
                "/v2/apps{app}/versions/2014-01-01T00:00:00.000Z",
                status=404,
                has={"message": Like("in version 2014")},
            ),
            Ask(
                "GET",
                "/v2/apps{app}/versions/yesterday",
                status=By({"1.5": 500, "*": 422}),
                has={
                    "message": By(
                        {
                            "1.4": 'Invalid format: "yesterday"',
                            "1.5": "Text 'yesterday' could not be parsed at index 0",
                            "*": Like("Invalid timestamp provided 'yesterday'"),
                        }
                    )
                },
            ),
        ],
    ),
    Case(
        10,
        "killing tasks: others come, unless the app is to shrink with them",
        [
            Ask("POST", "/v2/apps", {**SLEEP, "instances": 3}, 201),
            Settled(),
            Ask("GET", "/v2/apps{app}", keep={"task": "app.tasks.0.id", "other": "app.tasks.1.id"}),
            Ask(
                "DELETE",
                "/v2/apps{app}/tasks/{task}",
                has=By({"1.4": KILLED, "1.5": KILLED, "*": {"task": {"id": "{task}"}}}),
            ),
            Until("/v2/apps{app}", {"app": {"instances": 3, "tasksRunning": 3}}),
            Ask("DELETE", "/v2/apps{app}/tasks/{other}?scale=true", has=DEPLOYED),
            Settled(),
            Ask("GET", "/v2/apps{app}", has={"app": {"instances": 2, "tasks": sized(2)}}),
            Ask("DELETE", "/v2/apps{app}/tasks", has={"tasks": sized(2)}),
            Until("/v2/apps{app}", {"app": {"tasksRunning": 2}}),
            Ask("DELETE", "/v2/apps{app}/tasks?scale=true", has=DEPLOYED),
            Settled(),
            Ask("GET", "/v2/apps{app}", has={"app": {"instances": 0, "tasks": []}}),
        ],
    ),
    Case(
        11,
        "a deleted app is gone",
        [
            *CREATE_AND_WAIT,
            Ask("DELETE", "/v2/apps{app}", has=DEPLOYED),
            Settled(),
            GONE,
            Ask("DELETE", "/v2/apps{app}", status=404),
        ],
    ),
    Case(
        16,
        "no docker is made up for a Mesos container",
        [
            Ask("POST", "/v2/apps", {**SLEEP, "instances": 0, "container": {"type": "MESOS"}}, 201),
            Ask("GET", "/v2/apps{app}", has={"app": {"container": {"type": "MESOS", "volumes": [], "docker": absent}}}),
        ],
    ),
    Case(
        17,
        "a container that is given replaces the whole one; the network stays",
        [
            Ask("POST", "/v2/apps", {"id": "{app}", "instances": 0, "container": BRIDGE}, 201),
            Settled(),
            Ask(
                "PUT",
                "/v2/apps{app}",
                {"container": {"docker": {"image": "nginx"}, "portMappings": [{"containerPort": 4000}]}},
            ),
            Ask(
                "GET",
                "/v2/apps{app}",
                has={
                    "app": {
                        "networks": [{"mode": "container/bridge"}],
                        "container": {"portMappings": [{"containerPort": 4000, "hostPort": 0}]},
                    }
                },
            ),
        ],
        SINCE_1_5,
    ),
    Case(
        18,
        "the old form of the host network gets a port of Marathon's range",
        [
            Ask(
                "PUT",
                "/v2/apps{app}",
                {"instances": 0, "container": {"docker": {"image": "nginx", "network": "HOST"}}},
                201,
            ),
            Ask(
                "GET",
                "/v2/apps{app}",
                has={
                    "app": {
                        "portDefinitions": [{"port": lambda port: 10000 <= port < 20000, "protocol": "tcp"}],
                        "networks": By({"1.4": absent, "*": [{"mode": "host"}]}),
                        "container": {"docker": {"network": By({"1.4": "HOST", "*": absent})}},
                    }
                },
            ),
        ],
    ),
    Case(
        30,
        "answers to writes name their deployment; the list has counts and deployments",
        [
            Ask("POST", "/v2/apps", {**SLEEP, "labels": {"case": "thirty", "x": "1"}, "instances": 0}, 201),
            Settled(),
            Ask("PUT", "/v2/apps{app}", {"cpus": 0.02}, headers={"Marathon-Deployment-Id": Like("-")}),
            Ask(
                "GET",
                "/v2/apps?label=case%3D%3Dthirty,x",
                has={"apps": [{"id": "{app}", "tasksRunning": 0, "deployments": some, "tasks": absent}]},
            ),
            Ask("GET", "/v2/apps?label=case%3D%3Dthirty&embed=apps.tasks", has={"apps": [{"tasks": []}]}),
            Ask("GET", "/v2/apps?label=case%3D%3Dthirty&cmd=SLEEP&id=CASE30", has={"apps": sized(1)}),
            Ask("GET", "/v2/apps?label=case%3D%3Dthirty&cmd=dream", has={"apps": []}),
            Ask("GET", "/v2/apps?label=&id=&cmd=", has={"apps": Holding({"id": "{app}"})}),
            Ask("GET", "/v2/apps?label=case%3D", status=422, has={"message": Like("Can not parse label selector")}),
        ],
    ),
    Case(
        41,
        "an update is rolled back, a healthy one as an unhealthy one",
        [
            Ask("POST", "/v2/apps", {**CHECKED, "container": {"docker": {"image": "lab/ok"}}, "cmd": None}, 201),
            Settled(),
            Ask(
                "PUT",
                "/v2/apps{app}",
                {"container": {"docker": {"image": "lab/never-healthy"}}},
                keep={"deployment": "deploymentId"},
            ),
            Ask("PUT", "/v2/apps{app}", {"instances": 2}, 409),
            Ask("DELETE", "/v2/deployments/{deployment}", has=DEPLOYED),
            Settled(),
            Ask("GET", "/v2/apps{app}", has={"app": {"container": {"docker": {"image": "lab/ok"}}, "tasksHealthy": 1}}),
        ],
    ),
]
