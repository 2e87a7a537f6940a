# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide whether a change may cancel the deployments of its app that are under way. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import absolute_id


def overridden(
    app_id: str, under_way: Iterable[Mapping[str, Any]], *, asked: bool, what: str = "scaled to zero"
) -> list[str]:
    """Return the deployments, in words, that a forced change of an app cancels: without any, it need not be forced.

    One of the app alone may be one that never ends. One of other apps, too, is somebody's group deployment: these would be left half done.

    :param under_way: the deployments as Marathon lists them, of whatever apps.
    :param asked: whether somebody's group deployment may be cancelled as well.
    :param what: what the change does to the app, as in "the app is ...".
    :raises Refused: there is one, and it may not.
    """
    own = [item for item in under_way if absolute_id(app_id) in (item.get("affectedApps") or [])]
    shared = [item for item in own if len(set(item["affectedApps"])) > 1]
    if shared and not asked:
        names = " and ".join(map(_in_words, shared))
        raise Refused(
            f"{app_id} is not {what}, because {names} is under way, and would be cancelled. Nothing was changed. Wait for its end, or end "
            "it with dcos.avi.marathon_deployment; or have it cancelled with force (in a role, its variable that ends in _force)."
        )
    return [_in_words(item) for item in own]


def _in_words(deployment: Mapping[str, Any]) -> str:
    return f"deployment {deployment['id']} of {', '.join(sorted(set(deployment['affectedApps'])))}"
