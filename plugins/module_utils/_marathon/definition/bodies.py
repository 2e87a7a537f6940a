# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to send to Marathon to create or change an app, in the form its release understands. Pure."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import (
    after_update,
    canonical,
    differences,
    is_old_form,
    shown,
    written,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.health_checks import with_port_index
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.networks import (
    HOST,
    mode,
    old_form,
    uses_new_form,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.said_twice import said_once

# A partial update drops these two where they are not given, and that restarts the app (from 1.6 and 1.10 on).
RESENT = ("executorResources", "resourceLimits")
# In the old form these three are one.
NETWORKED = ("container", "networks", "portDefinitions")


def creation(definition: dict[str, Any], *, old_server: bool) -> dict[str, Any]:
    """Return what to POST to create the app.

    The user's own form is kept where the server understands it, without what it says twice.

    :param old_server: the server is of release 1.4 or older.
    :raises Refused: the old form cannot say it.
    """
    body = said_once(written(definition))
    if old_server and uses_new_form(body):
        body = old_form(canonical(definition, old_server=True))
    if "healthChecks" in body and _has_ports(canonical(definition)):
        body["healthChecks"] = [with_port_index(check) for check in body["healthChecks"]]
    return body


def update(desired: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Return what to PUT to change the app to ``desired``: only the fields that differ, each whole.

    Empty where nothing differs. What did not change in a field is sent as it is, so that Marathon sees no change either.

    :raises Refused: this Marathon has no way to do it.
    """
    changed = {field: after for field, (_before, after) in differences(desired, current).items() if after is not None}
    present, given = shown(current), after_update(desired, current)
    if "networks" in changed:
        # Another network has other ports, so that none is not the same as unsaid, ...
        changed.update({field: given[field] for field in NETWORKED if given.get(field) is not None})
        if mode(changed) != HOST and present.get("portDefinitions"):
            # ... and Marathon would turn the host mode's ports into more port mappings.
            changed["portDefinitions"] = []
    if changed.keys() & set(NETWORKED) and is_old_form(current):
        after = {**present, **given}
        if current.get("ipAddress") and mode(after) != mode(present):
            raise Refused(
                f"This Marathon (1.4 or older) takes the network {mode(present)} away from an app only when all of it is "
                f"replaced. Give the whole definition of {current.get('id')} with update: replace."
            )
        networked = {field: after[field] for field in NETWORKED if after.get(field) is not None}
        changed = old_form({**changed, **networked}, ip_address=mode(after) != mode(present))
    if changed:
        changed.update({field: present[field] for field in RESENT if field in present and field not in changed})
    return changed


def replacement(desired: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Return what to PUT, with partialUpdate=false, to have ``desired`` and else defaults.

    Assigned ports and what means the same are sent as they are. The instances are, too, where ``desired`` says nothing
    of them: Marathon would set them to 1.
    """
    after = after_update(desired, current, complete=True)
    stated = canonical(desired, old_server=is_old_form(current))
    body = {field: after[field] for field in stated if after.get(field) is not None}
    body["instances"] = after["instances"]
    return old_form(body) if is_old_form(current) else body


def replaced(desired: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Return the definition the app will show once it is replaced, as far as that is known."""
    after = after_update(desired, current, complete=True)
    app = {field: value for field, value in after.items() if value is not None}
    return old_form(app) if is_old_form(current) else app


def _has_ports(app: dict[str, Any]) -> bool:
    ports = app.get("portDefinitions") if mode(app) == HOST else app.get("container", {}).get("portMappings")
    return ports != []
