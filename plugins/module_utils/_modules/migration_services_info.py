# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the services of a Marathon: the work of the module migration_services_info."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon.belonging import ALSO_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._questions.services import services_asked_for

MIGRATION_SERVICES_INFO_OPTIONS: dict[str, Any] = {
    "services": {"type": "list", "elements": "str", "default": []},
    **ALSO_OPTIONS,
    **MARATHON_OPTIONS,
}


def migration_services_info(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of migration_services_info.

    :param params: its options, each key present.
    :returns: {changed, services, missing}.
    :raises Refused: an id cannot be one; nothing was asked of anyone.
    :raises DcosAviError: whatever else went wrong with Marathon.
    """
    answer = services_asked_for({**params, "with_avi": False})
    return {"changed": False, "services": answer.services, "missing": answer.missing}


MIGRATION_SERVICES_INFO = Work(migration_services_info, MIGRATION_SERVICES_INFO_OPTIONS)
