# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contract cases that take more than requests and answers: events, rolling restarts, elections, credentials."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from hosted import HostedMarathon, Listener

from tests.lab.images import Behaviour

APP = {"cmd": "sleep 1000", "cpus": 0.01, "mem": 1}
CHECK = {"path": "/", "portIndex": 0, "gracePeriodSeconds": 5, "intervalSeconds": 5}


def create(marathon: HostedMarathon, app_id: str, **fields: Any) -> Any:
    answer = marathon.ask("POST", "/v2/apps", {"id": app_id, **APP, **fields})
    assert answer.status == 201, answer
    return answer.body


def test_events_of_a_creation(marathon: HostedMarathon) -> None:
    """Case 12."""
    listener = Listener(marathon)
    listener.wait_for("event_stream_attached")
    deployment = create(marathon, "/events")["deployments"][0]["id"]
    success = listener.wait_for("deployment_success", id=deployment)
    names = listener.names()
    assert [name for name in names if name.startswith("deployment_")] == [
        "deployment_info",
        "deployment_step_success",
        "deployment_info",
        "deployment_step_success",
        "deployment_success",
    ]
    # The deployment begins before anybody tells of the change that brought it.
    first = names.index("deployment_info")
    assert first < names.index("group_change_success")
    assert first < names.index("api_post_event")
    statuses = [event["taskStatus"] for event in listener.heard if event["eventType"] == "status_update_event"]
    old = marathon.server.marathon.persona.internal_instances
    assert statuses == (["TASK_RUNNING"] if old else ["TASK_STARTING", "TASK_RUNNING"])
    assert [step["actions"][0]["action"] for step in success["plan"]["steps"]] == [
        "StartApplication",
        "ScaleApplication",
    ]
    assert marathon.ask("GET", "/v2/deployments").body == []
    listener.close()


def test_events_are_filtered_and_light(marathon: HostedMarathon) -> None:
    """Case 24. Before 1.8 the whole plan comes, unless asked otherwise, which 1.4 does not hear."""
    some = Listener(marathon, "?event_type=deployment_success&event_type=api_post_event")
    light = Listener(marathon, "?plan-format=light&event_type=deployment_success")
    every = Listener(marathon)
    every.wait_for("event_stream_attached")
    create(marathon, "/events", instances=0)
    success = some.wait_for("deployment_success")
    some.wait_for("api_post_event")
    assert sorted(some.names()) == ["api_post_event", "deployment_success"]
    persona = marathon.server.marathon.persona
    assert ("original" in success["plan"]) is persona.heavy_plans
    assert ("original" in light.wait_for("deployment_success")["plan"]) is persona.old_form
    for listener in (some, light, every):
        listener.close()


def test_a_change_that_changes_nothing_succeeds_in_events_too(marathon: HostedMarathon) -> None:
    create(marathon, "/events", instances=0)
    marathon.settle()
    listener = Listener(marathon)
    listener.wait_for("event_stream_attached")
    deployment = marathon.ask("PUT", "/v2/apps/events", {"cpus": 0.01}).body["deploymentId"]
    assert listener.wait_for("deployment_success", id=deployment)["plan"]["steps"] == []
    listener.close()


@pytest.mark.parametrize(("path", "healthy"), [("/ready", 1), ("/wrong", 0)])
def test_a_health_check_asks_its_own_path(marathon_18: HostedMarathon, path: str, healthy: int) -> None:
    app = {"env": {"HEALTH_PATH": "/ready"}, "healthChecks": [{**CHECK, "path": path, "maxConsecutiveFailures": 0}]}
    create(marathon_18, "/asked", **app)
    marathon_18.until(
        "/v2/apps/asked",
        lambda body: (body["app"]["tasksHealthy"], body["app"]["tasksUnhealthy"]) == (healthy, 1 - healthy),
    )


def test_events_of_failures(marathon: HostedMarathon) -> None:
    """Cases 4, 13, 14 and 22 as the events tell them."""
    listener = Listener(marathon)
    listener.wait_for("event_stream_attached")
    sick = {"container": {"docker": {"image": "lab/never-healthy"}}, "cmd": None, "healthChecks": [CHECK]}
    deployment = create(marathon, "/sick", **sick)["deployments"][0]["id"]
    listener.wait_for("failed_health_check_event", appId="/sick")
    listener.wait_for("unhealthy_instance_kill_event", appId="/sick")
    # What was never alive is no change of a status.
    assert "health_status_changed_event" not in listener.names()
    assert marathon.ask("PUT", "/v2/apps/sick", {"instances": 2}).status == 409
    listener.wait_for("group_change_failed")
    rollback = marathon.ask("DELETE", f"/v2/deployments/{deployment}").body["deploymentId"]
    failed = listener.wait_for("deployment_failed", id=deployment)
    assert ("reason" in failed) is marathon.server.marathon.persona.failure_reason
    listener.wait_for("deployment_success", id=rollback)
    listener.close()


@pytest.mark.parametrize(
    ("over", "least", "fewest", "most"), [(1, 1, 4, 8), (0, 0.5, 2, 4), (0.25, 1, 4, 5), (0, 1, 4, 5)]
)
def test_a_restart_keeps_to_its_strategy(
    marathon_18: HostedMarathon, over: float, least: float, fewest: int, most: int
) -> None:
    """Case 21: never fewer healthy tasks than minimumHealthCapacity, never more tasks than maximumOverCapacity."""
    strategy = {"maximumOverCapacity": over, "minimumHealthCapacity": least}
    create(marathon_18, "/rolling", instances=4, healthChecks=[CHECK], upgradeStrategy=strategy)
    marathon_18.settle()
    healthy = tasks = {task["id"] for task in marathon_18.app("/rolling")["tasks"]}
    listener = Listener(marathon_18)
    listener.wait_for("event_stream_attached")
    deployment = marathon_18.ask("PUT", "/v2/apps/rolling", {"labels": {"new": "1"}}).body["deploymentId"]
    listener.wait_for("deployment_success", id=deployment)
    for event in listener.heard:
        if event["eventType"] == "health_status_changed_event":
            healthy = healthy | {event["instanceId"] + "._app.1"}
        elif event["eventType"] == "status_update_event":
            task, status = event["taskId"], event["taskStatus"]
            healthy = healthy - {task} if status == "TASK_KILLING" else healthy
            tasks = tasks - {task} if status == "TASK_KILLED" else tasks | {task}
        assert len(healthy) >= fewest
        assert len(tasks) <= most
    assert len(healthy) == len(tasks) == 4
    listener.close()
    app = marathon_18.app("/rolling")
    assert {task["version"] for task in app["tasks"]} == {app["version"]}
    assert app["tasksHealthy"] == 4


def test_a_label_restarts_unless_nothing_runs(marathon: HostedMarathon) -> None:
    listener = Listener(marathon, "?event_type=deployment_success")
    for instances, action in ((1, "RestartApplication"), (0, "ScaleApplication")):
        create(marathon, f"/labels{instances}", instances=instances, healthChecks=[CHECK])
        marathon.settle()
        deployment = marathon.ask("PUT", f"/v2/apps/labels{instances}", {"labels": {"a": "b"}}).body["deploymentId"]
        plan = listener.wait_for("deployment_success", id=deployment)["plan"]
        assert plan["steps"] == [{"actions": [{"action": action, "app": f"/labels{instances}"}]}]
    listener.close()


def test_a_forced_scale_leaves_old_tasks_of_an_unfinished_restart(marathon_18: HostedMarathon) -> None:
    """The new deployment starts from what is desired now, and that differs by its instances only."""
    container = {"docker": {"image": "lab/slow-start"}}
    at_once, later = ({"SLOW_START_SECONDS": seconds} for seconds in ("0", "1"))
    create(marathon_18, "/forced", instances=2, healthChecks=[CHECK], container=container, env=at_once, cmd=None)
    marathon_18.settle()
    marathon_18.ask("PUT", "/v2/apps/forced", {"env": later})
    marathon_18.until("/v2/apps/forced", lambda body: body["app"]["tasksRunning"] > 2)
    marathon_18.ask("PUT", "/v2/apps/forced?force=true", {"instances": 3})
    marathon_18.settle()
    body = marathon_18.ask("GET", "/v2/apps/forced?embed=app.taskStats").body["app"]
    assert body["taskStats"]["withOutdatedConfig"]["stats"]["counts"]["running"] >= 1
    assert body["taskStats"]["withLatestConfig"]["stats"]["counts"]["running"] >= 1


def test_task_statistics_go_by_another_name_later(marathon: HostedMarathon) -> None:
    create(marathon, "/stats", healthChecks=[CHECK])
    marathon.settle()
    app = marathon.ask("GET", "/v2/apps/stats?embed=app.taskStats").body["app"]
    stats = app["tasksStats" if marathon.settings.marathon == "1.11" else "taskStats"]
    assert stats["totalSummary"]["stats"]["counts"] == {"staged": 0, "running": 1, "healthy": 1, "unhealthy": 0}
    assert "withOutdatedConfig" not in stats


def test_the_first_update_completes_a_health_check_and_so_restarts(marathon: HostedMarathon) -> None:
    """From 1.5 on: a check that names no port gets one only when the app's default port is there already."""
    created = create(marathon, "/quirk", instances=0, healthChecks=[{"path": "/"}])
    marathon.settle()
    changed = marathon.ask("PUT", "/v2/apps/quirk", {"instances": 1}).body["version"]
    configured = marathon.app("/quirk")["versionInfo"]["lastConfigChangeAt"]
    assert configured == (created["version"] if marathon.settings.marathon == "1.4" else changed)


def test_limits_not_sent_again_are_lost(personas: dict[str, HostedMarathon]) -> None:
    marathon = personas["1.11"]
    create(
        marathon, "/limits", instances=0, resourceLimits={"cpus": 1, "mem": "unlimited"}, executorResources={"cpus": 1}
    )
    marathon.settle()
    marathon.ask("PUT", "/v2/apps/limits", {"instances": 1})
    assert {"resourceLimits", "executorResources"}.isdisjoint(marathon.app("/limits"))
    marathon.clear()


def test_service_ports_stay_through_updates(marathon: HostedMarathon) -> None:
    create(marathon, "/ports", instances=0, portDefinitions=[{"port": 0}, {"port": 0}])
    marathon.settle()
    before = [each["port"] for each in marathon.app("/ports")["portDefinitions"]]
    answer = marathon.ask("PUT", "/v2/apps/ports", {"portDefinitions": [{"port": 0}, {"port": 0}]})
    assert [each["port"] for each in marathon.app("/ports")["portDefinitions"]] == before
    assert marathon.app("/ports")["version"] != answer.body["version"]


def test_fixed_host_ports_wait_for_an_agent_that_has_them(marathon_18: HostedMarathon) -> None:
    port = 31001  # none that another lab gives to an app that asks for any
    mapping = {"containerPort": 80, "hostPort": port}
    container = {"docker": {"image": "lab/ok", "network": "BRIDGE", "portMappings": [mapping]}}
    create(marathon_18, "/fixed", instances=3, container=container, cmd=None)
    body = marathon_18.until("/v2/apps/fixed", lambda body: body["app"]["tasksRunning"] == 2)
    assert [task["ports"] for task in body["app"]["tasks"]] == [[port], [port]]
    queue = marathon_18.until("/v2/queue", lambda body: body["queue"])["queue"]
    reasons = queue[0]["processedOffersSummary"]["rejectSummaryLastOffers"]
    assert {each["reason"]: each["declined"] for each in reasons}["InsufficientPorts"] == 2


def test_the_grace_period_ends_with_the_first_success(marathon_18: HostedMarathon) -> None:
    create(marathon_18, "/grace", healthChecks=[{**CHECK, "gracePeriodSeconds": 3000, "maxConsecutiveFailures": 0}])
    marathon_18.settle()
    server = marathon_18.server.marathon.cluster.tasks_of("/grace")[0].server
    assert server is not None
    server.behaviour = Behaviour(unhealthy_for=math.inf)
    marathon_18.until("/v2/apps/grace", lambda body: body["app"]["tasksUnhealthy"] == 1)
    sick = {"container": {"docker": {"image": "lab/never-healthy"}}, "cmd": None}
    create(marathon_18, "/young", healthChecks=[{**CHECK, "gracePeriodSeconds": 3000}], **sick)
    body = marathon_18.until("/v2/apps/young", lambda body: body["app"]["tasksUnhealthy"] == 1)
    (result,) = body["app"]["tasks"][0]["healthCheckResults"]
    assert (result["alive"], result["consecutiveFailures"]) == (False, 0)
    assert "lastFailure" not in result


def test_a_hundred_deployments_are_enough(marathon: HostedMarathon) -> None:
    for number in range(100):
        create(marathon, f"/many{number}", cpus=1000)
    body = {"id": "/many", **APP}
    answer = marathon.ask("POST", "/v2/apps", body)
    if marathon.settings.marathon == "1.4":
        assert answer.status == 201
    else:
        assert (answer.status, answer.body["message"][:16]) == (403, "Max number (100)")
        assert marathon.ask("POST", "/v2/apps?force=true", body).status == 201


def test_basic_authentication_protects_everything() -> None:
    """Case 41, the part of authentication."""
    with HostedMarathon(marathon_username="user", marathon_password="secret") as marathon:
        for path in ("/v2/apps", "/ping", "/nowhere"):
            answer = marathon.ask("GET", path)
            assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'basic realm="Mesosphere"')
            assert f"Problem accessing {path}" in answer.body
        assert marathon.ask("GET", "/v2/apps", auth=("user", "wrong")).status == 401
        assert marathon.ask("GET", "/v2/apps", auth=("user", "secret")).status == 200


@pytest.fixture(scope="module", params=["1.5", "1.8"])
def nodes(request: pytest.FixtureRequest) -> Iterator[HostedMarathon]:
    with HostedMarathon(marathon=request.param, marathon_nodes=2) as marathon:
        yield marathon


class TestLeadership:
    """Case 27: two nodes."""

    @pytest.fixture(autouse=True)
    def led_by_the_first(self, nodes: HostedMarathon) -> None:
        nodes.within(nodes.server.disturb(leader=0, down=()))

    def test_a_standby_passes_on(self, nodes: HostedMarathon) -> None:
        leader, standby = nodes.server.url.split(",")
        answer = nodes.ask("POST", "/v2/apps", {"id": "/via", **APP, "instances": 0}, url=standby)
        assert answer.status == 201
        assert answer.headers["X-Marathon-Leader"] == leader
        assert answer.headers["X-Marathon-Via"] == f"1.1 {standby.removeprefix('http://')}"
        assert nodes.ask("GET", "/v2/apps/via").status == 200
        assert "X-Marathon-Via" not in nodes.ask("GET", "/v2/apps/via").headers
        assert nodes.ask("GET", "/v2/info", url=standby).body["leader"] == leader.removeprefix("http://")
        assert (
            nodes.ask(
                "GET", "/v2/apps", url=standby, headers={"X-Marathon-Via": answer.headers["X-Marathon-Via"]}
            ).status
            == 502
        )

    def test_a_body_without_length_is_lost_on_the_way(self, nodes: HostedMarathon) -> None:
        standby = nodes.server.url.split(",")[1]
        chunked = nodes._session.post(
            f"{standby}/v2/apps", data=iter([b'{"id": "/chunked", "cmd": "sleep 1", "instances": 0}'])
        )
        assert chunked.status_code == (400 if nodes.settings.marathon == "1.8" else 201)

    def test_events_on_a_standby(self, nodes: HostedMarathon) -> None:
        leader, standby = nodes.server.url.split(",")
        answer = nodes._session.get(
            f"{standby}/v2/events",
            headers={"Accept": "text/event-stream"},
            allow_redirects=False,
            stream=True,
            timeout=5,
        )
        expected = (302, f"{leader}/v2/events") if nodes.settings.marathon == "1.8" else (200, None)
        assert (answer.status_code, answer.headers.get("Location")) == expected
        answer.close()

    def test_no_leader(self, nodes: HostedMarathon) -> None:
        nodes.within(nodes.server.disturb(leader=None, down=()))
        answer = nodes.ask("GET", "/v2/apps")
        assert answer.status == (502 if nodes.settings.marathon == "1.8" else 503)
        assert "Could not determine the current leader" in answer.body

    def test_a_leader_that_is_down(self, nodes: HostedMarathon) -> None:
        standby = nodes.server.url.split(",")[1]
        nodes.within(nodes.server.disturb(leader=0, down=(0,)))
        answer = nodes.ask("GET", "/v2/apps", url=standby)
        assert (answer.status, "Connection to leader refused." in answer.body) == (502, True)
        with pytest.raises(OSError):
            nodes.ask("GET", "/v2/apps")
        nodes.within(nodes.server.disturb(leader=1, down=(0,)))
        assert nodes.ask("GET", "/v2/apps", url=standby).status == 200

    def test_an_election(self, nodes: HostedMarathon) -> None:
        """Tasks live on, streams end, and health is to be found out again."""
        nodes.ask("POST", "/v2/apps", {"id": "/elected", **APP, "healthChecks": [{**CHECK, "intervalSeconds": 100}]})
        nodes.settle()
        task = nodes.app("/elected")["tasks"][0]["id"]
        listener = Listener(nodes)
        listener.wait_for("event_stream_attached")
        assert nodes.ask("DELETE", "/v2/leader").body == {"message": "Leadership abdicated"}
        assert listener.ended.wait(5)
        app = nodes.app("/elected")
        assert [each["id"] for each in app["tasks"]] == [task]
        assert nodes.ask("GET", "/v2/leader").body["leader"] == nodes.server.url.split(",")[1].removeprefix("http://")
        nodes.until("/v2/apps/elected", lambda body: body["app"]["tasksHealthy"] == 1)
