# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.check.release``: builds the tarball of a release into build/release and checks it, as RELEASING.md says."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import yaml

from tests.check.mirror import ROOT, mirror

BIN = Path(sys.executable).parent
RELEASES = ROOT / "build/release"
#: The variable that tells tests/package which tarball to test.
TARBALL = "DCOS_AVI_TARBALL"
#: The Ansible package takes no release of a commit whose sanity tests do not pass.
CHECKS_OF_A_RELEASE = (
    "sanity",
    "sanity-style",
    "changelog",
    "build-import-check",
    "certification",
    "license-check",
)


def not_ready(root: Path) -> list[str]:
    """Return, in sentences, what keeps the tree at ROOT from being released."""
    version = str(_read(root / "galaxy.yml")["version"])
    releases: dict[str, Any] = _read(root / "changelogs/changelog.yaml")["releases"]
    fragments = sorted(file.name for file in root.glob("changelogs/fragments/*.yml"))
    changelog = root / "CHANGELOG.md"
    found = []
    if version not in releases:
        found.append(
            f"changelogs/changelog.yaml has no release {version}, the version of galaxy.yml. Run: antsibull-changelog release"
        )
    if fragments:
        found.append(
            f"changelogs/fragments still holds {len(fragments)}, such as {fragments[0]}. antsibull-changelog release takes them up."
        )
    if version in releases and (not changelog.exists() or _heading(version) not in changelog.read_text().splitlines()):
        found.append(f"CHANGELOG.md has no section of {version}. Run: antsibull-changelog generate")
    return found


def faults(tarball: Path, version: str, known: set[str]) -> list[str]:
    """Return, in sentences, what is wrong with a tarball that should hold VERSION, and files out of KNOWN only."""
    with tarfile.open(tarball) as packed:
        content = {
            member.name: file.read()
            for member in packed.getmembers()
            if (file := packed.extractfile(member)) is not None
        }
    listed = {
        entry["name"]: entry["chksum_sha256"]
        for entry in json.loads(content["FILES.json"])["files"]
        if entry["ftype"] == "file"
    }
    held = set(content) - {"FILES.json", "MANIFEST.json"}
    info = json.loads(content["MANIFEST.json"])["collection_info"]
    found = [f"It holds {name}, which git does not know." for name in sorted(held - known)]
    found += [f"FILES.json and the tarball differ in {name}." for name in sorted(held ^ set(listed))]
    found += [
        f"The checksum of {name} is wrong."
        for name in sorted(held & set(listed))
        if hashlib.sha256(content[name]).hexdigest() != listed[name]
    ]
    if info["version"] != version:
        found.append(f"MANIFEST.json says version {info['version']}, galaxy.yml says {version}.")
    return found


def notes(root: Path, version: str) -> str:
    """Return the section of a version in CHANGELOG.md, without its heading."""
    lines = (root / "CHANGELOG.md").read_text().splitlines()
    begin = lines.index(_heading(version)) + 1
    end = next((at for at in range(begin, len(lines)) if lines[at].startswith("## ")), len(lines))
    return "\n".join(line for line in lines[begin:end] if not line.startswith("<a id=")).strip() + "\n"


def build(root: Path, to: Path) -> Path:
    """Build the tarball of the collection at ROOT into a folder; return its path."""
    command = (BIN / "ansible-galaxy", "collection", "build", "--force", "--output-path", to)
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
    return next(to.glob("*.tar.gz"))


def main() -> int:
    """Build, check and test it; return the exit code."""
    if found := not_ready(ROOT):
        print("\n".join(("This tree is not ready for a release.", *found)))
        return 1
    version = str(_read(ROOT / "galaxy.yml")["version"])
    shutil.rmtree(RELEASES, ignore_errors=True)
    RELEASES.mkdir(parents=True)
    with mirror() as collection:
        tarball = build(collection, RELEASES)
        known = {str(file.relative_to(collection)) for file in collection.rglob("*") if file.is_file()}
    if found := faults(tarball, version, known):
        print("\n".join((f"{tarball} must not be published.", *found)))
        return 1
    (RELEASES / "notes.md").write_text(notes(ROOT, version))
    tests = (sys.executable, "-m", "pytest", "-q", "tests/package/test_package.py")
    environment = {**os.environ, TARBALL: str(tarball), "WHOLE": "1"}
    for command in (tests, (sys.executable, "-m", "tests.check", *CHECKS_OF_A_RELEASE)):
        if code := subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            return code
    print(f"{tarball.relative_to(ROOT)} is ready to be published.")
    return 0


def _read(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text())


def _heading(version: str) -> str:
    """Return the line that antsibull-changelog begins the section of a version with."""
    return "## v" + version.replace(".", r"\.")


if __name__ == "__main__":
    sys.exit(main())
