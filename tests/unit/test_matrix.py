# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix of cores: which rows it has, and how it says what came of them. No core is run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.check import cores, matrix

ROOT = Path(__file__).parents[2]


def test_it_has_a_row_for_each_core_from_the_oldest_on() -> None:
    requires = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["requires_ansible"]
    first = int(requires.removeprefix(">=2.").removesuffix(".0"))
    names = [core.name for core in cores.CORES]
    assert names == [*(f"2.{minor}" for minor in range(first, first + len(names) - 1)), cores.NEXT]


def test_the_workflow_runs_each_row() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text())
    assert workflow["jobs"]["core"]["strategy"]["matrix"]["core"] == [
        *(core.name for core in cores.CORES),
        matrix.MODULES,
    ]


def test_the_oldest_python_is_the_documented_one() -> None:
    assert (
        f"| Python where the modules run, usually the control node | {cores.OLDEST_PYTHON} or newer |"
        in (ROOT / "README.md").read_text()
    )


def test_the_tests_that_need_a_control_node_exist() -> None:
    assert [name for name in matrix.OF_A_CONTROL_NODE if not (ROOT / matrix.UNIT / name).is_file()] == []


def test_a_core_without_its_python_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "interpreter", lambda _versions: None)
    row = matrix.of_core(cores.released("2.99", "3.98", "3.97"), ["sanity"])
    assert row == matrix.Row("2.99", "none of 3.98, 3.97", "not run", "not run", ok=False)


def test_a_python_that_is_not_there_is_not_found() -> None:
    assert cores.interpreter(("3.99",)) is None
    assert cores.interpreter(("3.99", "3.13", "3.12", "3.11")) is not None


def test_each_deprecation_warning_is_told_once() -> None:
    log = "p=1 | [DEPRECATION WARNING]: x is deprecated.\n" * 2 + "ok\n[WARNING]: no\n[DEPRECATION WARNING]: y\n"
    assert matrix.deprecations(log) == ["[DEPRECATION WARNING]: x is deprecated.", "[DEPRECATION WARNING]: y"]


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("...\n14 passed, 2 deselected in 3.21s\n", "14 passed, 2 deselected"),
        ("F\n1 failed, 13 passed, 1 warning in 63.02s (0:01:03)\n", "1 failed, 13 passed, 1 warning"),
        ("Traceback\n", "no test ran"),
    ],
)
def test_what_came_of_tests_is_their_last_line_without_times(log: str, line: str) -> None:
    assert matrix.last_line(log) == line


def test_the_table_has_columns() -> None:
    row = matrix.Row("2.16.19", "3.12.1", "passed", "14 passed", ok=True)
    assert matrix.table([row]).splitlines() == [
        "core    | Python | sanity | behaviour",
        "--------|--------|--------|----------",
        "2.16.19 | 3.12.1 | passed | 14 passed",
    ]


def test_a_row_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert matrix.main(["--core", "2.99"]) == 2
    assert "There is no 2.99. Rows: 2.16," in capsys.readouterr().out


def test_what_a_core_runs_needs_no_more_than_the_core() -> None:
    """The environment of a row has ansible-core, and nothing of what the tests need beside."""
    program = "import sys; sys.modules['pytest'] = None; import tests.check.ansible_test"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
