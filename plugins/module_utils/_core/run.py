# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names the run that a module belongs to, proves that it is this one, and tells of a name whether its run is gone.

The run is the process of ansible-playbook: the module's own ends with its task. A process number alone would name another
process later, and one in another container now. So the name, "host:pid:place-start", holds the start of the process too,
and a digest of the boot and the process namespace in which both count.

A name is known to everybody, in advance where it is that of an AWX job. So a run has a nonce as well, which its tasks find out anew: it is
made of what the kernel drew at random when the machine booted and when the process of ansible-playbook began.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import socket
from pathlib import Path

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused

PROC = Path("/proc")
_NAME = re.compile(r"(?P<host>[^:]+):(?P<pid>\d{1,7}):(?P<place>[0-9a-f]{8})-(?P<start>\d+)")
_ANSIBLE = re.compile(r"ansible(-[a-z]+)?")


def user_of_this_run() -> str:
    """Return the name of the user that this process runs as, or the number where it has no name."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def this_run(proc: Path = PROC) -> str:
    """Return the name of the run that this process belongs to.

    :raises Refused: it cannot be found out: there is no /proc, or no Ansible above this process.
    """
    pid = _controller(proc) if proc.joinpath("self").exists() else None
    if pid is None:
        raise Refused(
            "The run cannot be named, because no process of ansible-playbook is to be seen above this one. "
            "Give an owner: a text that is the same in the whole run, and in no other."
        )
    return f"{socket.gethostname()}:{pid}:{_place(proc)}-{_state_and_start(proc, pid)[1]}"


def nonce_of_this_run(proc: Path = PROC) -> str:
    """Return what nobody knows but those who may look into the process of this run.

    :raises Refused: no such process is to be seen.
    """
    pid = _controller(proc) if proc.joinpath("self").exists() else None
    if pid is None:
        raise Refused(
            "That a lock is this run's own cannot be proven, because no process of ansible-playbook is to be seen above this one. "
            "Give a nonce, best in the environment variable DCOS_AVI_LOCK_NONCE: a random text that is the same in the whole run, and that "
            "nobody else knows."
        )
    drawn = [_bytes(proc / "sys/kernel/random/boot_id"), _bytes(proc / str(pid) / "auxv")]
    return hashlib.sha256(b"".join([*drawn, f"{pid} {_state_and_start(proc, pid)[1]}".encode()])).hexdigest()


def _bytes(path: Path) -> bytes:
    """Return what a file holds; nothing where another user's process may not be looked into."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def run_or_none() -> str | None:
    """Return the name of the run that this process belongs to, None where it cannot be found out."""
    try:
        return this_run()
    except Refused:
        return None


def run_is_gone(owner: str, proc: Path = PROC) -> bool:
    """Whether the owner is a run on this host whose process is gone. What cannot be known is not gone."""
    name = _NAME.fullmatch(owner)
    if name is None or name["host"] != socket.gethostname() or name["place"] != _place(proc):
        return False
    pid = int(name["pid"])
    try:
        state, start = _state_and_start(proc, pid)
    except OSError:
        return not _exists(pid)
    return state in "ZX" or start != name["start"]


def _controller(proc: Path) -> int | None:
    """Return the process of Ansible above this one: the nearest, and from it up through those it was forked from."""
    pid: int | None = os.getpid()
    while pid is not None and not _is_ansible(_command(proc, pid)):
        pid = _parent(proc, pid)
    while pid is not None:
        parent = _parent(proc, pid)
        if parent is None or _command(proc, parent) != _command(proc, pid):
            break
        pid = parent
    return pid


def _is_ansible(command: list[str]) -> bool:
    # The interpreter and its options come before the name of the program.
    return any(_ANSIBLE.fullmatch(word.rsplit("/", 1)[-1]) for word in command[:3])


def _command(proc: Path, pid: int) -> list[str]:
    """Return the words that a process was started with; none where it is hidden, as those of other users may be."""
    try:
        return (proc / str(pid) / "cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []


def _parent(proc: Path, pid: int) -> int | None:
    """Return the process above one; None where there is none, or it is not told because the one is hidden."""
    try:
        return int(_status(proc, pid)[1]) or None
    except OSError:
        return None


def _state_and_start(proc: Path, pid: int) -> tuple[str, str]:
    """Return the state of a process, and its start in clock ticks since the boot."""
    status = _status(proc, pid)
    return status[0], status[19]


def _exists(pid: int) -> bool:
    """Whether there is such a process, which need not be readable: /proc may hide those of other users."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _status(proc: Path, pid: int) -> list[str]:
    """Return the fields of a process's status from its state on; its name, before, may hold anything."""
    return (proc / str(pid) / "stat").read_text(errors="replace").rpartition(") ")[2].split()


def place_of_this_process(proc: Path = PROC) -> str:
    """Return what tells this boot of this machine from all others; nothing where that cannot be found out."""
    return _place(proc) or ""


def _place(proc: Path) -> str | None:
    """Return what tells this boot and this process namespace from all others; None where there is no /proc."""
    try:
        boot = (proc / "sys/kernel/random/boot_id").read_text().strip()
        namespace = (proc / "self/ns/pid").readlink()
    except OSError:
        return None
    return hashlib.sha256(f"{boot} {namespace}".encode()).hexdigest()[:8]
