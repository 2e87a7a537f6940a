# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run is called, and when it counts as gone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core import run
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.run import nonce_of_this_run, run_is_gone, this_run

NO_SUCH_PROCESS = 4194305
PLAYBOOK = ["/usr/bin/python3", "/usr/bin/ansible-playbook", "site.yml"]


class Proc:
    """A /proc of a few processes, each with its parent and its command."""

    def __init__(self, path):
        self.path = path
        (path / "sys/kernel/random").mkdir(parents=True)
        (path / "sys/kernel/random/boot_id").write_text("1b4e28ba\n")
        (path / "self/ns").mkdir(parents=True)
        (path / "self/ns/pid").symlink_to("pid:[4026531836]")

    def add(self, pid, parent, command, *, start="567890", state="S"):
        (self.path / str(pid)).mkdir(exist_ok=True)
        (self.path / str(pid) / "cmdline").write_text("\0".join([*command, ""]))
        # A name may hold anything.
        fields = [state, str(parent), *["0"] * 17, start, "0"]
        (self.path / str(pid) / "stat").write_text(f"{pid} (a) b (c) {' '.join(fields)}\n")


@pytest.fixture(name="proc")
def fixture_proc(tmp_path):
    """A module in a worker of ansible-playbook, which another playbook started by way of a shell."""
    proc = Proc(tmp_path)
    proc.add(1, 0, ["/sbin/init"])
    proc.add(100, 1, ["ansible-runner", "run"])
    proc.add(200, 100, [*PLAYBOOK, "-v"])
    proc.add(210, 200, [*PLAYBOOK, "-v"])
    proc.add(220, 210, ["/bin/sh", "-c", "/usr/bin/ansible-playbook site.yml"])
    proc.add(300, 220, PLAYBOOK)
    proc.add(310, 300, PLAYBOOK)
    proc.add(320, 310, ["/bin/sh", "-c", "/usr/bin/python3 AnsiballZ_migration_lock.py && sleep 0"])
    proc.add(os.getpid(), 320, ["/usr/bin/python3", "AnsiballZ_migration_lock.py"])
    return proc


def test_a_run_is_the_nearest_playbook_and_not_its_worker(proc):
    host, pid, key = this_run(proc.path).split(":")
    assert (host, pid) == (socket.gethostname(), "300")
    assert key.endswith("-567890")
    proc.add(300, 220, ["python3", "-m", "ansible", "playbook"])
    proc.add(310, 300, ["python3", "-m", "ansible", "playbook"])
    assert this_run(proc.path).split(":")[1] == "300"


def test_without_a_playbook_a_run_has_no_name(proc, tmp_path):
    proc.add(os.getpid(), 1, ["python3", "something.py"])
    for path in (proc.path, tmp_path / "none"):
        with pytest.raises(Refused, match="Give an owner"):
            this_run(path)


def test_a_run_has_a_nonce_that_its_tasks_find_out_and_nobody_else(proc):
    (proc.path / "300/auxv").write_bytes(b"where its stack is")
    nonce = nonce_of_this_run(proc.path)
    assert nonce == nonce_of_this_run(proc.path) and len(nonce) == 64
    changes = {
        "300/auxv": b"elsewhere",
        "sys/kernel/random/boot_id": b"c0ffee",
    }
    for path, content in changes.items():
        before = (proc.path / path).read_bytes()
        (proc.path / path).write_bytes(content)
        assert nonce_of_this_run(proc.path) != nonce
        (proc.path / path).write_bytes(before)
    assert nonce_of_this_run(proc.path) == nonce
    # Of another user's process it is what the machine drew when it booted.
    (proc.path / "300/auxv").unlink()
    assert nonce_of_this_run(proc.path) not in ("", nonce)


def test_without_a_playbook_a_nonce_is_asked_for(proc, tmp_path):
    proc.add(os.getpid(), 1, ["python3", "something.py"])
    for path in (proc.path, tmp_path / "none"):
        with pytest.raises(Refused, match="DCOS_AVI_LOCK_NONCE"):
            nonce_of_this_run(path)


def test_processes_of_others_may_be_hidden(proc, tmp_path):
    shutil.rmtree(tmp_path / "220")
    assert this_run(proc.path).split(":")[1] == "300"
    shutil.rmtree(tmp_path / "310")
    with pytest.raises(Refused, match="Give an owner"):
        this_run(proc.path)


def test_a_run_is_there_until_its_process_is_another(proc, monkeypatch):
    run = this_run(proc.path)
    assert not run_is_gone(run, proc.path)
    proc.add(300, 1, PLAYBOOK, start="567891")
    assert run_is_gone(run, proc.path)
    proc.add(300, 1, PLAYBOOK, state="Z")
    assert run_is_gone(run, proc.path)
    # What /proc hides may still be there.
    hidden = run.replace(":300:", f":{os.getpid()}:")
    (proc.path / str(os.getpid()) / "stat").unlink()
    assert not run_is_gone(hidden, proc.path)
    assert run_is_gone(run.replace(":300:", f":{NO_SUCH_PROCESS}:"), proc.path)


@pytest.mark.parametrize(
    "elsewhere", ["another host", "another boot", "another container", "AWX job 4711", "", "a:b:c", "no /proc"]
)
def test_what_cannot_be_known_is_not_gone(proc, monkeypatch, elsewhere):
    run = this_run(proc.path).replace(":300:", f":{NO_SUCH_PROCESS}:")
    assert run_is_gone(run, proc.path)
    if elsewhere == "another host":
        monkeypatch.setattr(socket, "gethostname", lambda: "deploy-2")
    elif elsewhere == "another boot":
        (proc.path / "sys/kernel/random/boot_id").write_text("c0ffee\n")
    elif elsewhere == "another container":
        (proc.path / "self/ns/pid").unlink()
        (proc.path / "self/ns/pid").symlink_to("pid:[4026532000]")
    elif elsewhere == "no /proc":
        (proc.path / "self/ns/pid").unlink()
    else:
        run = elsewhere
    assert not run_is_gone(run, proc.path)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_a_process_of_this_machine():
    with subprocess.Popen(["sleep", "60"]) as child:
        start = run._state_and_start(run.PROC, child.pid)[1]
        owner = f"{socket.gethostname()}:{child.pid}:{run._place(run.PROC)}-{start}"
        assert not run_is_gone(owner)
        child.kill()
    assert run_is_gone(owner)
