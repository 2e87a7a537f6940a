# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports what one kind of process needs, then becomes such a process for each request: ``python -m tests.warm.server KIND FD PADDING``.

KIND is a module with `preload()` and `main()`. FD is a socket. Each message there brings four open files: the standard ones of the
process that is wanted, and a socket. From that one the server reads the command, environment and directory; it writes the process's
number at once, and its exit code when it has ended. The server ends with the process at the other end of FD, and its children with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from tests.lab.children import dies_with_parent

FILES = 4
ARG_START, ARG_END = 45, 46
"""Where /proc/self/stat has the addresses of the command line, counted from the state on."""


def main() -> None:
    """Serve until nobody is left to ask."""
    kind = importlib.import_module(sys.argv[1])
    control = socket.socket(fileno=int(sys.argv[2]))
    kind.preload()
    # What was imported stays: no child has to look through it, and so to copy it.
    gc.collect()
    gc.freeze()
    _serve(control, kind)


def _serve(control: socket.socket, kind: Any) -> None:
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    under_way: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for key, _events in selector.select():
            if key.fd in under_way:
                selector.unregister(key.fd)
                os.close(key.fd)
                _tell_the_end(*under_way.pop(key.fd))
                continue
            message, files, _flags, _address = socket.recv_fds(control, 1, FILES)
            if not message:
                return
            asker = socket.socket(fileno=files.pop())
            with asker.makefile() as lines:
                asked = json.loads(lines.readline())
            ends_with_this = dies_with_parent(signal.SIGTERM)
            pid = os.fork()
            if not pid:
                ends_with_this()
                selector.close()
                for inherited in (control, asker, *(each for _pid, each in under_way.values())):
                    inherited.detach()
                _become(asked, files)
                sys.exit(kind.main())
            for file in files:
                os.close(file)
            asker.sendall(f"{pid}\n".encode())
            ended = os.pidfd_open(pid)
            selector.register(ended, selectors.EVENT_READ)
            under_way[ended] = pid, asker


def _tell_the_end(pid: int, asker: socket.socket) -> None:
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with asker, contextlib.suppress(OSError):  # It may be that nobody waits for it any more.
        asker.sendall(f"{code}\n".encode())


def _become(asked: dict[str, Any], files: list[int]) -> None:
    """Take on the files, the command, the environment and the directory that a fresh process would have."""
    for standard, file in enumerate(files):
        os.dup2(file, standard)
    os.closerange(FILES - 1, os.sysconf("SC_OPEN_MAX"))
    os.chdir(asked["directory"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.argv = asked["command"]
    _be_named([sys.executable, *asked["command"]])


def _be_named(command: list[str]) -> None:
    """Have the kernel show this command as the one of this process: the modules find their run by it."""
    fields = Path("/proc/self/stat").read_text().rpartition(") ")[2].split()
    start, end = int(fields[ARG_START]), int(fields[ARG_END])
    named = "\0".join(command).encode()[: end - start - 1]
    ctypes.memmove(start, named.ljust(end - start, b"\0"), end - start)


if __name__ == "__main__":
    main()
