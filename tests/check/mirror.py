# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the collection where ansible-test wants it: it refuses any other folder, and a symbolic link."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    """Return the files git knows or would take up, relative to the root; nothing that tools leave behind."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted({Path(name) for name in names if name and (ROOT / name).is_file()})


@contextmanager
def mirror() -> Iterator[Path]:
    """Make the copy; its folder is gone after the `with` block.

    It is outside of the repository: inside, ansible-test would ask git for the files, and git ignores .build.
    """
    with tempfile.TemporaryDirectory(prefix="dcos-avi-") as folder:
        collection = Path(folder, "ansible_collections/dcos/avi")
        for file in tracked_files():
            (collection / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, collection / file)
        yield collection
