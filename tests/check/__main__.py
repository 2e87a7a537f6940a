# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.check [NAME ...]``: run the checks, or those named; the last line is ``N passed, N failed``."""

from __future__ import annotations

import signal
import sys
from collections import Counter

from tests.check.checks import CHECKS
from tests.check.run import Check, Result, run
from tests.whole import WHOLE


def main(names: list[str]) -> int:
    """Run the checks of these names; where there is none, all, but for those that are left to the whole. Returns the exit code."""
    known = {check.name: check for check in CHECKS}
    if unknown := [name for name in names if name not in known]:
        print(f"There is no check named {', '.join(unknown)}. There are: {', '.join(known)}")
        return 2
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: sys.exit(1))  # leave through the clean-up, without a traceback
    total: Counter[str] = Counter()
    failed: list[str] = []

    def tell(check: Check, result: Result) -> None:
        total.update(result.counts)
        failed.extend(result.failed)
        counts = ", ".join(f"{count} {what}" for what, count in result.counts.items())
        print(f"{check.name:<18} {result.seconds:6.1f} s  {counts}")
        print("".join(f"    {line}\n" for line in result.reasons), end="", flush=True)

    run([known[name] for name in names] or [check for check in CHECKS if WHOLE or not check.in_whole_alone], tell)
    # Once more, as the last lines are often all that is kept; why, stands above with each check.
    print("".join(f"Failed: {name}\n" for name in failed), end="")
    print(f"{total['passed']} passed, {total['failed']} failed")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
