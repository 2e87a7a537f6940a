# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the two ways of taking turns have in common: versions, the switches, and what is told of a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Switches:
    """What is not documented about the connector.

    `flip`, when the traffic moves to a new version: "on_create" at once, "on_server" with its first server up, "on_all"
    with all of its instances up. `alternate`, which pool it takes: "by_active" the one without the traffic, "by_order"
    B, A, B, ... as the versions come. `top_gone`, when the active version's app is deleted: "keep" its pool as it was,
    "revert" to the highest version left (or the first app), "empty" its pool and leave the traffic there.
    """

    flip: str = "on_server"
    alternate: str = "by_active"
    top_gone: str = "keep"


@dataclass(frozen=True)
class Version:
    """An app that takes part in a service's A/B: `up` counts its servers that are up."""

    name: str
    priority: int
    instances: int
    up: int

    def ready(self, switches: Switches) -> bool:
        """Whether the traffic may move to it."""
        if switches.flip == "on_create":
            return True
        if switches.flip == "on_server":
            return self.up > 0
        return 0 < self.instances <= self.up


@dataclass(frozen=True)
class Change:
    """Something that happened to a service: "attach", "detach", "flip" or "ignored", with its details."""

    what: str
    details: Mapping[str, Any]
