# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules, with answers that are changed at random: the same ones in each run. `make soak SECTION=fuzz` draws others."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.bounded import TooLarge
from ansible_collections.dcos.avi.plugins.module_utils._core.lines import lines_of
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.changes import JUNK, Change, Whole, changes
from tests.fuzz.judge import told, wrong_in
from tests.fuzz.questions import JOB, PASSWORDS, QUESTIONS, SOON, Question
from tests.fuzz.replay import ADDRESSES, answered, recorded
from tests.whole import examples

EXAMPLES = examples(30)
SAME = settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_was_recorded_is_understood(question: str) -> None:
    """Else what follows would find nothing: only such an answer leads a module to its end."""
    result = told(question, [])
    assert not result.get("failed"), result
    assert not wrong_in(result, QUESTIONS[question])


@pytest.mark.parametrize("question", QUESTIONS)
@settings(SAME, max_examples=EXAMPLES)
@given(drawn=changes())
def test_a_module_ends_with_a_sentence_of_its_own(question: str, drawn: list[Change | Whole]) -> None:
    assert not wrong_in(told(question, drawn), QUESTIONS[question])


_FIELDS = (
    "cmd",
    "env",
    "labels",
    "container",
    "healthChecks",
    "portDefinitions",
    "instances",
    "fetch",
    "networks",
    "upgradeStrategy",
)
_PIECES = (
    "id: /a\n",
    "cmd: x\n",
    "a: &b [*b]\n",
    "- ",
    "{",
    "}",
    '"',
    "'",
    "\t",
    "!!python/object:os.system x",
    "env:\n  A: ",
    "\x00",
    "\x9b",
    "---\n",
)


@settings(SAME, max_examples=examples(100))
@given(
    content=st.one_of(
        st.binary(max_size=40),
        st.lists(st.sampled_from(_PIECES), max_size=8).map(lambda pieces: "".join(pieces).encode()),
        st.dictionaries(st.sampled_from(_FIELDS), JUNK, max_size=3).map(
            lambda value: str(value).encode("utf-8", "replace")
        ),
    )
)
def test_a_definition_file_ends_in_a_sentence(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    file: Path = tmp_path_factory.getbasetemp() / "definition"
    file.write_bytes(content)
    _ends_well({"src": str(file)})


@settings(SAME, max_examples=examples(100))
@given(definition=st.dictionaries(st.sampled_from(_FIELDS), JUNK, min_size=1, max_size=3))
def test_a_definition_ends_in_a_sentence(definition: dict[str, object]) -> None:
    _ends_well({"definition": definition})


def _ends_well(options: dict[str, object]) -> None:
    asked = Question(APP, {"id": JOB, **options, **SOON}, check=True)
    with answered(recorded("a change"), lambda _number, reply: reply):
        assert not wrong_in(asked.result({**ADDRESSES, **PASSWORDS}), asked)


@settings(SAME, max_examples=examples(100))
@given(content=st.binary(max_size=200), most=st.integers(1, 50))
def test_lines_of_events_are_read_or_too_large(content: bytes, most: int) -> None:
    raw = SimpleNamespace(_fp=io.BufferedReader(io.BytesIO(content)))
    try:
        lines = list(lines_of(raw, most))
    except TooLarge:
        return
    assert sum(map(len, lines)) <= len(content)
