# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rollout playbook through ansible-runner's transmit, worker and process, which is how AWX runs a job.

Transmit and process are AWX's own. The worker is in the container of the job: here it is in the tree that the example of an execution
environment describes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.demo import EXAMPLE
from tests.demo.playbook import plain_output, run_playbook
from tests.lab.process import LabProcess
from tests.package.builder import Tree, assembled

RUNNER = Path(sys.executable).with_name("ansible-runner")
PASSWORD = "a-password-nobody-should-see"
IN_ENV = "a-value-nobody-should-see"


def test_awx_runs_the_rollout_and_its_events_hold_no_secret(tmp_path: Path) -> None:
    tree = assembled(tmp_path)
    # The service account needs the package cryptography.
    with LabProcess(avi_password=PASSWORD, dcos="https") as lab:
        lab.env["MARATHON_SERVICE_ACCOUNT_KEY"] = lab.env["LAB_DCOS_SERVICE_ACCOUNT"]
        assert (
            run_playbook(
                "dcos.avi.listener", {"listener_service": "app1", "listener_src": str(EXAMPLE / "app1.json")}, lab.env
            ).returncode
            == 0
        )
        job = private_data_dir(
            tmp_path / "job",
            {**plain_output(), **lab.env, "ANSIBLE_COLLECTIONS_PATH": str(tree.collections)},
            {
                "rollout_service": "app1",
                "rollout_version": "100",
                "rollout_soak": {"seconds": 6, "min_health_score": 1},
                "rollout_definition": {
                    **json.loads((EXAMPLE / "app1-100.json").read_text()),
                    "env": {"WORD": IN_ENV},
                },
            },
        )
        output = through_the_pipe(job, tree, tmp_path / "worker", tmp_path / "processed")

    artifacts = tmp_path / "processed" / "artifacts"
    assert (artifacts / "status").read_text() == "successful", output
    events = [json.loads(file.read_text()) for file in artifacts.glob("job_events/*.json")]
    assert changed_by(events) == ["dcos.avi.marathon_app", "dcos.avi.migration_scale_down"], (
        "one app created, one scaled to zero"
    )
    assert_told_while_it_lasts(events)
    assert_of_the_tree(events, tree)
    # What people and AWX's database see; the runner's own note of the environment it was given is not among it.
    shown = [artifacts / "stdout", *artifacts.glob("job_events/*")]
    told = [file for file in shown for word in (PASSWORD, IN_ENV) if word in file.read_text()]
    assert not told, f"the password of Avi, or the value of an environment variable, stands in {told}"


def assert_told_while_it_lasts(events: list[dict[str, Any]]) -> None:
    """How the soak goes is an event, between the begin of its task and its result."""
    soak = [event["counter"] for event in events if event["event_data"].get("task_action") == "dcos.avi.migration_soak"]
    lines = [event["counter"] for event in events if "app1-100: health score 100 (at least 1)" in event["stdout"]]
    assert lines and all(
        any(line < after for after in soak) and any(before < line for before in soak) for line in lines
    )


def assert_of_the_tree(events: list[dict[str, Any]], tree: Tree) -> None:
    """Each task is one of the collection in the tree."""
    paths = {event["event_data"]["task_path"] for event in events if "task_path" in event["event_data"]}
    assert paths and all(path.startswith(f"{tree.collections}/") for path in paths), paths


def private_data_dir(folder: Path, envvars: dict[str, str], extravars: dict[str, Any]) -> Path:
    """Lay out what AWX hands to the runner: project, inventory, environment and extra variables."""
    for name in ("project", "inventory", "env"):
        (folder / name).mkdir(parents=True)
    (folder / "project" / "rollout.yml").write_text("- import_playbook: dcos.avi.rollout\n")
    (folder / "inventory" / "hosts").write_text("localhost ansible_connection=local\n")
    (folder / "env" / "envvars").write_text(json.dumps(envvars))
    (folder / "env" / "extravars").write_text(json.dumps(extravars))
    return folder


def through_the_pipe(job: Path, tree: Tree, worker: Path, processed: Path) -> str:
    """Run the job's playbook as `transmit JOB | worker | process`, and return what the last one printed.

    The worker has the commands of the tree, and no variable of this process but the one that names the folders of commands.
    """
    worker.mkdir()
    processed.mkdir()
    transmit = subprocess.Popen([RUNNER, "transmit", job, "-p", "rollout.yml"], stdout=subprocess.PIPE)
    work = subprocess.Popen(
        [tree.bin / "ansible-runner", "worker", "--private-data-dir", worker],
        env={"PATH": f"{tree.bin}:{os.environ['PATH']}", "HOME": str(worker)},
        stdin=transmit.stdout,
        stdout=subprocess.PIPE,
    )
    try:
        return subprocess.run(
            [RUNNER, "process", processed], stdin=work.stdout, capture_output=True, text=True, check=True, timeout=300
        ).stdout
    finally:
        for process in (transmit, work):
            process.kill()
            process.wait()


def changed_by(events: list[dict[str, Any]]) -> list[str]:
    """The modules whose tasks changed something, in order."""
    done = sorted((event for event in events if event["event"] == "runner_on_ok"), key=lambda event: event["counter"])
    return [event["event_data"]["resolved_action"] for event in done if event["event_data"]["res"].get("changed")]
