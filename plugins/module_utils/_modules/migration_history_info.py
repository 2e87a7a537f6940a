# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say who made the versions of a service, why, and how they ended: the work of the module migration_history_info."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon.belonging import ALSO_OPTIONS, named_ids
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS, client_from
from ansible_collections.dcos.avi.plugins.module_utils._plan.history import history_of
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import read_app, short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.members import members_of

MIGRATION_HISTORY_INFO_OPTIONS: dict[str, Any] = {
    "service": {"type": "str", "required": True},
    **ALSO_OPTIONS,
    "limit": {"type": "int", "default": 50},
    **MARATHON_OPTIONS,
}


def migration_history_info(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_history_info.

    :param params: its options, each key present.
    :returns: {changed, service, total, history}, the newest entry first.
    :raises Refused: the service cannot be one, or the limit is below 1; nothing was asked of anyone.
    :raises DcosAviError: whatever else went wrong with Marathon.
    """
    service, limit = short_id(validate_id(params["service"])), params["limit"]
    if limit < 1:
        raise Refused(f"limit must be 1 or more entries, not {limit}.")
    also = named_ids(params)
    client = client_from(params)
    listener = client.app(service)
    # Where tasks run is no matter here, so that no name of an agent is resolved.
    found = [read_app(app, lambda host: (), client.now()) for app in client.apps(label=AB_CONFIG)]
    known = read_app(listener, lambda host: (), client.now()) if listener else None
    members = members_of(service, found, also)
    entries = history_of(service, known, (*members.versions, *members.unreadable))
    return {
        "changed": False,
        "service": service,
        "total": len(entries),
        "history": [entry.as_result(client.now()) for entry in entries[:limit]],
    }


MIGRATION_HISTORY_INFO = Work(migration_history_info, MIGRATION_HISTORY_INFO_OPTIONS)
