# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the collection where ansible-test wants it: it refuses any other folder, and a symbolic link."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIRROR = ROOT / ".build/mirror/ansible_collections/dcos/avi"


def tracked_files() -> list[Path]:
    """Return the files git knows or would take up, relative to the root; nothing that tools leave behind."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted({Path(name) for name in names if name and (ROOT / name).is_file()})


def make_mirror() -> Path:
    """Make the copy anew; return its folder."""
    shutil.rmtree(MIRROR, ignore_errors=True)
    for file in tracked_files():
        (MIRROR / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, MIRROR / file)
    # A repository of its own: in the one around it, ansible-test would look for the files and see that git ignores them.
    subprocess.run(("git", "init", "--quiet"), cwd=MIRROR, check=True)
    return MIRROR
