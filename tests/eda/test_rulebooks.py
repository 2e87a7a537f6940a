# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks of the collection, run by the real ansible-rulebook against the lab."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply, ScriptedServer

from tests.eda.rulebook import RULEBOOKS, Rulebook
from tests.lab.process import ROOT, LabProcess
from tests.lab.traffic.process import TrafficProcess
from tests.migration.user import LISTENER, User
from tests.roles.app1 import all_instances, instances, standing
from tests.soak.service import asked_of_marathon
from tests.whole import whole

EXAMPLES = ROOT / "examples/rulebooks"


def until(holds: Callable[[], bool], what: Callable[[], object], timeout: float = 120.0) -> None:
    deadline = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.2)


def checks(lab: LabProcess) -> int:
    """How many times somebody looked for the virtual service."""
    return len(lab.journal(kind="request", api="avi", path="/api/virtualservice"))


def running(lab: LabProcess) -> dict[str, int]:
    return {app: count for app, count in all_instances(lab).items() if count}


def crash(lab: LabProcess, traffic: TrafficProcess, rulebook: Rulebook) -> int:
    """Have a task of version 200 crash, wait until the run that follows has ended, and return how many requests the crash cost."""
    before, plays, ends = checks(lab), rulebook.output.count("PLAY ["), rulebook.output.count("PLAY RECAP")
    # The first check tells nothing of what was before it, and one may see the lock of a run that has just ended.
    until(lambda: checks(lab) >= before + 2, lambda: rulebook.output)
    assert traffic.snapshot().lost_total == 0
    lab.crash("/app1-200")
    rulebook.wait_for("PLAY [", plays + 1)
    # Seconds after the crash all that it costs is lost. The play has not read the state of the service yet.
    seen = len(traffic.laps())
    cost = traffic.wait_for(lambda _total: len(traffic.laps()) > seen).lost_total
    rulebook.wait_for("PLAY RECAP", ends + 1)
    assert "failed=0" in rulebook.output.rpartition("PLAY RECAP")[2], rulebook.output
    return cost


def test_a_version_that_begins_to_crash_is_rolled_back_while_the_one_before_is_warm(tmp_path: Path) -> None:
    with standing("100", "200", warm=["100"]) as lab, TrafficProcess(lab.env["LAB_VIP_URL"], rate=200) as traffic:
        with Rulebook("dcos.avi.rollback_while_warm", {"services": ["app1"]}, lab.env, tmp_path) as rulebook:
            cost = crash(lab, traffic, rulebook)
        left = instances(lab)
        total = traffic.stop()
    assert total.lost_total == cost, (cost, total, rulebook.output)
    assert "app1-200" not in left and set(left) <= {"app1-100", "app1-100-r2"} and left, rulebook.output
    assert set(total.answered_by) >= {"/app1-200", *(f"/{app}" for app in left)}


@whole
def test_one_that_begins_to_crash_when_the_one_before_is_retired_is_rolled_back_by_a_rollout(tmp_path: Path) -> None:
    both = rulebooks(tmp_path, RULEBOOKS / "finish_retiring.yml", EXAMPLES / "rollback_after_retiring.yml")
    with standing("100", "200", warm=["100"]) as lab, TrafficProcess(lab.env["LAB_VIP_URL"], rate=200) as traffic:
        with Rulebook(both, {"services": ["app1"], "keep_warm": 1}, lab.env, tmp_path) as rulebook:
            rulebook.wait_for("PLAY RECAP")
            assert running(lab) == {"app1-200": 2}, rulebook.output
            cost = crash(lab, traffic, rulebook)
        left = instances(lab)
        total = traffic.stop()
    assert total.lost_total == cost, (cost, total, rulebook.output)
    # A version of its own, which was created and became healthy before it took the traffic.
    assert left == {"app1-100-r2": 2}, rulebook.output
    assert set(total.answered_by) >= {"/app1-200", "/app1-100-r2"}


@pytest.fixture(scope="module")
def webhook() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    server.answer = lambda request: Reply(200, {})
    yield server
    server.close()


def told(webhook: ScriptedServer) -> list[str]:
    return [request.body["text"] for request in webhook.requests]


def test_people_are_notified_and_superseded_versions_retired_also_of_what_happened_during_a_cut(
    tmp_path: Path, webhook: ScriptedServer
) -> None:
    both = rulebooks(tmp_path, RULEBOOKS / "notify.yml", RULEBOOKS / "finish_retiring.yml")
    variables = {"services": ["app1"], "approval_timeout": 0, "keep_warm": 1, "webhook": webhook.url}
    with standing("100", "200", warm=["100"]) as lab:
        with mock.patch.dict(os.environ, lab.env):
            User(lab).app(definition=preview_of("300"))
        with Rulebook(both, variables, lab.env, tmp_path) as rulebook:
            until(lambda: any("version 300 waits" in text for text in told(webhook)), lambda: rulebook.output)
            until(lambda: "app1-100" not in running(lab), lambda: rulebook.output)
            lab.kill_leader()
            # While nobody listens, as the streams are cut and there is no leader.
            lab.crash("/app1-200")
            until(lambda: "A task of app1-200 failed." in told(webhook), lambda: rulebook.output)
            assert "is opened again" in rulebook.output


@whole
def test_a_late_preview_is_withdrawn_and_a_version_whose_metric_fails_is_rolled_back(
    tmp_path: Path, webhook: ScriptedServer
) -> None:
    shares = {"share": 0.1}
    webhook.answer = lambda request: Reply(200, shares)
    metric = {"name": "errors", "url": f"{webhook.url}/__app__", "expression": "share", "max": 1, "misses": 2}
    variables = {"services": ["app1"], "metrics": [metric]}
    both = rulebooks(tmp_path, RULEBOOKS / "withdraw_late_previews.yml", RULEBOOKS / "rollback_while_warm.yml")
    with standing("100", "200", warm=["100"]) as lab:
        with mock.patch.dict(os.environ, lab.env):
            User(lab).app(definition=preview_of("300", "2026-01-01T00:00:00Z"))
        with Rulebook(both, variables, lab.env, tmp_path) as rulebook:
            # A rollback would delete it, too.
            until(lambda: "app1-300-preview" not in all_instances(lab), lambda: rulebook.output)
            rulebook.wait_for("PLAY RECAP")
            asked = len(webhook.requests)
            until(lambda: len(webhook.requests) >= asked + 2, lambda: rulebook.output)
            assert running(lab) == {"app1-100": 2, "app1-200": 2}, rulebook.output
            shares["share"] = 5.0
            rulebook.wait_for("PLAY RECAP", times=2)
            output = rulebook.output
        assert output.count("failed=0") == 2, output
        assert "app1-200" not in instances(lab), output
        ended = asked_of_marathon(lab, "/v2/apps/app1-200")["app"]["labels"]["dcos_avi_ended"]
    assert "the metric errors was 5, above the limit of 1, 2 times in a row while app1-100 was warm" in ended, ended
    assert webhook.requests[-1].path == "/app1-200"


def rulebooks(folder: Path, *files: Path) -> str:
    """Write several rulebooks into one, and return its path."""
    rulesets = [each for file in files for each in yaml.safe_load(file.read_text())]
    both = folder / "rulebook.yml"
    both.write_text(yaml.safe_dump(rulesets))
    return str(both)


def preview_of(version: str, to_approve: str = "yes") -> dict[str, Any]:
    labels = {"proxy_listener": "no", "dcos_avi_service": "app1", "dcos_avi_awaits_approval": to_approve}
    return {**LISTENER, "id": f"app1-{version}-preview", "instances": 1, "labels": labels}


def test_a_source_whose_login_is_refused_ends_with_a_sentence(tmp_path: Path, webhook: ScriptedServer) -> None:
    server = ScriptedServer()
    server.answer = lambda request: Reply(401, {"message": "Invalid username or password."})
    rulebook_file = tmp_path / "rulebook.yml"
    source = {"dcos.avi.marathon": {"marathon_url": server.url, "marathon_token": "t0ken-of-mine"}}
    rule = {"name": "a", "condition": "event.type is defined", "action": {"debug": {}}}
    rulebook_file.write_text(yaml.safe_dump([{"name": "r", "hosts": "all", "sources": [source], "rules": [rule]}]))
    with Rulebook(str(rulebook_file), {}, {}, tmp_path, started="does not accept the credentials") as rulebook:
        rulebook.wait_for_end()
    server.close()
    assert "Source plugin failed with error message" in rulebook.output and "t0ken-of-mine" not in rulebook.output
