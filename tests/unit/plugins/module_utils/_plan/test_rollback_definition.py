# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a definition comes back."""

from __future__ import annotations

import copy
import dataclasses

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.state_result import as_result
from ansible_collections.dcos.avi.plugins.module_utils._service.state import picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollback_states import (
    BLUE,
    gone_back,
    plan,
    second,
    stuck,
    with_versions,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    version,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("state", "request_", "expected"),
    [
        (second(), {"instances": 5}, 5),
        (stuck(), {}, 2),
        (with_versions(version("100", 10), version("200", 20)), {"instances": 3}, 3),
    ],
)
def test_instances_are_as_many_as_now_unless_asked_for(state, request_, expected):
    assert plan(state, **request_).definition["instances"] == expected


@pytest.mark.parametrize(("larger", "smaller"), [("100", "200"), ("200", "100")])
def test_what_comes_back_is_as_large_as_the_larger_of_both(larger, smaller):
    sizes = {larger: 8, smaller: 2}
    old = version("100", 10, range(11, 11 + sizes["100"]), **BLUE)
    new = version("200", 20, range(31, 31 + sizes["200"]))
    state = with_versions(old, new, in_a=range(31, 31 + sizes["200"]))
    assert plan(state).definition["instances"] == 8
    assert plan(state, instances=3).definition["instances"] == 3


def test_what_comes_back_is_not_as_small_as_what_has_no_instances_any_more():
    ended, running = version("200", 20, (5,), 0), version("100", 10, range(11, 21))
    state = with_versions(version("50", 5, (9,), **BLUE), running, ended, in_a=(5, 6))
    assert plan(state, "50").definition["instances"] == 10


def test_what_came_back_runs_the_same_as_before():
    shown = as_result(picture(gone_back()))["versions"]
    hashes = {item["app"]: item["definition_hash"] for item in shown}
    assert hashes["app1-100"] == hashes["app1-100-r2"] != hashes["app1-200"]


DEFINITIONS = st.fixed_dictionaries(
    {},
    optional={
        "cpus": st.sampled_from([0.1, 4]),
        "cmd": st.text(max_size=5),
        "env": st.dictionaries(st.text(), st.text(), max_size=2),
        "labels": st.dictionaries(st.sampled_from(["owner", "stage"]), st.text(), max_size=2),
        "requirePorts": st.booleans(),
    },
)


@given(DEFINITIONS)
def test_all_of_a_definition_comes_back(stated):
    was = version("100", 10, **copy.deepcopy(stated))
    again = plan(dataclasses.replace(second(), versions=(was, second().versions[1]))).definition
    fields = set(was.definition) - {"id", "instances", "labels", "container"}
    assert {key: again[key] for key in fields} == {key: was.definition[key] for key in fields}
    assert again["container"]["docker"] == was.definition["container"]["docker"]
    assert stated.get("labels", {}).items() <= again["labels"].items()
    assert set(again) == set(was.definition)


MAPPED = {
    "networks": [{"mode": "container/bridge"}],
    "container": {"portMappings": [{"containerPort": 80, "hostPort": 31080}]},
}


CHECKED = {"healthChecks": [{"protocol": "HTTP", "port": 31080}]}


ON_HOSTS = {"networks": [{"mode": "host"}], "container": {}, "portDefinitions": [{"port": 31080}], "requirePorts": True}


@pytest.mark.parametrize(
    ("fixed", "running", "port"),
    [(MAPPED, True, 0), (MAPPED, False, 31080), ({**MAPPED, **CHECKED}, True, 31080), (ON_HOSTS, True, 31080)],
)
def test_a_port_that_the_earlier_version_still_holds_is_left_to_marathon_where_any_would_do(fixed, running, port):
    tasks = (3, 4) if running else ()
    earlier = version("100", 10, tasks, **fixed)
    found = plan(with_versions(earlier, version("200", 20, (5, 6)), in_a=(5, 6), in_b=tasks), "100")
    assert (found.action, found.app) == ("deploy", "app1-100-r2")
    mappings = found.definition["container"].get("portMappings") or ()
    ports = [each["hostPort"] for each in mappings] or [each["port"] for each in found.definition["portDefinitions"]]
    assert ports == [port]
    assert ("host port 31080 is taken" in found.reason) == (port == 0)
