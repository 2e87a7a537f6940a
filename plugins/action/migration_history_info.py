# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module migration_history_info, without a process of its own."""

from __future__ import annotations

from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_history_info import MIGRATION_HISTORY_INFO
from ansible_collections.dcos.avi.plugins.plugin_utils._in_process import InProcess


class ActionModule(InProcess):
    """Do the work of the module."""

    work = MIGRATION_HISTORY_INFO
