# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says which ids belong to a service. Pure.

Anybody who may create apps somewhere in a cluster can write a service's name into a label. What a label cannot forge is the id: who may
create apps in a folder is for Marathon to say. So a label only claims, and the id proves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id

ALSO_OPTIONS: dict[str, Any] = {"versions_also": {"type": "list", "elements": "str", "default": []}}


def named_ids(params: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of apps that an operator says belong to a service, by ALSO_OPTIONS; what was left empty names none.

    :returns: the ids without the leading slash.
    :raises Refused: one of them cannot be the id of an app.
    """
    return frozenset(validate_id(each).strip("/") for each in params.get("versions_also") or () if each.strip())


def belongs(app_id: str, service: str, also: Collection[str] = ()) -> bool:
    """Whether an app may be a version of the service: it is in the listener's folder, and its id begins with "<service>-".

    :param app_id: without the leading slash, as the ``service``.
    :param also: ids that belong, too, because an operator named them.
    """
    name = app_id[len(service) + 1 :]
    return app_id in also or (app_id.startswith(f"{service}-") and name != "" and "/" not in name)
