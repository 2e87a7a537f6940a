# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan of the campaign: which lab, which runs for which services, and what disturbs them. It can be kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

KILL, STOP, FAULT, SILENCE, LEADER, PERSON = "kill", "stop", "fault", "silence", "leader", "person"
NEW, SERVING, LISTENER = "new", "serving", "listener"
"""Whom a person means: the version that is rolled out, whoever serves then, or the service's first app."""


@dataclass(frozen=True)
class Disturbance:
    """What happens to a run as a step of it begins, or so many seconds later, and for how long it lasts.

    The step is drawn by its number. A plan that is kept names it by how it begins (`at`), as numbers change with the roles.
    """

    what: str
    step: int
    later: float = 0.0
    seconds: float = 0.0
    details: Mapping[str, Any] = field(default_factory=dict)
    """The fault's; what a person does, and to whom; which playbook somebody runs while this run is stopped."""
    at: str = ""

    def is_due(self, number: int, name: str) -> bool:
        """Whether this is its step."""
        return name.startswith(self.at) if self.at else number == self.step

    def __str__(self) -> str:
        words = " ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.what}{f' ({words})' if words else ''} at {self.at or f'step {self.step}'}{f' + {self.later:g} s' if self.later else ''}"


@dataclass(frozen=True)
class Operation:
    """One run of a playbook for a service."""

    service: str
    playbook: str
    version: str = ""
    image: str = ""
    whole: bool = True
    """Whether the whole definition is given, and not only the image."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    gate: bool = False
    """Whether requests through the virtual service judge the version."""
    check: bool = False
    disturbances: tuple[Disturbance, ...] = ()

    @property
    def app(self) -> str:
        """The app of the version."""
        return f"/{self.service}-{self.version}" if self.version else ""

    def __str__(self) -> str:
        about = " ".join(each for each in (self.version, self.image) if each)
        mode = " in check mode" if self.check else ""
        disturbed = f", with {', '.join(map(str, self.disturbances))}" if self.disturbances else ""
        return f"{self.playbook} {about}".rstrip() + f" of {self.service}{mode}{disturbed}"


@dataclass(frozen=True)
class Plan:
    """The operations of a service follow each other; those of different services run beside each other."""

    name: str
    lab: Mapping[str, Any]
    operations: tuple[Operation, ...]
    why: str = ""
    """What it once found, where it is kept for that."""

    @property
    def services(self) -> list[str]:
        """All services, in the order in which they appear."""
        return list(dict.fromkeys(operation.service for operation in self.operations))

    def of(self, service: str) -> list[Operation]:
        """The operations of a service."""
        return [operation for operation in self.operations if operation.service == service]


def write(plan: Plan, file: Path) -> None:
    """Keep a plan."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(plan), indent=1) + "\n")


def read(file: Path) -> Plan:
    """Return a plan that was kept."""
    plan = json.loads(file.read_text())
    return Plan(**{**plan, "operations": tuple(_operation(each) for each in plan["operations"])})


def _operation(kept: Mapping[str, Any]) -> Operation:
    return Operation(**{**kept, "disturbances": tuple(Disturbance(**each) for each in kept["disturbances"])})
