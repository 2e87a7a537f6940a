# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What migration_end gives back, asks, shows and returns."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core import live
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_end import MIGRATION_END
from ansible_collections.dcos.avi.plugins.module_utils._service import lock_request
from ansible_collections.dcos.avi.tests.modules import call

SPENT = {"seconds": 1.0, "requests": 9}
FAILURE = {"sentence": "Smoke: no answer", "phase": "smoke"}


def phases(app="app1-100", action="deploy", steps=("deploy",), **more):
    plan = {"app": app, "action": action, "steps": list(steps), "preview": None}
    return {"observe": {"service": "app1", "active": None, "plan": plan, "spent": SPENT}, **more}


def end(cloud, *, check_mode=False, **options):
    given = {
        name: value for name, value in cloud.params().items() if name in MIGRATION_END.options and value is not None
    }
    return call(MIGRATION_END, check_mode=check_mode, **{**given, "run": "rollout", "wait_interval": 0.01, **options})


def test_a_rollout_that_the_check_shows(cloud):
    result = end(cloud, phases=phases())
    assert (result["failed"], result["changed"], result["outcome"]) == (False, False, "rolled_out")
    assert result["shown"].startswith("app1-100 was rolled out. Now app1-100 serves")
    assert [line.split()[0] for line in result["more_shown"]][:4] == ["app1:", "app", "app1", "app1-100"]
    stats = result["ansible_stats"]
    assert (stats["aggregate"], stats["per_host"]) == (False, False)
    assert stats["data"].keys() == {"rollout_result", "rollout_result_app1"}
    assert stats["data"]["rollout_result"]["phases"] == result["phases"]
    assert [phase["phase"] for phase in result["phases"]] == ["observe", "report"]


def test_where_nothing_was_done_nobody_is_asked(cloud):
    result = end(cloud, phases=phases(action="none", steps=()))
    assert result["outcome"] == "unchanged"
    assert cloud.server.lines == []


def test_what_the_check_does_not_show_is_a_failure_with_its_result(cloud):
    result = end(cloud, phases=phases(app="app1-200"), wait_timeout=0)
    assert (result["failed"], result["outcome"]) == (True, "unproven")
    assert result["msg"] == result["sentence"]
    assert "app1-200 was rolled out, but the last look does not show it." in result["msg"]
    assert (result["shown"], bool(result["more_shown"])) == ("", True)


def test_a_failure_is_told_by_whoever_runs_it_in_the_end(cloud):
    given = phases(app="app1-200", recover={"recovery": {"action": "leave", "sentence": "All is left as it is."}})
    result = end(cloud, phases=given, failure=FAILURE)
    assert (result["failed"], result["outcome"], result["shown"]) == (False, "left", "")
    assert result["sentence"].startswith(
        "The rollout of app1-200 failed. Smoke: no answer. All is left as it is. Now app1-100 serves"
    )
    assert result["ansible_stats"]["data"]["rollout_result"]["failed"] is True


def test_a_last_check_that_fails_is_only_told_where_nothing_else_failed(cloud):
    nobody = {"marathon_url": "http://127.0.0.1:1", "wait_timeout": 0}
    with pytest.raises(DcosAviError) as failed:
        end(cloud, phases=phases(), **nobody)
    assert failed.value.sentence.startswith("All steps completed, but the final state of app1 could not be read: ")
    result = end(cloud, phases=phases(recover={}), failure=FAILURE, **nobody)
    assert "What serves now could not be seen." in result["sentence"]


def test_a_lock_that_cannot_be_given_back_at_once_is_given_back_later(cloud, monkeypatch):
    tries, told = [], []

    def absent(_request):
        tries.append(1)
        if len(tries) < 3:
            raise DcosAviError("Marathon answered 500.")
        return {}

    monkeypatch.setattr(lock_request.LockRequest, "absent", absent)
    monkeypatch.setattr(lock_request, "GIVE_BACK_PAUSE", 0.0)
    with live.told_by(told.append):
        assert end(cloud, phases=phases(), unlock=True, owner="these tests")["outcome"] == "rolled_out"
    assert (len(tries), len(told)) == (3, 2)
    assert told[0].startswith("Marathon answered 500. It is tried again")
    tries.clear()
    monkeypatch.setattr(lock_request, "GIVE_BACK_TRIES", 2)
    with pytest.raises(DcosAviError, match="answered 500"):
        end(cloud, phases=phases(), unlock=True, owner="these tests")
