# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the lab's Marathon was started: what its command line flags would say."""

from __future__ import annotations

from dataclasses import dataclass

from tests.lab.marathon.persona import Persona


@dataclass(frozen=True)
class Config:
    """The flags that a client can notice."""

    persona: Persona
    features: tuple[str, ...] = ("external_volumes", "gpu_resources", "secrets", "task_killing", "vips")
    default_network_name: str | None = None
    mesos_bridge_name: str = "mesos-bridge"
    mesos_role: str = "*"
    local_port_min: int = 10000
    local_port_max: int = 20000
    """The first port above those it assigns."""
