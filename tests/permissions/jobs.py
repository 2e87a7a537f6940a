# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles do to a service that has a folder of its own, with a login that may do no more than docs/permissions.md says."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unittest import mock

from ansible_collections.dcos.avi.plugins.module_utils._modules.avi_pool_info import POOL_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.avi_virtualservice_info import VIRTUALSERVICE_INFO

from tests.demo import EXAMPLE
from tests.demo.playbook import run_playbook
from tests.lab.dcos.front import BASE_PATH
from tests.lab.dcos.permissions import (
    ADMIN_ROUTER,
    AGENTS,
    CONFIG,
    EVENTS,
    FULL,
    OPERATIONS,
    Permission,
    listed,
    of_app,
)
from tests.lab.process import LabProcess
from tests.marathon.administrator import Administrator
from tests.marathon.deeds import SLEEP
from tests.modules import call
from tests.permissions.page import Jobs, Request

FOLDER = "prod/app1"
SERVICE = f"{FOLDER}/web"
GRANTED = [
    Permission(ADMIN_ROUTER, FULL),
    Permission(CONFIG, "read"),
    Permission(EVENTS, "read"),
    *(of_app(FOLDER, action) for action in ("create", "read", "update", "delete")),
]
OUTPUT = Permission(AGENTS, FULL)
"""Nothing but the output of a failed version needs it."""
FREE = Permission(OPERATIONS, FULL)
"""Nothing but rollout_capacity needs it."""
READS = ["PERMISSION_POOL", "PERMISSION_POOLGROUP", "PERMISSION_VIRTUALSERVICE"]
LISTENER = {name: value for name, value in json.loads((EXAMPLE / "app1.json").read_text()).items() if name != "id"}
# In place of what is another in each run, by what stands before it.
_NAMES = [
    (re.compile(r"^(/v2/(?:apps|queue)/)[^?]+?(?=/versions|/tasks|/restart|$)"), r"\g<1>APP"),
    (re.compile(r"(/versions/).+"), r"\g<1>VERSION"),
    (re.compile(r"(/v2/deployments/).+"), r"\g<1>ID"),
    (re.compile(r"^(/agent/)[^/]+"), r"\g<1>ID"),
    (re.compile(r"^(/api/(?:analytics/metrics/)?[\w-]+/)[a-z]+-[0-9a-f-]{36}"), r"\g<1>UUID"),
]


@contextlib.contextmanager
def deployer() -> Iterator[LabProcess]:
    """A lab whose service account has the permissions of the page, and its variables in the environment."""
    grants = listed([*GRANTED, OUTPUT])
    with LabProcess(dcos="http", avi="pool_group", dcos_grants=grants, avi_reads=",".join(READS)) as lab:
        lab.env["MARATHON_SERVICE_ACCOUNT_KEY"] = lab.env["LAB_DCOS_SERVICE_ACCOUNT"]
        with mock.patch.dict(os.environ, lab.env):
            yield lab


def requests_of_each_job(lab: LabProcess) -> Jobs:
    """Do each job in turn, which must come to what it is to come to; return what each asked."""
    jobs: dict[str, frozenset[Request]] = {}
    for name, job in _JOBS.items():
        since = len(lab.journal())
        job(lab)
        jobs[name] = jobs.get(name, frozenset()) | _asked(lab, since)
    return jobs


def play(lab: LabProcess, playbook: str, failure: str = "", **variables: Any) -> None:
    """Run a playbook; it must succeed, or fail with this in its sentence."""
    outcome = run_playbook(f"dcos.avi.{playbook}", variables, lab.env)
    assert bool(outcome.returncode) == bool(failure) and failure in outcome.failure, outcome.output


def _rollouts(lab: LabProcess) -> None:
    """One of each strategy, and one that has to take its version back."""
    asked: dict[str, Any] = {"rollout_service": SERVICE, "rollout_drain_timeout": 1}
    image = "shop/server"
    play(lab, "rollout", **asked, rollout_version="100", rollout_image=f"{image}:100")
    play(lab, "rollout", **asked, rollout_version="200", rollout_image=f"{image}:200", rollout_strategy="preview")
    bad: dict[str, Any] = {"rollout_version": "300", "rollout_image": "lab/never-healthy", "rollout_wait_timeout": 3}
    play(lab, "rollout", failure=f"{SERVICE}-300", **asked, **bad)


def _modules(lab: LabProcess) -> None:
    """What only a task of one's own asks, or a run that has to undo something."""
    admin = Administrator(lab, marathon_service_account_key=lab.env["MARATHON_SERVICE_ACCOUNT_KEY"])
    app = f"/{FOLDER}/job"
    admin.ensure(id=app, definition=SLEEP)
    admin.ensure(id=app, state="restarted")
    marathon = admin.marathon
    marathon.app_version(app, marathon.app_versions(app)[0])
    marathon.kill_tasks(app)
    stuck = marathon.update_app(app, {"cpus": 1000}).deployment_id
    marathon.roll_back_deployment(stuck)
    stuck = marathon.update_app(app, {"cpus": 1000}, force=True).deployment_id
    marathon.abandon_deployment(stuck)
    admin.ensure(id=app, state="absent")
    call(POOL_INFO, virtualservice=SERVICE.replace("/", "-"), gather=["runtime", "health_score", "metrics"])
    call(VIRTUALSERVICE_INFO, gather=["health_score", "metrics"])


_JOBS: Mapping[str, Callable[[LabProcess], None]] = {
    "listener": lambda lab: play(lab, "listener", listener_service=SERVICE, listener_definition=LISTENER),
    "rollout": _rollouts,
    "status": lambda lab: play(lab, "status", status_services=SERVICE),
    "rollback": lambda lab: play(lab, "rollback", rollback_service=SERVICE, rollback_drain_timeout=1),
    "retire": lambda lab: play(lab, "retire", retire_service=SERVICE, retire_keep=1, retire_drain_timeout=1),
    "modules": _modules,
}


def _asked(lab: LabProcess, since: int) -> frozenset[Request]:
    """What was asked of the cluster's front and of the Controller."""
    entries = [each for each in lab.journal(since=since, kind="request") if each["api"] in ("dcos", "avi")]
    refused = [each for each in entries if each["status"] == 403]
    assert not refused, refused
    return frozenset(Request(each["api"], each["method"], _named(each["path"])) for each in entries)


def _named(path: str) -> str:
    path = path.removeprefix(BASE_PATH)
    for pattern, name in _NAMES:
        path = pattern.sub(name, path)
    return path
