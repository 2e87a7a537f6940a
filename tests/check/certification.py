# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.check.certification``: ansible-lint of the release that Red Hat's certification checker pins, with its profile."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.check.mirror import mirror
from tests.environments import python_with

#: As the checker pins them. Its ansible-core, 2.16, does not run on Python 3.13.
LINT = "ansible-lint==24.12.2"
CORE = "ansible-core==2.16.*" if sys.version_info < (3, 13) else "ansible-core==2.18.*"


def main() -> int:
    """Run it in a mirror of the tree, where no folder of tools is; return its exit code."""
    folder = python_with(LINT, CORE).parent
    environment = {**os.environ, "PATH": os.pathsep.join((str(folder), os.environ["PATH"]))}
    environment.pop("PYTHONPATH", None)
    command = (folder / "ansible-lint", "--offline", "--profile=production")
    with mirror() as collection:
        return subprocess.run(command, cwd=collection, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
