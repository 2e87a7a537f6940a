# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service app1 in a lab, as tests of the roles roll it out from one version to the next."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from tests.demo.playbook import Outcome, run_playbook
from tests.lab.process import LabProcess
from tests.migration.user import User
from tests.soak.service import asked_of_marathon, create_listeners

LOCK_OWNER = "dcos_avi_lock_owner"
OF_A_SERVICE = {"ab_config", "dcos_avi_service"}
OUTLIVES_A_CRASH = {"count": 3000, "wait_timeout": 1}
"""So many requests, one after another, take longer than a task that crashes lives."""


@contextlib.contextmanager
def serving_version_100(**settings: Any) -> Iterator[LabProcess]:
    """A lab with these settings, in which version 100 serves."""
    with LabProcess(**settings) as lab:
        create_listeners(lab, ["app1"])
        outcome = rollout(lab, "100", "shop/server:100")
        assert outcome.returncode == 0, outcome.output
        yield lab


@contextlib.contextmanager
def standing(
    *versions: str, warm: Sequence[str] = (), overrides: Mapping[str, Any] | None = None, **settings: Any
) -> Iterator[LabProcess]:
    """A lab with these settings in which the last of these versions serves, and no other but the warm ones has instances.

    The modules make it so, which takes a few seconds less for each version than a playbook.
    """
    with LabProcess(**settings) as lab:
        with mock.patch.dict(os.environ, lab.env):
            user = User(lab)
            user.listen()
            for version in versions:
                user.roll_out(version, overrides=dict(overrides or {}))
            for app in ["app1", *(f"app1-{version}" for version in versions[:-1] if version not in warm)]:
                user.app(id=app, instances=0)
        yield lab


def create(lab: LabProcess, version: str, image: str) -> None:
    """Create a version with the modules, and leave it where the connector takes it, like a rollout that was frozen."""
    with mock.patch.dict(os.environ, lab.env):
        user = User(lab)
        plan = user.info(rollout={"version": version, "image": image})["plan"]
        user.app(definition=plan["definition"], exclusive=True)


def run(playbook: str, variables: Mapping[str, Any], lab: LabProcess) -> Outcome:
    return run_playbook(f"dcos.avi.{playbook}", variables, lab.env)


def play(lab: LabProcess, playbook: str, variables: Mapping[str, Any], *options: str) -> Outcome:
    """Run a playbook that must succeed."""
    outcome = run_playbook(playbook, variables, lab.env, None, *options)
    assert outcome.returncode == 0, outcome.output
    return outcome


def rollout(lab: LabProcess, version: str, image: str | None = None, **more: Any) -> Outcome:
    """Roll out a version, with an image unless it exists."""
    asked = {"rollout_service": "app1", "rollout_version": version, "rollout_wait_timeout": 10}
    return run("rollout", {**asked, **({"rollout_image": image} if image else {}), **more}, lab)


def instances(lab: LabProcess) -> dict[str, int]:
    """The apps of the service that have instances, previews included. Nobody holds its lock any more."""
    assert [app["id"] for app in _apps(lab) if LOCK_OWNER in app["labels"]] == []
    return {app: count for app, count in all_instances(lab).items() if count}


def all_instances(lab: LabProcess) -> dict[str, int]:
    """The instances of each app of the service, 0 of a retired one, whether or not somebody holds its lock."""
    return {app["id"].strip("/"): app["instances"] for app in _apps(lab) if LOCK_OWNER not in app["labels"]}


def _apps(lab: LabProcess) -> list[dict[str, Any]]:
    """The apps of the service and its lock, by the lab's own account: a module that saw one of them wrongly would not show it."""
    apps: list[dict[str, Any]] = asked_of_marathon(lab, "/v2/apps")["apps"]
    return [app for app in apps if app["id"] == "/app1" or app["labels"].keys() & OF_A_SERVICE]


def writes(lab: LabProcess, since: int) -> list[dict[str, Any]]:
    """The requests since that entry of the journal that write; to log in and out is no writing."""
    return lab.journal(since=since, kind="request", write=True)


def in_a_file(file: Path, content: Any) -> str:
    """Write tasks or plays to a file for Ansible, and return its path."""
    file.write_text(json.dumps(content))
    return str(file)
