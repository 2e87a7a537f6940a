# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of every wait, for the documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait_timeout:
    description:
      - How many seconds to wait at most. Must be 0 or more.
      - After that, the module fails. The message says what it waited for and what it saw last.
    type: int
    default: 300
  wait_interval:
    description: How many seconds to let pass between two checks. Must be above 0.
    type: float
    default: 1.0
"""
