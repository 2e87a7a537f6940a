# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles beside a tenant that claims the service in every way: they migrate all the same, and touch nothing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo import EXAMPLE
from tests.lab.process import LabProcess
from tests.roles.app1 import all_instances, run, serving_version_100, writes
from tests.soak.service import asked_of_marathon, send
from tests.whole import whole

JOB = "77"
STATED = json.loads((EXAMPLE / "app1-100.json").read_text())
RUNS = {"cmd": "sleep 1", "cpus": 0.1, "mem": 32, "container": {"type": "DOCKER", "docker": {"image": "tenantb/evil"}}}


@pytest.fixture(name="lab", scope="module")
def fixture_lab() -> Iterator[LabProcess]:
    """Version 200 serves, below it nothing runs, and everybody may create apps in /tenantb."""
    with serving_version_100() as lab:
        outcome = run("rollout", rollout("200"), lab)
        assert outcome.returncode == 0, outcome.output
        yield lab


def rollout(version: str, **more: Any) -> dict[str, Any]:
    asked = {"rollout_service": "app1", "rollout_version": version, "rollout_image": f"shop/server:{version}"}
    return {**asked, "rollout_wait_timeout": 20, **more}


def creates(lab: LabProcess, name: str, instances: int, priority: int | None = None, **labels: str) -> None:
    """The tenant creates an app, as a version of the service where it has a priority."""
    claim = {} if priority is None else {"ab_config": json.dumps({"service": "app1", "priority": priority})}
    app = {**RUNS, "id": f"/tenantb/{name}", "instances": instances}
    send(lab, "POST", "/v2/apps", {**app, "labels": {"proxy_listener": "no", **claim, **labels}})


def status(lab: LabProcess) -> str:
    return run("status", {"status_services": "app1"}, lab).output


def of_the_tenant(lab: LabProcess) -> dict[str, tuple[str, int]]:
    apps = asked_of_marathon(lab, "/v2/apps")["apps"]
    return {app["id"]: (app["version"], app["instances"]) for app in apps if app["id"].startswith("/tenantb/")}


def assert_untouched(lab: LabProcess, since: int, before: dict[str, tuple[str, int]]) -> None:
    """Nothing was asked of the tenant's apps, and nothing was created of what they hold."""
    assert of_the_tenant(lab) == before
    sent = json.dumps([(request["path"], request.get("body")) for request in writes(lab, since)])
    assert "tenantb" not in sent


def test_claims_decoys_and_locks_change_nothing(lab: LabProcess) -> None:
    creates(lab, "evil", 0, 5, dcos_avi_rollback_of="app1-150")
    creates(lab, "decoy-1", 0, 18)
    creates(lab, "decoy-2", 0, 19)
    lock = {"dcos_avi_lock_owner": f"AWX job {JOB}", "dcos_avi_lock_purpose": "x", "dcos_avi_lock_since": ""}
    creates(lab, "app1-migration-lock-9", 0, dcos_avi_service="app1", **lock)
    before, since = of_the_tenant(lab), len(lab.journal())
    refused = run("rollback", {"rollback_service": "app1", "rollback_version": "150"}, lab)
    assert refused.returncode and "app1 has no version 150 to go back to" in refused.failure, refused.output
    moved = run("rollout", rollout("300", awx_job_id=JOB), lab)
    assert moved.returncode == 0, moved.output
    locks = [each for each in writes(lab, since) if "-migration-lock-" in json.dumps(each.get("body"))]
    assert [each["body"]["id"] for each in locks] == ["/app1-migration-lock-1"]
    # Two are kept, and the tenant's are none of them.
    pruned = run("retire", {"retire_service": "app1", "retire_keep": 2}, lab)
    assert pruned.returncode == 0, pruned.output
    assert {"app1": 0, "app1-100": 0, "app1-200": 0, "app1-300": 2}.items() <= all_instances(lab).items()
    assert_untouched(lab, since, before)
    shown = status(lab)
    for name in ("evil", "decoy-1", "decoy-2", "app1-migration-lock-9"):
        assert f"tenantb/{name}" in shown


def test_a_lock_in_the_jobs_name_is_not_the_jobs(lab: LabProcess) -> None:
    """Somebody in the service's own folder knows the number of the next job, and creates its lock beforehand."""
    labels = {"dcos_avi_service": "app1", "dcos_avi_lock_owner": "AWX job 78", "dcos_avi_lock_since": ""}
    app = {**RUNS, "id": "/app1-migration-lock-1", "instances": 0, "portDefinitions": []}
    send(lab, "POST", "/v2/apps", {**app, "labels": {"proxy_listener": "no", **labels}})
    before, since = all_instances(lab), len(lab.journal())
    outcome = run("rollout", rollout("400", awx_job_id="78"), lab)
    assert outcome.returncode and "app1 is locked by AWX job 78" in outcome.failure, outcome.output
    assert "the same name as this one, but another nonce" in outcome.failure
    assert (all_instances(lab), writes(lab, since)) == (before, [])
    send(lab, "DELETE", "/v2/apps/app1-migration-lock-1", {})


@whole
def test_the_traffic_that_another_app_got_is_named_and_can_be_taken_back(lab: LabProcess) -> None:
    creates(lab, "greedy", 1, 900)
    assert any("are tasks of tenantb/greedy" in status(lab) for _each in range(20))
    before, since = of_the_tenant(lab), len(lab.journal())
    for playbook, asked in (("rollout", rollout("500")), ("rollback", {"rollback_service": "app1"})):
        refused = run(playbook, asked, lab)
        assert refused.returncode and "are tasks of tenantb/greedy" in refused.failure, refused.output
    retired = run("retire", {"retire_service": "app1"}, lab)
    assert retired.returncode, retired.output
    assert writes(lab, since) == []
    stated = {name: value for name, value in STATED.items() if name not in ("id", "labels")}
    back = rollout("500", rollout_definition=stated, rollout_instances=2, rollout_priority=910)
    outcome = run("rollout", back, lab)
    assert outcome.returncode == 0, outcome.output
    assert all_instances(lab)["app1-500"] == 2
    assert_untouched(lab, since, before)
