# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The traffic client as a child process, for tests: so that a busy test does not slow the traffic down."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.lab.children import dies_with_parent
from tests.lab.process import ROOT
from tests.lab.traffic.client import Mix
from tests.lab.traffic.tally import Total, add_up
from tests.warm import client as warm


class TrafficProcess:
    """Traffic in a process of its own, which ends when the `with` block or this process does.

    with TrafficProcess(lab.env["LAB_VIP_URL"], rate=500, mix=Mix(slow=0.01)) as traffic:
        ...
        total = traffic.stop()
    assert total.lost_total == 0, total.lost
    """

    def __init__(self, url: str, rate: float = 500, mix: Mix | None = None) -> None:
        mix = mix or Mix()
        self._files = tempfile.TemporaryDirectory(prefix="lab-traffic-")
        self._log = Path(self._files.name, "traffic.jsonl")
        self._longest = mix.timeout + mix.slow_seconds + 10
        self._command = [
            "tests.lab.traffic", "--url", url, "--rate", str(rate), "--log", str(self._log),
            "--new-share", str(mix.new), "--post-share", str(mix.post), "--timeout", str(mix.timeout),
            "--slow-share", str(mix.slow), "--slow-seconds", str(mix.slow_seconds),
        ]  # fmt: skip
        self._process: warm.Process | subprocess.Popen[bytes] | None = None

    def __enter__(self) -> TrafficProcess:
        self._process = warm.start("tests.warm.lab", self._command, os.environ) or subprocess.Popen(
            [sys.executable, "-m", *self._command], cwd=ROOT, stdin=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509
        )  # fmt: skip
        self.wait_for(lambda total: total.sent > 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self._files.cleanup()

    def laps(self) -> list[dict[str, Any]]:
        """Return what happened second by second: ``{time, sent, answered_by, lost}``."""
        lines = self._log.read_text().splitlines(keepends=True) if self._log.exists() else []
        entries = [json.loads(line) for line in lines if line.endswith("\n")]
        return [entry for entry in entries if "total" not in entry]

    def snapshot(self) -> Total:
        """Return the account up to the last whole second."""
        return add_up(self.laps())

    def wait_for(self, seen: Callable[[Total], bool], timeout: float = 60.0) -> Total:
        """Wait until the account shows something. Raises TimeoutError, with the account, if it does not."""
        deadline = time.monotonic() + timeout
        while True:
            total = self.snapshot()
            if seen(total):
                return total
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"The traffic client has ended: {total}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"The traffic did not come to that within {timeout:g} seconds: {total}")
            time.sleep(0.05)

    def stop(self) -> Total:
        """Send no more, wait for what is under way, and return the whole account."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(self._longest)
        total = self.snapshot()
        if code != 0 or total.under_way:
            raise RuntimeError(f"The account of the traffic client does not add up (exit code {code}): {total}")
        return total
