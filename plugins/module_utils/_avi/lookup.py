# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds objects by what a user knows of them."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi

LARGEST_PAGE = 200


def find(
    avi: Avi,
    kind: str,
    *,
    name: str | None = None,
    uuid: str | None = None,
    cloud: str | None = None,
    with_runtime: bool = False,
) -> list[dict[str, Any]]:
    """Return the configurations of the objects asked for, with named references; all there are where nothing is given.

    :param with_runtime: a Controller that knows how to puts the runtime of each into it, as ``runtime``, which saves a request.
    """
    if uuid:
        found = avi.object(kind, uuid)
        return [found] if found else []
    filters = {"name": name, "cloud_ref.name": cloud, "page_size": None if name else LARGEST_PAGE}
    filters["join_subresources"] = "runtime" if with_runtime else None
    return [item for item in avi.collection(kind, **filters) if name in (None, "", item.get("name"))]


def missing(avi: Avi, found: list[dict[str, Any]], what: str) -> list[str]:
    """Return a warning that what was asked for is not there, if so: in another tenant it would look the same."""
    if found:
        return []
    return [f"Avi shows no {what} in tenant {avi.tenant}. If you know it is there, check the tenant."]
