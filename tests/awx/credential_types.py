# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How AWX 24 judges a credential type. Restated from awx/main/fields.py and the block list of awx_plugins.interfaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

FIELD = {
    "type": str,
    "format": str,
    "choices": list,
    "id": str,
    "label": str,
    "help_text": str,
    "multiline": bool,
    "secret": bool,
    "default": object,
}
NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
FILE = re.compile(r"template(\.[a-zA-Z_][a-zA-Z0-9_]*)?")
BLOCKED = set(
    "VIRTUAL_ENV PATH PYTHONPATH JOB_ID INVENTORY_ID INVENTORY_SOURCE_ID INVENTORY_UPDATE_ID AD_HOC_COMMAND_ID REST_API_URL "
    "REST_API_TOKEN MAX_EVENT_RES CALLBACK_QUEUE CALLBACK_CONNECTION CACHE JOB_CALLBACK_DEBUG INVENTORY_HOSTVARS AWX_HOST "
    "PROJECT_REVISION SUPERVISOR_CONFIG_PATH".split()
)


def mistakes_of_credential_type(inputs: Mapping[str, Any], injectors: Mapping[str, Any]) -> Iterator[str]:
    """Say why AWX refuses a credential type; nothing where it takes it."""
    yield from _mistakes_of_inputs(inputs)
    names = [field["id"] for field in inputs.get("fields", [])]
    if unknown := injectors.keys() - {"file", "env", "extra_vars"}:
        yield f"there are no injectors {unknown}"
    files = injectors.get("file", {})
    if "template" in files and len(files) > 1:
        yield "one file has no name beside others"
    tower = SimpleNamespace(
        filename=SimpleNamespace(**{name.partition(".")[2]: "FILE" for name in files if "." in name})
    )
    if "template" in files:
        tower.filename = "FILE"
    for name, template in files.items():
        if not FILE.fullmatch(name):
            yield f"{name} is no name of a file"
        yield from _mistakes_of_template(name, template, names, tower)
    for name, template in injectors.get("env", {}).items():
        if not NAME.fullmatch(name) or name in BLOCKED or name.startswith("ANSIBLE_"):
            yield f"the environment variable {name} may not be set"
        if not template.isascii():
            yield f"{name} is not all ASCII"
        yield from _mistakes_of_template(name, template, names, tower)


def _mistakes_of_inputs(inputs: Mapping[str, Any]) -> Iterator[str]:
    if unknown := inputs.keys() - {"fields", "required"}:
        yield f"the inputs have unknown fields {unknown}"
    names = [field.get("id") for field in inputs.get("fields", [])]
    if len(set(names)) < len(names) or "tower" in names:
        yield f"one of the ids {names} is given twice, or reserved"
    if unknown := set(inputs.get("required", [])) - set(names):
        yield f"{unknown} are required, and no inputs"
    for field in inputs.get("fields", []):
        for name, value in field.items():
            if name not in FIELD or not isinstance(value, FIELD[name]):
                yield f"the input {field.get('id')} has an unknown or wrong {name}"
        if not NAME.fullmatch(field.get("id", "")) or not field.get("label"):
            yield f"the input {field} has no id or no label"
        if field.get("type", "string") not in ("string", "boolean"):
            yield f"the input {field['id']} has an unknown type"
        if field.get("format") not in (None, "ssh_private_key", "url"):
            yield f"the input {field['id']} has an unknown format"


def _mistakes_of_template(where: str, template: str, names: list[str], tower: SimpleNamespace) -> Iterator[str]:
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    try:
        sandbox.from_string(template).render(tower=tower, **dict.fromkeys(names, "EXAMPLE"))
    except TemplateError as error:
        yield f"the template of {where} is refused: {error}"


def mistakes_of_inputs_given(type_inputs: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[str]:
    """Say why AWX refuses the inputs of a credential of a type, or why a job cannot be started with it."""
    kinds = {field["id"]: field.get("type", "string") for field in type_inputs.get("fields", [])}
    for name, value in given.items():
        if name not in kinds:
            yield f"the type has no input {name}"
        elif not isinstance(value, {"string": str, "boolean": bool}[kinds[name]]):
            yield f"the input {name} is no {kinds[name]}"
    yield from (f"the input {name} is missing" for name in type_inputs.get("required", []) if not given.get(name))
