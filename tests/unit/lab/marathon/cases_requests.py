# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract cases about single requests: the bodies of refusals, headers, tasks, the other places."""

from __future__ import annotations

from cases_apps import SLEEP
from contract import Ask, By, Case, Holding, Like, Settled, absent, sized, some

MISSING = By({"1.4": "error.path.missing", "*": "[] is not an object"})
UNDEFINED = "'id' is undefined on object: {}"
OLD_JSON = "application/json; qs=2"
TYPE_ERROR = By({"1.4": 400, "*": 422})

CASES = [
    Case(
        31,
        "the bodies of what goes wrong",
        [
            Ask("POST", "/v2/apps", "{", 400, {"message": "Invalid JSON", "details": some}),
            Ask(
                "POST",
                "/v2/apps",
                "",
                400,
                {"message": "Please specify data in JSON format", "details": Like("No content to map")},
            ),
            Ask(
                "POST",
                "/v2/apps",
                "[]",
                TYPE_ERROR,
                {"message": "Invalid JSON", "details": [{"path": "/id", "errors": [MISSING]}]},
            ),
            Ask(
                "POST",
                "/v2/apps",
                '{"cpus": NaN}',
                400,
                {"message": "Invalid JSON", "details": Like("Non-standard token 'NaN'")},
            ),
            Ask("POST", "/v2/apps", '{"id": nope}', 400, {"details": Like("Unrecognized token 'nope'")}),
            Ask("POST", "/v2/apps", '{"id" 1}', 400, {"details": Like(r"Unexpected character \('1' \(code 49\)\)")}),
            Ask("POST", "/v2/apps", '{"id": "a", "labels": {', 400, {"details": Like("line: 1, column: 23")}),
            Ask(
                "POST",
                "/v2/apps",
                {"id": 1},
                TYPE_ERROR,
                {"message": "Invalid JSON", "details": [{"path": "/id", "errors": ["error.expected.jsstring"]}]},
            ),
            Ask(
                "POST",
                "/v2/apps",
                {},
                TYPE_ERROR,
                {"details": [{"path": "/id", "errors": [By({"1.4": "error.path.missing", "*": UNDEFINED})]}]},
            ),
            Ask(
                "GET",
                "/v2/nowhere",
                status=By({"1.4": 404, "1.5": 404, "*": 500}),
                has={"message": Like("^URI not found")},
            ),
            Ask(
                "DELETE",
                "/v2/info",
                status=405,
                has={"message": By({"1.4": None, "1.5": None, "*": "Method Not Allowed"})},
            ),
            Ask("GET", "/v2/apps/no/such/app", status=404, has={"message": "App '/no/such/app' does not exist"}),
            Ask("GET", "/v2/apps/no/such/*", status=404, has={"message": "Group '/no/such' does not exist"}),
            Ask("DELETE", "/v2/deployments/none", status=404, has={"message": "DeploymentPlan none does not exist"}),
        ],
    ),
    Case(
        31,
        "headers of every answer",
        [
            Ask(
                "GET",
                "/v2/info",
                headers={
                    "X-Marathon-Leader": Like("^http://127.0.0.1:"),
                    "Cache-Control": Like("no-cache"),
                    "Content-Type": By({"1.4": OLD_JSON, "1.5": OLD_JSON, "*": "application/json"}),
                    "X-Frame-Options": By({"1.4": absent, "1.5": absent, "*": "DENY"}),
                },
                has={
                    "version": Like(r"^1\."),
                    "elected": True,
                    "leader": Like(":"),
                    "marathon_config": {"features": Holding("secrets")},
                },
            )
        ],
    ),
    Case(
        33,
        "tasks in full, and killing them by their ids",
        [
            Ask("POST", "/v2/apps", {**SLEEP, "instances": 2}, 201),
            Settled(),
            Ask(
                "GET",
                "/v2/apps{app}/tasks",
                keep={"one": "tasks.0.id", "two": "tasks.1.id"},
                has={
                    "tasks": [
                        {
                            "appId": "{app}",
                            "id": some,
                            "host": Like(r"^127\.[23]$"),
                            "state": "TASK_RUNNING",
                            "ports": [lambda port: port > 30000],
                            "servicePorts": By({"1.4": absent, "1.5": absent, "*": []}),
                            "ipAddresses": [{"protocol": "IPv4", "ipAddress": some}],
                            "slaveId": some,
                            "stagedAt": Like("Z$"),
                            "startedAt": Like("Z$"),
                            "version": Like("Z$"),
                            "healthCheckResults": By({"1.8": [], "1.11": [], "*": absent}),
                            "role": By({"1.11": "*", "*": absent}),
                        },
                        some,
                    ]
                },
            ),
            Ask(
                "GET",
                "/v2/tasks?status=running",
                has={"tasks": Holding({"id": "{one}", "servicePorts": [lambda port: port < 20000]})},
            ),
            Ask(
                "GET",
                "/v2/tasks?status[]=staging",
                has={"tasks": []},
            ),
            Ask(
                "DELETE",
                "/v2/apps{app}/tasks?scale=true&wipe=true",
                status=400,
                has={"message": "You cannot use scale and wipe at the same time."},
            ),
            Ask("POST", "/v2/tasks/delete?scale=true&wipe=true", {"ids": ["{one}"]}, 400),
            Ask(
                "POST", "/v2/tasks/delete", {"ids": ["nonsense"]}, 400, {"message": Like("Invalid task id 'nonsense'")}
            ),
            Ask("POST", "/v2/tasks/delete", {"ids": ["{one}"]}, has={"tasks": [{"id": "{one}"}]}),
            Ask("POST", "/v2/tasks/delete?scale=true", {"ids": ["{two}"]}, has={"deploymentId": some}),
            Settled(),
            Ask("GET", "/v2/apps{app}", has={"app": {"instances": 1}}),
            Ask("DELETE", "/v2/apps{app}/tasks/none", status=404, has={"message": "Task 'none' does not exist"}),
            Ask("GET", "/v2/apps/none/tasks", status=404),
        ],
    ),
    Case(
        33,
        "tasks as text, as long as there was such a thing",
        [
            Ask("POST", "/v2/apps", SLEEP, 201),
            Settled(),
            Ask(
                "GET",
                "/v2/apps{app}/tasks",
                send={"Accept": "text/plain"},
                status=By({"1.11": 406, "*": 200}),
                has=By({"*": Like(r"^case33-\d+\t1\d{4}\t127\.\d:3\d{4}\t$"), "1.11": some}),
            ),
        ],
    ),
    Case(
        0,
        "the other places",
        [
            Ask("GET", "/ping", has="pong"),
            Ask("OPTIONS", "/v2/apps", status=200, headers={"Allow": "GET,HEAD,OPTIONS,PATCH,POST,PUT"}),
            Ask("GET", "/v2/leader", has={"leader": Like(":")}),
            Ask("GET", "/v2/plugins", has={"plugins": []}),
            Ask(
                "GET",
                "/v2/groups",
                has={
                    "id": "/",
                    "apps": some,
                    "groups": some,
                    "pods": [],
                    "enforceRole": absent,
                },
            ),
            Ask("GET", "/v2/events", status=405, headers={"Content-Type": Like("html")}),
            Ask(
                "PUT",
                "/v2/apps",
                [{**SLEEP, "id": "{app}/a", "instances": 0}, {**SLEEP, "id": "{app}/b", "instances": 0}],
                200,
            ),
            Ask("GET", "/v2/apps?id={app}/", has={"apps": sized(2)}),
            Settled(),
        ],
    ),
]
