# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract cases about deployments, the launch queue and groups."""

from __future__ import annotations

from cases_apps import DEPLOYED, SLEEP
from contract import Ask, By, Case, Holding, Like, Settled, Until, absent, some

IMPOSSIBLE = {**SLEEP, "constraints": [["hostname", "CLUSTER", "na-na-na"]]}
LOCKED = {
    "message": "App is locked by one or more deployments. Override with the option '?force=true'. "
    "View details at '/v2/deployments/<DEPLOYMENT_ID>'.",
    "deployments": [{"id": "{deployment}"}],
}
ZERO = {**SLEEP, "id": "one", "instances": 0}
NOT_ALONE = {"details": [{"errors": [Like("not allowed in conjunction with other properties")]}]}
RUNNING = Until("/v2/deployments", Holding({"id": "{deployment}", "currentStep": 2}))
KEEP = {"deployment": "deployments.0.id"}

CASES = [
    Case(
        13,
        "a deployment that cannot go on is abandoned: what is done stays",
        [
            Ask("POST", "/v2/apps", IMPOSSIBLE, 201, keep=KEEP),
            RUNNING,
            Until("/v2/queue", {"queue": Holding({"app": {"id": "{app}"}, "delay": {"overdue": True}})}),
            Ask("DELETE", "/v2/deployments/{deployment}?force=true", status=202, has=""),
            Ask("GET", "/v2/apps{app}", has={"app": {"id": "{app}", "deployments": []}}),
            Ask(
                "DELETE",
                "/v2/deployments/{deployment}",
                status=404,
                has={"message": "DeploymentPlan {deployment} does not exist"},
            ),
        ],
    ),
    Case(
        14,
        "rolling a creation back deletes the app, and the group it made",
        [
            Ask("POST", "/v2/apps", {**IMPOSSIBLE, "id": "{app}/new/app"}, 201, keep=KEEP),
            RUNNING,
            Ask("GET", "/v2/groups{app}/new", has={"apps": [{"id": "{app}/new/app"}]}),
            Ask("DELETE", "/v2/deployments/{deployment}", has=DEPLOYED, headers={"Marathon-Deployment-Id": Like("-")}),
            Settled(),
            Ask("GET", "/v2/apps{app}/new/app", status=404),
            Ask("GET", "/v2/groups{app}/new", status=404, has={"message": "Group '{app}/new' does not exist"}),
        ],
    ),
    Case(
        15,
        "an update that asks for too much is rolled back",
        [
            Ask("POST", "/v2/apps", {**SLEEP, "instances": 2}, 201),
            Settled(),
            Ask("PUT", "/v2/apps{app}", {"cpus": 1000}, keep={"deployment": "deploymentId", "bad": "version"}),
            Until("/v2/queue", {"queue": Holding({"app": {"id": "{app}", "cpus": 1000}, "count": 2})}),
            Ask("GET", "/v2/apps{app}", has={"app": {"cpus": 1000, "tasksRunning": 2}}),
            Ask("DELETE", "/v2/deployments/{deployment}", has=DEPLOYED, keep={"version": "version"}),
            Settled(),
            Ask("GET", "/v2/apps{app}", has={"app": {"cpus": 0.01, "version": "{version}", "tasksRunning": 2}}),
            Ask("GET", "/v2/apps{app}/versions", has={"versions": Holding("{bad}")}),
        ],
    ),
    Case(
        19,
        "a group is deleted with its apps; one that is not there is not",
        [
            Ask("POST", "/v2/groups", {"id": "{app}", "apps": [{**SLEEP, "id": "one"}]}, 201, DEPLOYED),
            Settled(),
            Ask(
                "POST",
                "/v2/groups",
                {"id": "{app}"},
                409,
                {"message": "Group {app} is already created. Use PUT to change this group."},
            ),
            Ask("DELETE", "/v2/groups{app}", has=DEPLOYED),
            Ask("GET", "/v2/apps{app}/one", status=404),
            Ask("DELETE", "/v2/groups{app}", status=404, has={"message": "Group '{app}' does not exist"}),
        ],
    ),
    Case(
        20,
        "a group with the same app restarts nothing; one without it stops it",
        [
            Ask("PUT", "/v2/groups{app}", {"apps": [{**SLEEP, "id": "one"}]}, 200),
            Settled(),
            Ask("GET", "/v2/apps{app}/one", keep={"version": "app.version", "task": "app.tasks.0.id"}),
            Ask("PUT", "/v2/groups{app}", {"apps": [{**SLEEP, "id": "{app}/one"}]}, 200),
            Settled(),
            Ask("GET", "/v2/apps{app}/one", has={"app": {"version": "{version}", "tasks": [{"id": "{task}"}]}}),
            Ask("GET", "/v2/apps{app}/*", has={"*": [{"id": "{app}/one"}]}),
            Ask("PUT", "/v2/groups{app}", {"scaleBy": 2.5}),
            Settled(),
            Ask("GET", "/v2/apps{app}/one", has={"app": {"instances": 3}}),
            Ask(
                "PUT",
                "/v2/groups{app}?dryRun=true",
                {"apps": []},
                has={"steps": [{"actions": [{"action": "StopApplication"}]}]},
            ),
            Ask("PUT", "/v2/groups{app}", {"apps": []}),
            Settled(),
            Ask("GET", "/v2/apps{app}/one", status=404),
            Ask("GET", "/v2/groups{app}", has={"id": "{app}", "apps": []}),
        ],
    ),
    Case(
        20,
        "a group goes back to a version, is scaled by what it has, and its versions are those of the root",
        [
            Ask("POST", "/v2/groups", {"id": "{app}", "apps": [ZERO]}, 201, keep={"old": "version"}),
            Settled(),
            Ask("PUT", "/v2/apps{app}/one", {"disk": 2}),
            Settled(),
            Ask("GET", "/v2/groups{app}/versions", has=Holding("{old}")),
            Ask("GET", "/v2/groups{app}/versions/{old}", has={"id": "{app}", "apps": [{"disk": 0}]}),
            Ask("PUT", "/v2/groups{app}", {"version": "{old}"}),
            Settled(),
            Ask("GET", "/v2/apps{app}/one", has={"app": {"disk": 0}}),
            Ask("PUT", "/v2/groups{app}", {"version": "2014-01-01T00:00:00.000Z"}, 422),
            Ask("PUT", "/v2/groups{app}?dryRun=true", {"scaleBy": 2}, 200, {"steps": []}),
            Ask("PUT", "/v2/groups{app}/new", {"scaleBy": 2}, 200, DEPLOYED),
            Ask("GET", "/v2/groups{app}/new", has={"apps": []}),
        ],
    ),
    Case(
        20,
        "groups are created in groups, and not where they are; an empty one is in nobody's way",
        [
            Ask("POST", "/v2/groups", {}, 409, {"message": Like("^Group / is already created")}),
            Ask("POST", "/v2/groups", {"id": "{app}", "scaleBy": 2}, 422, NOT_ALONE),
            Ask("POST", "/v2/groups", {"id": "{app}", "groups": [{"id": "in"}]}, 201),
            Ask("POST", "/v2/groups{app}", {"id": "below"}, 201),
            Ask("GET", "/v2/groups{app}", has={"groups": [{"id": "{app}/in"}, {"id": "{app}/below"}]}),
            Ask("PUT", "/v2/groups{app}/in", {"apps": [{**ZERO, "id": "/elsewhere"}]}, 422),
            Ask("POST", "/v2/apps", {**ZERO, "id": "{app}/in"}, 201),
        ],
    ),
    Case(
        22,
        "a locked app is changed only by force",
        [
            Ask("POST", "/v2/apps", IMPOSSIBLE, 201, keep=KEEP),
            Ask("PUT", "/v2/apps{app}", {"instances": 2}, 409, LOCKED),
            Ask("POST", "/v2/apps{app}/restart", status=409, has=LOCKED),
            Ask("PUT", "/v2/apps{app}", {"constraints": IMPOSSIBLE["constraints"]}, 200, DEPLOYED),
            Ask("GET", "/v2/deployments", has=Holding({"id": "{deployment}"})),
            Ask("PUT", "/v2/apps{app}?force=true", {"constraints": []}, 200, DEPLOYED),
            Settled(),
            Ask("GET", "/v2/apps{app}", has={"app": {"tasksRunning": 1}}),
            Ask("DELETE", "/v2/apps{app}?force=false"),
        ],
    ),
    Case(
        23,
        "dependencies must not be cyclic, and names not be taken",
        [
            Ask("POST", "/v2/apps", {**SLEEP, "instances": 0, "dependencies": ["{app}/b"], "id": "{app}/a"}, 201),
            Settled(),
            Ask(
                "POST",
                "/v2/apps",
                {**SLEEP, "instances": 0, "dependencies": ["{app}/a"], "id": "{app}/b"},
                422,
                {"message": "Object is not valid", "details": [{"errors": [Like("cyclic dependencies")]}]},
            ),
            Ask("POST", "/v2/apps", SLEEP, 422, {"details": [{"errors": [Like("may not have the same identifier")]}]}),
        ],
    ),
    Case(
        25,
        "the queue counts what waits, and says why and for how long",
        [
            Ask("POST", "/v2/apps", {**SLEEP, "cpus": 1000, "instances": 3}, 201),
            Until(
                "/v2/queue",
                {"queue": Holding({"app": {"id": "{app}"}, "count": 3, "role": By({"1.11": "*", "*": absent})})},
            ),
            Until(
                "/v2/queue",
                {
                    "queue": Holding(
                        {
                            "app": {"id": "{app}"},
                            "processedOffersSummary": {
                                "rejectSummaryLaunchAttempt": Holding(
                                    {"reason": "InsufficientCpus", "declined": lambda count: count > 0}
                                )
                            },
                        }
                    )
                },
            ),
            Ask("DELETE", "/v2/apps{app}"),
            Settled(),
            Ask(
                "GET", "/v2/queue", has={"queue": lambda queue: not any(each["app"]["cpus"] == 1000 for each in queue)}
            ),
        ],
    ),
    Case(
        25,
        "an app that crashes waits longer each time",
        [
            Ask(
                "POST",
                "/v2/apps",
                {
                    "id": "{app}",
                    "container": {"docker": {"image": "lab/crash"}},
                    "env": {"CRASH_AFTER_SECONDS": "0.1"},
                    "backoffSeconds": 3000,
                    "maxLaunchDelaySeconds": 3600,
                },
                201,
            ),
            Until(
                "/v2/queue",
                {
                    "queue": Holding(
                        {"app": {"id": "{app}"}, "delay": {"overdue": False, "timeLeftSeconds": lambda left: left > 0}}
                    )
                },
            ),
            Ask(
                "GET",
                "/v2/apps{app}",
                has={"app": {"lastTaskFailure": {"state": "TASK_FAILED", "host": Like("^127"), "taskId": some}}},
                keep={"first": "app.lastTaskFailure.taskId"},
            ),
            Ask("DELETE", "/v2/queue{app}/delay", status=204),
            Until("/v2/apps{app}", {"app": {"lastTaskFailure": {"taskId": Like("^(?!{first}$)")}}}),
        ],
    ),
    Case(
        26,
        "a deployment waits for readiness",
        [
            Ask(
                "POST",
                "/v2/apps",
                {
                    "id": "{app}",
                    "container": {"docker": {"image": "lab/slow-start"}},
                    "env": {"SLOW_START_SECONDS": "2"},
                    "portDefinitions": [{"port": 0, "name": "http"}],
                    "readinessChecks": [{"portName": "http", "intervalSeconds": 5, "timeoutSeconds": 4}],
                },
                201,
            ),
            Until(
                "/v2/apps{app}?embed=app.readiness",
                {"app": {"tasksRunning": 1, "readinessCheckResults": [{"ready": False}], "deployments": [some]}},
            ),
            Ask(
                "GET",
                "/v2/deployments",
                has=Holding(
                    {
                        "affectedApps": ["{app}"],
                        "currentActions": [{"readinessCheckResults": [{"name": "readinessCheck"}]}],
                    }
                ),
            ),
            Settled(),
            # It was the deployment that knew.
            Ask("GET", "/v2/apps{app}?embed=app.readiness", has={"app": {"readinessCheckResults": []}}),
        ],
    ),
    Case(
        32,
        "a deployment in full",
        [
            Ask("POST", "/v2/apps", IMPOSSIBLE, 201, keep={**KEEP, "version": "version"}),
            RUNNING,
            Ask(
                "GET",
                "/v2/deployments",
                has=[
                    {
                        "id": "{deployment}",
                        "version": "{version}",
                        "affectedApps": ["{app}"],
                        "affectedPods": [],
                        "steps": [
                            {"actions": [{"action": "StartApplication", "app": "{app}"}]},
                            {"actions": [{"action": "ScaleApplication", "app": "{app}"}]},
                        ],
                        "currentActions": [{"action": "ScaleApplication", "app": "{app}", "readinessCheckResults": []}],
                        "currentStep": 2,
                        "totalSteps": 2,
                    }
                ],
            ),
            Ask("DELETE", "/v2/apps{app}"),
            Settled(),
        ],
    ),
    Case(
        34,
        "a delay is ended only where something waits",
        [
            Ask(
                "DELETE",
                "/v2/queue{app}/delay",
                status=404,
                has={"message": "Application {app} not found in tasks queue."},
            ),
            Ask("POST", "/v2/apps", IMPOSSIBLE, 201),
            Until("/v2/queue", {"queue": Holding({"app": {"id": "{app}"}, "since": some, "lastUnusedOffers": absent})}),
            Ask("DELETE", "/v2/queue{app}/delay", status=204, has=""),
        ],
    ),
]
