# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.lab up``: run a lab until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.lab.haproxy import HAProxyError
from tests.lab.lab import Lab
from tests.lab.process import write_env_file
from tests.lab.settings import Settings


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description="A lab for dcos.avi.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run a lab until SIGINT or SIGTERM")
    up.add_argument("--env-file", type=Path, default=Path("build/lab.env"), help="where clients find its addresses")
    up.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting (see settings.py)")
    options = parser.parse_args()
    try:
        given = dict(each.split("=", 1) for each in options.set)
        settings = Settings.load(os.environ, given)
    except ValueError as error:
        parser.error(str(error))
    try:
        asyncio.run(_up(settings, options.env_file))
    except HAProxyError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _up(settings: Settings, env_file: Path) -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, done.set)
    env_file.unlink(missing_ok=True)
    async with Lab(settings) as lab:
        write_env_file(env_file, lab.env)
        print(f"The lab is up; its addresses are in {env_file}", flush=True)
        await done.wait()
        env_file.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
