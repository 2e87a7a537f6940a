# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._gates.requests import (
    Expected,
    Got,
    Verdict,
    describe,
    why_not,
)

GOOD = Got(0.2, 200, {"x-version": "200"}, "hello from app1-200")


@pytest.mark.parametrize(
    "expected",
    [
        Expected(),
        Expected(status=(204, 200)),
        Expected(body_contains="app1-200"),
        Expected(headers={"X-Version": "2.."}),
        Expected(max_seconds=0.2),
    ],
)
def test_an_answer_as_expected(expected):
    assert why_not(expected, GOOD) is None


@pytest.mark.parametrize(
    ("expected", "got", "sentence"),
    [
        (
            Expected(),
            Got(0.1, error="gave no answer (no answer within 10 s)"),
            "gave no answer (no answer within 10 s)",
        ),
        (Expected(), Got(0.1, 500, body="oh\n no"), "answered 500 instead of 200: oh no"),
        (Expected(status=(200, 204)), Got(0.1, 302), "answered 302 instead of 200 or 204"),
        (Expected(headers={"X-Colour": "blue"}), GOOD, "answered without the header X-Colour"),
        (Expected(headers={"X-Version": "20"}), GOOD, "answered with the header X-Version: 200 instead of 20"),
        (Expected(body_contains="app1-300"), GOOD, "answered without 'app1-300' in its body: hello from app1-200"),
        (Expected(max_seconds=0.1), GOOD, "answered after 0.20 s instead of 0.1 s"),
    ],
)
def test_an_answer_that_is_not(expected, got, sentence):
    assert why_not(expected, got) == sentence


def test_a_long_body_is_cut():
    assert len(why_not(Expected(), Got(0.1, 500, body="x" * 5000))) < 200


def test_what_is_wrong_is_said_target_by_target():
    verdicts = [
        Verdict("http://a:1", "t1", 1, 0.1, 200, None),
        Verdict("http://b:2", "t2", 1, 0.1, 500, "answered 500 instead of 200"),
        Verdict("http://vs", None, 1, 0.1, 503, "answered 503 instead of 200"),
    ]
    assert describe(verdicts) == (
        "task t2 at http://b:2 answered 500 instead of 200; http://vs answered 503 instead of 200"
    )
    assert [verdict.as_result()["passed"] for verdict in verdicts] == [True, False, False]
