# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what a check's tests came to from its JUnit files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

LINES = 25


@dataclass(frozen=True)
class Case:
    """One test: "passed", "failed" or "skipped", and what it said when it failed."""

    name: str
    outcome: str
    said: str = ""


def read_cases(files: Iterable[Path]) -> Iterator[Case]:
    """Read the tests of JUnit files."""
    for file in files:
        for case in ElementTree.parse(file).iter("testcase"):
            yield _case(case)


def _case(element: ElementTree.Element) -> Case:
    name = element.get("name", "")
    for child in element:
        if child.tag in ("failure", "error"):
            return Case(name, "failed", child.text or child.get("message") or "")
        if child.tag == "skipped":
            return Case(name, "skipped")
    return Case(name, "passed")


def explain(cases: Iterable[Case], log: Path) -> list[str]:
    """Return what the failed tests said last, or else how the log ends."""
    lines = [line for case in cases if case.said for line in (f"{case.name}:", *_last_lines(case.said))]
    return [*(lines or _last_lines(log.read_text(errors="replace"))), f"The whole log: {log}"]


def _last_lines(text: str) -> list[str]:
    return text.rstrip().splitlines()[-LINES:]
