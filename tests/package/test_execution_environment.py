# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-builder makes of the metadata for execution environments, and of the example's definition. No image is built."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.check.mirror import ROOT, mirror

BUILDER = str(Path(sys.executable).with_name("ansible-builder"))
EXAMPLE = ROOT / "examples/execution-environment"


def builder(*arguments: str | Path) -> str:
    """Run ansible-builder; return what it printed."""
    done = subprocess.run([BUILDER, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(name="context", scope="module")
def fixture_context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that an image is built from."""
    context = tmp_path_factory.mktemp("context")
    definition = EXAMPLE / "execution-environment.yml"
    # Without a name it is that of the container engine at hand.
    builder("create", "--output-filename", "Containerfile", "-f", definition, "-c", context)
    return context


@pytest.fixture(name="needed", scope="module")
def fixture_needed() -> Iterator[dict[str, list[str]]]:
    """What ansible-builder finds out about a folder of collections that holds this one."""
    with mirror() as collection:
        printed = builder("introspect", collection.parents[2])
    yield {kind: [text.partition("#")[0].strip() for text in texts] for kind, texts in yaml.safe_load(printed).items()}


def lines(file: Path) -> list[str]:
    """Return the lines of a list of requirements, without comments."""
    return [line for text in file.read_text().splitlines() if (line := text.partition("#")[0].strip())]


def test_the_collection_names_the_packages_that_its_modules_need(needed: dict[str, list[str]]) -> None:
    assert needed == {"python": lines(ROOT / "requirements.txt"), "system": lines(ROOT / "bindep.txt")}


def test_the_example_becomes_a_folder_to_build_from(context: Path) -> None:
    build = context / "_build"
    assert "FROM $EE_BASE_IMAGE" in (context / "Containerfile").read_text()
    assert {re.split("[ >]", line)[0] for line in lines(build / "requirements.txt")} == {"jmespath", "cryptography"}
    assert lines(build / "bindep.txt") == lines(EXAMPLE / "bindep.txt")
    assert loaded(build / "requirements.yml") == loaded(EXAMPLE / "requirements.yml")


def test_the_example_takes_a_core_that_the_collection_supports(context: Path) -> None:
    (named,) = re.findall('ARG ANSIBLE_INSTALL_REFS="(.*)"', (context / "Containerfile").read_text())
    # The shell splits it at blanks for pip.
    core, runner = map(Requirement, named.split())
    assert (core.name, runner.name) == ("ansible-core", "ansible-runner")
    supported = SpecifierSet(loaded(ROOT / "meta/runtime.yml")["requires_ansible"])
    taken = [f"2.{minor}.0" for minor in range(10, 40) if core.specifier.contains(f"2.{minor}.0")]
    assert taken and all(map(supported.contains, taken))


def loaded(file: Path) -> Any:
    return yaml.safe_load(file.read_text())
