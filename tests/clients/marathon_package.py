# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the package `marathon` does with a Marathon, by its own documented calls: ``python marathon_package.py URL WHAT``.

It runs in the package's own environment, where there is nothing else. It fails with a traceback.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

from marathon import MarathonApp, MarathonClient, MarathonHttpError, NotFoundError
from marathon.models import MarathonHealthCheck
from marathon.models.container import MarathonContainer, MarathonContainerPortMapping, MarathonDockerContainer

T = TypeVar("T")
PATIENCE = 60.0


def creates(client: Any) -> None:
    """Create an app with a container, a port and a health check; a second one of its name is refused."""
    ports = [MarathonContainerPortMapping(container_port=80, host_port=0, protocol="tcp")]
    docker = MarathonDockerContainer(image="lab/ok", network="BRIDGE", port_mappings=ports)
    check = MarathonHealthCheck(path="/", protocol="HTTP", port_index=0, interval_seconds=2, grace_period_seconds=5)
    app = MarathonApp(
        cpus=0.1, mem=16, instances=2, container=MarathonContainer(docker=docker), health_checks=[check],
        labels={"FE-Proxy": "yes"}, env={"COLOUR": "green"}, constraints=[("hostname", "UNIQUE")],
    )  # fmt: skip
    created = client.create_app("/created", app)
    assert (created.id, created.instances, created.tasks_running) == ("/created", 2, 0)
    healthy = until(lambda: client.get_app("/created"), lambda app: app.tasks_healthy == 2)
    assert (healthy.labels, healthy.env) == ({"FE-Proxy": "yes"}, {"COLOUR": "green"})
    assert healthy.container.docker.image == "lab/ok"
    assert [(each.field, each.operator) for each in healthy.constraints] == [("hostname", "UNIQUE")]
    # From 1.5 on the ports are the container's, before they were Docker's.
    (mapping,) = getattr(healthy.container, "port_mappings", None) or healthy.container.docker.port_mappings
    assert mapping.container_port == 80
    assert {result.alive for task in healthy.tasks for result in task.health_check_results} == {True}
    assert len({task.host for task in healthy.tasks}) == 2
    try:
        client.create_app("/created", app)
    except MarathonHttpError as refusal:
        assert refusal.status_code == 409, refusal
        assert "already exists" in refusal.error_message, refusal
    else:
        raise AssertionError("an app was created twice")


def updates(client: Any) -> None:
    """Change a definition: the tasks are replaced, and the versions tell both."""
    before = run(client, "/updated", env={"COLOUR": "green"})
    answer = client.update_app("/updated", MarathonApp(env={"COLOUR": "blue"}))
    finish(client, answer)
    after = client.get_app("/updated")
    assert (after.env, after.cmd, after.version) == ({"COLOUR": "blue"}, before.cmd, answer["version"])
    assert not ids(before) & ids(after)
    assert set(client.list_versions("/updated")) == {after.version, before.version}
    assert client.get_version("/updated", before.version).env == {"COLOUR": "green"}


def scales(client: Any) -> None:
    """Scale up, by a delta, and down: no task that may stay is touched."""
    one = ids(run(client, "/scaled"))
    finish(client, client.scale_app("/scaled", instances=3))
    three = ids(client.get_app("/scaled"))
    assert len(three) == 3 and one < three
    finish(client, client.scale_app("/scaled", delta=-1))
    two = ids(client.get_app("/scaled"))
    assert len(two) == 2 and two < three


def waits(client: Any) -> None:
    """Wait for a deployment both ways: by the event stream, and by asking for the deployments."""
    events = client.event_stream(event_types=["event_stream_attached", "status_update_event", "deployment_success"])
    assert next(events).event_type == "event_stream_attached"
    created = client.create_app("/waited-for", MarathonApp(cmd="sleep 1000", cpus=0.1, mem=16, instances=1))
    (deployment,) = created.deployments  # The answer names it; at the next look it may be over.
    states = []
    for event in events:
        if event.event_type == "deployment_success":
            break
        states.append((event.app_id, event.task_status))
    assert event.id == deployment.id
    assert states[-1] == ("/waited-for", "TASK_RUNNING"), states
    finish(client, {"deploymentId": deployment.id})
    assert client.get_app("/waited-for").tasks_running == 1


def lists(client: Any) -> None:
    """Find apps by id, command and label, with their tasks and counts; and what Marathon says of itself."""
    run(client, "/lists/one", cmd="sleep 1111", labels={"tier": "front"})
    run(client, "/lists/two", cmd="sleep 2222", labels={"tier": "back"})
    assert {app.id for app in client.list_apps(app_id="/lists")} == {"/lists/one", "/lists/two"}
    assert [app.id for app in client.list_apps(cmd="2222")] == ["/lists/two"]
    (found,) = client.list_apps(label="tier==front", embed_tasks=True, embed_counts=True)
    assert (found.id, found.tasks_running, len(found.tasks)) == ("/lists/one", 1, 1)
    assert {task.app_id for task in client.list_tasks()} >= {"/lists/one", "/lists/two"}
    (endpoint,) = [each for each in client.list_endpoints() if each.app_id == "/lists/one"]
    assert endpoint.task_id in ids(found)
    assert client.get_leader()["leader"] and b"pong" in client.ping()


def explains_what_it_cannot_place(client: Any) -> None:
    """List the queue of an app that is too large for the agents, and abandon its deployment."""
    client.create_app("/too-large", MarathonApp(cmd="sleep 1000", cpus=9999, mem=16, instances=1))
    if client.get_info().version.startswith("1.11"):
        # The package cannot read the queue of 1.11, nor of a real one: it does not know the new field of its entries.
        try:
            until(client.list_queue, bool)
        except TypeError as error:
            assert "unexpected keyword argument 'role'" in str(error), error
        else:
            raise AssertionError("the queue of 1.11 names no role")
    else:
        (waiting,) = until(client.list_queue, bool)
        assert (waiting.app.id, waiting.count) == ("/too-large", 1)
    (deployment,) = client.list_deployments()
    assert (deployment.affected_apps, deployment.total_steps) == (["/too-large"], 2)
    assert client.delete_deployment(deployment.id, force=True) == {}
    until(client.list_deployments, lambda deployments: not deployments)
    assert client.get_app("/too-large").tasks_running == 0


def is_locked_out(client: Any) -> None:
    """A change during a deployment is a conflict that names it; with force it is made."""
    client.create_app("/locked", MarathonApp(cmd="sleep 1000", cpus=9999, mem=16, instances=1))
    try:
        client.update_app("/locked", MarathonApp(cpus=0.1))
    except MarathonHttpError as conflict:
        assert (type(conflict).__name__, conflict.status_code) == ("ConflictError", 409)
        assert "locked" in conflict.error_message, conflict
    else:
        raise AssertionError("an app was changed during its deployment")
    finish(client, client.update_app("/locked", MarathonApp(cpus=0.1), force=True))
    assert client.get_app("/locked").tasks_running == 1


def restarts(client: Any) -> None:
    """Restart an app, then end a task of it: others take their places."""
    before = run(client, "/restarted", instances=2)
    finish(client, client.restart_app("/restarted"))
    after = client.get_app("/restarted")
    assert len(after.tasks) == 2 and not ids(before) & ids(after)
    # The package cannot read what the releases before 1.6 answer to a kill of one: their own record of it.
    client.kill_given_tasks([after.tasks[0].id])
    until(lambda: client.get_app("/restarted"), lambda app: app.tasks_running == 2 and ids(app) != ids(after))


def rolls_back(client: Any) -> None:
    """Go back twice: to an earlier version of an app, and from a deployment that cannot finish."""
    first = run(client, "/rolled-back", cmd="sleep 1111")
    finish(client, client.update_app("/rolled-back", MarathonApp(cmd="sleep 2222")))
    finish(client, client.rollback_app("/rolled-back", first.version))
    again = client.get_app("/rolled-back")
    assert again.cmd == "sleep 1111"
    stuck = client.update_app("/rolled-back", MarathonApp(cpus=9999))
    finish(client, client.delete_deployment(stuck["deploymentId"]))
    assert (client.get_app("/rolled-back").cpus, client.get_app("/rolled-back").tasks_running) == (0.1, 1)


def deletes(client: Any) -> None:
    """Delete an app: it is gone, with its tasks, and then unknown."""
    run(client, "/deleted")
    finish(client, client.delete_app("/deleted"))
    assert not [task for task in client.list_tasks() if task.app_id == "/deleted"]
    for call in (client.get_app, client.delete_app, client.restart_app):
        try:
            call("/deleted")
        except NotFoundError as missing:
            assert "does not exist" in missing.error_message, missing
        else:
            raise AssertionError("an app that was deleted is there")


def run(client: Any, app_id: str, **settings: Any) -> Any:
    """Create an app of one instance, unless told otherwise, wait until it runs, and return it."""
    given = {"cmd": "sleep 1000", "cpus": 0.1, "mem": 16, "instances": 1, **settings}
    client.create_app(app_id, MarathonApp(**given))
    return until(
        lambda: client.get_app(app_id), lambda app: app.tasks_running == given["instances"] and not app.deployments
    )


def finish(client: Any, answer: dict[str, Any]) -> None:
    """Wait for the deployment that an answer names."""
    until(client.list_deployments, lambda running: answer["deploymentId"] not in [each.id for each in running])


def until(look: Callable[[], T], fits: Callable[[T], Any]) -> T:
    """Look until it fits; return what was seen. Raises AssertionError with what was seen last."""
    deadline = time.monotonic() + PATIENCE
    while not fits(seen := look()):
        assert time.monotonic() < deadline, f"after {PATIENCE:g} s: {seen}"
        time.sleep(0.05)
    return seen


def ids(app: Any) -> set[str]:
    """Return the ids of an app's tasks."""
    return {task.id for task in app.tasks}


if __name__ == "__main__":
    url, what = sys.argv[1:]
    globals()[what](MarathonClient(url))
