# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make soak`: a run that was broken off is gone on with, and nothing that it found wrong is forgotten."""

from __future__ import annotations

import functools
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.soak import __main__ as soak
from tests.soak.cases import Case
from tests.soak.records import read

Run = Callable[..., int]


class BrokenOff(Exception):
    """What measures it has ended, whatever by."""


@pytest.fixture
def measured() -> list[str]:
    """The cases that were measured, in order."""
    return []


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, measured: list[str]) -> Run:
    """Run the soak of two sections with a case that is good and one that is not; break off before the case of a name; on a commit."""
    monkeypatch.setattr(soak, "UNFINISHED", tmp_path / "build" / "soak.run")
    monkeypatch.setattr(soak, "ROOT", tmp_path)
    monkeypatch.setattr(soak, "PROOF", tmp_path / "proof")
    monkeypatch.setattr(soak, "TRIED", tmp_path / "build" / "soak")
    monkeypatch.setattr(soak.render, "main", lambda: 0)

    def measure(name: str, break_before: str, error: BaseException, good: bool) -> dict[str, Any]:
        if name == break_before:
            raise error
        measured.append(name)
        return {"good": good}

    def run(
        *arguments: str, break_before: str = "", error: BaseException = BrokenOff(), commit: str = "1234567"
    ) -> int:
        cases = {
            section: [
                Case(name, functools.partial(measure, name, break_before, error, good)) for name, good in named.items()
            ]
            for section, named in {"one": {"bad": False, "fine": True}, "two": {"last": True}}.items()
        }
        sections = {section: soak.Section(functools.partial(list, listed)) for section, listed in cases.items()}
        monkeypatch.setattr(soak, "SECTIONS", sections)
        monkeypatch.setattr(soak, "commit", lambda: commit)
        monkeypatch.setattr(sys, "argv", ["soak", *arguments])
        return soak.main()

    return run


def test_what_a_run_found_wrong_before_it_was_broken_off_is_not_forgotten(run: Run, measured: list[str]) -> None:
    with pytest.raises(BrokenOff):
        run(break_before="last")
    assert run() == 1
    assert measured == ["bad", "fine", "last"]


def test_a_run_that_has_ended_is_not_gone_on_with(run: Run, measured: list[str]) -> None:
    assert [run("--section", "two"), run("--section", "two")] == [0, 0]
    assert measured == ["last", "last"]


def test_figures_of_another_commit_are_measured_again(run: Run, measured: list[str]) -> None:
    with pytest.raises(BrokenOff):
        run(break_before="last")
    assert run(commit="89abcde") == 1
    assert measured == ["bad", "fine", "bad", "fine", "last"]


def test_one_section_of_a_run_that_was_broken_off_leaves_the_rest_to_be_gone_on_with(
    run: Run, measured: list[str]
) -> None:
    with pytest.raises(BrokenOff):
        run(break_before="fine")
    assert run("--section", "two") == 0
    assert run() == 1
    assert measured == ["bad", "last", "fine"]


def test_a_run_of_another_section_is_a_run_of_its_own(run: Run, measured: list[str], tmp_path: Path) -> None:
    with pytest.raises(BrokenOff):
        run("--section", "one", break_before="fine")
    assert run("--section", "two") == 0
    assert read(tmp_path / "proof" / "two.jsonl")[0]["command"] == "make soak SECTION=two"
    assert run("--section", "one") == 1
    assert measured == ["bad", "last", "bad", "fine"]


def test_what_was_changed_since_is_not_gone_on_with(run: Run, measured: list[str]) -> None:
    with pytest.raises(BrokenOff):
        run(break_before="last", commit="1234567, changed")
    assert run(commit="1234567, changed") == 1
    assert measured == ["bad", "fine", "bad", "fine", "last"]


def test_ctrl_c_says_how_to_go_on(run: Run, measured: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(break_before="fine", error=KeyboardInterrupt()) == soak.BROKEN_OFF
    assert "The same command goes on" in capsys.readouterr().out
    assert run() == 1
    assert measured == ["bad", "fine", "last"]


@pytest.mark.parametrize(("case", "code"), [("fnie", 2), ("fine", 0), ("bad", 1)])
def test_a_single_case_leaves_what_is_published(run: Run, tmp_path: Path, case: str, code: int) -> None:
    assert run() == 1
    published = {file.name: file.read_text() for file in (tmp_path / "proof").iterdir()}
    assert run("--case", case) == code
    assert {file.name: file.read_text() for file in (tmp_path / "proof").iterdir()} == published


def test_a_case_that_does_not_exist_is_no_success(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--case", "fnie") == 2
    assert 'There is no case whose name holds "fnie".' in capsys.readouterr().out


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch, run: Run, measured: list[str]) -> Run:
    """The soak of a section that never ends, each case of which takes a minute; those of some names cannot be measured."""
    broken: set[str] = set()

    def measure(name: str) -> dict[str, Any]:
        if name in broken:
            raise BrokenOff
        measured.append(name)
        return {"good": True}

    def cases(asked: str, first_seed: int) -> Iterator[Case]:
        seeds = [int(asked)] if asked else itertools.count(first_seed)
        return (Case(f"seed {seed}", functools.partial(measure, f"seed {seed}")) for seed in seeds)

    def go(*arguments: str, breaks: Iterable[str] = ()) -> int:
        assert run() == 1  # which sets up all but the sections
        measured.clear()
        broken.update(breaks)
        monkeypatch.setattr(soak, "SECTIONS", {"random": soak.Section(endless=cases)})
        monkeypatch.setattr(soak, "minutes_of", len)
        monkeypatch.setattr(sys, "argv", ["soak", "--section", "random", *arguments])
        return soak.main()

    return go


def test_cases_that_never_end_are_measured_for_so_long(endless: Run, measured: list[str]) -> None:
    assert endless("--minutes", "3", "--seed", "7") == 0
    assert measured == ["seed 7", "seed 8", "seed 9"]


def test_one_of_the_cases_that_never_end_can_be_repeated(endless: Run, measured: list[str]) -> None:
    assert endless("--case", "17") == 0
    assert measured == ["seed 17"]


def test_one_of_the_cases_that_never_end_may_break_and_is_not_good(
    endless: Run, measured: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert endless("--minutes", "3", breaks=["seed 2"]) == 1
    assert measured == ["seed 1", "seed 3", "seed 4"]
    said = capsys.readouterr().out
    assert "BROKEN OFF  seed 2" in said and "1 cases are not as they must be" in said


def test_where_no_case_can_be_measured_the_section_ends(endless: Run, measured: list[str]) -> None:
    with pytest.raises(BrokenOff):
        endless(breaks=[f"seed {seed}" for seed in range(1, 9)])
    assert measured == []
