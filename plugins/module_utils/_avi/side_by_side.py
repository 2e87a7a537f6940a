# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks a Controller several questions at the same time, so that all of them take as long as the slowest answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._avi.refusals import SESSION_ENDED
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError

T = TypeVar("T")
# So many connections are open at most, the Controller's own session aside.
AT_ONCE = 4


def side_by_side(avi: Avi, reads: Sequence[Callable[[Avi], T]]) -> list[T]:
    """Return what these reads return, in their order. The first one goes through ``avi`` itself, each other through a connection of its own.

    A read that finds the session ended is repeated through ``avi``, which begins another.

    :raises DcosAviError: what the first read raised that failed.
    """
    first, others = reads[:1], reads[1:]
    if not others:
        return [read(avi) for read in first]
    guests = [avi.guest() for _read in others]
    try:
        with ThreadPoolExecutor(min(len(others), AT_ONCE)) as pool:
            begun = [pool.submit(read, guest) for read, guest in zip(others, guests)]
            found = [read(avi) for read in first]
        for read, future in zip(others, begun):
            try:
                found.append(future.result())
            except DcosAviError as error:
                if error.status not in SESSION_ENDED:
                    raise
                found.append(read(avi))
    finally:
        for guest in guests:
            guest.close()
    return found
