# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the docsite into build/docsite, as docs.ansible.com does, and fails where Sphinx warns of a page of this collection.

Runs in the environment of the session "docsite" of nox. What pages of Ansible itself define may be out of reach, and is no fault of ours.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build/docsite"
COLLECTION = "dcos.avi"
#: Labels that this collection does not define, and lists of such labels that could not be fetched.
_ELSEWHERE = re.compile(
    r"undefined label: '(?!ansible_collections\.dcos\.avi\.)[\w.-]+'|failed to reach any of the inventories|\.inv'? not fetchable"
)


def of_this_collection(warnings: str) -> list[str]:
    """Return the warnings of Sphinx that are about this collection's own pages and labels."""
    found = re.findall(r"^.*(?:WARNING|ERROR|CRITICAL|SEVERE): .*$", warnings, re.MULTILINE)
    return [line for line in found if not _ELSEWHERE.search(line)]


def build() -> str:
    """Build the site anew; return what Sphinx warned of."""
    shutil.rmtree(SITE, ignore_errors=True)
    # The two folders may be written by their owner alone, or antsibull-docs refuses them.
    (SITE / "rst").mkdir(parents=True)
    for folder in (SITE, SITE / "rst"):
        folder.chmod(0o700)
    _run(
        "antsibull-docs",
        "sphinx-init",
        "--use-current",
        "--squash-hierarchy",
        "--lenient",
        "--dest-dir",
        ".",
        COLLECTION,
    )
    _run(
        *("antsibull-docs", "--config-file", "antsibull-docs.cfg", "collection", "--cleanup", "everything"),
        *("--fail-on-error", "--use-current", "--squash-hierarchy", "--dest-dir", "rst", COLLECTION),
    )
    _run("sphinx-build", "-b", "html", "rst", "html", "-c", ".", "-q", "-w", "warnings.txt")
    return (SITE / "warnings.txt").read_text()


def _run(*command: str) -> None:
    """Run a command; show what it printed only if it fails, or each warning would be seen, whosever it is."""
    done = subprocess.run(command, cwd=SITE, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{command[0]} ended with {done.returncode}.")


def main() -> int:
    """Build, and tell what is wrong."""
    wrong = of_this_collection(build())
    print("\n".join(wrong) or f"The docsite is in {(SITE / 'html/index.html').relative_to(ROOT)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
