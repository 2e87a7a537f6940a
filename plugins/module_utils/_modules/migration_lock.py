# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold the lock of a service, or of several, or do not: the work of the module migration_lock."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.wait import WAIT_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._service.lock_request import LOCK_OPTIONS, LockRequest
from ansible_collections.dcos.avi.plugins.module_utils._service.locks_request import LocksRequest

MIGRATION_LOCK_OPTIONS: dict[str, Any] = {
    "service": {"type": "str"},
    "services": {"type": "list", "elements": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    **LOCK_OPTIONS,
    **WAIT_OPTIONS,
    **MARATHON_OPTIONS,
}


def migration_lock(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_lock.

    :param params: its options, each key present.
    :returns: {changed, owner, lock, taken, broken, taken_over, waited, diff}; ``taken`` only where it is to be held; with several services ``locks``.
    :raises DcosAviError: as LockRequest does.
    """
    services = params.get("services")
    request = LockRequest(params, check_mode) if services is None else LocksRequest(params, services, check_mode)
    return request.present() if params["state"] == "present" else request.absent()


MIGRATION_LOCK = Work(
    migration_lock,
    MIGRATION_LOCK_OPTIONS,
    {
        "required_if": [("state", "present", ["purpose"])],
        "required_one_of": [("service", "services")],
        "mutually_exclusive": [("service", "services"), ("services", "break_holder")],
    },
)
