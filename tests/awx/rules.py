# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of AWX 24 about an object as a whole. Restated from the `validate` methods of awx/api/serializers.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import yaml

from tests.awx.credential_types import mistakes_of_credential_type, mistakes_of_inputs_given
from tests.awx.endpoints import NOTIFICATION_CONFIGURATIONS
from tests.awx.kinds import is_of
from tests.awx.surveys import mistakes_of_answers

START = re.compile(r"DTSTART(;TZID=[\w/]+:\d{8}T\d{6}|:\d{8}T\d{6}Z) ")
Values = dict[str, Any]


class Objects(Protocol):
    """What the rules ask of the objects that are there."""

    def values(self, number: int) -> Values:
        """Return the values of an object."""

    def survey(self, number: int) -> Values:
        """Return the survey of a template; empty where it has none."""

    def playbooks(self, number: int) -> set[str]:
        """Return the playbooks that AWX has found in a project."""

    def is_used(self, credential_type: int) -> bool:
        """Whether a credential has this type."""


Rule = Callable[[Values, Values, Objects], Iterator[str]]
"""Says why AWX refuses to make values (the first) of older ones (the second, empty for a new object)."""


def _notification(new: Values, old: Values, objects: Objects) -> Iterator[str]:
    given, known = new["notification_configuration"], NOTIFICATION_CONFIGURATIONS[new["notification_type"]]
    yield from (f"the configuration has no field {name}" for name in given.keys() - known.keys())
    for name, (kind, default) in known.items():
        if name not in given and default is None:
            yield f"the configuration lacks {name}"
        elif not is_of(kind, value := given.setdefault(name, default)):
            yield f"the configuration's {name} is no {kind.__name__}"
        elif value == []:
            yield f"the configuration's {name} is empty"


def _credential_type(new: Values, old: Values, objects: Objects) -> Iterator[str]:
    if old and new["inputs"] != old["inputs"] and objects.is_used(old["id"]):
        yield "the inputs of a credential type that is in use cannot be changed"
    yield from mistakes_of_credential_type(new["inputs"], new["injectors"])


def _credential(new: Values, old: Values, objects: Objects) -> Iterator[str]:
    if [new["organization"], new.pop("user"), new.pop("team")].count(None) != 2 and not old:
        yield "a credential belongs to one of an organization, a user and a team"
    yield from mistakes_of_inputs_given(objects.values(new["credential_type"])["inputs"], new["inputs"])


def _inventory_source(new: Values, old: Values, objects: Objects) -> Iterator[str]:
    if (new["source"] == "scm") != (new["source_project"] is not None):
        yield "a source in a project needs the project, and another one has none"


def _job_template(new: Values, old: Values, objects: Objects) -> Iterator[str]:
    if new["playbook"] not in objects.playbooks(new["project"]):
        yield f"the project has no playbook {new['playbook']}"
    if new["inventory"] is None and not new["ask_inventory_on_launch"]:
        yield "there is no inventory, and nobody is asked for one"


def _launched(new: Values, objects: Objects, *, all_needed: bool) -> Iterator[str]:
    template = new["unified_job_template"]
    if template is None:
        return
    if not objects.values(template).get("ask_variables_on_launch"):
        survey = objects.survey(template) or {"spec": []}
        yield from mistakes_of_answers(survey, new["extra_data"], all_needed=all_needed)
    prompts = ("inventory", "limit", "scm_branch", "job_type", "verbosity", "diff_mode", "timeout", "forks")
    for name in prompts:
        if new[name] is not None and not objects.values(template).get(f"ask_{name}_on_launch"):
            yield f"the template does not ask for {name} on launch"


def _node(new: Values, old: Values, objects: Objects) -> Iterator[str]:
    # The workflow may give the rest.
    yield from _launched(new, objects, all_needed=False)


def _schedule(new: Values, old: Values, objects: Objects) -> Iterator[str]:
    yield from _launched(new, objects, all_needed=True)
    rule = new["rrule"]
    parts = dict(part.split("=") for part in rule.partition("RRULE:")[2].split(";") if part.count("=") == 1)
    if not START.match(rule) or rule.count("DTSTART") > 1:
        yield f"the rule {rule!r} does not begin with one start in a time zone"
    if "FREQ" not in parts or not parts.get("INTERVAL", "").isdigit() or parts["FREQ"] == "SECONDLY":
        yield f"the rule {rule!r} has no frequency with an interval"
    if {"COUNT", "UNTIL"} <= parts.keys() or "EXDATE" in rule or "RDATE" in rule:
        yield f"the rule {rule!r} has what AWX does not support"


RULES: Mapping[str, Rule] = {
    "notification_templates": _notification,
    "credential_types": _credential_type,
    "credentials": _credential,
    "inventory_sources": _inventory_source,
    "job_templates": _job_template,
    "workflow_job_template_nodes": _node,
    "schedules": _schedule,
}


def holds_mapping(text: str) -> bool:
    """Whether a text is JSON or YAML of a dictionary, or empty."""
    try:
        return isinstance(yaml.safe_load(text) or {}, dict)
    except yaml.YAMLError:
        return False
