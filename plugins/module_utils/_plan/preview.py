# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes a version's definition into that of its preview, which can be tested before anybody depends on it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import labels as avi_labels
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.guards import COMPANION
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import canonical
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import (
    ENDED,
    OWN_LABELS,
    RUN,
    TAKES_OVER_FROM,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.version import without_fixed_ports
from ansible_collections.dcos.avi.plugins.module_utils._service.approval import AWAITS_APPROVAL, awaits_approval
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

SUFFIX = "-preview"
LEFT_OUT = "dcos_avi_labels_left_out"
# All that a preview keeps: what this collection and Avi read. Any other label may be one that a router or a discovery service follows.
KEPT_LABELS = frozenset((avi_labels.LISTENER, avi_labels.PROXY, *OWN_LABELS)) - {TAKES_OVER_FROM, RUN, ENDED}
# The version has these, too, but they say nothing of it that a preview could be asked for.
_VERSIONS_OWN = frozenset((avi_labels.AB_CONFIG, TAKES_OVER_FROM, RUN, ENDED))
# Where a definition has labels besides those of the app: of its ports, its networks and its addresses.
_WITH_LABELS = ("container", "portDefinitions", "networks", "ipAddress")
# Options of docker run by which others find a container.
_DOCKER_NAMES = frozenset(("l", "label", "label-file", "net-alias", "network-alias"))


def preview_id(app_id: str) -> str:
    """Return the id of the preview of the version whose app is ``app_id``."""
    return app_id + SUFFIX


def left_previews(picture: Picture, but: str | None = None) -> tuple[str, ...]:
    """Return the ids of the previews that an interrupted rollout left: whoever holds the lock, or finds nobody that does, can delete them.

    That is each preview of the service, except one that awaits its approval, and can still get it, while its version does not exist yet.

    :param but: the id of one that the caller sees to.
    """
    own = [
        app for app in picture.observed.previews if app.id.startswith(f"{picture.service}-") and app.id.endswith(SUFFIX)
    ]
    return tuple(app.id for app in own if app.id != but and not _is_to_approve(picture, app))


def _is_to_approve(picture: Picture, preview: App) -> bool:
    is_late = preview.id in picture.observed.late_previews
    return awaits_approval(preview.definition) and not is_late and picture.app(preview.id[: -len(SUFFIX)]) is None


def preview_definition(
    service: str, version: Mapping[str, Any], instances: int, *, to_approve: str = ""
) -> dict[str, Any]:
    """Return the definition of a version's preview: what its tasks run, with so many instances and without traffic.

    Without ``ab_config`` Avi sends it none, and ``proxy_listener: no`` keeps it from getting a virtual service. Other routers, named VIPs
    and discovery services go by labels, so it keeps none that they could read. A checksum holds what it leaves out, so that an approval
    covers these labels, too. Its fixed ports would be in the way of the version's, so Marathon assigns free ones. Nobody depends on how a
    preview is restarted, and with too little capacity a restart may never end.

    :param to_approve: the value of the label of one that awaits its approval; empty for one that does not.
    """
    labels = {key: value for key, value in version["labels"].items() if key in KEPT_LABELS}
    unfixed = without_fixed_ports(version)
    left_out = list(_left_out(canonical(dict(version))))
    return {
        **unfixed,
        **{key: _unlabelled(unfixed[key]) for key in _WITH_LABELS if unfixed.get(key)},
        "id": preview_id(version["id"]),
        "instances": instances,
        "upgradeStrategy": {"minimumHealthCapacity": 1, "maximumOverCapacity": 1},
        "labels": {
            **labels,
            COMPANION: service,
            **({LEFT_OUT: _checksum(left_out)} if left_out else {}),
            **({AWAITS_APPROVAL: to_approve} if to_approve else {}),
        },
    }


def _unlabelled(value: Any) -> Any:
    """Return a part of a definition without labels. What is inside volumes is left as it is: their options are the user's own words."""
    if isinstance(value, list):
        return [_unlabelled(item) for item in value if not _is_docker_name(item)]
    if not isinstance(value, Mapping):
        return value
    return {key: item if key == "volumes" else _unlabelled(item) for key, item in value.items() if key != "labels"}


def _left_out(version: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what a preview leaves out of a version in canonical form."""
    others = {key: value for key, value in version["labels"].items() if key not in KEPT_LABELS | _VERSIONS_OWN}
    if others:
        yield others
    for key in _WITH_LABELS:
        yield from _labels_within(version.get(key))


def _labels_within(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from [item] if _is_docker_name(item) else _labels_within(item)
    elif isinstance(value, Mapping):
        for key, item in sorted(value.items()):
            if key == "labels" and item:
                yield item
            elif key not in ("labels", "volumes"):
                yield from _labels_within(item)


def _is_docker_name(item: Any) -> bool:
    return isinstance(item, Mapping) and "value" in item and item.get("key") in _DOCKER_NAMES


def _checksum(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
