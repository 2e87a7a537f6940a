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
        M(dcos.avi.migration_scale_down) scales down one of the apps that the plan gives up
        (RV(dcos.avi.migration_info#module:plan.withdraw)).
      - The definition of that version comes back under the next free name of the form C(<app>-r2), with the highest priority. In a pool
        group, an earlier version that still runs and is next in line takes over at once instead.
      - It can also be planned when no version is proven to take the traffic, because nothing is scaled down on the way.
    type: dict
    suboptions:
      version:
        description:
          - The name of the version to go back to. The service's own name means the listener.
          - When not given, it is the version before the current one. If that version is back already, or still takes the traffic, the plan says
            so, and does not go back further.
          - Write it in quotes. A number with a dot, and words such as V(yes), are refused, because YAML does not keep how they were written.
        type: raw
      instances:
        description:
          - The number of instances.
          - When not given, it is that of the version that serves or of the one to go back to, whichever is larger.
        type: int
      instant:
        description:
          - Whether a version that is next in line in a pool group takes over at once.
          - Requests to the version above it are lost from the moment its tasks stop until Avi has noticed. Rolling forward
            takes longer, and loses none.
          - When not given, the plan chooses what loses less. It rolls forward from a version that is proven to take the traffic, with all
            its tasks healthy and all servers up, no deployment under way, and no task that failed within the last 15 seconds.
            If the version is in any other state, the next one takes over at once.
          - The plan does not see errors that no health check finds. Give V(true) if there are such errors.
        type: bool
"""
