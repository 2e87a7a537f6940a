# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real ansible-rulebook, in an environment of its own, which is made on demand: it brings a rule engine and needs Java."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.check.cores import environment, interpreter
from tests.lab.children import dies_with_parent
from tests.lab.process import ROOT

RULEBOOKS = ROOT / "extensions/eda/rulebooks"
PYTHONS = ("3.13", "3.12", "3.11")
PACKAGES = ("ansible-rulebook>=1.1,<2", "ansible-core>=2.18,<2.22")
INVENTORY = {"all": {"hosts": {"localhost": {"ansible_connection": "local"}}}}
STARTED = "Waiting for events"


class Rulebook:
    """A run of ansible-rulebook in a `with` block, with the addresses of a lab in its environment. ``rulebook`` is a path, or its name."""

    def __init__(
        self,
        rulebook: str,
        variables: Mapping[str, Any],
        env: Mapping[str, str],
        folder: Path,
        *,
        started: str = STARTED,
    ) -> None:
        self._started = started
        self._lines: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        inventory, given = folder / "inventory.json", folder / "variables.json"
        inventory.write_text(json.dumps(INVENTORY))
        given.write_text(json.dumps(dict(variables)))
        tools = made().parent
        self._command = [
            str(tools / "ansible-rulebook"), "--rulebook", rulebook, "-i", str(inventory), "--vars", str(given), "--verbose",
        ]  # fmt: skip
        plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        self._env = {
            **plain,
            **env,
            "JAVA_HOME": java_home(),
            "PATH": f"{tools}:{os.environ['PATH']}",
            "HOME": str(folder),
        }

    def __enter__(self) -> Rulebook:
        self._process = subprocess.Popen(
            self._command, env=self._env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509
        )  # fmt: skip
        threading.Thread(target=self._read, args=[self._process], daemon=True).start()
        self.wait_for(self._started)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def output(self) -> str:
        """What it has printed so far, with what its playbooks print."""
        return "".join(self._lines)

    def wait_for(self, text: str, times: int = 1, timeout: float = 120.0) -> None:
        """Wait until a text was printed so many times. Raises AssertionError with all that was printed if it is not."""
        assert self._process is not None
        deadline = time.monotonic() + timeout
        while self.output.count(text) < times:
            assert time.monotonic() < deadline, f"ansible-rulebook did not print {text!r}: {self.output}"
            assert self._process.poll() is None, f"ansible-rulebook ended: {self.output}"
            time.sleep(0.1)

    def wait_for_end(self, timeout: float = 120.0) -> int:
        """Wait until it ends by itself, and return its code."""
        assert self._process is not None
        return self._process.wait(timeout)

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._lines.extend(process.stdout)


def made() -> Path:
    """The interpreter of an environment with ansible-rulebook."""
    python = interpreter(PYTHONS)
    assert python is not None, f"None of the Pythons {', '.join(PYTHONS)} is there for ansible-rulebook."
    return environment("rulebook", python, PACKAGES)


def java_home() -> str:
    """Where Java is, whose library the rule engine loads; it is installed where that was asked for."""
    done = subprocess.run([ROOT / "tests/utils/setup", "java"], stderr=subprocess.PIPE, text=True, check=False)
    java = shutil.which("java")
    assert done.returncode == 0 and java is not None, done.stderr
    return os.environ.get("JAVA_HOME") or str(Path(java).resolve().parents[1])
