# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks for processes of a kind that has its imports behind it; starts the server of the kind when it is first asked for one."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    # The modules' tests also run on Python 3.9, which has it not.
    from typing import Self

ROOT = Path(__file__).resolve().parents[2]
STDERR = 2
LONGEST_NAME = 4096
READ_BY_IMPORTS = (
    "ANSIBLE_",
    "PYTHON",
    "LC_",
    "LANG",
    "XDG_",
    "HOME",
    "TMPDIR",
    "USER",
    "LOGNAME",
    "PAGER",
    "EDITOR",
    "NO_COLOR",
)
"""What the variables are called that a process reads while it imports. Where they are others, it must be a fresh one."""


class Process:
    """A process that a server became, to be used as one of `subprocess.Popen`."""

    def __init__(self, answers: socket.socket, stdout: IO[str] | None) -> None:
        self._answers = answers
        self.pid = int(self._line())
        self.stdout = stdout
        self.returncode: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.stdout:
            self.stdout.close()
        self.wait()

    def poll(self) -> int | None:
        """Return its exit code, None while it runs."""
        if self.returncode is None and select.select([self._answers], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; return its exit code, which is negative where a signal ended it."""
        if self.returncode is None:
            if not select.select([self._answers], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a warm process", timeout or 0)
            self.returncode = int(
                self._line() or -signal.SIGKILL
            )  # without an answer the server was killed, and it with it
            self._answers.close()
        return self.returncode

    def send_signal(self, sign: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sign)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _line(self) -> str:
        read = b""
        while not read.endswith(b"\n") and (more := self._answers.recv(64)):
            read += more
        return read.decode()


class _Server:
    """The server of one kind."""

    def __init__(self, kind: str, environment: Mapping[str, str]) -> None:
        self._control, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its_end:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm.server", kind, str(its_end.fileno()), "-" * LONGEST_NAME],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                pass_fds=[its_end.fileno()],
            )

    def ask(self, files: Sequence[int], request: Mapping[str, object]) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [b"!"], [*files, theirs.fileno()])
        ours.sendall(json.dumps(request).encode() + b"\n")
        return ours

    def stop(self) -> None:
        self._control.close()
        self._process.wait()


class _Use:
    """The servers that were started since there is leave to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: dict[tuple[str, ...], _Server | None] = {}

    def server(self, kind: str, environment: Mapping[str, str]) -> _Server | None:
        """Return the server of this kind whose imports read this. A kind that is asked for once is not worth one."""
        settings = sorted(f"{name}={value}" for name, value in environment.items() if name.startswith(READ_BY_IMPORTS))
        key = (kind, *settings)
        with self._lock:
            if key not in self._servers:
                self._servers[key] = None
                return None
            server = self._servers[key] or _Server(kind, environment)
            self._servers[key] = server
            return server

    def stop(self) -> None:
        for server in self._servers.values():
            if server:
                server.stop()


_uses: list[_Use] = []


@contextlib.contextmanager
def in_use() -> Iterator[None]:
    """Let `start` start processes in this block; before and after, each process is a fresh one."""
    use = _Use()
    _uses.append(use)
    try:
        yield
    finally:
        _uses.remove(use)
        use.stop()


def start(
    kind: str, command: Sequence[str], environment: Mapping[str, str], *, stdout: int = subprocess.DEVNULL
) -> Process | None:
    """Start a process in this directory, without input. Return None where it must be a fresh one.

    With ``subprocess.PIPE`` its stdout is the text of all that it prints and complains about. Else what it prints is lost, and what it
    complains about goes where this process's complaints go.
    """
    if not _uses or Path.cwd() != ROOT:
        return None
    server = _uses[-1].server(kind, environment)
    if server is None:
        return None
    request = {"command": list(command), "environment": dict(environment), "directory": str(ROOT)}
    with Path(os.devnull).open("r+b") as nothing:
        if stdout != subprocess.PIPE:
            return Process(server.ask([nothing.fileno(), nothing.fileno(), STDERR], request), None)
        ours, theirs = os.pipe()
        try:
            return Process(server.ask([nothing.fileno(), theirs, theirs], request), os.fdopen(ours))
        finally:
            os.close(theirs)
