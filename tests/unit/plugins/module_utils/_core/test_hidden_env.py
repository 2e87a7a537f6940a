# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core import secrets
from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_env import (
    HIDDEN,
    HIDDEN_CHANGE,
    env_values,
    without_env_values,
)


def test_of_each_env_the_names_stay():
    plan = {"definition": {"env": {"A": "a", "B": {"secret": "b"}}, "cpus": 1}, "preview": None, "steps": [{"env": {}}]}
    assert without_env_values({"plan": plan}) == {
        "plan": {"definition": {"env": {"A": HIDDEN, "B": HIDDEN}, "cpus": 1}, "preview": None, "steps": [{"env": {}}]}
    }
    assert set(env_values({"plan": plan})) == {"a", "b"}


def test_what_should_be_an_env_is_hidden_as_a_whole_and_a_label_of_that_name_is_shown():
    definition = {"env": ["A=a"], "labels": {"env": "production"}, "overrides": {"env": "A=b"}}
    assert without_env_values(definition) == {
        "env": HIDDEN,
        "labels": {"env": "production"},
        "overrides": {"env": HIDDEN},
    }
    assert set(env_values(definition)) == {"A=a", "A=b"}


def test_a_difference_names_what_changes():
    before, after = {"env": {"SAME": "1", "OTHER": "1", "GONE": "1"}}, {"env": {"SAME": "1", "OTHER": "2", "NEW": "1"}}
    hidden = without_env_values({"diff": {"before": before, "after": after, "before_header": "/a"}})["diff"]
    assert hidden == {
        "before": {"env": dict.fromkeys(["SAME", "OTHER", "GONE"], HIDDEN)},
        "after": {"env": {"SAME": HIDDEN, "OTHER": HIDDEN_CHANGE, "NEW": HIDDEN}},
        "before_header": "/a",
    }
    assert without_env_values({"before": {}, "after": {"env": {"A": "a"}}})["after"] == {"env": {"A": HIDDEN}}
    assert without_env_values({"before": {"env": {"A": "a"}}, "after": {}})["before"] == {"env": {"A": HIDDEN}}


OPTIONS = {"definition": {"type": "dict"}, "no_log_env": {"type": "bool"}}


@pytest.mark.parametrize("failed", [False, True])
def test_a_result_and_its_parameters_are_shown_without_values(failed):
    definition = {"env": {"WORD": "of-the-user"}}
    result = {"app": definition, "msg": "Marathon says no to of-the-user", "failed": failed, "spent": {"seconds": 1}}
    params = {"definition": definition, "no_log_env": True}
    shown = secrets.printable(OPTIONS, params, result)
    assert shown["app"] == shown["invocation"]["module_args"]["definition"] == {"env": {"WORD": HIDDEN}}
    # Of a success it may be the id of an app, which the roles go by.
    assert ("of-the-user" in shown["msg"]) is not failed
    assert "of-the-user" in json.dumps(secrets.printable(OPTIONS, {**params, "no_log_env": False}, result))
