# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.check.matrix``: sanity and behaviour on each ansible-core, and the modules on the oldest Python, as a table."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.check.checks import BEHAVIOUR, of_each_core
from tests.check.cores import (
    CORE_OF_MODULES,
    CORES,
    OLDEST_PYTHON,
    TOOLS_OF_MODULES,
    Core,
    environment,
    interpreter,
    versions,
)
from tests.demo.playbook import ANSIBLE_FROM

LOGS = Path("build/matrix").absolute()
MODULES = "modules"
PARTS = ("sanity", "behaviour")
#: What modules run, in tests that need nothing of a control node.
UNIT = Path("tests/unit/plugins/module_utils")
OF_A_CONTROL_NODE = (
    "_core/test_cut_connections.py",
    "_marathon/test_idempotence.py",
    "_marathon/test_overrides.py",
    "_marathon/test_recorded_definitions.py",
    "_plan/test_history.py",
    "_service/test_state.py",
)
PASSED = re.compile(r"^(?:\d+ failed, )?\d+ (?:passed|failed).*$", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    core: str
    python: str
    sanity: str
    behaviour: str
    ok: bool


def rows(names: list[str], parts: list[str]) -> Iterator[Row]:
    """Run the rows of these names, all where there is none, and these parts of each."""
    for core in CORES:
        if not names or core.name in names:
            yield of_core(core, parts)
    if not names or MODULES in names:
        yield of_modules()


def of_core(core: Core, parts: list[str]) -> Row:
    """Run a core with the newest Python it supports of those that are there."""
    by = interpreter(core.pythons)
    if by is None:
        return Row(core.name, "none of " + ", ".join(core.pythons), "not run", "not run", ok=False)
    python = environment(core.name, by, core.requirement)
    number, of_python = versions(python)
    said = dict.fromkeys(PARTS, "not asked for")
    ok = True
    for part in parts:
        run = sanity if part == "sanity" else behaviour
        said[part], well = run(core.name, python, of_python)
        ok = ok and well
    return Row(number, of_python, said["sanity"], said["behaviour"], ok)


def sanity(name: str, python: Path, of_python: str) -> tuple[str, bool]:
    """Run all sanity tests of a core, for its Python."""
    minor = ".".join(of_python.split(".")[:2])
    code, log = logged(
        f"{name}-sanity", {}, python, "-m", "tests.check.ansible_test", "sanity", "--junit", "--python", minor
    )
    failed = sorted(set(re.findall(r"^ERROR: Found \d+ (\S+) issue", log, re.MULTILINE)))
    return ("passed" if code == 0 else "failed: " + (", ".join(failed) or "see its log"), code == 0)


def behaviour(name: str, python: Path, _of_python: str) -> tuple[str, bool]:
    """Run the tests with playbooks, by a core's commands; a deprecation warning is a failure."""
    ansible_log = LOGS / f"{name}-ansible.log"
    ansible_log.parent.mkdir(parents=True, exist_ok=True)
    ansible_log.unlink(missing_ok=True)
    told = {"ANSIBLE_DEPRECATION_WARNINGS": "1", "ANSIBLE_LOG_PATH": str(ansible_log)}
    variables = {ANSIBLE_FROM: str(python.parent), **told}
    code, log = logged(
        f"{name}-behaviour", variables, sys.executable, "-m", "pytest", "-q", "--color=no", *of_each_core(*BEHAVIOUR)
    )
    warned = deprecations(ansible_log.read_text(errors="replace") if ansible_log.exists() else "")
    summary = last_line(log)
    return (f"{summary}; {len(warned)} deprecation warnings" if warned else summary, code == 0 and not warned)


def of_modules() -> Row:
    """Run the modules' unit tests on the oldest Python, with the module_utils of a core that supports it there."""
    by = interpreter((OLDEST_PYTHON,))
    if by is None:
        return Row(MODULES, f"no {OLDEST_PYTHON}", "not run", "not run", ok=False)
    python = environment(MODULES, by, TOOLS_OF_MODULES, CORE_OF_MODULES)
    number, of_python = versions(python)
    ignored = [f"--ignore={UNIT / name}" for name in OF_A_CONTROL_NODE]
    code, log = logged(
        MODULES, {}, python, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider", str(UNIT), *ignored
    )
    return Row(f"{number} ({MODULES})", of_python, "-", f"unit tests: {last_line(log)}", code == 0)


def deprecations(log: str) -> list[str]:
    """Return the deprecation warnings in what Ansible logged, each once."""
    return sorted(set(re.findall(r"\[DEPRECATION WARNING\].*", log)))


def last_line(log: str) -> str:
    """Return pytest's summary without the time it took."""
    found = PASSED.findall(log)
    return re.sub(r" in [0-9.]+s.*", "", found[-1]) if found else "no test ran"


def logged(name: str, variables: Mapping[str, str], *command: str | Path) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed, which is kept in a log."""
    log = LOGS / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        env = {**os.environ, **variables}
        code = subprocess.run(command, env=env, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    return code, log.read_text(errors="replace")


def table(found: list[Row]) -> str:
    """Return the rows with their heading, in columns."""
    cells = [("core", "Python", *PARTS), *((row.core, row.python, row.sanity, row.behaviour) for row in found)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [" | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join((lines[0], "-|-".join("-" * width for width in widths), *lines[1:]))


def main(arguments: list[str]) -> int:
    """Run what is asked for, print the table; return the exit code."""
    parser = argparse.ArgumentParser(prog="make matrix")
    parser.add_argument("--core", default="", help="some rows alone, separated by blanks")
    parser.add_argument("--part", default="", help="sanity or behaviour alone")
    asked = parser.parse_args(arguments)
    names, parts = asked.core.split(), asked.part.split() or list(PARTS)
    known = [*(core.name for core in CORES), MODULES]
    if unknown := [each for each in (*names, *parts) if each not in (*known, *PARTS)]:
        print(f"There is no {', '.join(unknown)}. Rows: {', '.join(known)}. Parts: {', '.join(PARTS)}.")
        return 2
    found = []
    for row in rows(names, parts):
        found.append(row)
        print(f"{row.core} on Python {row.python}: {'passed' if row.ok else 'failed'}", flush=True)
    print(table(found))
    print(f"{sum(row.ok for row in found)} passed, {sum(not row.ok for row in found)} failed")
    return 0 if all(row.ok for row in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
