# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments for other people's packages: made once below .build/environments, from the registries the machine is set up for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = ROOT / ".build/environments"
MINUTES_TO_INSTALL = 3


def python_with(*requirements: str) -> Path:
    """Return the interpreter of an environment that holds what each of `requirements` names (``name==version``)."""

    def make(folder: Path) -> None:
        venv.create(folder, with_pip=True)
        _run(folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements)

    return _made_once(" ".join(requirements), f"Python {sys.version}", make) / "bin/python"


def node_modules_with(package: str) -> Path:
    """Return the folder of modules that holds what `package` names (``name@version``)."""

    def make(folder: Path) -> None:
        _run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder, package)

    return _made_once(package, "npm", make) / "node_modules"


def collection_of(package: str, name: str) -> Path:
    """Return a folder for ANSIBLE_COLLECTIONS_PATH that has one collection (``namespace.name``) of a package (``name==version``), and no other."""

    def make(folder: Path) -> None:
        # Only files are taken out of the package, so that it need not run on this Python.
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
        _run(*pip, "--no-deps", "--ignore-requires-python", "--dest", folder, package)
        (wheel,) = folder.glob("*.whl")
        within = f"ansible_collections/{name.replace('.', '/')}/"
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(folder, [file for file in packed.namelist() if file.startswith(within)])
        wheel.unlink()

    return _made_once(f"{name} {package}", "pip", make)


def run_with_variables(
    command: tuple[str | Path, ...], variables: dict[str, str], seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run a command that sees PATH and these variables only, so that nothing of this environment gets into another one."""
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, check=False)


def _made_once(what: str, by: str, make: Callable[[Path], None]) -> Path:
    """Return the folder of an environment; make it unless the same was made before, to its end."""
    folder = ENVIRONMENTS / what.replace("==", "-").replace("@", "-").replace(" ", "-")
    stamp, wanted = folder / "made", f"{what}\n{by}\n"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        stamp.write_text(wanted)
    return folder


def _run(*command: str | Path) -> None:
    """Run an installer, with the caller's settings. Raises RuntimeError with what it printed where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60 * MINUTES_TO_INSTALL, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
