# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP layer judges what became of a request by urllib3 1.26 as it does by 2.x, which the other tests have."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata

from tests.outside.environments import ROOT, python_with

OLDER = "1.26.20"
TESTS = ("_core/test_cut_connections.py", "_core/test_not_after.py", "_core/test_http.py", "_marathon/test_events.py")


def test_with_an_older_urllib3() -> None:
    assert not metadata.version("urllib3").startswith("1."), "then the tests of this environment are those"
    python = python_with(f"urllib3=={OLDER}")
    where = subprocess.run(
        [python, "-c", "import urllib3; print(urllib3.__path__[0].rpartition('/')[0])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    version = [sys.executable, "-c", "import urllib3, requests; print(urllib3.__version__)"]
    environment = {**os.environ, "PYTHONPATH": where}
    assert subprocess.run(version, env=environment, capture_output=True, text=True, check=True).stdout.strip() == OLDER
    tests = [f"tests/unit/plugins/module_utils/{test}" for test in TESTS]
    command = [sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
