# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mistakes in the variables of a role, as users and surveys make them."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.mistakes import mistakes

GOOD = {"service": "app1", "version": "200", "hooks": {}}


def found(role="rollout", **given):
    return mistakes({**GOOD, **given}, role, names=[f"{role}_service"], known=[f"{role}_service", f"{role}_version"])


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"instances": None, "priority": "", "wait_timeout": "", "drain_timeout": " "},
        {
            "instances": "2",
            "priority": 20,
            "wait_timeout": "1.0",
            "drain_timeout": 0,
            "keep_warm": "+3",
            "lock_timeout": -1,
            "lock_lease": "600",
        },
        {"smoke": None, "requests": "", "soak": {"seconds": 5}},
        {"version": 200, "service": 7},
        {"version": datetime.date(2026, 1, 5)},
    ],
)
def test_what_can_be_meant_is_no_mistake(given):
    assert found(**given) == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"instances": "two"}, "rollout_instances must be a whole number, not two."),
        ({"wait_timeout": "soon"}, "rollout_wait_timeout must be a whole number, not soon."),
        ({"keep_warm": 1.5}, "rollout_keep_warm must be a whole number, not 1.5."),
        ({"lock_timeout": True}, "rollout_lock_timeout must be a whole number, not True."),
        ({"wait_timeout": 0}, "rollout_wait_timeout must be at least 1 (seconds), not 0."),
        ({"drain_timeout": "-1"}, "rollout_drain_timeout must be 0 or more (seconds), not -1."),
        (
            {"smoke": "path=/"},
            "rollout_smoke must be a dictionary, not a text, and a date in it must be in quotes.",
        ),
        ({"soak": False}, "rollout_soak must be a dictionary, not a text, and a date in it must be in quotes."),
        ({"hooks": "a.yml"}, "rollout_hooks must be a dictionary of task files, not a text."),
        ({"version": " "}, "rollout_version is empty."),
        ({"version": None}, "rollout_version is empty."),
        (
            {"version": 1.1},
            "rollout_version is the number 1.1, which may have lost a zero, or been written in another way: write it in quotes.",
        ),
        (
            {"service": True},
            "rollout_service is the value true, which may have been yes, no, on or off: write it in quotes.",
        ),
    ],
)
def test_each_mistake_is_told_once(given, sentence):
    assert found(**given) == [sentence]


def test_a_rollback_needs_no_version():
    assert mistakes({"service": "app1", "version": None}, "rollback", names=[], known=[]) == []


def test_a_misspelt_variable_is_not_passed_over():
    names = ["rollout_version", "rollout_stategy", "rollout_imgae"]
    (sentence,) = mistakes(GOOD, "rollout", names=names, known=["rollout_version"])
    assert sentence.startswith("dcos.avi.rollout has no variable rollout_imgae, rollout_stategy. Check the spelling.")


def test_what_stands_after_a_space_and_a_rollout_within_a_hook_are_refused():
    first, second = mistakes(GOOD, "rollout", names=[], known=[], nameless="00", is_inside=True)
    assert first == '-e was given "00", which has no name: a value with a space needs quotes of its own.'
    assert second.startswith("A rollout cannot take place within a hook")
