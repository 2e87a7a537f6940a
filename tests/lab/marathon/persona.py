# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the releases of Marathon that a client can meet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    """One release line, as its clients see it."""

    version: str
    jersey_1: bool = False
    """Its HTTP layer is that of the releases before 1.6: "qs=2" in content types, an odd Location, 405 without a message."""
    old_form: bool = False
    """Apps are stored and returned as before 1.5: docker.network, ports, uris, explicit nulls."""
    type_error_status: int = 422
    """The status of JSON of the wrong type."""
    no_leader_status: int = 502
    unknown_route_status: int = 500
    max_launch_delay: int = 300
    unreachable_after: tuple[int, int] = (0, 0)
    """The default of unreachableStrategy: inactive, then expunged, after so many seconds."""
    ip_protocol: bool = True
    """Health checks carry ipProtocol."""
    executor_resources: bool = True
    checks: bool = True
    """Apps may carry a Mesos `check`."""
    tty: bool = True
    linux_info: bool = True
    """Containers carry `linuxInfo`, and external volumes whether they are `shared`."""
    roles: bool = False
    resource_limits: bool = False
    strict_resource_roles: bool = False
    """acceptedResourceRoles that no offer can have are refused."""
    task_stats: str = "taskStats"
    """The key of the embedded task statistics."""
    tasks_in_created: bool = True
    """The answer to a POST carries `tasks: []`."""
    text_tasks: bool = True
    """/tasks can answer text/plain."""
    internal_instances: bool = False
    """Tasks have ids of their own (app.uuid, of instance app.marathon-uuid), and answers to kills show the instance as Marathon
    keeps it. Later releases number the tasks of an instance: app.instance-uuid._app.1."""
    frame_options: bool = True
    """Answers carry X-Frame-Options."""
    max_deployments: int | None = 100
    events_redirected: bool = True
    """A standby redirects /v2/events to the leader instead of passing it through."""
    proxy_needs_length: bool = True
    """A standby loses the body of a request without Content-Length."""
    failure_reason: bool = True
    """deployment_failed says why."""
    cancelled_is_success: bool = False
    """A deployment that is cancelled for its own sake ends in deployment_success as well as in deployment_failed."""
    decimals: bool = False
    """Fractional quantities are always written as such: 1.0, not 1."""
    heavy_plans: bool = False
    """Events carry the whole original and target of a plan unless asked for light ones."""
    passes_over_nameless: bool = False
    """A list of apps may hold some without an id, of which nothing is made."""
    reserved_ids: tuple[str, ...] = ("restart", "tasks", "versions")
    """Words an app id must not end in."""
    separate_queue: bool = False
    """What waits for its launch is no instance yet: a scale down leaves it in the queue, and a cancelled deployment takes it out.
    Later releases launch instances that exist already: a scale down ends them, and a cancelled deployment leaves them to be launched."""
    restart_counts_healthy: bool = False
    """A restart counts what Mesos' own checks call healthy, and takes down what an app has too much. Else it counts instances."""
    restart_is_scaling: bool = True
    """A restart moves lastScalingAt and leaves lastConfigChangeAt, instead of the other way round."""
    old_rollback_version: bool = False
    """A rollback has the version of when Marathon began, each the same, instead of a new one."""
    hides_deployments: bool = False
    """The first answer of a new leader shows no app's deployment."""
    fatal_constraint: str | None = None
    """An operator that ends all launching, for good, where an app's constraint has it without a value."""

    constraint_operators: tuple[str, ...] = ("UNIQUE", "CLUSTER", "GROUP_BY", "LIKE", "MAX_PER", "UNLIKE", "IS")
    unknown_reasons: tuple[str, ...] = ()
    """Why offers are declined, but not in this release."""

    @property
    def no_details(self) -> dict[str, list[str]]:
        """What the newest release adds to a refusal that has no details: that it has none."""
        return {"details": []} if self.roles else {}


PERSONAS = {
    "1.4": Persona(
        version="1.4.13",
        jersey_1=True,
        old_form=True,
        type_error_status=400,
        no_leader_status=503,
        unknown_route_status=404,
        max_launch_delay=3600,
        ip_protocol=False,
        executor_resources=False,
        checks=False,
        tty=False,
        linux_info=False,
        internal_instances=True,
        frame_options=False,
        max_deployments=None,
        events_redirected=False,
        proxy_needs_length=False,
        failure_reason=False,
        heavy_plans=True,
        reserved_ids=(),
        separate_queue=True,
        constraint_operators=("UNIQUE", "LIKE", "CLUSTER", "GROUP_BY", "UNLIKE", "MAX_PER"),
        unknown_reasons=("AgentMaintenance", "DeclinedScarceResources"),
    ),
    "1.5": Persona(
        version="1.5.15",
        jersey_1=True,
        no_leader_status=503,
        unknown_route_status=404,
        max_launch_delay=3600,
        ip_protocol=False,
        executor_resources=False,
        checks=False,
        linux_info=False,
        internal_instances=True,
        frame_options=False,
        events_redirected=False,
        proxy_needs_length=False,
        failure_reason=False,
        heavy_plans=True,
        separate_queue=True,
        passes_over_nameless=True,
        cancelled_is_success=True,
        constraint_operators=("UNIQUE", "CLUSTER", "GROUP_BY", "LIKE", "MAX_PER", "UNLIKE"),
        unknown_reasons=("AgentMaintenance",),
    ),
    "1.8": Persona(version="1.8.222", passes_over_nameless=True),
    "1.11": Persona(
        version="1.11.26",
        roles=True,
        resource_limits=True,
        strict_resource_roles=True,
        task_stats="tasksStats",
        tasks_in_created=False,
        decimals=True,
        text_tasks=False,
        restart_counts_healthy=True,
        restart_is_scaling=False,
        old_rollback_version=True,
        hides_deployments=True,
        fatal_constraint="GROUP_BY",
        reserved_ids=("restart", "tasks", "versions", ".", ".."),
    ),
}
