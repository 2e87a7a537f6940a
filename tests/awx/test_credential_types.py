# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX's own injector renders each credential type, and the modules log in by what it comes to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.awx.awx import Stored
from tests.awx.job import injected

CA = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n"
KEY = '{"uid": "ansible", "private_key": "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----"}'
URL = "https://marathon.example.com"
FILES = {"MARATHON_CA_PATH": CA, "AVI_CA_PATH": CA, "MARATHON_SERVICE_ACCOUNT_KEY": KEY}
CASES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    (
        "Marathon by user and password",
        {"url": URL, "username": "ada", "password": "a secret"},
        {"MARATHON_URL": URL, "MARATHON_USERNAME": "ada", "MARATHON_PASSWORD": "a secret"},
    ),
    (
        "Marathon by token",
        {"url": URL, "token": "a secret"},
        {"MARATHON_URL": URL, "MARATHON_TOKEN": "a secret"},
    ),
    (
        "Marathon by DC/OS service account",
        {"url": URL, "service_account_key": KEY},
        {"MARATHON_URL": URL, "MARATHON_SERVICE_ACCOUNT": "", "MARATHON_SERVICE_ACCOUNT_KEY": KEY},
    ),
    (
        "Avi Controller",
        {"controller": "avi.example.com", "username": "ada", "password": "a secret"},
        {"AVI_CONTROLLER": "avi.example.com", "AVI_USERNAME": "ada", "AVI_PASSWORD": "a secret", "AVI_TENANT": ""},
    ),
]


def with_files_read(env: dict[str, str]) -> dict[str, str]:
    """The same environment, with what is in a file in place of its path."""
    return {name: Path(value).read_text() if name in FILES and value else value for name, value in env.items()}


def test_each_type_is_tried(credential_types: dict[str, Stored]) -> None:
    assert {name for name, _inputs, _env in CASES} == credential_types.keys()


@pytest.mark.parametrize(("name", "inputs", "env"), CASES, ids=[case[0] for case in CASES])
@pytest.mark.parametrize("ca", ["", CA], ids=["usual CAs", "a CA of its own"])
def test_what_a_credential_comes_to(
    credential_types: dict[str, Stored], tmp_path: Path, name: str, inputs: dict[str, Any], env: dict[str, str], ca: str
) -> None:
    ca_path = "AVI_CA_PATH" if "AVI_CONTROLLER" in env else "MARATHON_CA_PATH"
    result = injected(tmp_path, (credential_types[name], {**inputs, "ca": ca}))
    assert with_files_read(result.env) == {**env, ca_path: ca}
    assert not [value for value in result.shown.values() if "secret" in value or "PRIVATE KEY" in value]
