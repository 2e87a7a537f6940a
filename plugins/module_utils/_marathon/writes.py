# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out a change of an app exactly once, whatever the network and Marathon's locks make of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Optional

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    Away,
    Breakdown,
    Conflict,
    DcosAviError,
    Refused,
    UnknownOutcome,
    Unreachable,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.run import run_is_gone, run_or_none
from ansible_collections.dcos.avi.plugins.module_utils._marathon.absence import ABSENCE, RETRY_PAUSE, once_readable
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Accepted, AppJson, Marathon, ids_of
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import wait_until_over

# Seconds before a change is sent again although its lock is not to be seen: releases before 1.8 list it a moment late.
LOCK_PAUSE = 0.1

Send = Callable[[], Accepted]
# Takes the app as it is (None where there is none), and whether an earlier request may have been applied unseen.
# Returns the request that is still to be sent, None when nothing is left to do.
NextStep = Callable[[Optional[AppJson], bool], Optional[Send]]


def apply_change(
    client: Marathon,
    app_id: str,
    app: AppJson | None,
    next_step: NextStep,
    deadline: Deadline,
    *,
    for_a_run_that_ended: bool = False,
) -> Accepted | None:
    """Send a change, and make sure of it.

    A deployment that locks the app is waited for. After an unknown outcome (no usable answer) the app is read before
    anything is sent again: a request that timed out may have worked. One that could not be sent within seconds follows from
    what may not hold any more: then, too, the app is read and the next step worked out anew.

    :param app: the app as last read, None where there is none.
    :param for_a_run_that_ended: it undoes what the run did, so that it is sent although the run may have ended.
    :returns: what Marathon accepted; None where nothing was left to do, or its answer never came.
    :raises ApiError: Marathon refuses it.
    :raises WaitTimeout: the app stayed locked.
    :raises UnknownOutcome: it is not known, and could not be found out in time, whether the change was made.
    """
    in_doubt, out_of_time = False, False
    asked_by = None if for_a_run_that_ended else run_or_none()
    send = next_step(app, in_doubt)
    try:
        while send is not None:
            try:
                refuse_for_a_run_that_ended(asked_by, app_id)
                return send()
            except Conflict as conflict:
                app, out_of_time = _read_after_conflict(client, app_id, app, conflict, deadline, out_of_time)
                send = next_step(app, in_doubt)
            except (Unreachable, Away) as unsent:
                app = _read_after_absence(client, app_id, unsent, deadline)
                send = next_step(app, in_doubt)
                if send is not None and deadline.left == 0:
                    raise
            except UnknownOutcome as unknown:
                in_doubt = True
                # The pause comes first: nothing is sent by what was seen before it.
                time.sleep(min(RETRY_PAUSE, deadline.left))
                app = _read_again(client, app_id, unknown, deadline)
                send = next_step(app, in_doubt)
                # What Marathon breaks down over is not sent again: it would be again.
                if send is not None and (deadline.left == 0 or isinstance(unknown, Breakdown)):
                    raise _not_there(unknown, app_id) from None
    except Refused:
        raise  # What is there now is not what was sent.
    except UnknownOutcome as error:
        error.changed = error.changed or in_doubt
        raise
    except DcosAviError as error:
        if not in_doubt:
            raise
        raise _after_a_doubtful_try(error) from None
    return None


def _read_after_conflict(
    client: Marathon, app_id: str, app: AppJson | None, conflict: Conflict, deadline: Deadline, out_of_time: bool
) -> tuple[AppJson | None, bool]:
    """Return the app as it is once nothing locks it, and whether the time to wait for that is up."""
    locks = _locks(conflict)
    if locks:
        _wait_for_locks(client, app_id, locks, deadline, out_of_time, is_there=app is not None)
        out_of_time = deadline.left == 0
    now = once_readable(lambda: client.app(app_id), min(ABSENCE, deadline.left), app_id)
    if not locks and (app is None) == (now is None):
        raise conflict  # No lock to wait for, and nobody was faster: a group or a pod has this id, or a gateway says no.
    return now, out_of_time


def _not_there(unknown: UnknownOutcome, app_id: str) -> UnknownOutcome:
    sentence = f"{unknown.sentence}. {app_id} was read since, and the change is not there. Run this again."
    return type(unknown)(sentence, status=unknown.status, details=unknown.details)


def refuse_for_a_run_that_ended(run: str | None, app_id: str) -> None:
    """A playbook that was killed leaves its task behind, which must not change what the next run has made since."""
    if run and run_is_gone(run):
        raise Refused(f"Nothing more is sent for {app_id}: the run of Ansible that asked for it has ended.")


def _after_a_doubtful_try(error: DcosAviError) -> DcosAviError:
    """Return the error of a later try, which speaks of that alone, with the doubt about the earlier one."""
    sentence = f"{error.sentence.rstrip('.')}. An earlier try may have been applied: run this again to find out"
    told = type(error)(sentence, status=error.status, details=error.details)
    told.changed = True
    return told


def _locks(conflict: Conflict) -> list[str]:
    """Return the ids of the deployments that a 409 names as locks; none where something exists already."""
    return ids_of(conflict.details.get("deployments")) if isinstance(conflict.details, dict) else []


def _wait_for_locks(
    client: Marathon, app_id: str, locks: list[str], deadline: Deadline, out_of_time: bool, *, is_there: bool
) -> None:
    """Wait for an app to be free, or an id: Marathon shows a deleted app no more, and locks its id until the last of its processes has ended."""
    names = " and ".join(locks)
    if is_there:
        what, interval = f"other deployments of {app_id} to be over", None
        why = f"{app_id} is locked by deployment {names}, and nothing was changed"
        remedy = "Wait longer, end that deployment with marathon_deployment, or override it with force: true."
    else:
        # On 1.8 and later the event of that deployment comes before they end, so that none tells.
        what, interval = f"the tasks of the app {app_id} that was deleted to end", deadline.own_interval
        why = f"{app_id} was not created, because deployment {names} locks its id"
        remedy = (
            "They finish the requests that they have, for as long as their taskKillGracePeriodSeconds. Wait longer (wait_timeout), or run this "
            "again later."
        )
    try:
        if out_of_time:
            raise WaitTimeout(f"there was no time to wait for {what}")
        wait_until_over(client, locks, what, deadline, interval)
        time.sleep(LOCK_PAUSE)
    except WaitTimeout as error:
        raise WaitTimeout(f"{why}: {error.sentence}. {remedy}", details=error.details) from None


def _read_after_absence(
    client: Marathon, app_id: str, unsent: Unreachable | Away, deadline: Deadline
) -> AppJson | None:
    try:
        return once_readable(lambda: client.app(app_id), min(ABSENCE, deadline.left), app_id)
    except DcosAviError:
        # That nothing was done is the news.
        raise unsent from None


def _read_again(client: Marathon, app_id: str, unknown: UnknownOutcome, deadline: Deadline) -> AppJson | None:
    try:
        return once_readable(lambda: client.app(app_id), deadline.left, app_id)
    except DcosAviError as error:
        sentence = f"{unknown.sentence}. It could not be found out either: {error.sentence}. Run this again to find out"
        in_doubt = UnknownOutcome(sentence, status=unknown.status)
        in_doubt.changed = True
        raise in_doubt from None
