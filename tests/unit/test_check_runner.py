# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import pytest

from tests.check import __main__
from tests.check.run import Check, run

WAITS_FOR_THE_SECOND = """
import os, time
until = time.monotonic() + float(os.environ.get("PATIENCE", "60"))
while not os.path.exists("second"):
    assert time.monotonic() < until
    time.sleep(0.02)
"""
FAILURE = "<testcase name='bad'><failure>it is broken</failure></testcase>"
SKIPPED = "<testcase name='odd'><skipped/></testcase>"
PASSED = "<testcase name='good'/>"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def results_of(*checks):
    """Run checks; return what each came to, by name, in the order they ended."""
    told = {}
    run(checks, lambda check, result: told.update({check.name: result}))
    return told


def python(program, name="check", **more):
    return Check(name, (sys.executable, "-c", program), **more)


def leaving(cases, exit_code):
    """A check that leaves a JUnit file with these cases."""
    return python(
        f"open('found.xml', 'w').write(\"<testsuite>{cases}</testsuite>\"); exit({exit_code})", results="found.xml"
    )


def test_a_check_installs_no_package_of_the_system_unless_whoever_runs_it_agrees(monkeypatch):
    """tests/utils/setup does so where CI is set."""
    monkeypatch.delenv("CI", raising=False)
    asks = "import os; exit('CI' in os.environ)"
    assert results_of(python(asks))["check"].counts == {"passed": 1}
    monkeypatch.setenv("CI", "true")
    assert results_of(python(asks))["check"].counts == {"failed": 1}


@pytest.mark.parametrize(
    ("check", "counts"),
    [
        (python("exit(0)"), {"passed": 1}),
        (python("exit(3)"), {"failed": 1}),
        (leaving(PASSED + PASSED, 0), {"passed": 2}),
        (leaving(PASSED + FAILURE + SKIPPED, 1), {"passed": 1, "failed": 1, "skipped": 1}),
        # It broke down after its tests, ran none, or skipped all.
        (leaving(PASSED, 1), {"passed": 1, "failed": 1}),
        (leaving("", 0), {"failed": 1}),
        (leaving(SKIPPED, 0), {"failed": 1, "skipped": 1}),
        (python("pass", results="found.xml"), {"failed": 1}),
    ],
)
def test_what_a_check_counts_as(check, counts):
    assert +results_of(check)["check"].counts == counts


def test_results_of_an_earlier_run_do_not_count():
    results_of(leaving(PASSED, 0))
    assert results_of(python("exit(1)", results="found.xml"))["check"].counts["passed"] == 0


def test_a_failure_tells_its_reason_or_how_the_log_ends():
    assert "it is broken" in results_of(leaving(FAILURE, 1))["check"].reasons
    assert "last words" in results_of(python("print('last words'); exit(1)"))["check"].reasons


def test_what_failed_is_named_by_its_test_or_else_by_the_check():
    assert results_of(leaving(PASSED + FAILURE, 1))["check"].failed == ["check: bad"]
    assert results_of(leaving(PASSED, 1))["check"].failed == ["check"]
    assert results_of(leaving(PASSED, 0))["check"].failed == []


def test_the_last_lines_name_what_failed_once_more(monkeypatch, capsys):
    monkeypatch.setattr(__main__, "CHECKS", [leaving(PASSED + FAILURE, 1)])
    assert __main__.main([]) == 1
    assert capsys.readouterr().out.endswith("\nFailed: check: bad\n1 passed, 1 failed\n")


def test_what_is_left_to_the_whole_runs_there_and_for_whoever_names_it(monkeypatch, capsys):
    monkeypatch.setattr(
        __main__, "CHECKS", [python("exit(0)", "short"), python("exit(0)", "long", in_whole_alone=True)]
    )
    ran = {}
    for whole, names in ((False, []), (False, ["long"]), (True, [])):
        monkeypatch.setattr(__main__, "WHOLE", whole)
        assert __main__.main(names) == 0
        ran[whole, *names] = set(re.findall("^(short|long) ", capsys.readouterr().out, re.MULTILINE))
    assert ran == {(False,): {"short"}, (False, "long"): {"long"}, (True,): {"short", "long"}}


def test_a_check_ends_when_its_time_is_up_and_takes_along_what_it_started():
    program = "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"
    began = time.monotonic()
    result = results_of(python(program, minutes=0.005))["check"]
    assert time.monotonic() - began < 10
    assert result.counts["failed"] == 1
    assert "Ended after 0.005 minutes." in result.reasons


def test_only_another_of_its_kind_runs_beside_a_check_that_wants_quiet(monkeypatch):
    def run_beside_each_other(first_is_quiet, second_is_quiet):
        Path("second").unlink(missing_ok=True)
        told = results_of(
            python(WAITS_FOR_THE_SECOND, "first", quiet=first_is_quiet),
            python("open('second', 'w')", "second", quiet=second_is_quiet),
        )
        return told["first"].counts["passed"] == 1

    assert [run_beside_each_other(True, True), run_beside_each_other(False, False)] == [True, True]
    monkeypatch.setenv("PATIENCE", "0.5")
    assert [run_beside_each_other(True, False), run_beside_each_other(False, True)] == [False, False]
