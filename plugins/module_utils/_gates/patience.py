# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a service is given to settle, where what is missing may be there in a moment."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Sequence

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.state import (
    Picture,
    picture_once_checked,
    recent_failure,
)

# Seconds after which a single failure of a task is past, while a crash loop has shown itself again. What else may pass has passed by then, too.
SETTLE_SECONDS = 30.0
# Seconds in all that a task gets to start again. Marathon 1.8 asks Mesos for offers every 30 s, and a launch was seen to wait 58 s for one.
LAUNCH_SECONDS = 75.0
# Seconds in all that running tasks get which Marathon has not checked yet: as long as the grace period that its checks have by themselves.
UNCHECKED_SECONDS = 300.0


def look_until_settled(
    look: Callable[[], Picture],
    seen: Picture,
    why_not: Callable[[Picture], str | None],
    *,
    interval: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Picture:
    """Look until the service has settled, or clearly will not by itself, or the time is up. Returns the last look.

    Where nothing is missing but a task that waits for its launch, or Marathon's checks of tasks that run and have not failed, the time is
    longer.

    :param why_not: says why the service has not settled by what a look saw, None where it has.
    """
    looks, reasons = [seen], [why_not(seen)]

    def look_again() -> Picture:
        looks.append(look())
        reasons.append(why_not(looks[-1]))
        return looks[-1]

    def wait(seconds: float, is_over: Callable[[Picture], bool]) -> None:
        with contextlib.suppress(WaitTimeout):
            wait_until(
                look_again,
                lambda picture: reasons[-1] is None or is_hopeless(looks) or is_over(picture),
                timeout=seconds,
                describe=lambda picture: reasons[-1] or "",
                what="the active version to settle",
                who=seen.service,
                interval=interval,
                clock=clock,
                sleep=sleep,
            )

    if is_hopeless(looks):
        return seen
    wait(SETTLE_SECONDS, lambda picture: False)
    for seconds, lacks_only in ((LAUNCH_SECONDS, lacks_only_a_launch), (UNCHECKED_SECONDS, lacks_only_checks)):
        if reasons[-1] is not None and not is_hopeless(looks) and lacks_only(looks[-1]):
            wait(seconds - SETTLE_SECONDS, functools.partial(_is_otherwise, lacks_only))
    return looks[-1]


def is_hopeless(looks: Sequence[Picture]) -> bool:
    """Whether time does not help any more: the traffic goes elsewhere or to nobody, or tasks fail, so that each second may cost requests.

    A server that is down at one look, or a task that Avi or Marathon does not know yet, is no more than a moment of the version that serves.
    """
    last = looks[-1]
    if last.active is None and (last.serving is None or recent_failure(last.serving)):
        return True
    takers = [taker for look in looks if (taker := look.active or look.serving)]
    failures = {taker.failure.at for taker in takers if taker.failure}
    return len({taker.id for taker in takers}) > 1 or len(failures) > 1


def lacks_only_a_launch(seen: Picture) -> bool:
    """Whether the version that serves would be complete if Marathon had launched what it lacks: a task that died has to wait for an offer."""
    app = _serves(seen)
    live = [task for task in app.tasks if task.is_live] if app else []
    return app is not None and bool(live) and len(live) < app.instances and all(task.healthy for task in live)


def lacks_only_checks(seen: Picture) -> bool:
    """Whether the version that serves would be complete if Marathon had checked its running tasks, of which none has failed just before."""
    app = _serves(seen)
    if app is None or recent_failure(app) or not any(task.unchecked for task in app.tasks):
        return False
    return app.instances <= sum(task.healthy or task.unchecked for task in app.tasks)


def _is_otherwise(is_so: Callable[[Picture], bool], seen: Picture) -> bool:
    return not is_so(seen)


def _serves(seen: Picture) -> App | None:
    serves = seen.active or picture_once_checked(seen).active
    return seen.app(serves.id) if serves else None
