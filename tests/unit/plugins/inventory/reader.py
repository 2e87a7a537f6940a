# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads inventories in a process of its own: Ansible finds no plugin of a collection that was imported before its loader began."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


class Reader:
    """A process that reads one inventory after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("reading.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self, source: str, cache: bool = True, **env: str) -> dict[str, Any]:
        """Return the variables of each ``host``, the hosts of each group, and what Ansible warned of. ``env`` is added to the environment."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"source": source, "cache": cache, "env": env}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
