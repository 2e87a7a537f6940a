# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""App definitions: their canonical form, and what an update would change.

Pure. A definition is Marathon's own JSON as a dict, in the old or the new network form, written by a person or read
from any release from 1.4 to 1.11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.fields import FIELDS, app_fields
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.networks import HOST, new_form
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.releases import too_new_fields
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.rules import equal, kept, plain
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.said_twice import said_once
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.saved_answer import (
    refuse_list,
    refuse_saved_answer,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.types import refuse_unwritable, typed
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import absolute_id

# What Marathon adds to an app's definition when it shows it.
READ_ONLY = frozenset(
    """
    version versionInfo deployments tasks tasksStaged tasksRunning tasksHealthy tasksUnhealthy taskStats tasksStats
    lastTaskFailure readinessCheckResults
    """.split()
)


def canonical(
    definition: dict[str, Any], fetched: Iterable[Mapping[str, Any]] = (), *, old_server: bool = False
) -> dict[str, Any]:
    """Return a definition that a person states in the new form, with Marathon's types and without nulls and what Marathon adds.

    Defaults are not filled in: a field that is absent stays absent.

    :param fetched: the ``fetch`` of the app as it is; it tells what Marathon makes of ``uris``.
    :param old_server: Marathon's release is 1.4 or older.
    :raises Refused: an object or a list is something else, a label or an env variable has no value, or one thing is said in
        two ways that differ.
    """
    app = new_form(said_once(written(definition)), fetched, old_server=old_server)
    return _with_absolute_ids(app, old_server)


def _with_absolute_ids(app: dict[str, Any], old_server: bool) -> dict[str, Any]:
    """Dependencies are relative to the app up to 1.4, and to the root from 1.5 on."""
    if "id" in app:
        app["id"] = absolute_id(str(app["id"]))
    if "dependencies" in app:
        base = app.get("id", "/") if old_server else "/"
        app["dependencies"] = [absolute_id(dependency, base) for dependency in app["dependencies"]]
    return app


def written(definition: dict[str, Any]) -> dict[str, Any]:
    """Return what a person writes of a definition, with Marathon's types, and without what Marathon adds.

    :raises Refused: as ``canonical``.
    """
    refuse_list(definition)
    if isinstance(definition, dict):
        refuse_saved_answer(definition)
        refuse_unwritable(definition)
        definition = {key: value for key, value in definition.items() if key not in READ_ONLY}
    return typed(definition)


def is_old_form(app: Mapping[str, Any]) -> bool:
    """Tell whether an app is shown by a release up to 1.4: the form that a server answers in is the form that it understands."""
    return "networks" not in app


def observed(app: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a release shows of an app, in canonical form."""
    old_server = is_old_form(app)
    return _with_absolute_ids(new_form(written(dict(app)), old_server=old_server), old_server)


def shown(app: dict[str, Any]) -> dict[str, Any]:
    """Return what a release shows of an app, in canonical form and with its network; up to 1.4 host mode is not shown."""
    return {"networks": [{"mode": HOST}], **observed(app)}


def after_update(desired: dict[str, Any], current: dict[str, Any], *, complete: bool = False) -> dict[str, Any]:
    """Return, for each field that counts, the value the app will have after an update, in canonical form.

    It is the current value where nothing changes, None for absent. Fields that Marathon does not know are left out.

    :param complete: ``desired`` is all there is to be; each field it does not give goes back to its default, except
        ``instances``. Else only the fields that it gives count.
    """
    present, old_server = shown(current), is_old_form(current)
    wanted = canonical({"id": current.get("id", "/"), **desired}, present.get("fetch", ()), old_server=old_server)
    if "container" not in desired and present.get("container") and not complete:
        # For a network in the old form ("ipAddress"), one may have been made up.
        wanted.pop("container", None)
    rules = app_fields(wanted if complete else {**present, **wanted}, old_server=old_server)
    counting = {**present, **rules, **wanted} if complete else wanted
    after = {}
    for field in counting.keys() - {"id"}:
        rule = rules.get(field, plain if field in present else kept)
        if field == "instances" and field not in wanted:
            rule = kept
        after[field] = rule(wanted.get(field), present.get(field))
    return after


def differences(
    desired: dict[str, Any], current: dict[str, Any], *, complete: bool = False
) -> dict[str, tuple[Any, Any]]:
    """Return what an update to ``desired`` would change in the app: {field: (before, after)}, empty for nothing.

    Values that mean the same to Marathon are no difference. ``complete`` is that of ``after_update``.
    """
    present = shown(current)
    after = after_update(desired, current, complete=complete)
    return {
        field: (present.get(field), value)
        for field, value in sorted(after.items())
        if not equal(present.get(field), value)
    }


def ignored_fields(definition: dict[str, Any], release: tuple[int, int] | None) -> list[str]:
    """Return the fields that Marathon does not know, and therefore ignores without a word.

    :param release: Marathon's, such as (1, 8); None where it does not matter (see ``newer_fields``).
    """
    unknown = set(canonical(definition)) - FIELDS - {"id"}
    return sorted(unknown | too_new_fields(definition, release))
