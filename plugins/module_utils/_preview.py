# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes a version's definition into that of its preview, which can be tested before anybody depends on it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._apps import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._avi import labels as avi_labels
from ansible_collections.dcos.avi.plugins.module_utils._lineage import TAKES_OVER_FROM
from ansible_collections.dcos.avi.plugins.module_utils._version_definition import without_fixed_ports

SUFFIX = "-preview"
AWAITS_APPROVAL = "dcos_avi_awaits_approval"


def preview_id(app_id: str) -> str:
    """Return the id of the preview of the version whose app is ``app_id``."""
    return app_id + SUFFIX


def awaits_approval(preview: Mapping[str, Any]) -> bool:
    """Tell whether a preview, as Marathon returns it, was left to be approved."""
    return AWAITS_APPROVAL in (preview.get("labels") or {})


def preview_definition(
    service: str, version: Mapping[str, Any], instances: int, *, to_approve: bool = False
) -> dict[str, Any]:
    """Return the definition of a version's preview: the same without ``ab_config``, with so many instances.

    Without ``ab_config`` it gets no traffic, with ``proxy_listener: no`` no virtual service. Its fixed ports would be in
    the way of the version's, so Marathon assigns free ones. It takes over from nobody, and what serves may change before it is approved.
    """
    labels = {
        key: value for key, value in version["labels"].items() if key not in (avi_labels.AB_CONFIG, TAKES_OVER_FROM)
    }
    unfixed = without_fixed_ports(version)
    return {
        **unfixed,
        "id": preview_id(version["id"]),
        "instances": instances,
        "labels": {**labels, COMPANION: service, **({AWAITS_APPROVAL: "yes"} if to_approve else {})},
    }
