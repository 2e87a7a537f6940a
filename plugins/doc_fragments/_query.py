# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that shape a result and wait for a condition on it, for the documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  query:
    description:
      - A JMESPath expression that is applied to what the module returns. Its value is RV(ignore:result).
    type: str
  wait_for:
    description:
      - A JMESPath expression on what the module returns. The module checks again until its value is true, for O(wait_timeout) seconds at
        most, and then fails with the last value.
      - In JMESPath, everything is true except V(false), V(null) and empty values. Write numbers between backticks.
    type: str
requirements:
  - jmespath, for O(query) and O(wait_for)
"""
