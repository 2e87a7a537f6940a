# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All apps and groups at one moment, and how they change. Values are never changed in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.lab.marathon import ids
from tests.lab.marathon.config import Config
from tests.lab.marathon.errors import Invalid, Problem
from tests.lab.marathon.external import names_twice
from tests.lab.marathon.ports import assign_service_ports, service_ports

#: Fields whose change alone is not a new configuration.
_NO_UPGRADE = ("instances", "executorResources")


@dataclass(frozen=True)
class App:
    """One version of an app: its complete definition, and when it got so."""

    definition: dict[str, Any]
    version: str
    last_scaling: str
    last_config_change: str

    @property
    def id(self) -> str:
        return str(self.definition["id"])

    @property
    def instances(self) -> int:
        return int(self.definition["instances"])


@dataclass(frozen=True)
class Group:
    """What a group has besides its apps."""

    version: str
    dependencies: tuple[str, ...] = ()
    enforce_role: bool = False


@dataclass(frozen=True)
class Root:
    """Every app and group, by id. The root group itself is "/"."""

    version: str
    apps: Mapping[str, App] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)

    def apps_in(self, group: str) -> list[App]:
        """Return the apps of a group, those of its groups included."""
        return [app for app in self.apps.values() if ids.within(app.id, group)]


#: What is to change: complete definitions by id; None takes an app away.
Definitions = Mapping[str, dict[str, Any] | None]


def is_upgrade(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a definition is a new configuration, so that tasks must be replaced."""
    return any(before.get(key) != after.get(key) for key in {*before, *after} if key not in _NO_UPGRADE)


def changed(
    root: Root,
    definitions: Definitions,
    now: str,
    config: Config,
    restart: Iterable[str] = (),
    groups: Mapping[str, Group] | None = None,
    *,
    assigns_ports: bool = True,
) -> Root:
    """Return the apps after a change: service ports assigned (or not), versions and version infos set, rules checked.

    An app whose definition stays the same keeps its version, unless it is to `restart`. `groups` replace those there
    are. Raises Invalid where the apps do not fit together, Refusal(500) where service ports run out.
    """
    apps = dict(root.apps)
    taken = {port for app in root.apps.values() for port in service_ports(app.definition)} if definitions else set()
    for app_id, wanted in definitions.items():
        before = apps.pop(app_id, None)
        if wanted is None:
            continue
        definition = wanted
        if assigns_ports and (before is None or is_upgrade(before.definition, wanted)):
            definition = assign_service_ports(wanted, before.definition if before else None, taken, config)
            taken.update(service_ports(definition))
        apps[app_id] = _version_of(before, definition, now)
    for app_id in restart:
        app = replace(apps[app_id], version=now)
        if config.persona.restart_is_scaling:
            apps[app_id] = replace(app, last_scaling=now)
        else:
            apps[app_id] = replace(app, last_config_change=now)
    known_groups = dict(root.groups if groups is None else groups)
    for app_id in definitions:
        if app_id in apps:
            for group in ids.ancestors(app_id):
                known_groups.setdefault(group, Group(now))
    result = Root(now, apps, known_groups)
    problems = _root_problems(result, definitions)
    if problems:
        raise Invalid(problems, thrown=config.persona.old_form)
    return result


def _version_of(before: App | None, definition: dict[str, Any], now: str) -> App:
    if before is None or is_upgrade(before.definition, definition):
        return App(definition, now, now, now)
    if before.instances != definition["instances"]:
        return App(definition, now, now, before.last_config_change)
    return before


def _root_problems(root: Root, definitions: Definitions) -> list[Problem]:
    problems: list[Problem] = []
    # An empty group is in nobody's way.
    taken = {group for app_id in root.apps for group in ids.ancestors(app_id)}
    if any(app_id in taken or set(ids.ancestors(app_id)) & root.apps.keys() for app_id in definitions):
        problems.append(("/", "Groups and Applications may not have the same identifier."))
    # Volumes can be in one place only.
    problems.extend(names_twice({app.id: app.definition for app in root.apps.values()}, definitions))
    if _is_cyclic(needed_by(root)):
        problems.append(("/", "Dependency graph has cyclic dependencies."))
    return problems


def needed_by(root: Root) -> dict[str, set[str]]:
    """Return for each app the apps that it needs: those it names, alone or by their group, and those that its groups name."""
    needed: dict[str, set[str]] = {app_id: set() for app_id in root.apps}
    for app in root.apps.values():
        for each in app.definition.get("dependencies", []):
            named = [each] if each in root.apps else [below.id for below in root.apps_in(each) if each in root.groups]
            needed[app.id].update(named)
    for group_id, group in root.groups.items():
        others = [app.id for each in group.dependencies if each in root.groups for app in root.apps_in(each)]
        for app in root.apps_in(group_id):
            needed[app.id].update(others)
    return needed


def _is_cyclic(needing: Mapping[str, Iterable[str]]) -> bool:
    done: set[str] = set()

    def walk(app_id: str, above: tuple[str, ...]) -> bool:
        if app_id in above:
            return True
        if app_id in done:
            return False
        done.add(app_id)
        return any(walk(each, (*above, app_id)) for each in needing.get(app_id, ()))

    return any(walk(app_id, ()) for app_id in needing)
