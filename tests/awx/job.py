# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job as AWX starts it: what its credentials inject, and its extra variables, in files of the job's folder."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.awx.awx import Stored
from tests.awx.example import PROJECT
from tests.demo.playbook import BIN, Outcome, outcome_of, plain_output
from tests.environments import python_with

#: AWX's injector, and what it needs.
INJECTOR = ("awx-plugins-interfaces==0.0.1a5", "Jinja2==3.1.6", "PyYAML==6.0.3")
#: Where the job's folder is in its container.
MOUNTED_AT = "/runner/"
#: What AWX tells each job of itself.
OF_AWX = {"awx_job_id": 7, "awx_job_template_name": "Roll out a version", "awx_user_name": "ada"}


@dataclass(frozen=True)
class Injected:
    """What credentials came to."""

    env: dict[str, str]
    shown: dict[str, str]
    """The same as AWX's database keeps it, for people to see."""


def injected(folder: Path, *credentials: tuple[Stored, Mapping[str, Any]]) -> Injected:
    """Let AWX's injector render credentials, each a type and inputs, into a job's folder."""
    (folder / "env").mkdir(parents=True, exist_ok=True)
    given = {
        "folder": str(folder),
        "credentials": [
            {
                "name": kind.values["name"],
                "inputs_of_type": kind.values["inputs"],
                "injectors": kind.values["injectors"],
                "inputs": dict(inputs),
            }
            for kind, inputs in credentials
        ],
    }
    python = python_with(*INJECTOR)
    script = Path(__file__).with_name("inject.py")
    done = subprocess.run([python, script], input=json.dumps(given), capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    assert result["arguments"] == [], "a secret would be an extra variable"
    # No container mounts the folder here.
    env = {name: value.replace(MOUNTED_AT, f"{folder}/") for name, value in result["env"].items()}
    return Injected(env, result["shown"])


class UntrustedDumper(yaml.SafeDumper):
    """Writes each text as AWX writes what may come from a survey."""

    def represent_data(self, data: Any) -> yaml.Node:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


def run_job(folder: Path, env: Mapping[str, str], extra_vars: Mapping[str, Any], *playbooks: str) -> Outcome:
    """Run playbooks of the project one after another, with these variables and no others in the environment."""
    file = folder / "env/extravars"
    file.write_text(yaml.dump({**OF_AWX, **extra_vars}, Dumper=UntrustedDumper))
    environment = {
        "PATH": os.environ["PATH"],
        **plain_output(),
        **env,
        "HOME": str(folder),
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        # AWX keeps them, and gives them to the next jobs of a workflow.
        "ANSIBLE_SHOW_CUSTOM_STATS": "true",
    }
    inventory = PROJECT / "inventory/services.dcos_avi.yml"
    command = [str(BIN / "ansible-playbook"), *playbooks, "-i", str(inventory), "-e", f"@{file}"]
    # The runner changes into the project's folder as no shell does: the variable PWD is that of its own start, if there is one.
    done = subprocess.run(
        command, cwd=folder / "project", env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    return outcome_of(done.returncode, [*done.stdout.splitlines(keepends=True), done.stderr])
