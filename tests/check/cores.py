# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each ansible-core that is supported, the Pythons it runs on, and environments with them below .build/matrix."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(".build/matrix").absolute()
#: The name of the core that is not released yet, where there is a pre-release.
NEXT = "next"


@dataclass(frozen=True)
class Core:
    """A minor release of ansible-core, or what comes next."""

    name: str
    pythons: tuple[str, ...]
    """Those a control node may have, the newest first."""
    requirement: tuple[str, ...]
    """What pip is asked for."""


def released(name: str, *pythons: str) -> Core:
    """A core whose newest release is taken."""
    return Core(name, pythons, (f"ansible-core=={name}.*",))


CORES = (
    released("2.16", "3.12", "3.11", "3.10"),
    released("2.17", "3.12", "3.11", "3.10"),
    released("2.18", "3.13", "3.12", "3.11"),
    released("2.19", "3.13", "3.12", "3.11"),
    released("2.20", "3.14", "3.13", "3.12"),
    released("2.21", "3.14", "3.13", "3.12"),
    Core(NEXT, ("3.14", "3.13"), ("--pre", "ansible-core>=2.22.0b1")),
)
#: The oldest Python that modules run on. No control node runs on it: of this core, modules alone do.
OLDEST_PYTHON = "3.9"
CORE_OF_MODULES = ("--no-deps", "--ignore-requires-python", "ansible-core==2.20.*")
TOOLS_OF_MODULES = ("PyYAML", "hypothesis", "packaging", "pytest<9", "pytest-asyncio", "aiohttp", "cryptography")


def interpreter(versions: Iterable[str]) -> Path | None:
    """Return the first of these Pythons that is there and runs: pyenv's, or one on PATH."""
    for version in versions:
        prefix = _printed("pyenv", "prefix", version) if shutil.which("pyenv") else ""
        for candidate in (f"{prefix}/bin/python" if prefix else "", shutil.which(f"python{version}") or ""):
            if candidate and _printed(candidate, "-c", "import ensurepip, venv; print(1)"):
                return Path(candidate)
    return None


def environment(name: str, python: Path, *installs: tuple[str, ...]) -> Path:
    """Return the interpreter of an environment made by a Python, with what each run of pip is asked for; keep it for later runs."""
    folder = FOLDER / name
    wanted = f"{python}\n{installs}\n{Path('requirements.txt').read_text()}"
    stamp = folder / "made"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run((python, "-m", "venv", folder), check=True)
        for install in (*installs, ("-r", "requirements.txt")):
            pip = (folder / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check")
            subprocess.run((*pip, *install), check=True)
        stamp.write_text(wanted)
    return folder / "bin/python"


def versions(python: Path) -> tuple[str, str]:
    """Return the versions of ansible-core and of Python in an environment."""
    code = "import importlib.metadata as m, platform; print(m.version('ansible-core'), platform.python_version())"
    core, of_python = _printed(str(python), "-c", code).split()
    return core, of_python


def _printed(*command: str) -> str:
    """Return what a command printed; nothing where it fails, as a shim of pyenv does whose version is not switched on."""
    environment_of_it = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment_of_it)
    return done.stdout.strip() if done.returncode == 0 else ""
