# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-builder makes of the metadata for execution environments, and of the example's definition. No image is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.check.mirror import mirror
from tests.environments import ROOT
from tests.package.builder import EXAMPLE, lines, loaded, made_context, needed_by, refs


@pytest.fixture(name="context", scope="module")
def fixture_context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that an image is built from."""
    return made_context(tmp_path_factory.mktemp("context"))


def test_the_collection_names_the_packages_that_its_modules_need() -> None:
    with mirror() as collection:
        needed = needed_by(collection.parents[2])
    assert needed == {"python": lines(ROOT / "requirements.txt"), "system": lines(ROOT / "bindep.txt")}


def test_the_example_becomes_a_folder_to_build_from(context: Path) -> None:
    build = context / "_build"
    assert "FROM $EE_BASE_IMAGE" in (context / "Containerfile").read_text()
    assert {Requirement(line).name for line in lines(build / "requirements.txt")} == {"jmespath", "cryptography"}
    assert lines(build / "bindep.txt") == lines(EXAMPLE / "bindep.txt")
    assert loaded(build / "requirements.yml") == loaded(EXAMPLE / "requirements.yml")


def test_the_example_takes_this_release_of_the_collection(context: Path) -> None:
    (needed,) = loaded(context / "_build/requirements.yml")["collections"]
    ours = loaded(ROOT / "galaxy.yml")
    assert needed["name"] == f"{ours['namespace']}.{ours['name']}"
    assert SpecifierSet(needed["version"]).contains(ours["version"])


def test_the_example_takes_a_core_that_the_collection_supports(context: Path) -> None:
    core, runner = map(Requirement, refs(context))
    assert (core.name, runner.name) == ("ansible-core", "ansible-runner")
    supported = SpecifierSet(loaded(ROOT / "meta/runtime.yml")["requires_ansible"])
    taken = [f"2.{minor}.0" for minor in range(10, 40) if core.specifier.contains(f"2.{minor}.0")]
    assert taken and all(map(supported.contains, taken))
