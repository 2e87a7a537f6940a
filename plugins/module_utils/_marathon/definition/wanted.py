# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user wants of an app, from the parameters of a module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import labels as avi_labels
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.belonging import ALSO_OPTIONS, named_ids
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import written
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.file import read_definition
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import with_own_labels
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.releases import without_fields
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id

WANTED_OPTIONS: dict[str, Any] = {
    "id": {"type": "str"},
    "definition": {"type": "dict"},
    "src": {"type": "path"},
    "update": {"type": "str", "choices": ["merge", "replace"], "default": "merge"},
    "avi": {
        "type": "dict",
        "options": {
            "frontend": {"type": "bool"},
            "frontend_vip": {"type": "str"},
            "proxy": {"type": "dict"},
            "proxy_listener": {"type": "bool"},
            "ab_config": {
                "type": "dict",
                "options": {
                    "service": {"type": "str", "required": True},
                    "priority": {"type": "int", "required": True},
                },
            },
        },
    },
    "instances": {"type": "int"},
    **ALSO_OPTIONS,
}


@dataclass(frozen=True)
class Wanted:
    """An app as wanted: ``fields`` of its definition (without id and labels), and its labels.

    ``labels`` is None where the user says nothing of labels as a whole; ``avi_labels`` are set among whatever others
    there are, and ``denied_labels`` are taken away. ``complete``: whatever is not said goes back to its default. ``also`` are ids of versions
    of its service that lie elsewhere.
    """

    app_id: str
    fields: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str] | None = None
    avi_labels: dict[str, str] = field(default_factory=dict)
    denied_labels: frozenset[str] = frozenset()
    complete: bool = False
    also: frozenset[str] = frozenset()

    def definition(self, current: dict[str, Any] | None) -> dict[str, Any]:
        """Return the definition to have, with the fields that count; ``current`` is the app as it is, or None."""
        definition = {"id": self.app_id, **self.fields}
        others = self.labels if self.labels is not None or self.complete else (current or {}).get("labels")
        kept = {key: value for key, value in (others or {}).items() if not self.denies(key, value)}
        if self.labels is not None or self.avi_labels or kept != (others or {}):
            definition["labels"] = with_own_labels({**kept, **self.avi_labels}, current)
        return definition

    def denies(self, key: str, value: str) -> bool:
        """Tell whether a label with this value is to be taken away."""
        # One that says nothing stays: to take it away would restart the app for nothing.
        return key in self.denied_labels and avi_labels.says_something(key, value)

    def without(self, fields: Iterable[str]) -> Wanted:
        """Return the same without some fields of its definition."""
        return replace(self, fields=without_fields(self.fields, fields))

    def says_anything(self) -> bool:
        """Tell whether anything is wanted of the app beyond its being there."""
        return bool(self.fields or self.labels or self.avi_labels or self.denied_labels)

    def can_be_created(self) -> bool:
        """Tell whether enough is said for an app that is not there yet."""
        return bool(self.fields.keys() - {"instances"})


def wanted(params: dict[str, Any]) -> Wanted:
    """Read the parameters ``id``, ``definition`` or ``src``, ``avi`` and ``instances``.

    :raises Refused: no id or a wrong one, a definition that is none, or something said twice in different ways.
    """
    given = read_definition(params["src"]) if params.get("src") else params.get("definition")
    definition = written(given) if given is not None else {}
    app_id = validate_id(params.get("id") or definition.get("id"))
    if "id" in definition and validate_id(definition["id"]) != app_id:
        raise Refused(f"The id is said twice: the option says {app_id}, the definition {definition['id']}.")
    fields = {key: value for key, value in definition.items() if key not in ("id", "labels")}
    if params.get("instances") is not None:
        fields["instances"] = params["instances"]
    labels, avi = definition.get("labels"), params.get("avi") or {}
    target = Wanted(
        app_id,
        fields,
        labels,
        avi_labels.render(avi),
        avi_labels.denied(avi),
        complete=params.get("update") == "replace",
        also=named_ids(params),
    )
    _refuse_labels_said_twice(target)
    if target.complete and not target.can_be_created():
        raise Refused(f"To replace {app_id}, give its whole definition: all that is not said goes back to its default.")
    return target


def _refuse_labels_said_twice(target: Wanted) -> None:
    for key, value in (target.labels or {}).items():
        by_avi = target.avi_labels.get(key)
        if target.denies(key, value) or (by_avi is not None and not avi_labels.same_label(key, by_avi, value)):
            raise Refused(
                f"The label {key} of {target.app_id} is said twice: in the definition's labels and by the option avi."
            )
