# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules return is the same without a process of their own as with one."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.demo.playbook import BIN, run_playbook
from tests.migration.user import User
from tests.whole import whole

PLAYBOOK = str(Path(__file__).parent / "playbooks" / "in_process" / "main.yml")
# What is drawn or measured; the app that each way has of its own; and what some releases of Ansible leave out.
VARYING = {
    "ansible_parsed",  # from 2.22 on, of a module that ran as a process
    "spent",
    "slowest_seconds",
    "version",
    "versionInfo",
    "deployment_id",
    "deployments",
    "id",
    "item",
    "invocation",
}

MODULE = re.compile(r"Using module file .*/dcos/avi/plugins/modules/(\w+)\.py")


@whole
def test_without_a_process_of_their_own_modules_return_the_same(
    user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = tmp_path / "password"
    password.write_text("open sesame")
    vault = ("--vault-password-file", str(password))
    encrypt = [str(BIN / "ansible-vault"), "encrypt_string", *vault, "--name", "vaulted", "kept secret"]
    encrypted = subprocess.run(encrypt, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    given = tmp_path / "given.yml"
    given.write_text(encrypted.stdout)
    # Given by module_defaults alone.
    monkeypatch.delenv("MARATHON_URL")
    env = {name: value for name, value in user.lab.env.items() if name != "MARATHON_URL"}
    variables = {"address": user.lab.env["MARATHON_URL"], "folder": str(tmp_path)}

    outcome = run_playbook(PLAYBOOK, variables, env, None, "-vvv", *vault, "-e", f"@{given}")

    assert outcome.returncode == 0, outcome.output
    in_process, as_modules = (
        json.loads((tmp_path / f"{way}.json").read_text()) for way in ("in_process", "as_modules")
    )
    first, second = outcome.output.split("PLAY [As modules]")
    # What its options speak against is left to Ansible's own words; all else needed no process.
    assert MODULE.findall(first) == ["marathon_app_info", "marathon_app"]
    assert len(MODULE.findall(second)) == len(as_modules) + 1, "the loop has two"
    assert comparable(in_process) == comparable(as_modules)
    predicted = in_process[0]
    assert predicted["diff"]["after"]["labels"]["vaulted"] == "kept secret"
    assert predicted["diff"]["after"]["labels"]["template"] == "{{ number }}"
    *_others, answered, echoed = in_process
    assert answered["targets"][0]["requests"] == 11 and isinstance(answered["spent"]["requests"], int)
    assert "********" in echoed["msg"] and "echoed" not in echoed["msg"] and "not to be printed" not in outcome.output
    assert any("unknown" in str(warning) for warning in predicted["warnings"])


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items() if key not in VARYING}
    return [comparable(item) for item in value] if isinstance(value, list) else value
