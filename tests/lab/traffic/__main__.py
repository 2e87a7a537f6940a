# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python -m tests.lab.traffic``: send traffic until SIGINT or SIGTERM, then account for all of it."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from tests.lab.traffic.client import Mix, Traffic
from tests.lab.traffic.tally import Total


def main() -> int:
    """Run the command line. Exit code 1: the account does not add up, which is a fault of this program."""
    default = Mix()
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab.traffic",
        description="Send traffic at an even rate, never retry, and write one JSON line a second and a last one of totals.",
    )
    parser.add_argument("--url", required=True, help="where to send it, such as $LAB_VIP_URL")
    parser.add_argument("--rate", type=float, default=500, help="requests a second (default 500)")
    parser.add_argument("--new-share", type=float, default=default.new, help="of them over a connection of their own")
    parser.add_argument("--post-share", type=float, default=default.post, help="of them POST")
    parser.add_argument("--slow-share", type=float, default=default.slow, help="of them answered late")
    parser.add_argument("--slow-seconds", type=float, default=default.slow_seconds, help="how late")
    parser.add_argument("--timeout", type=float, default=default.timeout, help="after this many seconds one is lost")
    parser.add_argument("--log", type=Path, help="where the lines go (default: standard output)")
    given = parser.parse_args()
    mix = Mix(given.new_share, given.post_share, given.slow_share, given.slow_seconds, given.timeout)
    try:
        traffic = Traffic(given.url, given.rate, mix)
    except ValueError as error:
        parser.error(str(error))
    if given.log is None:
        total = asyncio.run(_run(traffic, sys.stdout))
    else:
        given.log.parent.mkdir(parents=True, exist_ok=True)
        with given.log.open("w") as log:
            total = asyncio.run(_run(traffic, log))
    return 0 if total.under_way == 0 else 1


async def _run(traffic: Traffic, log: TextIO) -> Total:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, done.set)
    await traffic.start()
    while not done.is_set():
        try:
            await asyncio.wait_for(done.wait(), 1.0)
        except TimeoutError:
            _write_lap(log, traffic)
    total = await traffic.stop()
    _write_lap(log, traffic)
    _write(log, {"total": total.as_dict()})
    return total


def _write_lap(log: TextIO, traffic: Traffic) -> None:
    lap = traffic.lap()
    _write(log, {"time": round(time.time(), 3), "sent": lap.sent, "answered_by": lap.answered_by, "lost": lap.lost})


def _write(log: TextIO, line: dict[str, Any]) -> None:
    log.write(json.dumps(line) + "\n")
    log.flush()


if __name__ == "__main__":
    sys.exit(main())
