# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look apps up: the work of the module marathon_app_info."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS, client_from

APP_INFO_OPTIONS: dict[str, Any] = {
    "id": {"type": "str"},
    "id_contains": {"type": "str"},
    "cmd_contains": {"type": "str"},
    "label": {"type": "str"},
    "embed": {
        "type": "list",
        "elements": "str",
        "choices": ["tasks", "lastTaskFailure", "taskStats", "readiness"],
        "default": [],
    },
    **MARATHON_OPTIONS,
}


def app_info(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of marathon_app_info.

    :param params: its options, each key present.
    :returns: {changed: False, apps: [...]}, each app as Marathon shows it; empty where none matches.
    :raises Refused: the id could not be one of an app.
    :raises DcosAviError: whatever went wrong with Marathon, such as a label selector it cannot read (422).
    """
    client = client_from(params)
    embed = [f"apps.{what}" for what in params["embed"]]
    # An empty id names nothing: it is not to be taken for none, and so for all apps.
    if params["id"] is not None:
        app = client.app(validate_id(params["id"]), embed=embed)
        return {"changed": False, "apps": [app] if app else []}
    apps = client.apps(
        label=params["label"], id_contains=params["id_contains"], cmd_contains=params["cmd_contains"], embed=embed
    )
    return {"changed": False, "apps": sorted(apps, key=lambda app: app["id"])}


# An id finds one app; the filters find many.
APP_INFO = Work(
    app_info, APP_INFO_OPTIONS, {"mutually_exclusive": [("id", "id_contains"), ("id", "cmd_contains"), ("id", "label")]}
)
