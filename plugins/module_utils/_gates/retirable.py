# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits until nothing speaks against scaling superseded versions down."""

from __future__ import annotations

import time
from collections.abc import Callable

from ansible_collections.dcos.avi.plugins.module_utils._gates.patience import look_until_settled
from ansible_collections.dcos.avi.plugins.module_utils._gates.waited import Waited
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture


def until_retirable(
    look: Callable[[], Picture],
    why_not: Callable[[Picture], str | None],
    *,
    interval: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Picture, Waited]:
    """Give what speaks against scaling superseded versions down time to pass. That it does not is no error.

    :param why_not: says what speaks against it in a look, and may pass; None where nothing does.
    """
    start = clock()
    seen = look()
    if why_not(seen):
        seen = look_until_settled(look, seen, why_not, interval=interval, clock=clock, sleep=sleep)
    last = why_not(seen)
    return seen, Waited("retirable", clock() - start, last is None, last or "Nothing speaks against it.")
