# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""App definitions: their canonical form, what an update would change, and what to send for it.

Pure. A definition is Marathon's own JSON as a dict, in the old or the new network form, written by a person or read
from any release from 1.4 to 1.11.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.fields import app_fields, with_port_index
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import absolute_id, validate_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.networks import (
    HOST,
    mode,
    new_form,
    old_form,
    uses_new_form,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.rules import equal, kept, plain
from ansible_collections.dcos.avi.plugins.module_utils._marathon.types import typed

__all__ = [
    "absolute_id",
    "after_update",
    "canonical",
    "creation",
    "differences",
    "ignored_fields",
    "newer_fields",
    "update",
    "validate_id",
    "written",
]

# What Marathon adds to an app's definition when it shows it.
READ_ONLY = frozenset(
    """
    version versionInfo deployments tasks tasksStaged tasksRunning tasksHealthy tasksUnhealthy taskStats tasksStats
    lastTaskFailure readinessCheckResults
    """.split()
)
# A partial update drops these two where they are not given, and that restarts the app (from 1.6 and 1.10 on).
RESENT = ("executorResources", "resourceLimits")
# Fields that came with a release after 1.4; ``networks`` apart, which is rewritten for older ones.
FIRST_RELEASE = {
    "tty": (1, 5),
    "executorResources": (1, 6),
    "check": (1, 8),
    "role": (1, 9),
    "resourceLimits": (1, 10),
}
# In the old form these three are one.
NETWORKED = ("container", "networks", "portDefinitions")


def canonical(definition: dict[str, Any]) -> dict[str, Any]:
    """Return the definition in the new form, with Marathon's types, without nulls and without what Marathon adds.

    Defaults are not filled in: a field that is absent stays absent.

    :raises Refused: a label or an env variable has no value.
    """
    app = new_form(written(definition))
    if "id" in app:
        app["id"] = absolute_id(str(app["id"]))
    if "dependencies" in app:
        app["dependencies"] = [absolute_id(dependency, app.get("id", "/")) for dependency in app["dependencies"]]
    return app


def after_update(desired: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Return, for each field that ``desired`` gives, the value the app will have after an update, in canonical form.

    It is the current value where nothing changes. Fields that Marathon does not know are left out.
    """
    wanted, present = canonical({"id": current.get("id", "/"), **desired}), _present(current)
    rules = app_fields(mode(wanted) if wanted.get("networks") else mode(present))
    after = {}
    for field in wanted:
        rule = rules.get(field, plain if field in present else kept)
        if field != "id":
            after[field] = rule(wanted[field], present.get(field))
    return after


def differences(desired: dict[str, Any], current: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what an update to ``desired`` would change in the app: {field: (before, after)}, empty for nothing.

    Only fields that ``desired`` gives count. Values that mean the same to Marathon are no difference.
    """
    present = _present(current)
    after = after_update(desired, current)
    return {
        field: (present.get(field), value) for field, value in after.items() if not equal(present.get(field), value)
    }


def newer_fields(definition: dict[str, Any]) -> set[str]:
    """Return the fields that not every release from 1.4 on knows, in whatever form they are written."""
    return set(FIRST_RELEASE) & set(definition)


def ignored_fields(definition: dict[str, Any], release: tuple[int, int] | None) -> list[str]:
    """Return the fields that Marathon does not know, and therefore ignores without a word.

    :param release: Marathon's, such as (1, 8); None where it does not matter (see ``newer_fields``).
    """
    unknown = set(canonical(definition)) - set(app_fields(HOST)) - {"id"}
    too_new = {field for field in newer_fields(definition) if release and release < FIRST_RELEASE[field]}
    return sorted(unknown | too_new)


def creation(definition: dict[str, Any], *, old_server: bool) -> dict[str, Any]:
    """Return what to POST to create the app.

    The user's own form is kept where the server understands it.

    :param old_server: the server is of release 1.4 or older.
    """
    body = written(definition)
    if old_server and uses_new_form(body):
        body = old_form(canonical(definition))
    if "healthChecks" in body and _has_ports(canonical(definition)):
        body["healthChecks"] = [with_port_index(check) for check in body["healthChecks"]]
    return body


def update(desired: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Return what to PUT to change the app to ``desired``: only the fields that differ, each whole.

    Empty where nothing differs. What did not change in a field is sent as it is, so that Marathon sees no change either.

    :raises Refused: this Marathon has no way to do it.
    """
    changed = {field: after for field, (_before, after) in differences(desired, current).items() if after is not None}
    present = _present(current)
    if changed.get("networks") and mode(changed) != HOST and present.get("portDefinitions"):
        # Else Marathon turns the host mode's ports into more port mappings.
        changed["portDefinitions"] = []
    # The form the server answers in is the form it understands.
    if changed.keys() & set(NETWORKED) and "networks" not in current:
        after = {**present, **after_update(desired, current)}
        if current.get("ipAddress") and mode(after) != mode(present):
            raise Refused(
                f"This Marathon (1.4 or older) cannot take the network {mode(present)} away from an app by an update. "
                f"Delete {current.get('id')} and create it again."
            )
        changed = old_form({**changed, **{field: after[field] for field in NETWORKED if field in after}})
    if changed:
        changed.update({field: present[field] for field in RESENT if field in present and field not in changed})
    return changed


def _present(current: dict[str, Any]) -> dict[str, Any]:
    """Return what a release shows of an app, in canonical form; releases up to 1.4 say nothing of host mode."""
    return {"networks": [{"mode": HOST}], **canonical(current)}


def written(definition: dict[str, Any]) -> dict[str, Any]:
    """Return what a person writes of a definition, with Marathon's types, and without what Marathon adds.

    :raises Refused: an object or a list is something else, or a label or an env variable has no value.
    """
    if isinstance(definition, dict):
        definition = {key: value for key, value in definition.items() if key not in READ_ONLY}
    return typed(definition)


def _has_ports(app: dict[str, Any]) -> bool:
    ports = app.get("portDefinitions") if mode(app) == HOST else app.get("container", {}).get("portMappings")
    return ports != []
