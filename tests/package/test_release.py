# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make release`: what it refuses, and a whole release of a copy of the tree, as RELEASING.md says."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.check.mirror import mirror
from tests.check.release import build, faults, not_ready, notes

BIN = Path(sys.executable).parent
VERSION = "99.0.0"


@pytest.fixture(scope="module")
def unreleased() -> Iterator[Path]:
    """A copy of the tree with the next version in galaxy.yml, and one change that no release has yet."""
    with mirror() as root:
        galaxy = root / "galaxy.yml"
        galaxy.write_text(re.sub("^version: .*$", f"version: {VERSION}", galaxy.read_text(), flags=re.MULTILINE))
        fragments = root / "changelogs/fragments"
        fragments.mkdir(exist_ok=True)
        (fragments / "next.yml").write_text("minor_changes:\n  - It can be released.\n")
        yield root


@pytest.fixture(scope="module")
def released(unreleased: Path) -> Path:
    """The same after the commands of RELEASING.md."""
    found = " ".join(not_ready(unreleased))
    assert f"no release {VERSION}" in found and "changelogs/fragments still holds" in found
    changelog(unreleased, "release", "--date", "2026-01-01")
    changelog(unreleased, "lint")
    return unreleased


def changelog(root: Path, *arguments: str) -> None:
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(root.parents[2])}
    environment.pop("PYTHONPATH", None)
    command = (str(BIN / "antsibull-changelog"), *arguments)
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def tarball(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(released, tmp_path_factory.mktemp("built"))


def files(root: Path) -> set[str]:
    return {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file()}


def test_after_its_commands_a_release_is_ready(released: Path) -> None:
    assert not_ready(released) == []
    assert "It can be released" in notes(released, VERSION)
    assert "## " not in notes(released, VERSION).replace("### ", "")


def test_a_changelog_without_the_release_is_not_ready(released: Path, tmp_path: Path) -> None:
    (tmp_path / "changelogs").mkdir()
    for name in ("galaxy.yml", "changelogs/changelog.yaml"):
        shutil.copy(released / name, tmp_path / name)
    assert not_ready(tmp_path) == [f"CHANGELOG.md has no section of {VERSION}. Run: antsibull-changelog generate"]


def test_its_tarball_has_no_faults(released: Path, tarball: Path) -> None:
    assert faults(tarball, VERSION, files(released)) == []


def test_a_tarball_with_what_does_not_belong_there_is_refused(released: Path, tarball: Path, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.tar.gz"
    with tarfile.open(tarball) as given, tarfile.open(spoiled, "w:gz") as packed:
        for member in given.getmembers():
            content = file.read() if (file := given.extractfile(member)) else b""
            if member.name == "README.md":
                content += b"changed"
            if member.name == "MANIFEST.json":
                content = json.dumps({"collection_info": {"version": "1.2.3"}}).encode()
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
        packed.addfile(tarfile.TarInfo("secret.key"), io.BytesIO())
    assert faults(spoiled, VERSION, files(released)) == [
        "It holds secret.key, which git does not know.",
        "FILES.json and the tarball differ in secret.key.",
        "The checksum of README.md is wrong.",
        f"MANIFEST.json says version 1.2.3, galaxy.yml says {VERSION}.",
    ]
