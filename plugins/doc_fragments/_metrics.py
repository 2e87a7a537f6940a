# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metrics that a module gathers from Avi, for the documentation. Private to this collection. The default of metric_ids is the module's."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  metric_ids:
    description: The metrics to gather.
    type: list
    elements: str
  metric_step:
    description:
      - The seconds that one sample of a metric covers. V(5) needs real-time metrics to be switched on for the virtual service.
    type: int
    choices: [5, 300, 3600, 86400]
    default: 300
"""
