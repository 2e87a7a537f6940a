# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fuzzing as cases of `make soak`: seed after seed, or one that is asked for. What is found is told as its smallest example."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import Any

import hypothesis
from hypothesis import HealthCheck, given, settings

from tests.fuzz.changes import Change, Whole, changes
from tests.fuzz.judge import told, wrong_in
from tests.fuzz.questions import QUESTIONS
from tests.soak.cases import Case
from tests.soak.markdown import table
from tests.soak.sums import Cases

EXAMPLES = 100
"""Of each question, for one seed."""
SEED = re.compile(r"(?:seed )?(\d+)")


class Found(AssertionError):
    """Something is wrong in a result."""


def cases(asked: str, first_seed: int) -> Iterator[Case]:
    """One seed after another, or the one that is asked for."""
    if not asked:
        yield from map(_case, itertools.count(first_seed))
    elif found := SEED.fullmatch(asked):
        yield _case(int(found[1]))


def _case(seed: int) -> Case:
    return Case(f"seed {seed}", functools.partial(tried, seed))


def tried(seed: int, examples: int = EXAMPLES) -> dict[str, Any]:
    """Ask all questions, each with so many answers that are changed."""
    found, ran = {}, 0
    for question in QUESTIONS:
        wrong, count = _searched(question, seed, examples)
        ran += count
        if wrong:
            found[question] = wrong
            print(f"       seed {seed}, {question}: {wrong}", flush=True)
    return {"questions": len(QUESTIONS), "examples": ran, "found": found, "good": not found}


def _searched(question: str, seed: int, examples: int) -> tuple[str, int]:
    count = 0

    @hypothesis.seed(seed)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(drawn=changes())
    def ask(drawn: list[Change | Whole]) -> None:
        nonlocal count
        count += 1
        wrong = wrong_in(told(question, drawn), QUESTIONS[question])
        if wrong:
            raise Found(f"{wrong}\nof {drawn}")

    try:
        ask()
    except (Found, ExceptionGroup) as error:
        each = error.exceptions if isinstance(error, ExceptionGroup) else [error]
        return "\n".join(map(str, each)), count
    return "", count


def words(found: Cases) -> str:
    """What docs/proof.md says of it."""
    rows = [
        ("seeds", len(found)),
        ("questions, each with what was recorded of it", max(case["questions"] for case in found)),
        ("results with an answer that was changed", sum(case["examples"] for case in found)),
        ("defects, secrets told, texts that command a terminal", sum(len(case["found"]) for case in found)),
    ]
    return (
        "Each module does its work with answers of Marathon and Avi that were recorded in the lab, and of which up to three things are then "
        "changed: a value, a field, a header, a status, or the whole body. It must end with a result or a sentence of its own. The result must not "
        "hold a password in any form, nor a control character.\n\n" + table(("what", "how often"), rows)
    )
