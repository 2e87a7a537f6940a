# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The safeties that can be taken out, and what it takes to see the loss."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.demo import EXAMPLE
from tests.lab.traffic.client import Mix

PLAYBOOKS = Path(__file__).parent / "playbooks"


@dataclass(frozen=True)
class Control:
    """A safety taken out: its playbook, and in words what that does. `settings` and `image` hold with it, too."""

    playbook: str
    words: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    image: str = "avinetworks/server"
    mix: Mix = Mix()

    @property
    def path(self) -> str:
        """Where the playbook is."""
        return str(PLAYBOOKS / f"{self.playbook}.yml")


CONTROLS = [
    Control("naive", "the old version goes as soon as the new one is accepted", image="lab/slow-start"),
    # Where the flip waits for a server that is up, Avi's own health monitor stands in for the wait that is missing here. In a pool
    # group the old version stands in for a new one that is not ready, until it is scaled to zero.
    Control(
        "no_health",
        "no wait for healthy tasks",
        settings={"avi": "pool_group", "flip": "on_create"},
        image="lab/slow-start",
    ),
    Control("no_confirm", "no look at Avi before the old version goes", settings={"connector_delay": 4}),
    Control(
        "no_drain",
        "no drain, and 2 % of the requests take 12 s",
        settings={"kill_grace": 1},
        mix=Mix(slow=0.02, slow_seconds=12, timeout=30),
    ),
    Control("unattached", "the unattached pool of the version's name is believed", settings={"connector_delay": 4}),
]


def version(name: str, image: str = "avinetworks/server") -> dict[str, Any]:
    definition = json.loads((EXAMPLE / f"app1-{name}.json").read_text())
    definition["container"]["docker"]["image"] = image
    return {"rollout_service": "app1", "rollout_version": name, "rollout_definition": definition}
