# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the endpoints are said to take is what awx.awx publishes of them: each option of its modules, by its name and its type."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.awx.conftest import PACKAGE
from tests.awx.endpoints import ENDPOINTS
from tests.awx.example import EXAMPLE
from tests.environments import collection_of

COLLECTION = "awx.awx"
TYPES = {"str": str, "int": int, "bool": bool, "dict": dict}
#: What a module takes for itself, or sends to another endpoint.
OF_MODULES = {
    *("new_name", "copy_from", "state", "wait", "interval", "update_project", "update_secrets"),
    *("organization", "lookup_organization", "survey_spec", "approval_node", "workflow_nodes", "destroy_current_nodes"),
    # Names that older releases of AWX had for the list of credentials, and the inventories of a constructed one.
    *("credential", "vault_credential", "input_inventories"),
}
#: The modules that the example's playbook calls.
CALLED = sorted(
    {
        key.removeprefix(f"{COLLECTION}.")
        for play in yaml.safe_load((EXAMPLE / "configure.yml").read_text())
        for task in play["tasks"]
        for key in task
        if key.startswith(f"{COLLECTION}.")
    }
)


def options_of(module: str) -> dict[str, Any]:
    folder = collection_of(PACKAGE, COLLECTION) / "ansible_collections/awx/awx/plugins/modules"
    tree = ast.parse(Path(folder, f"{module}.py").read_text())
    (text,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION"
    )
    return yaml.safe_load(text)["options"]


@pytest.mark.parametrize("module", CALLED)
def test_each_option_of_a_module_is_a_field_or_a_list_of_its_endpoint(module: str) -> None:
    (endpoint,) = (each for each in ENDPOINTS.values() if each.type == module)
    options = {name: option for name, option in options_of(module).items() if name not in endpoint.ignored}
    unknown = options.keys() - endpoint.fields.keys() - endpoint.lists.keys()
    assert unknown <= OF_MODULES
    assert all(options[name]["type"] == "list" for name in options.keys() & endpoint.lists.keys())
    for name in options.keys() & endpoint.fields.keys():
        field, option = endpoint.fields[name], options[name]
        kind = TYPES[option["type"]]
        # It looks up a name, sends a dictionary as text, and takes a number as a text where it has choices.
        fits = field.refers or field.holds_mapping or "choices" in option or field.kind is kind
        assert fits, (name, field.kind, kind)


def test_the_endpoints_are_those_of_the_modules() -> None:
    # An approval is created by its node.
    assert {each.type for each in ENDPOINTS.values()} == {*CALLED, "workflow_approval_template"}
