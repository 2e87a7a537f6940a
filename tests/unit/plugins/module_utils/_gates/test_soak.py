# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._gates.soak import Limit, Sample, Soak

LIMITS = {
    "max_error_percent": Limit("share of errors", "%", 1),
    "min_health_score": Limit("health score", "", 80, at_least=True),
}


def soak(*looks):
    """A soak that saw (error percent, health score) at each look; None is no sample."""
    made = Soak(LIMITS)
    for number, values in enumerate(looks):
        samples = [None if value is None else Sample(value, str(number)) for value in values]
        made.add(dict(zip(LIMITS, samples)))
    return made


def test_within_all_limits():
    seen = soak((0, 100), (0.5, 90), (1, 80))
    assert (seen.broken(), seen.missing()) == (None, None)
    assert seen.as_result() == {
        "max_error_percent": {"samples": 2, "worst": 1, "last": 1, "limit": 1},
        "min_health_score": {"samples": 2, "worst": 80, "last": 80, "limit": 80},
    }


@pytest.mark.parametrize(
    ("look", "sentence"),
    [
        ((1.5, 90), "the share of errors was 1.5%, above the limit of 1%"),
        ((0, 79), "the health score was 79, below the limit of 80"),
    ],
)
def test_a_limit_is_broken_and_stays_so(look, sentence):
    assert soak((0, 100), look).broken() == sentence
    assert soak((0, 100), look, (0, 100)).broken() == sentence


def test_what_was_measured_before_the_first_look_does_not_count():
    seen = Soak(LIMITS)
    for _again in range(3):
        seen.add({"max_error_percent": Sample(50, "before"), "min_health_score": Sample(0, "before")})
    assert seen.broken() is None
    assert seen.missing() == "Avi gave no sample of the share of errors and the health score"


def test_no_samples_is_not_a_pass():
    assert soak((None, 100), (None, 100)).missing() == "Avi gave no sample of the share of errors"
    assert soak((None, 100), (0, 100)).missing() is None


def test_the_same_sample_counts_once():
    seen = Soak(LIMITS)
    seen.add({"max_error_percent": None})
    for _again in range(3):
        seen.add({"max_error_percent": Sample(0, "1")})
    assert seen.as_result()["max_error_percent"]["samples"] == 1
