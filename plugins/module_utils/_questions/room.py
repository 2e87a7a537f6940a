# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Is there room for the new version? Asks Mesos' master, and Marathon where that cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, PermissionRefused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import release_in
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import canonical
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.endless import FIRST_RELEASE
from ansible_collections.dcos.avi.plugins.module_utils._marathon.free_agents import waiting_in
from ansible_collections.dcos.avi.plugins.module_utils._marathon.master import Master, master_from
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import tasks_that_may_serve
from ansible_collections.dcos.avi.plugins.module_utils._marathon.resources import UNRESERVED
from ansible_collections.dcos.avi.plugins.module_utils._plan.capacity import (
    IGNORE,
    Capacity,
    Shown,
    capacity_for,
    with_room,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.needs import Need, accepted_roles, constraints_of
from ansible_collections.dcos.avi.plugins.module_utils._plan.placement import Demand
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import DEPLOY, PREVIEW, RESUME, Plan
from ansible_collections.dcos.avi.plugins.module_utils._questions.basis import Basis
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

# The definition of an app, and the hosts of the tasks that it has.
Started = tuple[Mapping[str, Any], tuple[str, ...]]
PERMISSIONS = "docs/permissions.md"
_NOBODY = "Mesos' master is not asked. Give its address in rollout_mesos_master (MESOS_MASTER)"


@dataclass
class Room:
    """Looks for room, by what the cluster shows. It is asked once, and anew where it was told to ``forget``."""

    mesos_master: str | None
    _shown: Shown | None = None

    def forget(self) -> None:
        """Take what was shown for old: others may have used the room since."""
        self._shown = None

    def checked(self, plan: Plan, basis: Basis, how: str) -> tuple[Plan, Capacity | None]:
        """Return the plan, refused where there has to be room and is none, and what is known of it; None where nothing is to be started.

        :param how: IGNORE, WARN or REQUIRE. With IGNORE nobody is asked.
        """
        started = [] if how == IGNORE else [*_started(plan, basis.seen)]
        if not started:
            return plan, None
        master = master_from(self.mesos_master, basis.client)
        if self._shown is None:
            self._shown = _shown(master, started, basis)
        demands = [_demand(app, running, self._shown.role) for app, running in started]
        capacity = capacity_for(demands, self._shown)
        return with_room(plan, capacity, how), capacity


def _started(plan: Plan, seen: Picture) -> Iterator[Started]:
    """Yield the definition of each app that is to get tasks, the version first, and the hosts of those that it has."""
    wanted = [plan.definition] if plan.action in (DEPLOY, RESUME) and plan.definition else []
    if plan.action in (DEPLOY, PREVIEW) and plan.preview and plan.preview.definition:
        wanted.append(plan.preview.definition)
    present = {app.id: app.definition for app in (*seen.apps, *seen.observed.previews)}
    for app in wanted:
        hosts = tuple(
            str(task.get("host") or "") for task in tasks_that_may_serve(present.get(app["id"].strip("/"), {}))
        )
        if len(hosts) < app["instances"]:
            yield app, hosts


def _demand(app: Mapping[str, Any], hosts: tuple[str, ...], role: str) -> Demand:
    return Demand(
        str(app["id"]).strip("/"),
        app["instances"] - len(hosts),
        Need.of(canonical(dict(app))),
        accepted_roles(app, role),
        constraints_of(app),
        hosts,
    )


def _shown(master: Master | None, started: Sequence[Started], basis: Basis) -> Shown:
    """Return what is shown of the cluster. Whatever cannot be read is a reason not to know, and no failure: nothing depends on it but this."""
    why_not, role, is_even = _NOBODY, UNRESERVED, False
    try:
        role, is_even = _role_and_release(started, basis)
        if master is not None:
            agents = tuple(master.agents())
            quotas = tuple(master.quotas(role)) if role != UNRESERVED else ()
            return Shown(agents, quotas, role=role, is_even=is_even)
    except DcosAviError as error:
        # Marathon's client says so by itself.
        is_named = not isinstance(error, PermissionRefused) or PERMISSIONS in error.sentence
        advice = "" if is_named else f". {PERMISSIONS} names the permission that this request needs"
        why_not = f"{error.sentence.rstrip('.')}{advice}"
    try:
        waiting = tuple(waiting_in(basis.client.queue(embed=["lastUnusedOffers"])))
    except DcosAviError as error:
        return Shown(why_not=f"{why_not.rstrip('.')}. {error.sentence}")
    return Shown(None, waiting=waiting, why_not=why_not, role=role, is_even=is_even)


def _role_and_release(started: Sequence[Started], basis: Basis) -> tuple[str, bool]:
    """Return the role of the apps, and how GROUP_BY is kept. Marathon is only asked where no app says it."""
    app, _hosts = started[0]
    listener = basis.seen.observed.listener
    role = app.get("role") or (listener and listener.definition.get("role"))
    groups = any(each.operator == "GROUP_BY" for each in constraints_of(app))
    if role and not groups:
        return str(role), False
    info = basis.client.info()
    config = info.get("marathon_config")
    found = config.get("mesos_role") if isinstance(config, Mapping) else None
    return str(role or found or UNRESERVED), groups and release_in(info) >= FIRST_RELEASE
