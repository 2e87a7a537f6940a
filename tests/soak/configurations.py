# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the proof is repeated for: how a version is rolled out, and how Avi and the connector are."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

from tests.demo import EXAMPLE

SERVICE = "app1"
STRATEGIES = ("direct", "preview")
SHAPES = ("ab_pool", "pool_group")
FLIPS = ("on_server", "on_all")
DRAIN = 2
"""Seconds to drain where it is not shown how long that takes: no request of that traffic takes longer."""

CHECKED_EVERY = 14
"""Seconds between health checks where it is measured what a rollout costs. The connector has switched after three: ten seconds later one
look ends the drain, so that nothing is waited for but what a version needs."""


@dataclass(frozen=True)
class Configuration:
    """One strategy, in one kind of lab."""

    strategy: str
    shape: str
    flip: str

    def __str__(self) -> str:
        return f"{self.strategy}, {self.shape}, {self.flip}"

    @property
    def settings(self) -> dict[str, Any]:
        """The lab's."""
        return {"avi": self.shape, "flip": self.flip}

    def rollout(self, version: str, image: str = "avinetworks/server", **more: Any) -> dict[str, Any]:
        """The variables of the playbook rollout."""
        return {
            "rollout_service": SERVICE,
            "rollout_version": version,
            "rollout_definition": definition(image),
            "rollout_strategy": self.strategy,
            **more,
        }


ALL = tuple(Configuration(*each) for each in itertools.product(STRATEGIES, SHAPES, FLIPS))


def definition(image: str) -> dict[str, Any]:
    """The article's definition of a version, with this image; its id and labels are the role's business."""
    wanted: dict[str, Any] = json.loads((EXAMPLE / "app1-100.json").read_text())
    del wanted["id"], wanted["labels"]["ab_config"]
    wanted["container"]["docker"]["image"] = image
    return wanted
