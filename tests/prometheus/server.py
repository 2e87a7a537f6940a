# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Prometheus, as a child process, for tests."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.lab.children import dies_with_parent
from tests.lab.process import ROOT
from tests.lab.serving import LOOPBACK

_LISTENS = re.compile(r'msg="Listening on" address=(\S+)')
_IS_READY = "Server is ready to receive web requests"


class Prometheus:
    """A Prometheus with this configuration on a free port, gone when the `with` block ends or this process does.

    ``web`` is its configuration for clients, with TLS.
    """

    def __init__(self, configuration: Mapping[str, Any], web: Mapping[str, Any] | None = None) -> None:
        self._files = tempfile.TemporaryDirectory(prefix="prometheus-")
        self._log = Path(self._files.name, "log")
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""
        file = Path(self._files.name, "prometheus.yml")
        # JSON is YAML.
        file.write_text(json.dumps(configuration))
        self._command = [
            program(), f"--config.file={file}", f"--storage.tsdb.path={self._files.name}/data", f"--web.listen-address={LOOPBACK}:0",
        ]  # fmt: skip
        self._scheme = "http"
        if web:
            self._scheme = "https"
            for_clients = Path(self._files.name, "web.yml")
            for_clients.write_text(json.dumps(web))
            self._command.append(f"--web.config.file={for_clients}")

    def __enter__(self) -> Prometheus:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=dies_with_parent(),  # noqa: PLW1509
            )  # fmt: skip
        try:
            self._until(lambda: _IS_READY in self._log.read_text(), lambda: "It does not begin.")
        except BaseException:
            self.stop()
            raise
        address = _LISTENS.search(self._log.read_text())
        assert address is not None, self._log.read_text()
        self.url = f"{self._scheme}://{address[1]}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._files.cleanup()

    def stop(self) -> None:
        """End it at once; safe to call twice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def value(self, query: str) -> float | None:
        """Return the one value of a query now, None without one."""
        asked = urllib.parse.urlencode({"query": query})
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{asked}", timeout=60) as answer:
            result = json.load(answer)["data"]["result"]
        return float(result[0]["value"][1]) if result else None

    def wait_for(self, query: str, is_so: Callable[[float], bool]) -> None:
        """Wait until a query has a value that is so."""

        def holds() -> bool:
            value = self.value(query)
            return value is not None and is_so(value)

        self._until(holds, lambda: f"{query} was {self.value(query)}.")

    def _until(self, holds: Callable[[], bool], what: Callable[[], str], timeout: float = 120.0) -> None:
        assert self._process is not None
        deadline = time.monotonic() + timeout
        while not holds():
            assert self._process.poll() is None, f"Prometheus ended: {self._log.read_text()}"
            assert time.monotonic() < deadline, f"{what()} {self._log.read_text()}"
            time.sleep(0.1)


def program() -> str:
    """Where Prometheus is; it is installed where that was asked for."""
    done = subprocess.run([ROOT / "tests/utils/setup", "prometheus"], stderr=subprocess.PIPE, text=True, check=False)
    found = shutil.which("prometheus")
    assert done.returncode == 0 and found is not None, done.stderr
    return found
