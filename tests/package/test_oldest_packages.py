# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules do with the oldest packages that requirements.txt allows what the other tests show with the newest."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.environments import ROOT, python_with
from tests.whole import WHOLE

UNIT = "tests/unit/plugins/module_utils"
#: Those that look at the packages' own behaviour closest.
CLOSEST = (f"{UNIT}/_core/test_cut_connections.py", f"{UNIT}/_core/test_session.py")
TESTS = (
    *CLOSEST,
    f"{UNIT}/_core/test_not_after.py",
    f"{UNIT}/_marathon/test_events.py",
    f"{UNIT}/_modules/test_avi_info.py",
    "tests/security/test_redirects.py",
    "tests/security/test_secrets_in_answers.py",
    "tests/security/test_slow_answers.py",
    "tests/security/test_large_answers.py",
    "tests/security/test_endless_pages.py",
    "tests/security/test_deep_answers.py",
    "tests/security/test_long_errors.py",
)
IMPORTED = "import requests, jmespath, urllib3; print(requests.__version__, jmespath.__version__, urllib3.__version__)"


def test_with_the_oldest_packages() -> None:
    oldest = re.findall(r"^(\w+) >=([0-9.]+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert [name for name, _version in oldest] == ["requests", "jmespath"]
    python = python_with(*(f"{name}=={version}" for name, version in oldest))
    where = _printed([str(python), "-c", "import urllib3; print(urllib3.__path__[0].rpartition('/')[0])"], {})
    environment = {"PYTHONPATH": os.pathsep.join((where, str(ROOT / ".build/collections")))}
    versions = _printed([sys.executable, "-W", "ignore", "-c", IMPORTED], environment)
    assert versions.startswith(" ".join(version for _name, version in oldest)) and versions.split()[-1].startswith(
        "1.26."
    )
    # Most of them wait.
    command = [sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider", "--numprocesses=4"]
    tests = TESTS if WHOLE else CLOSEST
    done = subprocess.run(
        [*command, *tests],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _printed(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    return done.stdout.strip()
