# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks twice, under one leader of Marathon, that nothing is under way any more.

In the first moments of a leader an answer may lack deployments that run: 1.11 showed none where two did, and both in the next answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon

T = TypeVar("T")
# Seconds for a new leader to read what is under way.
NEW_LEADER_PAUSE = 0.5


def look_twice(client: Marathon, look: Callable[[], T], is_over: Callable[[T], bool]) -> T:
    """Return what a look saw. Where by that all is over, a second one under the same leader has shown the same.

    :param is_over: tells whether nothing is under way by what a look saw.
    """
    leader = client.leader
    seen = look()
    while is_over(seen):
        if leader is not None and client.leader != leader:
            time.sleep(NEW_LEADER_PAUSE)
        leader, seen = client.leader, look()
        if client.leader == leader:
            break
    return seen
