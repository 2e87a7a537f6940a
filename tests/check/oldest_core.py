# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tests with playbooks by the oldest ansible-core that is supported and runs on this Python: `oldest_core PYTEST_ARGUMENT...`."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

from tests.demo.playbook import ANSIBLE_FROM

FOLDER = Path(".build/oldest-core").absolute()
# 2.16, the oldest in meta/runtime.yml, does not run on Python 3.13.
RELEASE = "2.16" if sys.version_info < (3, 13) else "2.18"


def main() -> int:
    made = FOLDER / f"made-for-{RELEASE}"
    if not made.exists():
        venv.create(FOLDER, clear=True, with_pip=True)
        wanted = (f"ansible-core=={RELEASE}.*", "-r", "requirements.txt")
        subprocess.run(
            [FOLDER / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", *wanted], check=True
        )
        made.touch()
    env = {**os.environ, ANSIBLE_FROM: str(FOLDER / "bin")}
    return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
