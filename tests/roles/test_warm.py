# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook cannot tell whether its process has done its imports for it alone, or had them behind it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.demo.playbook import outcome_of, plain_output, run_playbook, start_playbook
from tests.roles.app1 import in_a_file
from tests.warm import client as warm

SEES = """
import hashlib, json, os, pathlib

def proc(pid, name):
    return pathlib.Path("/proc", str(pid), name).read_text()

def words(pid):
    return proc(pid, "cmdline").rstrip(chr(0)).split(chr(0))

def above(pid):
    return int(proc(pid, "stat").rpartition(") ")[2].split()[1])

run = os.getpid()
while "/bin/ansible-playbook" not in " ".join(words(run)):
    run = above(run)
while words(above(run)) == words(run):
    run = above(run)
digest = hashlib.sha256(json.dumps(dict(os.environ), sort_keys=True).encode()).hexdigest()
print(json.dumps([words(run)[1:], os.getcwd(), digest, os.getpgid(run), os.umask(0)]))
"""


def test_a_playbook_cannot_tell(tmp_path: Path) -> None:
    (tmp_path / "sees.py").write_text(SEES)
    look = {"ansible.builtin.debug": {"msg": "{{ lookup('pipe', python ~ ' ' ~ playbook_dir ~ '/sees.py') }}"}}
    say_why = {"ansible.builtin.fail": {"msg": "It {{ lookup('env', 'MARK') }}."}}
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [look, say_why]}
    asked = in_a_file(tmp_path / "play.json", [play]), {"python": sys.executable}, {"MARK": "ended"}
    with start_playbook(*asked) as process:
        assert process.stdout is not None
        lines = list(process.stdout)
    fresh = outcome_of(process.returncode, lines)
    assert [run_playbook(*asked) for _time in ("fresh", "warm")] == [fresh] * 2
    assert (fresh.returncode, fresh.failure) == (2, "It ended."), fresh.output
    assert "/bin/ansible-playbook" in fresh.output


def test_each_playbook_has_a_folder_for_temporary_files(tmp_path: Path) -> None:
    write = {"ansible.builtin.copy": {"content": "{{ text }}", "dest": str(tmp_path / "written"), "mode": "0644"}}
    playbook = in_a_file(tmp_path / "play.json", [{"hosts": "localhost", "gather_facts": False, "tasks": [write]}])
    for text in ("first", "second"):
        outcome = run_playbook(playbook, {"text": text}, {})
        assert outcome.returncode == 0, outcome.output
        assert (tmp_path / "written").read_text() == text


def test_who_is_killed_has_ended_by_it() -> None:
    process = None
    while process is None:
        process = warm.start("tests.warm.lab", ["tests.lab", "up", "--env-file", os.devnull], os.environ)
    process.kill()
    assert process.wait(60) == -signal.SIGKILL


def test_who_imports_with_other_settings_is_another() -> None:
    """Whoever is the first with settings is a fresh process: to be asked once is not worth a server."""
    here, asked = {**os.environ, **plain_output()}, []
    for variables in (here, {**here, "ANSIBLE_TIMEOUT": "11"}, here, {**here, "ANSIBLE_TIMEOUT": "11"}):
        process = warm.start("tests.warm.ansible", ["ansible", "--version"], variables, stdout=subprocess.PIPE)
        asked.append(process)
        if process:
            with process:
                assert process.stdout is not None
                assert process.stdout.read().startswith("ansible [core")
            assert process.returncode == 0
    assert asked[1] is None and all(asked[2:])
