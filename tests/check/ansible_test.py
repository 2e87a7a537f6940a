# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.check.ansible_test sanity ...``: ansible-test in a mirror of the tree, without containers or downloads."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.check.mirror import mirror

BIN = Path(sys.executable).parent
GET_PIP = Path(__file__).with_name("get_pip_standin.py")
#: The versions of pip that ansible-core 2.16, 2.18 and 2.19, and 2.20 to 2.22 ask for.
PIP_VERSIONS = ("23_1_2", "24_2", "25_2")
#: Where the JUnit files of `--junit` are kept, unless `--results` names another folder.
RESULTS = Path("build/checks/ansible-test")


def ansible_test(collection: Path, *arguments: str, stdout: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run ansible-test in a mirror of the collection. STDOUT takes its output, errors included, as for subprocess."""
    provide_get_pip()
    command = (f"{BIN}/ansible-test", *arguments, "--color", "no")
    environment = {**os.environ, "PATH": path_with_real_interpreters()}
    return subprocess.run(
        command, cwd=collection, env=environment, stdout=stdout, stderr=subprocess.STDOUT, text=True, check=False
    )


def provide_get_pip() -> None:
    """Put a stand-in where ansible-test looks for get-pip before it downloads it, unless something is there."""
    cache = Path("~/.ansible/test/cache").expanduser()
    cache.mkdir(parents=True, exist_ok=True)
    for version in PIP_VERSIONS:
        if not (cached := cache / f"get_pip_{version}.py").exists():
            shutil.copy(GET_PIP, cached)


def path_with_real_interpreters() -> str:
    """Return PATH with pyenv's interpreters in place of its shims, which are there for versions that do not run, too."""
    folders = [folder for folder in os.environ["PATH"].split(os.pathsep) if Path(folder).name != "shims"]
    if shutil.which("pyenv"):
        versions = reversed(_output("pyenv", "versions", "--bare").split())
        folders = [_output("pyenv", "prefix", version).strip() + "/bin" for version in versions] + folders
    return os.pathsep.join([str(BIN), *folders])


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def by_pythons(wanted: list[str]) -> list[str]:
    """Return the options that have modules imported by these Pythons alone, as far as they are there."""
    path = path_with_real_interpreters()
    found = [version for version in wanted if shutil.which(f"python{version}", path=path)]
    return [option for version in found for option in ("--target-python", version)]


def main(arguments: list[str]) -> int:
    """Run ansible-test in a mirror of its own; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.check.ansible_test", allow_abbrev=False, add_help=False)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--imported-by", action="append", default=[], help="a Python; all that are there without it")
    ours, theirs = parser.parse_known_args(arguments)
    with mirror() as collection:
        done = ansible_test(collection, *theirs, *by_pythons(ours.imported_by))
        if (written := collection / "tests/output/junit").exists():
            shutil.copytree(written, ours.results, dirs_exist_ok=True)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
