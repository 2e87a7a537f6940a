# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as a child process, for tests and tools."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.lab.children import dies_with_parent
from tests.warm import client as warm

ROOT = Path(__file__).resolve().parents[2]
_EXPORT = re.compile(r"export (\w+)=(.*)")


class LabProcess:
    """A lab of its own, in a process of its own, gone when the `with` block ends or this process does.

        with LabProcess(connector_delay=5) as lab:
            run_playbook(env=lab.env)
            writes = lab.journal(kind="request", api="marathon", write=True)

    Keyword arguments are settings (see settings.py). Start it from a thread that lives as long as the lab should.
    """

    def __init__(self, *, start_timeout: float = 120.0, **settings: Any) -> None:
        self._settings = settings
        self._start_timeout = start_timeout
        self._files = tempfile.TemporaryDirectory(prefix="lab-")
        self._process: warm.Process | subprocess.Popen[bytes] | None = None
        self.env: dict[str, str] = {}
        """The variables a client of this lab needs: MARATHON_URL, AVI_CONTROLLER, ... and LAB_URL."""

    def __enter__(self) -> Self:
        env_file = Path(self._files.name, "lab.env")
        command = ["tests.lab", "up", "--env-file", str(env_file)]
        for name, value in self._settings.items():
            command += ["--set", f"{name}={value}"]
        # stderr stays ours: what a lab complains about belongs in the test's output.
        self._process = warm.start("tests.warm.lab", command, os.environ) or subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509  what it calls takes no lock
        )  # fmt: skip
        try:
            self._wait_for(env_file)
        except BaseException:
            self.stop()
            raise
        self.env = read_env_file(env_file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_for(self, env_file: Path) -> None:
        assert self._process is not None
        deadline = time.monotonic() + self._start_timeout
        while not env_file.exists():
            if self._process.poll() is not None:
                raise RuntimeError(f"The lab ended with exit code {self._process.returncode} before it was ready.")
            if time.monotonic() > deadline:
                raise RuntimeError(f"The lab was not ready after {self._start_timeout:g} seconds.")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the lab; safe to call twice."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self._files.cleanup()

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the lab's own control API; return its JSON. Raises RuntimeError with its words where it refuses."""
        request = urllib.request.Request(
            self.env["LAB_URL"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"The lab refused {method} {path}: {error.read().decode()}") from None

    def get(self, path: str) -> Any:
        """GET from the control API."""
        return self.request("GET", path)

    def post(self, path: str, body: Any) -> Any:
        """POST to the control API."""
        return self.request("POST", path, body)

    def state(self) -> Any:
        """Return everything the lab knows now, by part."""
        return self.get("/state")

    def journal(self, since: int = 0, **match: Any) -> list[dict[str, Any]]:
        """Return the journal's entries after number `since` whose fields have these values.

        For example ``journal(kind="request", api="marathon", write=True)``.
        """
        texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in match.items()}
        entries: list[dict[str, Any]] = self.get("/journal?" + urllib.parse.urlencode({"since": since, **texts}))
        return entries

    def set(self, **settings: Any) -> None:
        """Change settings while the lab runs."""
        self.post("/settings", settings)

    def crash(self, app: str, count: int = 1) -> list[str]:
        """Kill the processes of so many of an app's tasks behind Marathon's back; return the tasks' ids."""
        killed: list[str] = self.post("/crash", {"app": app, "count": count})
        return killed

    def kill_leader(self) -> None:
        """Have the process of Marathon's leader killed."""
        self.post("/kill_leader", {})

    def lose_agent(self, number: int, *, lost: bool = True) -> None:
        """Have Marathon lose sight of an agent, counted from 0, whose tasks go on serving; or have it back."""
        self.post("/agent", {"agent": number, "lost": lost})

    def fault(self, **fault: Any) -> None:
        """Set a fault (see faults.py), for example ``fault(api="marathon", method="POST", action="drop_after", times=1)``."""
        self.post("/faults", fault)

    def clear_faults(self) -> None:
        """Take all faults back."""
        self.request("DELETE", "/faults")


def write_env_file(path: Path, variables: dict[str, str]) -> None:
    """Write variables as shell exports, at once: who sees the file sees all of it."""
    text = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text)
    unfinished.replace(path)


def read_env_file(path: Path) -> dict[str, str]:
    """Return the variables of a file that `write_env_file` wrote."""
    matches = (_EXPORT.fullmatch(line) for line in path.read_text().splitlines())
    return {match[1]: "".join(shlex.split(match[2])) for match in matches if match}
