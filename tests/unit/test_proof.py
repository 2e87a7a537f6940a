# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/proof.md is what its figures make it, and nothing else; and says no more than they do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.soak import __main__ as soak
from tests.soak import plots, sections
from tests.soak.records import PROOF, ROOT, read
from tests.soak.render import SOAK, measured_in, text
from tests.soak.summary import main_result


def test_the_proof_is_rendered_from_its_figures() -> None:
    assert PROOF.with_suffix(".md").read_text() == text(PROOF), "Run: python -m tests.soak.render"


def test_the_readme_has_the_main_result() -> None:
    found = {name: read(PROOF / f"{name}.jsonl")[1] for name in SOAK}
    sentence = main_result(found)
    assert sentence in " ".join((ROOT / "README.md").read_text().split()), f"README.md must say: {sentence}"


def test_nothing_is_said_of_what_has_not_been_measured(tmp_path: Path) -> None:
    rendered = text(tmp_path)
    assert "Not measured yet." in rendered
    assert not [words for words in ("migrations", "As they must be", "minutes", "not reached") if words in rendered]


def measured(run: str, commit: str = "1234567", command: str = "make soak") -> tuple[dict[str, Any], list[Any]]:
    return {"run": run, "commit": commit, "command": command}, [{"began": 0.0, "took": 60.0}]


def test_the_sections_of_a_run_are_those_that_make_soak_measures() -> None:
    assert set(SOAK) == set(soak.SECTIONS)


def test_one_run_that_measured_every_section_took_so_long() -> None:
    assert measured_in([measured("a")] * 2) == "`make soak` took 2 minutes in all.\n"


@pytest.mark.parametrize(
    ("found", "runs"),
    [
        ([measured("a"), measured("b", "89abcde")], "2 runs, on the commits 1234567 and 89abcde; in all 2 minutes"),
        ([measured("a"), measured("b")], "2 runs, on the commit 1234567; in all 2 minutes"),
        ([measured("a"), ({}, [])], "1 run, on the commit 1234567; in all 1 minute"),
    ],
)
def test_figures_of_several_runs_are_not_called_one(found: list[tuple[dict[str, Any], list[Any]]], runs: str) -> None:
    assert measured_in(found) == f"Measured by `make soak` in {runs}.\n"


def kill(**more: Any) -> dict[str, Any]:
    return {
        "configuration": "direct, ab_pool, on_server",
        "killed": ["at Begin | Look"],
        "next_run": "dcos.avi.rollout",
        "exit_codes": [-9, 0],
        "failure": "",
        "same_state": True,
        "sent": 100,
        "lost": {},
        "good": True,
        **more,
    }


def fault(**more: Any) -> dict[str, Any]:
    return {
        "configuration": "direct, ab_pool, on_server",
        "step": "Observe",
        "broken": "Marathon answers 503",
        "met": 4,
        "broken_seconds": 2.0,
        "ended": "stopped",
        "seconds": 2.9,
        "undisturbed_seconds": 5.8,
        "serving_then": ["/app1"],
        "exit_code_again": 0,
        "failure_again": "",
        "same_state": True,
        "lost": {},
        "good": True,
        **more,
    }


def test_a_next_run_that_ends_well_is_as_it_must_be() -> None:
    assert "| the same state | 100 | 0 | yes |" in sections.kills([kill()])
    assert "| 0 | the same state | yes |" in sections.faults([fault()])


def test_a_next_run_that_fails_does_not_end_well_in_the_same_state_either() -> None:
    fails = "the same state, but it fails: No."
    assert f"| {fails} | 100 | 0 | NO |" in sections.kills([kill(exit_codes=[-9, 2], failure="No.", good=False)])
    assert f"| {fails} | NO |" in sections.faults([fault(exit_code_again=2, failure_again="No.", good=False)])


def test_a_next_run_that_finishes_does_not_end_well_in_another_state_either() -> None:
    assert "| another state | 100 | 0 | NO |" in sections.kills([kill(same_state=False, good=False)])
    assert "| another state | NO |" in sections.faults([fault(same_state=False, good=False)])


def test_what_was_tried_is_not_called_not_covered() -> None:
    twice = kill(killed=["0.88 s after the first step began", "at Recover | Take it back"])
    assert sections.kills([kill(), twice]).endswith(
        "Not covered: other configurations than those of the table; random moments with preview.\n"
    )
    assert "refused connections" in sections.faults([fault()])
    assert "refused connections" not in sections.faults([fault(), fault(broken="Avi refuses")])


def loss(**more: Any) -> dict[str, Any]:
    return {
        "case": "no wait",
        "configuration": "direct, ab_pool, on_server",
        "sent": 5000,
        "lost": {"closed": 1000},
        **more,
    }


def test_losses_are_compared_in_seconds_of_all_traffic() -> None:
    rendered = sections.losses([loss(), loss(rate=500)])
    assert [f"| 1,000 (closed 1,000) | {seconds} |" in rendered for seconds in ("0.800", "2.000")] == [True, True]


def test_the_role_as_it_is_is_one_bar_beside_what_is_lost_without() -> None:
    with_it = {"sent": 5000, "lost": {}}
    cases = [loss(migrations=[], lost={}), loss(migrations=[], lost={}), loss(with_it=with_it), loss(case="lossy")]
    assert plots.loss_bars(cases) == [("the role", 0), ("without a safety: no wait", 0.8), ("lossy", 0.8)]


def test_a_page_that_a_failure_quotes_is_not_shown_as_one() -> None:
    case = {**kill(exit_codes=[-9, 2], failure="<h1>503</h1>"), "good": False}
    assert "&lt;h1&gt;503&lt;/h1&gt;" in sections.kills([case])
