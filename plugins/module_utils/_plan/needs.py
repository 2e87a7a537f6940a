# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each task of an app needs of an agent, by the app's definition. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import number, whole
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.networks import HOST, mode
from ansible_collections.dcos.avi.plugins.module_utils._marathon.free_agents import in_units, written_number
from ansible_collections.dcos.avi.plugins.module_utils._marathon.resources import (
    SCALARS,
    UNRESERVED,
    Resources,
    thousandths,
)

# What Marathon gives an app that does not say it.
DEFAULTS: Mapping[str, float] = {"cpus": 1.0, "mem": 128.0, "disk": 0.0, "gpus": 0.0}
# The role of Marathon in DC/OS. What is reserved for it, on the agents that the world reaches, only goes to apps that ask for it.
ONLY_WHERE_ASKED_FOR = "slave_public"
_UNITS = {"cpus": "cpus", "mem": "MiB of memory", "disk": "MiB of disk", "gpus": "gpus"}


@dataclass(frozen=True)
class Constraint:
    """A constraint of placement. ``value`` is empty where it has none."""

    field: str
    operator: str
    value: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.field, self.operator, self.value)))


@dataclass(frozen=True)
class Need:
    """What one task takes: scalars, certain ports of its agent, and a number of any ports."""

    resources: Resources
    fixed_ports: tuple[int, ...] = ()
    any_ports: int = 0

    def __str__(self) -> str:
        said = [amounts_in_words(self.resources), *(f"port {port}" for port in self.fixed_ports)]
        return ", ".join(filter(None, said)) or "nothing"

    @classmethod
    def of(cls, app: dict[str, Any]) -> Need:
        """Return what each task of an app takes, by its canonical definition."""
        amounts = {name: thousandths(app.get(name, DEFAULTS[name])) for name in SCALARS}
        ports = list(_host_ports(app))
        fixed = tuple(port for port in ports if port)
        return cls(Resources.of(amounts), fixed, len(ports) - len(fixed))


def amounts_in_words(resources: Resources) -> str:
    """Say how much of each scalar there is; nothing of those of which there is none."""
    said = [f"{in_units(value)} {_UNITS[name]}" for name, value in resources.amounts.items() if value]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)


def constraints_of(app: Mapping[str, Any]) -> tuple[Constraint, ...]:
    """Return the constraints of an app."""
    given = app.get("constraints")
    listed = given if isinstance(given, list) else []
    return tuple(_constraint(each) for each in listed if isinstance(each, (list, tuple)) and len(each) > 1)


def accepted_roles(app: Mapping[str, Any], role: str) -> frozenset[str]:
    """Return for whom resources may be reserved that an app accepts: for its role, and for nobody ("*"), unless it says otherwise."""
    stated = app.get("acceptedResourceRoles")
    if isinstance(stated, list) and stated:
        return frozenset(map(str, stated))
    return frozenset((UNRESERVED, *(() if role == ONLY_WHERE_ASKED_FOR else (role,))))


def _constraint(each: list[Any] | tuple[Any, ...]) -> Constraint:
    field, operator, *rest = each
    value = rest[0] if rest and rest[0] is not None else ""
    # Whoever writes YAML may write a number.
    said = written_number(value) if isinstance(value, (int, float)) and number(value) is not None else str(value)
    return Constraint(str(field), str(operator).upper(), said.strip())


def _host_ports(app: dict[str, Any]) -> Iterator[int]:
    """Yield the ports that a task takes of its agent; 0 for any one."""
    mappings = (app.get("container") or {}).get("portMappings")
    network = mode(app)
    if network != HOST:
        for mapping in mappings or ():
            # In a network of its own, a container has a port of the agent only where it asks for one.
            if mapping.get("hostPort") is not None or network == "container/bridge":
                yield whole(mapping.get("hostPort")) or 0
        return
    for port in app.get("portDefinitions") or ():
        yield (whole(port.get("port")) or 0) if app.get("requirePorts") else 0
