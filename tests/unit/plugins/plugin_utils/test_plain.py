# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What YAML makes of a playbook comes to a module as JSON."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.dcos.avi.plugins.plugin_utils._plain import plain

DAY = datetime.date(2019, 2, 20)


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ({"labels": {DAY: "released"}}, {"labels": {"2019-02-20": "released"}}),
        ({"labels": {"since": DAY}}, {"labels": {"since": "2019-02-20"}}),
        ([{"a": [{DAY: "x"}]}], [{"a": [{"2019-02-20": "x"}]}]),
        ({"labels": {1: "one", None: "none"}}, {"labels": {"1": "one", "null": "none"}}),
        ({"labels": {("a", "b"): "pair"}}, {"labels": {"('a', 'b')": "pair"}}),
    ],
)
def test_no_key_is_an_error_of_python(value, data):
    """A definition in the variables of a playbook ended with "keys must be str, int, float, bool or None"."""
    assert plain(value) == data
