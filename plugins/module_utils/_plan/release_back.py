# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds out what a release has done to a service before, and how the service is taken back. Pure.

What a release is, is recorded with the versions that it made. So one that was interrupted is gone on with by the history of its services, and
takes back nothing that others made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.given_names import name_text
from ansible_collections.dcos.avi.plugins.module_utils._plan.recovery import UNFINISHED
from ansible_collections.dcos.avi.plugins.module_utils._plan.release import BACK, CHECKED, FORTH, MOVED, READY, app_of
from ansible_collections.dcos.avi.plugins.module_utils._service.record import ROLLED_BACK, WITHDRAWN, short

ROLLBACK, WITHDRAW, NOTHING = "rollback", "withdraw", "nothing"
History = Sequence[Mapping[str, Any]]
Member = Mapping[str, Any]


def release_checked(member: Member, history: History, name: str, why: str = "") -> dict[str, Any]:
    """Return the member of a release once its rollout was planned.

    A version that this release left for the one before was being taken back: the release goes back then, whatever else it could do. Without
    that, what was refused ends the release.

    :param history: of its service, as migration_history_info returns it.
    :param name: of the release.
    :param why: why the plan was refused; empty where it was not.
    """
    mine = _made_by(member, history, name)
    goes_back = _way_back_of(member, history, name) is not None
    failed = bool(why) and not goes_back
    return {
        **member,
        "stage": member["stage"] if failed else CHECKED,
        "before": (mine["from"] if mine else None) or member["before"],
        # One that serves with a task too few just now has nothing to be planned for it but to be finished.
        "is_active": bool(member.get("is_active")) or member["before"] == app_of(member),
        "failed": failed,
        "goes_back": goes_back,
        "is_made": mine is not None,
        "gave_up": mine is not None and not mine["instances"] and mine["outcome"] in (WITHDRAWN, ROLLED_BACK),
        "why": why if failed else "",
    }


def release_has_begun(members: Sequence[Member]) -> bool:
    """Tell whether an earlier run of the release has made a version of a service: what has begun is finished, whatever time it is."""
    return any(each.get("is_made") for each in members)


def release_way(members: Sequence[Member], on_failure: str) -> str:
    """Return whether a release goes forth, or goes on with being taken back.

    It does that where it has begun to bring a version back. And, unless all is to be left as it is then, where one service has given up its version,
    while another serves what the release made: with that one it would have been next.
    """
    has_given_up = any(each.get("gave_up") for each in members)
    is_mixed = has_given_up and any(each.get("is_active") and each.get("is_made") for each in members)
    goes_back = any(each.get("goes_back") for each in members)
    return BACK if goes_back or (is_mixed and on_failure == ROLLBACK) else FORTH


def release_failed(member: Member, result: Mapping[str, Any], why: str) -> dict[str, Any]:
    """Return the member of a release that failed.

    A rollout that fails does not always take its version back: what judged it may have given no answer. Where that version serves, it is
    ``left``, and has to go back with the others. It is ``unfinished`` where it has passed its gates, and only the version before is to be retired.

    :param result: what the rollout of its service returned; empty where that had not begun.
    """
    serves = (result.get("after") or {}).get("app") == app_of(member) if result else bool(member.get("is_active"))
    is_unfinished = serves and result.get("outcome") == UNFINISHED
    # Of one that did not fail, it is something else that did: to retire, or to go back.
    is_left = serves and not is_unfinished and bool(result.get("failed", True))
    return {**member, "failed": True, "why": why, "left": is_left, "unfinished": is_unfinished}


def release_takes_back(members: Sequence[Member], service: str, on_failure: str) -> bool:
    """Tell whether a service is to be taken back now: the release failed, or it was interrupted while it was taken back."""
    member = next(each for each in members if each["service"] == service)
    if member.get("way") == BACK:
        return member["stage"] == CHECKED or bool(member.get("failed"))
    is_back = bool(member.get("failed")) and not _serves_all_the_same(member)
    return on_failure == ROLLBACK and _has_failed(members) and not is_back and member["stage"] in (READY, MOVED)


def _has_failed(members: Sequence[Member]) -> bool:
    """Tell whether what the release moved has to go back. One that was left may have gone back already.

    Where all have moved, and have passed their gates, only something is to be retired: the next run finishes that. With some of them moved the
    services would be left in versions that do not belong together.
    """
    if any(each.get("left") or (each.get("failed") and not each.get("unfinished")) for each in members):
        return True
    has_stopped = any(each.get("unfinished") for each in members)
    return has_stopped and any(each["stage"] != MOVED and not each.get("unfinished") for each in members)


def release_way_back(member: Member, history: History, name: str, mode: str) -> str:
    """Return how a service is taken back: by a rollback, by giving up what takes no traffic, or not at all, where the release made nothing.

    A rollback that was interrupted after its last scale-down may have left the preview, which goes with a version that is given up.
    """
    mine = _made_by(member, history, name)
    has_traffic = (
        member["stage"] == MOVED or _serves_all_the_same(member) or member.get("is_active") or member.get("goes_back")
    )
    if has_traffic and mine:
        return ROLLBACK if mine["instances"] else WITHDRAW
    if has_traffic:
        return NOTHING
    return WITHDRAW if mode == "lockstep" or mine else NOTHING


def release_now(member: Member, history: History, name: str) -> str:
    """Return the app that a service was taken back to."""
    back = _way_back_of(member, history, name)
    return str(back["app"] if back else member["before"])


def _serves_all_the_same(member: Member) -> bool:
    return bool(member.get("left") or member.get("unfinished"))


def _made_by(member: Member, history: History, name: str) -> Mapping[str, Any] | None:
    app = app_of(member)
    return next((each for each in history if each["app"] == app and _is_of(each, name)), None)


def _way_back_of(member: Member, history: History, name: str) -> Mapping[str, Any] | None:
    """The entry of what this release brought back in the place of its own version."""
    app = app_of(member)
    return next((each for each in history if each["rolled_back_from"] == app and _is_of(each, name)), None)


def _is_of(entry: Mapping[str, Any], name: Any) -> bool:
    """Whether an entry of the history is of a release. The name may be a number, or a day, and is recorded as a text that is cut where it is too long."""
    return bool(entry["release"] == short(name_text(name)))
