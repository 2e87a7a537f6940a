# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what is there when a write was not sent, or nobody knows what became of it: Marathon may be away for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until

T = TypeVar("T")

# Seconds for which a Marathon that could be read a moment ago is waited for: as long as a change of its leader takes.
ABSENCE = 30.0
# Seconds before a change whose outcome was unknown is looked for, and sent again where it is not there.
RETRY_PAUSE = 0.5


def once_readable(look: Callable[[], T], seconds: float, what: str) -> T:
    """Return what ``look`` returns as soon as Marathon answers.

    :param what: is read, for the error.
    :raises WaitTimeout: it did not answer in so many ``seconds``.
    """
    return wait_until(
        look, lambda seen: True, timeout=seconds, interval=RETRY_PAUSE, describe=str, what=f"{what} to be readable"
    )
