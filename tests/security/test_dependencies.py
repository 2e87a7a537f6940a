# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is installed is what was chosen: tools by their checksums, packages of the system only where that was asked for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "tests/requirements.lock").read_text(encoding="utf-8")
ENTRY = re.compile(r"^([\w.-]+)==([^ ;\\]+)[^\\\n]*((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)


def wanted():
    for name in ("requirements.txt", "tests/requirements.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            text = line.partition("#")[0].strip()
            if text:
                yield Requirement(text)


def locked():
    found: dict[str, list[str]] = {}
    for name, version, _hashes in ENTRY.findall(LOCK):
        found.setdefault(name.lower().replace("_", "-"), []).append(version)
    return found


@pytest.mark.parametrize("requirement", list(wanted()), ids=str)
def test_each_tool_is_locked_as_it_is_wanted(requirement):
    """Where this fails, run tests/utils/lock-requirements."""
    versions = locked().get(requirement.name.lower().replace("_", "-"), [])
    assert versions and all(requirement.specifier.contains(version) for version in versions)


def test_each_line_of_the_lock_has_a_checksum_and_names_no_server():
    entries = [line for line in LOCK.splitlines() if line and not line.startswith(("#", " "))]
    assert len(ENTRY.findall(LOCK)) == len(entries) > 50
    assert not [line for line in LOCK.splitlines() if "://" in line and not line.startswith("#")]
    assert "index-url" not in LOCK


def test_what_the_modules_need_has_oldest_versions():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert all(">=" in line for line in text.splitlines() if line and not line.startswith("#"))


STANDS_FOR_ALL = "dirname mkdir ln cat cmp rm sed grep env"


@pytest.fixture
def setup(tmp_path):
    """Run tests/utils/setup on a machine without Python, for root, and return what it says and what it has apt-get do."""
    place, tools, journal = tmp_path / "clone", tmp_path / "tools", tmp_path / "journal"
    (place / "tests/utils").mkdir(parents=True)
    tools.mkdir()
    shutil.copy(ROOT / "tests/utils/setup", place / "tests/utils/setup")
    for name in STANDS_FOR_ALL.split():
        (tools / name).symlink_to(shutil.which(name) or "")
    for name, does in {"apt-get": f'echo "$@" >>{journal}', "id": "echo 0"}.items():
        (tools / name).write_text(f"#!/bin/sh\n{does}\n")
        (tools / name).chmod(0o755)
    bash = shutil.which("bash")

    def run(**variables):
        environment = {"PATH": str(tools), **variables}
        script = str(place / "tests/utils/setup")
        done = subprocess.run([bash, script], env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        return done.stdout + done.stderr, journal.read_text() if journal.exists() else ""

    return run


@pytest.mark.parametrize("variables", [{}, {"APT": "0"}, {"CI": ""}], ids=str)
def test_no_package_of_the_system_is_installed_unasked(setup, variables):
    said, installed = setup(**variables)
    assert installed == ""
    assert "make demo APT=1" in said and "sudo apt-get install python3-venv" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("variables", [{"APT": "1"}, {"CI": "true"}], ids=str)
def test_what_is_asked_for_is_named_and_installed(setup, variables):
    said, installed = setup(**variables)
    assert "Installing the system's package python3-venv with apt-get" in said.splitlines()[0]
    assert "install -y --no-install-recommends python3-venv" in installed


def test_make_hands_on_what_is_asked_for():
    make = shutil.which("make")
    if make is None:
        pytest.skip("there is no make here")
    done = subprocess.run(
        [make, "-f", "-", "x", "APT=1"],
        input="x:\n\t@echo $$APT\n",
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.stdout == "1\n"
