# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules support, for their documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
    details:
      - The controller itself does the module's work, without starting another process. The exceptions are a task for another machine,
        another user or another Python than its own, and a task with C(environment) or C(async). Then it runs as any other module does.
      - While it waits, it prints a line when what it waits for changes, and at least every 30 seconds. A module in a process of its own prints
        nothing until it ends.
  check_mode:
    description: Can run in C(check_mode) and predict what it would change, without changing anything.
  diff_mode:
    description: Returns what changed, or would change in C(check_mode), when in diff mode.
  idempotent:
    description: A second run with the same arguments changes nothing, as long as nobody else changed the target in between.
requirements:
  - Python 3.9 or newer. Python 2.7 and 3.6 to 3.8 are not supported.
"""

    # For modules that only read.
    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - This module changes nothing.
  diff_mode:
    support: N/A
    details:
      - This module changes nothing.
  idempotent:
    support: full
    details:
      - This module changes nothing.
"""

    ACTIONGROUP_MARATHON = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/dcos.avi.marathon) in C(module_defaults) to set the connection to Marathon once.
    support: full
    membership:
      - dcos.avi.marathon
"""

    ACTIONGROUP_AVI = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/dcos.avi.avi) in C(module_defaults) to set the connection to the Avi Controller once.
    support: full
    membership:
      - dcos.avi.avi
"""

    # For modules of both groups. It stands before the two above, of which a module gets what is not set yet.
    ACTIONGROUP_BOTH = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/dcos.avi.marathon) and C(group/dcos.avi.avi) in C(module_defaults) to set the connections to Marathon and
        to the Avi Controller once.
    support: full
    membership:
      - dcos.avi.marathon
      - dcos.avi.avi
"""
