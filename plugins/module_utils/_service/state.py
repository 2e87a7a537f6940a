# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Joins what Marathon runs with what Avi shows into one picture of a service, and proves which version is active.

Pure. Ids and names are hints; the servers of the pool that takes the traffic, joined with the tasks of an app, are proof.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import Pool
from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import (
    AviView,
    Member,
    Problem,
    Traffic,
    traffic,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, Task, TaskFailure
from ansible_collections.dcos.avi.plugins.module_utils._service.foreign import (
    FOREIGN_TRAFFIC,
    NO_DOUBT,
    foreign_claims,
    foreign_holders,
    foreign_traffic,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.freeze import Freeze
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Lock

UNKNOWN_SERVERS = "unknown_servers"
PRIORITY_STEP = 10
# Room for the priorities of ten versions that nobody can see any more.
LONG_STEP = 100
# Seconds without the failure of a task before a version counts as steady: between two crashes, one that crashes again and again looks complete.
STEADY_SECONDS = 15.0


@dataclass(frozen=True)
class Observation:
    """What was read at one time. ``versions`` are the apps that belong to the service and whose ``ab_config`` names it.

    ``unreadable`` are apps named like its versions whose ``ab_config`` cannot be read. ``previews`` are companions of the
    service, and count nowhere as versions; ``late_previews`` are the ids of those whose approval would come too late. ``foreign`` are apps that
    name the service and do not belong to it: they count nowhere.
    """

    service: str
    avi: AviView
    listener: App | None = None
    versions: tuple[App, ...] = ()
    unreadable: tuple[App, ...] = ()
    previews: tuple[App, ...] = ()
    lock: Lock | None = None
    freeze: Freeze | None = None
    late_previews: frozenset[str] = frozenset()
    foreign: tuple[App, ...] = ()

    @property
    def apps(self) -> tuple[App, ...]:
        """The listener first, then the versions by priority."""
        listener = (self.listener,) if self.listener else ()
        return listener + tuple(sorted(self.versions, key=lambda app: (app.priority, app.id)))


@dataclass(frozen=True)
class Proof:
    """The servers of the pool that takes the traffic, and the healthy tasks of the app that has tasks among them."""

    servers: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    equal: bool = False


@dataclass(frozen=True)
class Picture:
    """A service as it was seen.

    ``active`` is the app proven to take the traffic. ``serving`` is the one app with tasks among the servers that take
    the traffic, proven or not: enough to start a new version from, never enough to scale another one down.
    """

    observed: Observation
    traffic: Traffic
    proof: Proof = Proof()
    active: App | None = None
    serving: App | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def service(self) -> str:
        return self.observed.service

    @property
    def apps(self) -> tuple[App, ...]:
        return self.observed.apps

    @property
    def highest_priority(self) -> int:
        return max((app.priority for app in self.apps), default=0)

    @property
    def running(self) -> list[App]:
        """The apps that have instances, or run without any, in the order of apps."""
        return [app for app in self.apps if app.runs]

    @property
    def next_priority(self) -> int:
        """A priority above all others, and above those of deleted versions, which the cloud connector may still know.

        A pool group shows them. Where it does not, as pools A and B never do, one that was deleted while it had the traffic had a
        higher one than all that are there: a long step passes it.
        """
        step = LONG_STEP if self.has_lost_a_version or self._is_left_to_nobody else PRIORITY_STEP
        priorities = [member.priority or "" for member in self.traffic.members]
        shown = [int(priority) for priority in priorities if priority.isdecimal()]
        return max([self.highest_priority, 0, *shown]) + step

    @property
    def has_lost_a_version(self) -> bool:
        """Whether the version that had the traffic seems to have been deleted, or scaled to zero.

        The pool that takes the traffic holds no task of any version, and the highest one that runs has its tasks in another pool, so
        that it cannot have been in this one. Neither is there one that runs, or should, and may only have lost its tasks.
        """
        taker = self.traffic.taker
        if taker is None or not self.running or self.is_foreign_traffic:
            return False
        if any(holds(taker.pool, app) for app in self.apps):
            return False
        highest = max(self.running, key=lambda app: app.priority)
        is_elsewhere = highest.healthy > 0 and bool(self.places(highest))
        return is_elsewhere and all(is_complete(app) or self.places(app) for app in self.running)

    @property
    def _is_left_to_nobody(self) -> bool:
        """Whether nothing runs, and the traffic goes to servers that no task stands behind: of a version, perhaps, that was deleted."""
        taker = self.traffic.taker
        return taker is not None and bool(taker.pool.servers) and not self.running and not self.is_foreign_traffic

    @property
    def is_foreign_traffic(self) -> bool:
        """Whether the pool that takes the traffic holds tasks of an app that only claims to belong to the service."""
        return any(problem.code == FOREIGN_TRAFFIC for problem in self.problems)

    @property
    def doubts(self) -> str:
        """The sentences of the problems that may be why no version is proven to take the traffic."""
        return " ".join(problem.sentence for problem in self.problems if problem.code not in NO_DOUBT)

    def app(self, app_id: str) -> App | None:
        return next((app for app in self.apps if app.id == app_id), None)

    def proven_in(self, pool: Pool) -> App | None:
        """The one app of which the servers of the pool are exactly the healthy tasks, all of them up."""
        holders = [app for app in self.apps if holds(pool, app)]
        return None if list(_doubts(pool, holders)) else holders[0]

    def places(self, app: App) -> list[Member]:
        """The pools of the virtual service that hold tasks of the app, the one that takes the traffic first."""
        members = sorted(self.traffic.members, key=lambda member: member is not self.traffic.taker)
        return [member for member in members if holds(member.pool, app)]

    def places_of_strangers(self) -> list[Member]:
        """The pools that take no traffic and hold servers that are no known task of the service."""
        apps = (*self.apps, *self.observed.foreign)
        known = {endpoint for app in apps for task in app.tasks for endpoint in task.endpoints}
        idle = [member for member in self.traffic.members if member is not self.traffic.taker]
        return [member for member in idle if not known.issuperset(server.endpoint for server in member.pool.servers)]


def picture(observed: Observation) -> Picture:
    """Join both sides. Never raises: an inconsistency is named in ``problems`` and leaves ``active`` empty."""
    goes = traffic(observed.avi)
    problems = [*goes.problems, *_marathon_problems(observed)]
    if goes.taker is None:
        return Picture(observed, goes, problems=tuple(problems))
    pool = goes.taker.pool
    holders = [app for app in observed.apps if holds(pool, app)]
    serving = holders[0] if len(holders) == 1 else None
    strangers = foreign_holders(pool, observed.apps, observed.foreign)
    doubts = [
        *foreign_traffic(observed.service, pool, strangers),
        *(doubt for doubt in _doubts(pool, holders) if not (strangers and doubt.code == UNKNOWN_SERVERS)),
    ]
    proof = Proof(tuple(sorted(pool.endpoints)), _shown_tasks(pool, serving), equal=not doubts)
    active = None if doubts else serving
    if active and not is_complete(active):
        doubts.append(_incomplete(active))
    if serving and (failure := recent_failure(serving)):
        doubts.append(Problem("active_failing", serving.id, f"{serving.id} takes the traffic, but {failure}."))
    return Picture(observed, goes, proof, active, serving, tuple(problems + doubts))


def picture_once_checked(seen: Picture) -> Picture:
    """Return the picture that follows if each task passes that Marathon has not checked yet. It proves nothing.

    A new leader of Marathon has checked none, which is no sign against a version that served before. What runs since a task
    failed is another matter.
    """
    observed, listener = seen.observed, seen.observed.listener
    versions = tuple(_once_checked(app) for app in observed.versions)
    return picture(dataclasses.replace(observed, listener=listener and _once_checked(listener), versions=versions))


def _once_checked(app: App) -> App:
    if recent_failure(app):
        return app
    tasks = tuple(dataclasses.replace(task, healthy=task.healthy or task.unchecked) for task in app.tasks)
    return dataclasses.replace(app, tasks=tasks)


def holds(pool: Pool, app: App) -> bool:
    """Whether any task of the app, healthy or not, is a server of the pool."""
    servers = {server.endpoint for server in pool.servers}
    return any(not servers.isdisjoint(task.endpoints) for task in app.tasks)


def servers_up(picture: Picture, app: App, ids: Container[str] | None = None) -> list[str]:
    """Return the servers that Avi shows up, of whatever pool, which are tasks of the app.

    :param ids: of which of its tasks; None for all.
    """
    own = {name for task in app.tasks if ids is None or task.id in ids for name in task.endpoints}
    pools = picture.observed.avi.pools.values()
    return sorted({server.endpoint for pool in pools for server in pool.servers if server.enabled and server.up} & own)


def app_is_gone(picture: Picture, app: App | None) -> bool:
    """Whether nothing is left of an app: it has no instances, no task of it runs, and Avi shows none up. One on a lost agent may be."""
    if app is None:
        return True
    return not (app.instances or any(task.is_live for task in app.tasks) or servers_up(picture, app))


def is_complete(app: App) -> bool:
    """Whether every instance the app should have is healthy, and it should have any."""
    return 0 < app.instances <= app.healthy


def serves_at_zero(app: App) -> str | None:
    """Say of an app that takes the traffic that it has no instances, None where it has."""
    if app.instances:
        return None
    why = (
        ", although it is scaled to zero" if app.runs_at_zero else ", but was scaled to zero, and its tasks are ending"
    )
    return f"{app.id} takes the traffic{why}."


def recent_failure(app: App) -> TaskFailure | None:
    """The failure of a task of its present configuration a moment ago, after which another one may come; None for a steady app."""
    return app.failure if app.failure and app.failure.seconds_ago < STEADY_SECONDS else None


def _known_as(pool: Pool, app: App) -> list[tuple[Task, list[str]]]:
    """Pair each healthy task with the servers of the pool that are this task: a task may be known by several addresses."""
    return [(task, sorted(pool.endpoints.intersection(task.endpoints))) for task in app.tasks if task.healthy]


def _shown_tasks(pool: Pool, app: App | None) -> tuple[str, ...]:
    pairs = _known_as(pool, app) if app else []
    return tuple(sorted((names or [*task.endpoints, task.id])[0] for task, names in pairs))


def _doubts(pool: Pool, holders: Sequence[App]) -> Iterable[Problem]:
    """Yield why the pool that takes the traffic proves no version."""
    if not pool.endpoints:
        yield Problem("empty_active_pool", pool.name, f"Pool {pool.name} should take the traffic, but has no server.")
        return
    down = sorted(
        f"{server.endpoint} ({server.state or 'state unknown'})"
        for server in pool.servers
        if server.enabled and not server.up
    )
    if down:
        yield Problem(
            "servers_down",
            pool.name,
            f"Pool {pool.name} takes the traffic, but Avi does not show these of its servers up: {', '.join(down)}.",
        )
    if not holders:
        servers = ", ".join(sorted(pool.endpoints))
        yield Problem(
            UNKNOWN_SERVERS,
            pool.name,
            f"Pool {pool.name} takes the traffic, but its servers are no tasks of the service: {servers}.",
        )
    elif len(holders) > 1:
        names = " and ".join(app.id for app in holders)
        yield Problem("ambiguous", pool.name, f"Pool {pool.name} takes the traffic and holds tasks of {names}.")
    else:
        yield from _differences(pool, holders[0])


def _differences(pool: Pool, app: App) -> Iterable[Problem]:
    """Yield how the servers of the pool are not the healthy tasks of the app, one to one."""
    pairs = _known_as(pool, app)
    named = [name for _task, names in pairs for name in names]
    missing = sorted((task.endpoints or (task.id,))[0] for task, names in pairs if not names)
    strange = sorted(pool.endpoints.difference(named))
    own = {name for task in app.tasks for name in task.endpoints}
    unhealthy, foreign = [name for name in strange if name in own], [name for name in strange if name not in own]
    parts = [f"Marathon does not show its servers {', '.join(unhealthy)} healthy"] if unhealthy else []
    parts += [f"its servers {', '.join(foreign)} are none of them"] if foreign else []
    parts += [f"{', '.join(missing)} is not among its servers"] if missing else []
    if not parts and len(named) != len(pairs):
        parts = ["some of its servers are the same task"]
    elif not parts and len(set(named)) != len(named):
        parts = ["some of its servers are several tasks"]
    if parts:
        sentence = f"Pool {pool.name} takes the traffic, but does not hold exactly the healthy tasks of {app.id}: {'; '.join(parts)}."
        yield Problem("servers_differ", pool.name, sentence)


def _incomplete(app: App) -> Problem:
    sentence = f"{app.id} takes the traffic with {app.healthy} of its {counted(app.instances, 'instance')} healthy."
    return Problem("active_incomplete", app.id, serves_at_zero(app) or sentence)


def _marathon_problems(observed: Observation) -> Iterable[Problem]:
    service, listener = observed.service, observed.listener
    if listener is None:
        yield Problem(
            "no_listener", service, f"Marathon has no app {service}, which would be the listener of the service."
        )
    elif listener.service is not None:
        sentence = f"{service} is no service but a version of {listener.service}, as its ab_config says."
        yield Problem("not_a_listener", service, sentence)
    yield from _other_tenant(observed)
    yield from foreign_claims(service, observed.foreign)
    for app in (*observed.apps, *observed.unreadable):
        for label in app.labels.broken:
            sentence = f"The label {label.key} of {app.id} cannot be read: {label.sentence}."
            yield Problem("broken_label", app.id, sentence)
        for label in app.labels.wrong:
            sentence = f"The label {label.key} of {app.id} holds what cannot be right: {label.sentence}."
            yield Problem("wrong_label", app.id, sentence)
    yield from map(_running_at_zero, (app for app in observed.apps if app.runs_at_zero))
    yield from _shared_priorities(observed.apps)


def _running_at_zero(app: App) -> Problem:
    count = sum(task.is_live for task in app.tasks)
    runs = "1 task of it runs" if count == 1 else f"{count} tasks of it run"
    sentence = (
        f"{app.id} is scaled to zero, but {runs}: Marathon started what waited in its launch queue. The playbooks rollout, rollback, "
        "retire and withdraw end that as soon as another version is ready to serve."
    )
    return Problem("runs_at_zero", app.id, sentence)


def _other_tenant(observed: Observation) -> Iterable[Problem]:
    """Objects of another tenant look like objects that do not exist, but a label may tell where they are."""
    listener, avi = observed.listener, observed.avi
    stated = (listener.labels.proxy or {}).get("tenant") if listener else None
    if avi.virtual_service is None and isinstance(stated, str) and stated != avi.tenant:
        sentence = f"The label avi_proxy of {observed.service} puts it in tenant {stated}, but tenant {avi.tenant} was asked for."
        yield Problem("other_tenant", observed.service, sentence)


def _shared_priorities(apps: Sequence[App]) -> Iterable[Problem]:
    by_priority: dict[int, list[str]] = {}
    for app in apps:
        by_priority.setdefault(app.priority, []).append(app.id)
    for priority, ids in by_priority.items():
        if len(ids) > 1:
            yield Problem("same_priority", ids[-1], f"{' and '.join(ids)} have the same priority, {priority}.")
