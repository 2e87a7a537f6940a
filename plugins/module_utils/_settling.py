# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a wait for a service ends, and the time that it is given to settle."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._errors import WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._migration import Picture
from ansible_collections.dcos.avi.plugins.module_utils._wait import wait_until

# Seconds after which a single failure of a task is past, while a crash loop has shown itself again.
SETTLE_SECONDS = 30.0


@dataclass(frozen=True)
class Waited:
    """The end of a wait: what for ("active" or "drained"), how many seconds, with what success, and what was seen last."""

    what: str
    seconds: float
    complete: bool
    last: str

    def as_result(self) -> dict[str, Any]:
        return {"for": self.what, "seconds": round(self.seconds, 1), "complete": self.complete, "last": self.last}


def look_until_settled(
    look: Callable[[], Picture], seen: Picture, is_settled: Callable[[Picture], bool], **times: Any
) -> Picture:
    """Look until the service has settled, or clearly will not by itself, or the time is up. Returns the last look."""
    looks = [seen]

    def look_again() -> Picture:
        looks.append(look())
        return looks[-1]

    with contextlib.suppress(WaitTimeout):
        wait_until(
            look_again,
            lambda picture: is_settled(picture) or _is_hopeless(looks),
            timeout=SETTLE_SECONDS,
            describe=lambda picture: "",
            what="the active version to settle",
            **times,
        )
    return looks[-1]


def _is_hopeless(looks: Sequence[Picture]) -> bool:
    """Whether the version is not proven to take the traffic any more, or tasks fail one after another: each second may cost requests."""
    active = [look.active for look in looks if look.active]
    failures = {app.failure.at for app in active if app.failure}
    return looks[-1].active is None or len({app.id for app in active}) > 1 or len(failures) > 1
