# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball people install: built as the README says, installed elsewhere, and used with every other folder gone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.check.mirror import ROOT, tracked_files
from tests.check.release import TARBALL
from tests.lab.process import LabProcess

BIN = Path(sys.executable).parent
NEEDED = {"meta", "plugins", "roles", "playbooks"}
#: Files that ansible-galaxy makes itself, and the one it turns into them.
MADE = {"FILES.json", "MANIFEST.json"}
PLAYBOOKS = sorted(file.stem for file in (ROOT / "playbooks").glob("*.yml"))
MODULES = sorted(f"dcos.avi.{file.stem}" for file in (ROOT / "plugins/modules").glob("*.py"))
FILTERS = sorted(f"dcos.avi.{file.stem}" for file in (ROOT / "plugins/filter").glob("*.yml"))
ROLES = sorted(f"dcos.avi.{file.parent.parent.name}" for file in (ROOT / "roles").glob("*/meta/argument_specs.yml"))


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection as `ansible-galaxy collection build` packs it in this tree, whatever lies around in it.

    `make release` names the tarball that is to be published, instead.
    """
    if TARBALL in os.environ:
        return Path(os.environ[TARBALL])
    folder = tmp_path_factory.mktemp("tarball")
    ansible(ROOT, "ansible-galaxy", "collection", "build", "--output-path", str(folder))
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def elsewhere(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of collections that holds what the tarball installs, and of that only what is needed at run time."""
    folder = tmp_path_factory.mktemp("elsewhere")
    ansible(folder, "ansible-galaxy", "collection", "install", "--offline", "-p", str(folder), str(tarball))
    for path in (folder / "ansible_collections/dcos/avi").iterdir():
        if path.is_dir() and path.name not in NEEDED:
            shutil.rmtree(path)
    return folder


def ansible(collections: Path, *command: str, **variables: str) -> str:
    """Run one of Ansible's commands where this collection is found in COLLECTIONS only. Returns what it printed.

    VARIABLES are added to the environment.
    """
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections), **variables}
    environment.pop("PYTHONPATH", None)
    program, *arguments = command
    done = subprocess.run(
        (f"{BIN}/{program}", *arguments),
        cwd=collections,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_holds_what_git_knows_and_nothing_that_tools_left_behind(tarball: Path) -> None:
    with tarfile.open(tarball) as packed:
        names = {member.name for member in packed.getmembers() if member.isfile()}
    assert names - MADE <= {str(file) for file in tracked_files()}
    assert {"README.md", "plugins/modules/marathon_app.py", "playbooks/rollout.yml"} <= names


@pytest.mark.parametrize(
    ("kind", "names"), [("module", MODULES), ("filter", FILTERS), ("role", ROLES)], ids=["modules", "filters", "roles"]
)
def test_its_documentation_is_there(elsewhere: Path, kind: str, names: list[str]) -> None:
    documented = json.loads(ansible(elsewhere, "ansible-doc", "--json", "-t", kind, *names))
    assert sorted(documented) == names


@pytest.fixture(scope="module")
def found(elsewhere: Path) -> str:
    """What Ansible says that finds all playbooks at once."""
    return ansible(elsewhere, "ansible-playbook", "--syntax-check", *(f"dcos.avi.{name}" for name in PLAYBOOKS))


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_its_playbooks_are_found(found: str, playbook: str) -> None:
    assert re.search(f"^playbook: .*/playbooks/{playbook}.yml$", found, re.MULTILINE)


def test_it_works(elsewhere: Path) -> None:
    example = {"listener_service": "app1", "listener_src": str(ROOT / "examples/app1.json")}
    with LabProcess() as lab:
        ansible(elsewhere, "ansible-playbook", "dcos.avi.listener", "-e", json.dumps(example), **lab.env)
        status = ansible(elsewhere, "ansible-playbook", "dcos.avi.status", "-e", "status_services=app1", **lab.env)
    assert "app1: the traffic goes to app1" in status
