# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks right before a request that could end a service that what speaks for the request still holds.

A look takes a dozen requests, so that its first answers are old when the last one comes. The last check asks again for what
decides: where Avi sends the traffic and the servers of the pool that serves, both at the same time, then all apps and the lock from
Marathon. So it takes as long as Avi's slowest answer and one of Marathon's. A
request may rest on it for two seconds from its first question, by a clock that no time server moves. A process that was stopped
in between finds the time over when it wakes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import Pool
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._service.lease import GREATEST_AGE
from ansible_collections.dcos.avi.plugins.module_utils._service.nobody_serves import serving_pools
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

_WHAT_TO_DO = {
    True: "Look at the virtual service with the playbook dcos.avi.status, and run this again when it is at rest.",
    False: f"An answer of Avi's and one of Marathon's may take {GREATEST_AGE:g} s together. Run this again when they answer sooner, or from a "
    "host that is nearer to them.",
}

Look = Callable[[], Picture]
LookAgain = Callable[[Picture, Sequence[Pool]], Optional[Picture]]


@dataclass(frozen=True)
class Checked:
    """What the last check saw, and until when (by the clock ``elapsed``) a request that rests on it may be sent."""

    seen: Picture
    not_after: float


def last_check(
    look: Look,
    look_again: LookAgain,
    judge: Callable[[Picture], object],
    app_id: str,
    what: str,
    seen: Picture,
    deadline: Deadline,
    clock: Callable[[], float] = elapsed,
) -> Checked:
    """Return a check that is young enough to act on. Where Avi has changed or answers too slowly, all is looked at anew.

    :param judge: raises where what was seen speaks against the request.
    :param app_id: the app that is to go.
    :param what: begins the sentence of a failure, "app1-100 is not scaled to zero".
    :param seen: the last look.
    :raises WaitTimeout: no check was young enough before the deadline.
    """
    while True:
        begun = clock()
        again = look_again(seen, serving_pools(seen, app_id))
        if again is not None:
            judge(again)
            if clock() <= begun + GREATEST_AGE:
                return Checked(again, begun + GREATEST_AGE)
        if deadline.left == 0:
            raise WaitTimeout(_too_slow(what, clock() - begun, is_changed=again is None))
        seen = look()
        judge(seen)


def _too_slow(what: str, seconds: float, *, is_changed: bool) -> str:
    why = (
        "Avi showed another state with each check"
        if is_changed
        else f"the last check took {seconds:.1f} s, and may take {GREATEST_AGE:g} s"
    )
    return (
        f"{what}: what serves without it could not be checked right before, because {why}. Nothing was changed. "
        f"{_WHAT_TO_DO[is_changed]} What was done so far stays, and the next run resumes here."
    )
