# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options by which a module is told in which run's name it holds a lock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible_collections.dcos.avi.plugins.module_utils._core.run import nonce_of_this_run, this_run
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Run

NONCE_VARIABLE = "DCOS_AVI_LOCK_NONCE"
RUN_OPTIONS: dict[str, Any] = {
    "owner": {"type": "str"},
    "nonce": {"type": "str", "no_log": True, "fallback": (env_fallback, [NONCE_VARIABLE])},
}


def run_from(params: Mapping[str, Any]) -> Run:
    """Return the run that holds locks, by the options of RUN_OPTIONS.

    :raises Refused: it is not given, and cannot be found out.
    """
    return Run(params["owner"] or this_run(), params.get("nonce") or nonce_of_this_run())
