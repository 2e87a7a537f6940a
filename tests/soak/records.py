# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a section, as JSON lines below docs/proof: first what they were measured on, then one line for each case."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import threading
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROOF = ROOT / "docs" / "proof"
CHANGED = ", changed"


class Records:
    """The file of one section. A case that this run has recorded is not measured again; another run's file is begun anew."""

    def __init__(
        self, section: str, run: str, command: str, folder: Path = PROOF, load: Mapping[str, Any] | None = None
    ) -> None:
        self._file = folder / f"{section}.jsonl"
        self._lock = threading.Lock()
        head, cases = read(self._file)
        if head.get("run") == run:
            self._known = {case["case"] for case in cases}
        else:
            self._known = set()
            folder.mkdir(parents=True, exist_ok=True)
            first = {"section": section, "run": run, "command": command, **({"load": load} if load else {})}
            self._write("w", first | surroundings())

    def has(self, case: str) -> bool:
        """Whether this run has recorded the case."""
        return case in self._known

    def add(self, case: str, figures: dict[str, Any]) -> None:
        """Record a case."""
        with self._lock:
            self._write("a", {"case": case, **figures})

    def cases(self) -> list[dict[str, Any]]:
        """All that this run has recorded of the section."""
        return read(self._file)[1]

    def _write(self, mode: str, line: dict[str, Any]) -> None:
        with self._file.open(mode) as file:
            file.write(json.dumps(line) + "\n")


def read(file: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what a section was measured on, and its cases; nothing where there is no file. A line cut short by a crash is left out."""
    text = file.read_text() if file.exists() else ""
    lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return (lines[0], lines[1:]) if lines else ({}, [])


def commit() -> str:
    """The commit of what is measured, and whether more was changed than the figures themselves; "unknown" outside of a repository."""
    head = _git("rev-parse", "--short", "HEAD") or "unknown"
    return head + (CHANGED if _git("status", "--porcelain", "--", ".", ":!docs/proof*") else "")


def _git(*arguments: str) -> str:
    try:
        return subprocess.run(("git", *arguments), cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def surroundings() -> dict[str, Any]:
    """The commit, the date, the machine and the versions."""
    return {
        "commit": commit(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "processor": _found(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text()),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
            "load": round(os.getloadavg()[0], 1),
            "kernel": platform.system() + " " + _found(r"(\d+\.\d+)", platform.release()),
        },
        "versions": {
            "dcos.avi": _found(r"^version: (\S+)", (ROOT / "galaxy.yml").read_text()),
            "ansible-core": metadata.version("ansible-core"),
            "Python": platform.python_version(),
            "HAProxy": _found(r"version (\d+\.\d+\.\d+)", _haproxy_version()),
        },
    }


def _haproxy_version() -> str:
    program = shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    return subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stdout if program else ""


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    return match[1] if match else "unknown"
