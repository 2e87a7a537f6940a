# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.failed_words import (
    TOLD_IN_THE_END,
    failed_words,
    told_in_the_end,
)

ITEMS = {
    "msg": "One or more items failed",
    "results": [
        {"msg": "fine"},
        {"failed": True, "msg": "a"},
        {"failed": True, "msg": "b"},
        {"failed": True, "msg": "a"},
    ],
}


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"msg": "no such file"}, "no such file"),
        (ITEMS, "a b"),
        ({"msg": "One or more items failed", "results": [{"failed": True}]}, "One or more items failed"),
        ({"failed": True}, "it failed without a word"),
        ({}, "it ended, because another host of it failed"),
        (None, "it ended, because another host of it failed"),
    ],
)
def test_what_is_told(result, said):
    assert failed_words(result) == said
    assert failed_words(result, no_log=True) == "what it says is hidden by no_log"


def test_what_the_run_tells_in_its_end_is_not_shown_before_and_not_lost():
    failed = {"failed": True, "changed": True, "msg": "no such file", "details": "no such file, too", "warnings": ["w"]}
    shown = told_in_the_end(failed)
    assert {**shown, "invocation": None} == {
        "failed": True,
        "changed": True,
        "msg": TOLD_IN_THE_END,
        "warnings": ["w"],
        "invocation": None,
    }
    assert failed_words(shown) == "no such file"
    items = {"msg": "One or more items failed", "results": [{"msg": "fine"}, shown]}
    assert failed_words(items) == "no such file"


@pytest.mark.parametrize("invocation", [None, "x", {}, {"failed_with": "x"}, {"module_args": {}}])
def test_an_invocation_of_another_shape_is_passed_over(invocation):
    assert failed_words({"msg": "no such file", "invocation": invocation}) == "no such file"
