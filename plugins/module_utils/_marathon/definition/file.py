# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads an app definition from a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.error_bodies import is_too_deep
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.places import in_json, in_yaml
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.saved_answer import (
    refuse_list,
    refuse_saved_answer,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.types import kind_of
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.yaml_text import (
    HAS_YAML,
    NotYaml,
    read_yaml,
)

LARGEST = 4 * 1024 * 1024
VAULT = b"$ANSIBLE_VAULT;"
# A name in braces, maybe with filters. What other programs write in such braces begins with a dot, or has arguments.
_JINJA = re.compile(r"\{\{-?\s*[A-Za-z_]\w*\s*([|.\[][^}]{0,500})?-?\}\}|\{%")
# Only Ansible has the passwords of its vault, and a module has no Ansible: an action that does the work of one lends it.
_decrypt: ContextVar[Callable[[str], bytes] | None] = ContextVar("decrypt", default=None)


@contextmanager
def decrypted_by(decrypt: Callable[[str], bytes]) -> Iterator[None]:
    """Have files that are encrypted with Ansible Vault read by a function of their path, in a ``with`` block."""
    token = _decrypt.set(decrypt)
    try:
        yield
    finally:
        _decrypt.reset(token)


def read_definition(path: str) -> dict[str, Any]:
    """Return the object that a JSON or YAML file holds.

    :raises Refused: the file cannot be read, is neither JSON nor YAML, is a template, or holds no definition.
    """
    definition = _parsed(path, _text(path))
    try:
        refuse_list(definition)
        if isinstance(definition, dict):
            refuse_saved_answer(definition)
            _refuse_template(definition)
    except Refused as refused:
        raise Refused(f"The definition in {path} cannot be used. {refused.sentence}") from refused
    if not isinstance(definition, dict):
        kind = "nothing" if definition is None else kind_of(definition)
        raise Refused(
            f"The definition in {path} must be an object with the fields of an app, but the file holds {kind}."
        )
    return definition


def _text(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
        if data.startswith(VAULT):
            data = _decrypted(path)
        text = data.decode(json.detect_encoding(data)).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise Refused(f"The definition in {path} cannot be read: it is not text in UTF-8.") from error
    except (OSError, ValueError) as error:
        raise Refused(
            f"The definition in {path} cannot be read: {getattr(error, 'strerror', None) or error}."
        ) from error
    if len(data) > LARGEST:
        raise Refused(f"The definition in {path} cannot be read: it is larger than {LARGEST} bytes, which no app is.")
    return text


def _decrypted(path: str) -> bytes:
    decrypt = _decrypt.get()
    if decrypt is None:
        raise Refused(
            f"The definition in {path} is encrypted with Ansible Vault, and a module that runs in a process of its own cannot decrypt "
            f"it. Give definition: \"{{{{ lookup('file', '{path}') | from_yaml }}}}\" instead of src: a lookup decrypts."
        )
    return decrypt(path)


def _parsed(path: str, text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_no_json)
        if is_too_deep(value):
            raise RecursionError
        return value
    except RecursionError:
        raise Refused(f"The definition in {path} cannot be used: it is nested too deeply.") from None
    except ValueError as not_json:
        if not HAS_YAML:
            raise Refused(f"The definition in {path} is not JSON{in_json(not_json)}.") from None
        try:
            return read_yaml(text)
        except NotYaml as not_yaml:
            # Of what looks like JSON, a person wants to know what is wrong with it as JSON.
            found = in_json(not_json) if text.lstrip().startswith("{") else in_yaml(not_yaml, text)
            # Who chose the wrong file finds nothing of it in a log.
            raise Refused(f"The definition in {path} is neither JSON nor YAML{found}.{_hint(text)}") from None
        except Refused as refused:
            raise Refused(f"The definition in {path} cannot be used: {refused.sentence}.{_hint(text)}") from refused


def _no_json(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")


def _refuse_template(value: Any, path: str = "") -> None:
    """A template is no definition yet, and Marathon would take most of it as it stands."""
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_template(key, f"{path or 'it'}, in the name of a field")
            _refuse_template(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            _refuse_template(item, path)
    elif isinstance(value, str) and _JINJA.search(value):
        raise Refused(f"A variable in braces stands in {path}.{_hint(value)}")


def _hint(text: str) -> str:
    if "{{" not in text and "{%" not in text:
        return ""
    return (
        " It seems to be a template, and src takes a file as it stands. Give definition: \"{{ lookup('template', PATH) | from_yaml }}\" "
        "instead. Where the braces are meant for the app, give definition: \"{{ lookup('file', PATH) | from_yaml }}\"."
    )
