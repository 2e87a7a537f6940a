# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records a rollout in a terminal: docs/rollout.cast, which asciinema plays, and docs/rollout.svg, which the README shows.

Runs the playbook as a user does, in a lab, under a pseudo-terminal. Nothing is left out or changed but the paths of this machine.
"""

from __future__ import annotations

import codecs
import fcntl
import json
import os
import pty
import shlex
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.demo import EXAMPLE
from tests.demo.drawing import drawn
from tests.demo.playbook import BIN
from tests.roles.app1 import standing

ROOT = Path(__file__).resolve().parents[2]
CAST = ROOT / "docs/rollout.cast"
PICTURE = ROOT / "docs/rollout.svg"
WIDTH, HEIGHT = 116, 40
#: As it is typed, on two lines.
COMMAND = """\
ansible-playbook dcos.avi.rollout \\
    -e rollout_service=app1 -e rollout_version=200 -e rollout_image=lab/slow-start:200"""
#: What a user's machine has instead of what this one has.
PATHS = {str(ROOT / ".build/collections"): "~/.ansible/collections", str(ROOT): "~/dcos.avi"}
#: So many seconds tasks of version 200 take to start, also where this machine is busy meanwhile; and Marathon is to bear with them.
_SLOW_START = {
    "env": {"SLOW_START_SECONDS": "30"},
    "healthChecks": [
        {**check, "gracePeriodSeconds": 900}
        for check in json.loads((EXAMPLE / "app1.json").read_text())["healthChecks"]
    ],
}
_NOT_OF_A_USER = ("CI", "NO_COLOR", "ANSIBLE_NOCOLOR", "ANSIBLE_FORCE_COLOR", "ANSIBLE_STDOUT_CALLBACK")

Event = tuple[float, str]
"""Seconds since the beginning, and what was printed then."""


def played(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Event]:
    """Run a command in a terminal of its own. Raises CalledProcessError where it fails."""
    terminal, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    began = time.monotonic()
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    ) as process:
        os.close(theirs)
        decoder = codecs.getincrementaldecoder("utf-8")()
        while chunk := _read(terminal):
            yield round(time.monotonic() - began, 3), decoder.decode(chunk)
        os.close(terminal)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))


def _read(terminal: int) -> bytes:
    """Read what was printed next; nothing once nobody has the terminal open."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def masked(text: str) -> str:
    """Put paths of a user's machine in place of this one's."""
    for here, there in PATHS.items():
        text = text.replace(here, there)
    return text


def cast_of(events: Sequence[Event], began: int) -> str:
    """Write events in asciinema's format, version 2: a header, and a line for each event."""
    header: dict[str, Any] = {
        "version": 2,
        "width": WIDTH,
        "height": HEIGHT,
        "timestamp": began,
        "idle_time_limit": 2.0,
        "title": "A rollout of dcos.avi in the lab, with a version that starts slowly",
        "env": {"TERM": "xterm-256color", "SHELL": "/bin/bash"},
    }
    lines = [header, *([at, "o", text] for at, text in events)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def record() -> None:
    """Record the rollout, and draw it."""
    began = int(time.time())
    with standing("100", overrides=_SLOW_START) as lab:
        user = {name: value for name, value in os.environ.items() if name not in _NOT_OF_A_USER}
        lab_env = {"ANSIBLE_LOCALHOST_WARNING": "False"}
        environment = {
            **user,
            **lab_env,
            **lab.env,
            "TERM": "xterm-256color",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        }
        program, *arguments = shlex.split(COMMAND.replace("\\\n", " "))
        events = [(0.0, f"$ {COMMAND}\n".replace("\n", "\r\n"))]
        for at, text in played((str(BIN / program), *arguments), environment):
            events.append((at, masked(text)))
            sys.stdout.write(text)
    CAST.write_text(cast_of(events, began))
    PICTURE.write_text(drawn(events, WIDTH))


if __name__ == "__main__":
    record()
