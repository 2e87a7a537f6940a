# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An app's version alone tells nothing: two writes may share one, and any change of somebody else moves it."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import WaitTimeout
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import SLEEP, Fault
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply


def after_the_write(marathon, deed):
    """Do something to the app between the module's write and its next look."""
    written = []

    def before_answer(request):
        if written and request.method == "GET" and request.path == "/v2/apps/a":
            deed(marathon.apps["/a"])
        if request.method in ("PUT", "POST"):
            written.append(request)

    marathon.before_answer = before_answer


def test_a_change_that_was_lost_to_one_of_the_same_version_is_told(ensure, marathon):
    marathon.add("/a", **SLEEP)
    after_the_write(marathon, lambda app: app.update(cmd="theirs"))
    result = ensure(id="a", definition={**SLEEP, "cmd": "mine"})
    assert result["changed"]
    assert "differs in cmd from what was asked for" in result["warnings"][0]


def test_a_change_that_is_there_is_told_without_a_warning(ensure, marathon):
    marathon.add("/a", **SLEEP)
    assert "warnings" not in ensure(id="a", definition={**SLEEP, "cmd": "mine"})


def test_the_version_from_before_does_not_tell_that_nothing_changed(ensure, marathon):
    """All rollbacks of 1.11 have one version: somebody may have rolled back to something else under it."""
    version = marathon.add("/a", **SLEEP)["version"]
    same = {"version": version, "versionInfo": {"lastConfigChangeAt": version}}
    tasks = marathon.apps["/a"]["tasks"]
    after_the_write(marathon, lambda app: app.update(cmd="theirs", tasks=tasks, **same))
    result = ensure(id="a", definition={**SLEEP, "cmd": "mine"})
    assert result["changed"] and "differs in cmd from what was asked for" in result["warnings"][0]


def test_a_change_of_somebody_else_is_not_taken_for_a_restart(ensure, marathon, writes):
    marathon.add("/a", **SLEEP)
    marathon.faults = [Fault("POST", Reply(drop=True), applied=False)]

    def scaled(request):
        if request.method == "POST" and marathon.faults:
            marathon.apps["/a"]["version"] = "2026-01-01T00:00:30.000Z"

    marathon.before_answer = scaled
    assert ensure(id="a", state="restarted")["changed"]
    assert writes() == ["POST /v2/apps/a/restart"] * 2


def test_a_restart_is_over_when_no_task_from_before_is_left(ensure, marathon):
    """Before 1.11 the last change of configuration stays what it was, so that old tasks look like new ones."""
    app = marathon.add("/a", **SLEEP)
    before = [dict(task) for task in app["tasks"]]
    after_the_write(
        marathon, lambda app: app.update(tasks=before, versionInfo={"lastConfigChangeAt": before[0]["version"]})
    )
    with pytest.raises(WaitTimeout, match="2 tasks from before the restart are left"):
        ensure(id="a", state="restarted", wait_timeout=0)
