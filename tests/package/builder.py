# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-builder makes of the example of an execution environment, and the same tree in a virtual environment, without an image."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.check.cores import environment, interpreter
from tests.check.mirror import mirror
from tests.check.release import build
from tests.environments import ROOT, run_with_variables

BUILDER = str(Path(sys.executable).with_name("ansible-builder"))
EXAMPLE = ROOT / "examples/execution-environment"
#: The Python of the example's base image first.
PYTHONS = ("3.12", "3.13", "3.11")


@dataclass(frozen=True)
class Tree:
    """What an image of the example would hold."""

    bin: Path
    collections: Path
    """A folder for ANSIBLE_COLLECTIONS_PATH."""


def builder(*arguments: str | Path) -> str:
    """Run ansible-builder; return what it printed."""
    done = subprocess.run([BUILDER, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def made_context(context: Path) -> Path:
    """Have the folder made that an image is built from, and return it."""
    definition = EXAMPLE / "execution-environment.yml"
    # Without a name it is that of the container engine at hand.
    builder("create", "--output-filename", "Containerfile", "-f", definition, "-c", context)
    return context


def needed_by(collections: Path) -> dict[str, list[str]]:
    """Return what ansible-builder finds out that a folder of collections needs, by the kind of package."""
    printed = yaml.safe_load(builder("introspect", collections))
    return {kind: [text.partition("#")[0].strip() for text in texts] for kind, texts in printed.items()}


def refs(context: Path) -> tuple[str, ...]:
    """Return what the build asks pip for first: Ansible and the runner."""
    (named,) = re.findall('ARG ANSIBLE_INSTALL_REFS="(.*)"', (context / "Containerfile").read_text())
    # The shell splits it at blanks for pip.
    return tuple(named.split())


def lines(file: Path) -> list[str]:
    """Return the lines of a list of requirements, without comments."""
    return [line for text in file.read_text().splitlines() if (line := text.partition("#")[0].strip())]


def loaded(file: Path) -> Any:
    return yaml.safe_load(file.read_text())


def assembled(folder: Path) -> Tree:
    """Assemble in a virtual environment what the example describes, in the order in which the build of an image does it.

    The packages of the system are those of this machine, and the collection is this tree's, by the name that the example gives it.
    """
    context, collections = made_context(folder / "context"), folder / "collections"
    (wanted,) = loaded(context / "_build/requirements.yml")["collections"]
    by = interpreter(PYTHONS)
    assert by is not None, f"None of the Pythons {', '.join(PYTHONS)} is there."
    with mirror() as collection:
        tarball = build(collection, folder)
        needed = needed_by(collection.parents[2])["python"]
    python = environment(
        "execution-environment", by, refs(context), (*lines(context / "_build/requirements.txt"), *needed)
    )
    assert tarball.name.startswith(wanted["name"].replace(".", "-"))
    install = (python.with_name("ansible-galaxy"), "collection", "install", "--offline", "-p", collections, tarball)
    done = run_with_variables(install, {"HOME": str(folder)}, seconds=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return Tree(python.parent, collections)
