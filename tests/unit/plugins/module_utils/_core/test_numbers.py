# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A number is read in one way, wherever it comes from."""

from __future__ import annotations

import math

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._avi import labels
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import number, options_read, whole
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import differences, written
from ansible_collections.dcos.avi.plugins.module_utils._plan.listener import ListenerRequest, plan_listener
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Observation, picture
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._plan.rollout_plans import codes, plan
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import (
    DEFINITION,
    fresh,
    unhurried,
    upgraded,
)
from hypothesis import given
from hypothesis import strategies as st

THREE = pytest.mark.parametrize("three", [3, 3.0, "3", " 3 ", "3.0", "+3", "3e0"])
NONE = pytest.mark.parametrize("none", ["two", "3 4", "1_000", "٣", "0x3", True, [], float("nan"), "inf", "1e999"])


@THREE
def test_three_is_three(three):
    assert whole(three) == 3
    assert isinstance(whole(three), int)


@NONE
def test_what_is_no_number(none):
    assert number(none) is None


@unhurried
@given(st.integers() | st.floats() | st.text(max_size=6) | st.booleans() | st.none())
def test_reading_never_raises(value):
    found = number(value)
    assert found is None or (isinstance(found, (int, float)) and not isinstance(found, bool) and not math.isnan(found))


@unhurried
@given(st.integers())
def test_a_whole_number_is_the_same_as_text(value):
    assert whole(str(value)) == value


@THREE
@pytest.mark.parametrize("where", ["definition", "overrides"])
def test_a_rollout_reads_instances(three, where):
    stated = {
        "definition": DEFINITION,
        where: {**(DEFINITION if where == "definition" else {}), "instances": three},
    }
    found = plan(upgraded(), **stated)
    assert (found.action, found.definition["instances"]) == ("deploy", 3)
    assert isinstance(found.definition["instances"], int)


@pytest.mark.parametrize("blank", ["", "  ", None])
@pytest.mark.parametrize("where", ["definition", "overrides"])
def test_instances_that_were_left_empty_are_those_of_the_active_version(blank, where):
    stated = {
        "definition": DEFINITION,
        where: {**(DEFINITION if where == "definition" else {}), "instances": blank},
    }
    assert plan(upgraded(), **stated).definition["instances"] == 2


@pytest.mark.parametrize("few", ["0", 0.0, "-1", "0.5", "two", True])
def test_neither_planner_takes_fewer_than_one(few):
    definition = {**DEFINITION, "instances": few}
    assert codes(plan(upgraded(), definition=definition)) == ["no_instances"]
    found = plan_listener(picture(Observation("app1", fresh().avi)), ListenerRequest(definition))
    assert "no_instances" in codes(found)


def test_the_listeners_planner_takes_text():
    empty = picture(Observation("app1", fresh().avi.__class__("app1")))
    for given_, taken in (("3", 3), (3.0, 3), ("", None)):
        found = plan_listener(empty, ListenerRequest({**DEFINITION, "instances": given_}))
        assert (found.action, written(found.definition).get("instances")) == ("deploy", taken)


def test_a_definition_reads_numbers():
    found = written(
        {"instances": 20.0, "cpus": "0.5", "mem": "64.0", "disk": "", "backoffFactor": "nan", "ports": ["80"]}
    )
    assert found == {"instances": 20, "cpus": 0.5, "mem": 64, "backoffFactor": "nan", "ports": [80]}
    assert isinstance(found["instances"], int)
    assert not differences({"instances": "2.0", "mem": ""}, {"id": "/a", "instances": 2, "mem": 128, "networks": []})


def test_labels_read_numbers_as_json_has_them():
    (ab_config,) = {
        labels.read({"ab_config": f'{{"service": "a", "priority": {text}}}'}).ab_config
        for text in ("20", "20.0", "2e1")
    }
    assert ab_config == labels.AbConfig("a", 20)
    assert labels.same_label("ab_config", '{"priority": 20.0, "service": "a"}', '{"service": "a", "priority": 20}')
    assert not labels.same_label("avi_proxy", '{"pool": {"enabled": true}}', '{"pool": {"enabled": 1}}')


def test_labels_as_data_read_numbers():
    avi = {
        "ab_config": {"service": "a", "priority": "20"},
        "proxy": {
            "virtualservice": {"services": [{"port": "80", "port_range_end": ""}]},
            "pool": {"default_server_port": 80.0},
        },
    }
    assert labels.render(avi) == {
        "ab_config": '{"priority":20,"service":"a"}',
        "avi_proxy": '{"pool":{"default_server_port":80},"virtualservice":{"services":[{"port":80}]}}',
    }


def test_options_are_read():
    spec = {
        "n": {"type": "int", "aliases": ["m"]},
        "x": {"type": "float"},
        "l": {"type": "list", "elements": "int"},
        "d": {"type": "dict", "options": {"n": {"type": "int"}}},
        "ds": {"type": "list", "elements": "dict", "options": {"n": {"type": "int"}}},
        "t": {"type": "str"},
    }
    given_ = {
        "m": "20.0",
        "x": "",
        "l": ["200", 201.0],
        "d": {"n": " "},
        "ds": [{"n": "1"}],
        "t": "3.0",
        "other": "3.0",
    }
    assert options_read(spec, given_) == {
        "m": 20,
        "l": [200, 201],
        "d": {},
        "ds": [{"n": 1}],
        "t": "3.0",
        "other": "3.0",
    }
    assert options_read(spec, {"n": True, "x": None}) == {"n": "True"}
