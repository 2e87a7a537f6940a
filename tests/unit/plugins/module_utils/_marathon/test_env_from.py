# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan hides of env, an app gets all the same: from where the plan took it."""

from __future__ import annotations

import json

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_env import HIDDEN
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import SLEEP

NOTHING = {"app": None, "version": None, "definition": None, "src": None, "overrides": None}


def hidden(*names, **shown):
    return {**SLEEP, "env": {**dict.fromkeys(names, HIDDEN), **shown}}


def test_values_come_from_the_version_that_the_plan_saw(ensure, marathon):
    seen = marathon.add("/a-1", **SLEEP, env={"A": "first", "B": "first"})["version"]
    marathon.add("/a-1", **SLEEP, env={"A": "second"})
    source = {**NOTHING, "app": "a-1", "version": seen, "overrides": {"env": {"B": True, "C": 3}, "cpus": 1}}
    ensure(id="a-2", definition=hidden("A", "B", "C", D="shown"), env_from=source)
    assert marathon.apps["/a-2"]["env"] == {"A": "first", "B": "true", "C": "3", "D": "shown"}


def test_values_come_from_what_is_stated_before_any_app(ensure, marathon, server, tmp_path):
    marathon.add("/a-1", **SLEEP, env={"A": "of the app"})
    (tmp_path / "a.json").write_text(json.dumps({**SLEEP, "env": {"A": "stated"}}))
    for app, stated in (
        ("/a-2", {"src": str(tmp_path / "a.json")}),
        ("/a-3", {"definition": {"env": {"A": "stated"}}}),
    ):
        ensure(id=app, definition=hidden("A"), env_from={**NOTHING, "app": "a-1", **stated})
        assert marathon.apps[app]["env"] == {"A": "stated"}
    assert "GET /v2/apps/a-1" not in server.lines


def test_where_nothing_is_hidden_nothing_is_read(ensure, marathon, server):
    ensure(id="a-2", definition={**SLEEP, "env": {"A": "shown"}}, env_from={**NOTHING, "app": "gone"})
    assert marathon.apps["/a-2"]["env"] == {"A": "shown"}
    assert not [line for line in server.lines if "gone" in line]


def test_a_hidden_value_that_is_the_same_is_no_change(ensure, marathon, writes):
    version = marathon.add("/a-1", **SLEEP, env={"A": "a"})["version"]
    source = {**NOTHING, "app": "a-1", "version": version}
    assert not ensure(id="a-1", definition=hidden("A"), env_from=source)["changed"]
    assert not writes()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "hides the value of A, B in its env"),
        ({"app": "a-1", "overrides": {"env": {"A": None}}}, "hides the value of A, B in its env"),
        ({"app": "gone"}, "Marathon does not have gone any more"),
        ({"app": "a-1", "version": "2026-01-01T00:00:00.000Z"}, "as version 2026-01-01T00:00:00.000Z any more"),
    ],
)
def test_what_is_not_to_be_found_is_refused_and_never_sent(ensure, marathon, writes, source, said):
    marathon.add("/a-1", **SLEEP, env={"A": "a"})
    with pytest.raises(Refused) as refused:
        ensure(id="a-2", definition=hidden("A", "B"), env_from=source and {**NOTHING, **source})
    assert said in refused.value.sentence
    assert not writes()
