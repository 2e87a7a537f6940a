# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AWX in memory: it keeps what is written to it, judges each write by AWX's own rules, and starts no job."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.awx.endpoints import ENDPOINTS, UNIFIED, Field
from tests.awx.rules import RULES, holds_mapping
from tests.awx.surveys import mistakes_of_survey

ENCRYPTED = "$encrypted$"


#: The type that AWX has of itself for credentials of another AWX, as far as it is needed here.
OWN_TYPE: dict[str, Any] = {
    "id": 1,
    "name": "Red Hat Ansible Automation Platform",
    "managed": True,
    "inputs": {
        "fields": [
            {"id": "host", "type": "string"},
            {"id": "oauth_token", "type": "string", "secret": True},
            {"id": "verify_ssl", "type": "boolean"},
        ],
        "required": ["host"],
    },
}


class Refused(Exception):
    """What AWX answers with a status of 400 or more."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass
class Stored:
    """An object that AWX keeps."""

    endpoint: str
    values: dict[str, Any]
    lists: dict[str, list[int]] = field(default_factory=dict)
    survey: dict[str, Any] = field(default_factory=dict)


class Awx:
    """The objects, by their ids, which are unique over all types."""

    def __init__(self, playbooks: set[str]) -> None:
        self.objects: dict[int, Stored] = {}
        self._playbooks = playbooks
        self._updating: set[int] = set()
        self._numbers = itertools.count(1)
        self.objects[next(self._numbers)] = Stored("credential_types", copy.deepcopy(OWN_TYPE))

    # What the rules ask.

    def values(self, number: int) -> dict[str, Any]:
        return self.objects[number].values

    def survey(self, number: int) -> dict[str, Any]:
        return self.objects[number].survey

    def playbooks(self, number: int) -> set[str]:
        """Those of a project, which has none before its first update has ended."""
        return set() if number in self._updating else self._playbooks

    def is_used(self, credential_type: int) -> bool:
        return any(
            stored.endpoint == "credentials" and stored.values["credential_type"] == credential_type
            for stored in self.objects.values()
        )

    # What the API answers.

    def found(self, endpoint: str, wanted: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the objects of a list that have these values."""
        return [self.shown(number) for number in self._of(endpoint) if self._has(number, wanted)]

    def _of(self, endpoint: str) -> Iterator[int]:
        endpoints = UNIFIED if endpoint == "unified_job_templates" else (endpoint,)
        return (number for number, stored in self.objects.items() if stored.endpoint in endpoints)

    def _has(self, number: int, wanted: Mapping[str, str]) -> bool:
        values = self.shown(number)
        unknown = wanted.keys() - values.keys() - {"organization"}
        if unknown:
            raise Refused(400, f"{self.objects[number].endpoint} have no {unknown} to search by")
        return all(str(values.get(name)) == value for name, value in wanted.items())

    def stored(self, endpoint: str, number: int) -> Stored:
        stored = self.objects.get(number)
        if stored is None or stored.endpoint not in (UNIFIED if endpoint == "unified_job_templates" else (endpoint,)):
            raise Refused(404, f"{endpoint} have no {number}")
        return stored

    def shown(self, number: int) -> dict[str, Any]:
        """Return an object as AWX shows it."""
        stored = self.objects[number]
        kind = ENDPOINTS[stored.endpoint]
        url = f"/api/v2/{stored.endpoint}/{number}/"
        values = copy.deepcopy(stored.values)
        related = {name: f"{url}{name}/" for name in kind.lists}
        if kind.has_survey:
            related["survey_spec"] = f"{url}survey_spec/"
        if template := values.get("unified_job_template"):
            related["unified_job_template"] = f"/api/v2/{self.objects[template].endpoint}/{template}/"
        if stored.endpoint == "credentials":
            self._hide(values)
        summary = {"current_update": {"id": number}} if number in self._updating else {}
        return {**kind.shows, **values, "type": kind.type, "url": url, "related": related, "summary_fields": summary}

    def _hide(self, credential: dict[str, Any]) -> None:
        for one in self.values(credential["credential_type"])["inputs"].get("fields", []):
            if one.get("secret") and credential["inputs"].get(one["id"]):
                credential["inputs"][one["id"]] = ENCRYPTED

    def project_update(self, number: int) -> dict[str, Any]:
        """Let the update of a project end, which has the project's number here."""
        self._updating.discard(number)
        return {"id": number, "status": "successful"}

    # What is written.

    def create(self, endpoint: str, given: Mapping[str, Any]) -> dict[str, Any]:
        fields = ENDPOINTS[endpoint].fields
        if missing := {name for name, known in fields.items() if known.required} - given.keys():
            raise Refused(400, f"{endpoint}: {missing} must be given")
        defaults = {name: copy.deepcopy(known.default) for name, known in fields.items()}
        values = {**defaults, **self._taken(endpoint, given)}
        self._judge(endpoint, values, {})
        self._refuse_twin(endpoint, values)
        number = next(self._numbers)
        values["id"] = number
        if endpoint == "projects":
            values["scm_revision"] = ""
            self._updating.add(number)
        if endpoint == "job_templates":
            # It is the project's.
            values["organization"] = self.values(values["project"])["organization"]
        self.objects[number] = Stored(endpoint, values)
        return self.shown(number)

    def change(self, endpoint: str, number: int, given: Mapping[str, Any]) -> dict[str, Any]:
        stored = self.stored(endpoint, number)
        taken = self._taken(endpoint, given)
        fields = ENDPOINTS[endpoint].fields
        if stored.endpoint == "credentials":
            taken["inputs"] = self._replaced(stored.values, taken.get("inputs"))
        kept = {name: value for name, value in taken.items() if not fields[name].once}
        values = {**stored.values, **kept}
        self._judge(
            endpoint, {"user": None, "team": None, **values} if endpoint == "credentials" else values, stored.values
        )
        stored.values = values
        return self.shown(number)

    @staticmethod
    def _replaced(old: Mapping[str, Any], inputs: Mapping[str, Any] | None) -> dict[str, Any]:
        """The inputs of a credential: what is shown as encrypted stays what it is."""
        given = old["inputs"] if inputs is None else inputs
        return {name: old["inputs"].get(name) if value == ENCRYPTED else value for name, value in given.items()}

    def _taken(self, endpoint: str, given: Mapping[str, Any]) -> dict[str, Any]:
        kind = ENDPOINTS[endpoint]
        if unknown := given.keys() - kind.fields.keys() - kind.ignored - kind.shows.keys():
            raise Refused(400, f"{endpoint} have no fields {unknown}")
        return {
            name: self._value(endpoint, name, kind.fields[name], value)
            for name, value in given.items()
            if name in kind.fields
        }

    def _value(self, endpoint: str, name: str, known: Field, value: Any) -> Any:
        try:
            taken = known.taken(copy.deepcopy(value))
        except ValueError as error:
            raise Refused(400, f"{endpoint}, {name}: {error}") from None
        if known.refers and taken is not None:
            self.stored(known.refers, taken)
        if known.holds_mapping and not holds_mapping(taken):
            raise Refused(400, f"{endpoint}, {name}: {taken!r} holds no dictionary")
        return taken

    def _judge(self, endpoint: str, new: dict[str, Any], old: dict[str, Any]) -> None:
        if mistakes := list(RULES[endpoint](new, old, self)) if endpoint in RULES else []:
            raise Refused(400, f"{endpoint}: {'; '.join(mistakes)}")

    def _refuse_twin(self, endpoint: str, values: Mapping[str, Any]) -> None:
        names = ("name", "identifier", "organization", "inventory", "unified_job_template", "workflow_job_template")
        same = {name: str(values[name]) for name in names if name in values}
        if self.found(endpoint, same):
            raise Refused(400, f"{endpoint} have one with {same} already")

    def associate(self, endpoint: str, number: int, name: str, given: Mapping[str, Any]) -> None:
        """Put an object into a list of another one, or take it out."""
        self.stored(ENDPOINTS[endpoint].lists[name], given.get("id", 0))
        if set(given) - {"id", "disassociate"}:
            raise Refused(400, f"{endpoint}, {name}: unknown fields in {given}")
        members = self.stored(endpoint, number).lists.setdefault(name, [])
        if given.get("disassociate"):
            members.remove(given["id"])
        else:
            members.append(given["id"])

    def ask(self, endpoint: str, number: int, survey: dict[str, Any]) -> None:
        """Replace the survey of a template."""
        if mistakes := list(mistakes_of_survey(survey)):
            raise Refused(400, f"{endpoint} {self.values(number)['name']}: {'; '.join(mistakes)}")
        self.stored(endpoint, number).survey = survey

    def approve_at(self, node: int, given: Mapping[str, Any]) -> dict[str, Any]:
        """Create an approval, and have a node of a workflow wait for it."""
        created = self.create("workflow_approval_templates", given)
        self.stored("workflow_job_template_nodes", node).values["unified_job_template"] = created["id"]
        return created
