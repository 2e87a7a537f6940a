# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import math

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._gates.metric import LOWER, Bounds, Metric


def metric(*values, previous=None, **bounds):
    made = Metric("errors", Bounds(**bounds))
    made.compare_to(previous)
    for value in values:
        made.add(value)
    return made


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (metric(0.5, maximum=1), None),
        (metric(1.5, maximum=1), "the metric errors was 1.5, above the limit of 1"),
        (metric(90, minimum=95), "the metric errors was 90, below the limit of 95"),
        (metric(96, minimum=95, maximum=97), None),
        (metric(1.5, 0.5, maximum=1, misses=2), None),
        (
            metric(1.5, 0.5, 1.5, 1.7, maximum=1, misses=2),
            "the metric errors was 1.7, above the limit of 1, 2 times in a row",
        ),
        (
            metric(2.0, previous=0.0, compares=True),
            "the metric errors was 2, and 0 for the version before: it may be higher by 0",
        ),
        (metric(2.0, previous=0.0, compares=True, change=2.5), None),
        (metric(110, previous=100, compares=True, change_percent=10), None),
        (
            metric(111, previous=100, compares=True, change_percent=10, change=5),
            "the metric errors was 111, and 100 for the version before: it may be higher by 10",
        ),
        (
            metric(80, previous=100, compares=True, worse=LOWER, change=10),
            "the metric errors was 80, and 100 for the version before: it may be lower by 10",
        ),
        (metric(180, previous=100, compares=True, worse=LOWER), None),
        (metric(2.0, compares=True), None),
    ],
)
def test_what_breaks_it(made, said):
    assert made.broken() == said


def test_no_value_is_no_pass():
    assert metric(None, math.nan, maximum=1).missing() == "the metric errors had no value"
    assert metric(0.5, maximum=1).missing() is None
    assert "of the version before" in metric(0.5, compares=True).missing()
    assert metric(0.5, compares=True, previous=0.4).missing() is None


@pytest.mark.parametrize("before", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_nothing_to_be_compared_to(before):
    """A share of errors has no value where the version before had no requests. A good version must not fail by that, and no bad one pass."""
    for value in (0.0, 99.0):
        made = metric(value, compares=True, change=1, previous=before)
        assert made.broken() is None
        assert "of the version before" in made.missing()


def test_a_value_that_is_missing_neither_fails_nor_forgives():
    assert metric(2, None, 2, maximum=1, misses=2).broken()


def test_what_was_seen():
    assert metric(3, 1, 2, maximum=5).as_result() == {
        "samples": 3,
        "worst": 3,
        "last": 2,
        "min": None,
        "max": 5,
        "previous": None,
    }
    assert metric(3, 1, 2, minimum=0).as_result()["worst"] == 1
    assert metric(3, compares=True, previous=2).in_words() == "errors 3 (before: 2)"
    assert metric(maximum=1).in_words() == "errors no value yet"


def test_of_many_values_it_keeps_only_what_it_tells():
    made = metric(*range(1000), maximum=5000, misses=3)
    assert made.recent() == [997, 998, 999]
    assert made.as_result() == {
        "samples": 1000, "worst": 999, "last": 999, "min": None, "max": 5000, "previous": None,
    }  # fmt: skip
    assert metric(*range(1000), minimum=5).as_result()["worst"] == 0
