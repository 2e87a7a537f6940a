# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime

import pytest
import yaml
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.given_names import given_name, name_text, why_not_name
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import MIGRATION_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("written", ["100", "2026-01-15", "0", "v1", "010a", "1e3", "'1.10'", "'yes'", "'010'", '""'])
def test_what_yaml_leaves_as_it_was_written_is_taken(written):
    assert given_name(yaml.safe_load(written), "version") == written.strip("'\"")


@pytest.mark.parametrize(
    ("written", "became"),
    [
        ("1.10", "the number 1.1"),
        ("1.0e+3", "the number 1000.0"),
        ("yes", "the value true"),
        ("off", "the value false"),
        ("2026-01-15 10:20:30", "a time"),
        ("[1]", "not a text"),
        ("{}", "not a text"),
    ],
)
def test_what_may_have_been_written_in_another_way_is_refused_in_words(written, became):
    value = yaml.safe_load(written)
    with pytest.raises(Refused, match=rf"version is {became}.* write it in quotes\. Nothing was changed\."):
        given_name(value, "version")
    assert why_not_name(value, "rollout_version").startswith(f"rollout_version is {became}")


def test_none_is_no_version_and_nothing_to_refuse():
    assert (given_name(None, "version"), name_text(None), why_not_name(None, "version")) == (None, "", "")


@given(st.one_of(st.text(), st.integers(), st.dates()))
def test_what_is_taken_leads_to_one_text(value):
    assert given_name(value, "version") == name_text(value) == str(value)


@given(st.one_of(st.floats(), st.booleans(), st.datetimes(), st.binary(), st.lists(st.integers())))
def test_nothing_else_is_taken(value):
    assert why_not_name(value, "version")


def test_a_day_is_written_in_one_way():
    assert name_text(datetime.date(2026, 1, 5)) == "2026-01-05"


@pytest.mark.parametrize(
    ("work", "asked"),
    [
        (MIGRATION_INFO, {"rollout": {"version": 1.1, "src": None, "definition": None}}),
        (MIGRATION_INFO, {"rollback": {"version": True, "instances": None, "instant": True}}),
    ],
)
def test_the_modules_ask_nobody_about_such_a_version(work, asked):
    params = dict.fromkeys(work.options)
    result = work.result({**params, "service": "app1", **asked}, module="m", check_mode=False, diff_mode=False)
    assert result["failed"] and "write it in quotes" in result["msg"]
    assert result["spent"]["requests"] == 0


def test_the_option_of_a_version_keeps_what_it_was_given():
    for work in (MIGRATION_INFO, MIGRATION_SCALE_DOWN):
        for name in ("rollout", "rollback"):
            version = work.options.get(name, {}).get("options", {}).get("version", {"type": "raw"})
            assert version["type"] == "raw"
