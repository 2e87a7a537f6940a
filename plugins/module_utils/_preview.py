# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes a version's definition into that of its preview, which can be tested before anybody depends on it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._apps import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._avi import labels as avi_labels

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
    the way of the version's, so Marathon assigns free ones.
    """
    labels = {key: value for key, value in version["labels"].items() if key != avi_labels.AB_CONFIG}
    unfixed = _without_fixed_ports(version)
    return {
        **unfixed,
        "id": preview_id(version["id"]),
        "instances": instances,
        "labels": {**labels, COMPANION: service, **({AWAITS_APPROVAL: "yes"} if to_approve else {})},
    }


def _without_fixed_ports(definition: Mapping[str, Any]) -> dict[str, Any]:
    unfixed = {key: value for key, value in definition.items() if key not in ("ports", "requirePorts")}
    if "portDefinitions" in unfixed:
        unfixed["portDefinitions"] = _with_free(unfixed["portDefinitions"], "port")
    if unfixed.get("container"):
        container = _with_free_mappings(unfixed["container"])
        if container.get("docker"):
            container["docker"] = _with_free_mappings(container["docker"])
        unfixed["container"] = container
    return unfixed


def _with_free_mappings(holder: Mapping[str, Any]) -> dict[str, Any]:
    """Marathon 1.5 keeps port mappings in the container, older ones inside its docker."""
    mappings = holder.get("portMappings")
    return {**holder, **({"portMappings": _with_free(mappings, "hostPort", "servicePort")} if mappings else {})}


def _with_free(ports: Iterable[Mapping[str, Any]], *keys: str) -> list[dict[str, Any]]:
    return [{**port, **{key: 0 for key in keys if key in port}} for port in ports]
