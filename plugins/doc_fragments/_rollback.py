# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rollback that a module plans or acts upon, for the documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  rollback:
    description:
      - A rollback to an earlier version. M(dcos.avi.migration_info) plans it and returns the plan.
        M(dcos.avi.migration_scale_down) scales an app down that the plan gives up, one of those that
        RV(dcos.avi.migration_info#module:plan.withdraw) names.
      - Its definition comes back under the next free name of the form C(<app>-r2), with the highest priority. In a pool
        group, an earlier version that still runs and is next in line takes over at once instead.
      - It can be planned when no version is proven to take the traffic, too, because nothing is scaled down on the way.
    type: dict
    suboptions:
      version:
        description:
          - The name of the version to go back to. The service's own name is the listener.
          - When not given, it is the version before. Where that is back already, or takes the traffic still, the plan says
            so, and does not go back one further.
          - Write it in quotes. A number with a dot, and words such as V(yes), are refused, because it is not known how they were written.
        type: raw
      instances:
        description:
          - The number of instances.
          - When not given, it is that of the version that serves, or of the one to go back to where that is larger.
        type: int
      instant:
        description:
          - Whether a version that is next in line in a pool group takes over at once.
          - Requests to the version above it are lost from the moment its tasks stop until Avi has noticed. Rolling forward
            takes longer, and loses none.
          - When not given, what loses less is chosen. That is to roll forward from a version that is proven to take the traffic, with all
            its tasks healthy and all servers up. No deployment may be under way, and no task may have failed within the last 15 seconds.
            If the version is in any other state, the next one takes over at once.
          - Errors that no health check finds are not seen. Who knows of them gives V(true).
        type: bool
"""
