# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rulebooks hand on to playbooks, rendered as ansible-rulebook renders it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from jinja2.nativetypes import NativeEnvironment

ROOT = Path(__file__).resolve().parents[2]
RULEBOOKS = ROOT / "extensions/eda/rulebooks"
# An id and a version that read like numbers.
ACTIVE = {"app": "1.10-1.20", "version": "1.20"}
EVENTS: dict[str, dict[str, Any]] = {
    "tasks_lost": {**ACTIVE, "failure": "exit 1", "warm": {"app": "1.10-1.10", "version": "1.10"}},
    "metric_failed": {**ACTIVE, "why": "the metric errors was 3", "warm": {"app": "1.10", "version": None}},
    "approval_overdue": {"app": "1.10-1.20-preview", "version": "1.20", "seconds": 7},
    "approval_expired": {"app": "1.10-1.20-preview", "version": "1.20", "seconds": 7},
    "warm_over": {"active": ACTIVE, "warm": []},
}
# The role, and the entry of its argument specs, that a playbook begins with.
ENTRIES = {
    "dcos.avi.rollback": ("rollback", "main"),
    "dcos.avi.retire": ("retire", "main"),
    "dcos.avi.withdraw": ("rollout", "withdraw"),
}


def handed_on() -> list[Any]:
    """Each event that a rule names, with the playbook and the variables that follow from it."""
    found = []
    for file in sorted(RULEBOOKS.glob("*.yml")):
        for rule in (rule for rules in yaml.safe_load(file.read_text()) for rule in rules["rules"]):
            action = rule["action"].get("run_playbook")
            named = [event for event in EVENTS if f'"{event}"' in rule["condition"]]
            found += [pytest.param(action, event, id=f"{file.stem} {event}") for event in named if action]
    return found


def rendered(given: Any, event: str) -> Any:
    if not isinstance(given, str):
        return given
    context = {"event": {"type": event, "service": "1.10", **EVENTS[event]}, "keep_warm": 60}
    return NativeEnvironment(undefined=jinja2.StrictUndefined).from_string(given).render(context)


@pytest.mark.parametrize(("action", "event"), handed_on())
def test_a_playbook_gets_what_the_event_names_in_variables_of_its_role(action: dict[str, Any], event: str) -> None:
    role, entry = ENTRIES[action["name"]]
    variables = {name: rendered(given, event) for name, given in action["extra_vars"].items()}
    specs = yaml.safe_load((ROOT / f"roles/{role}/meta/argument_specs.yml").read_text())["argument_specs"]
    assert variables.keys() <= specs[entry]["options"].keys()
    assert variables[f"{role}_service"] == "1.10"
    if "rollout_version" in variables:
        assert variables["rollout_version"] == "1.20"
    if role == "rollback":
        # The version that the event names as warm; the listener has the service's name.
        assert variables["rollback_version"] == (EVENTS[event]["warm"]["version"] or "1.10")
        assert variables["rollback_reason"].endswith(f" while {EVENTS[event]['warm']['app']} was warm")


def test_each_event_that_leads_to_a_run_is_tested() -> None:
    assert {parameters.values[1] for parameters in handed_on()} == set(EVENTS)
