# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task said that failed, for the failure that its run ends with. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TOLD_IN_THE_END = "It failed. The last task of this run says why."
_SHOWN = ("failed", "changed", "warnings", "deprecations", "diff")


def told_in_the_end(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a task that failed, where the run tells once, in its end, what failed.

    Ansible shows its ``invocation`` with -vvv alone, and hands it on all the same.
    """
    return {
        **{key: value for key, value in result.items() if key in _SHOWN},
        "msg": TOLD_IN_THE_END,
        "invocation": {"failed_with": dict(result)},
    }


def failed_words(result: Mapping[str, Any] | None, no_log: bool = False) -> str:
    """Return what a task said that failed. Of a loop Ansible itself only says that an item did, so that it is what the items said.

    :param result: the result of the task; empty where any_errors_fatal ended the play for all, and none failed on this host.
    :param no_log: what it says is not to be told.
    """
    if no_log:
        return "what it says is hidden by no_log"
    if not result:
        return "it ended, because another host of it failed"
    result = _whole(result)
    items = [_whole(each) for each in result.get("results") or () if isinstance(each, Mapping) and each.get("failed")]
    said = dict.fromkeys(str(each["msg"]) for each in items if each.get("msg"))
    return " ".join(said) or str(result.get("msg") or "it failed without a word")


def _whole(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a task said before it was put off to the end."""
    invocation = result.get("invocation")
    whole = invocation.get("failed_with") if isinstance(invocation, Mapping) else None
    return whole if isinstance(whole, Mapping) else result
