# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a wait shows while it lasts reaches ansible-runner before the result of its task does, with each ansible-core."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.demo.playbook import BIN

RUNNER = Path(sys.executable).with_name("ansible-runner")
#: Nobody listens there: the module asks again until its time is over.
PLAYBOOK = """\
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Wait for a Marathon that is away
      dcos.avi.marathon_app_info:
        marathon_url: http://127.0.0.1:9
        marathon_away_timeout: 6
"""


def test_a_line_of_a_wait_is_an_event_before_the_result(tmp_path: Path) -> None:
    for folder in ("project", "inventory"):
        (tmp_path / folder).mkdir()
    (tmp_path / "project/wait.yml").write_text(PLAYBOOK)
    (tmp_path / "inventory/hosts").write_text("localhost ansible_connection=local\n")
    # The runner of this Python has the Ansible that is tested run the playbook.
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(
        [RUNNER, "run", tmp_path, "-p", "wait.yml"], env=env, capture_output=True, text=True, check=False, timeout=300
    )
    files = tmp_path.glob("artifacts/*/job_events/*.json")
    events = sorted((json.loads(file.read_text()) for file in files), key=lambda event: event["counter"])
    began, ended = (
        next(event["counter"] for event in events if event["event"] == kind)
        for kind in ("playbook_on_task_start", "runner_on_failed")
    )
    lines = [event["counter"] for event in events if event["stdout"].startswith("  waiting for Marathon: ")]
    assert lines and all(began < line < ended for line in lines), done.stdout
