# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Chromium of its own that opens a page, and tells what the page asked for."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIETLY = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-default-apps --disable-extensions --hide-scrollbars --remote-debugging-pipe"
).split()
#: What Chromium calls by these names happened to the page, although nothing on it may do so.
UNWANTED = {
    "Runtime.exceptionThrown",
    "Runtime.consoleAPICalled",
    "Log.entryAdded",
    "Page.javascriptDialogOpening",
    "Page.downloadWillBegin",
    "Page.windowOpen",
}


class NoBrowserError(Exception):
    """There is none, and none may be installed."""


def browser_path() -> str:
    """Return a browser; install the system's package where that was asked for. Raises NoBrowserError, with what to do."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        done = subprocess.run(
            [ROOT / "tests/utils/setup", "chromium"],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        found = next(filter(None, map(shutil.which, NAMES)), None)
        if found is None:
            raise NoBrowserError(done.stderr.strip() or done.stdout.strip())
    return found


class Browser:
    """A browser with one page; gone when the `with` block ends."""

    def __init__(self) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._next = 0
        self._session = ""
        self.requests: list[str] = []
        """What the page that is open asked for, but for itself."""
        self.unwanted: list[str] = []
        """What happened to it that must not."""

    def __enter__(self) -> Self:
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        # It reads from file 3 and writes to file 4.
        command = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", command, "bash", browser_path(), *QUIETLY, f"--user-data-dir={self._profile.name}"],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._buffer = b""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._call(f"{domain}.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(30)
        os.close(self._to)
        os.close(self._from)
        self._profile.cleanup()

    def open(self, page: Path, width: int, scheme: str = "light", media: str = "screen") -> None:
        """Open a file, as wide as a screen, in the colours that a reader asks for, and wait until it is drawn."""
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500
        )
        asked = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("Emulation.setEmulatedMedia", media=media, features=asked)
        self.requests, self.unwanted = [], []
        self._call("Page.navigate", url=page.as_uri())
        self._wait_for("Page.loadEventFired")
        # What a page asks for when it was loaded comes before the next picture of it is drawn.
        self.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")
        self.requests.remove(page.as_uri())

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression of JavaScript, which runs beside the page's own content security policy."""
        answer = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def screenshot(self, file: Path, height: int | None = None) -> None:
        """Write the page as a picture: all of it, or its upper part."""
        width = self.evaluate("window.innerWidth")
        clip = {"clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}} if height else {}
        answer = self._call("Page.captureScreenshot", captureBeyondViewport=True, **clip)
        file.write_bytes(base64.b64decode(answer["data"]))

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._next += 1
        number = self._next
        message = {
            "id": number,
            "method": method,
            "params": params,
            **({"sessionId": self._session} if self._session else {}),
        }
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer}"
                return answer["result"]

    def _wait_for(self, event: str) -> None:
        while self._read().get("method") != event:
            pass

    def _read(self) -> Mapping[str, Any]:
        while b"\0" not in self._buffer:
            more = os.read(self._from, 1 << 20)
            assert more, "Chromium ended"
            self._buffer += more
        line, _end, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(line)
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        elif message.get("method") in UNWANTED:
            self.unwanted.append(json.dumps(message["params"]))
        return message
