# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says where an app may still serve although it is scaled to zero, or deleted. Pure.

Marathon cannot reach the tasks on an agent that it has lost. A scale to zero succeeds at once, and up to 1.5 the app does not show
them afterwards, while their processes go on serving until the agent is back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import unreachable_tasks


def lost_tasks(looks: Iterable[Mapping[str, Any] | None]) -> dict[str, str]:
    """Return the ids of an app's tasks on lost agents, each with the agent's host.

    :param looks: the app as it was seen, such as before and after it was scaled to zero; None where it was gone.
    """
    return {str(task.get("id")): str(task.get("host")) for app in looks if app for task in unreachable_tasks(app)}


def may_still_serve(app_id: str, lost: Mapping[str, str], up: Collection[str] = ()) -> list[str]:
    """Return a warning about the tasks of an app on lost agents; none where there is no such task.

    :param up: the servers of these tasks that Avi shows up.
    """
    if not lost:
        return []
    hosts = ", ".join(sorted(set(lost.values())))
    warning = (
        f"{app_id} may still serve on {hosts}: Marathon has lost sight of {len(lost)} of its tasks there, and ends them only when the agent is "
        "back."
    )
    still_up = f" Avi still shows {', '.join(sorted(up))} up, so {app_id} is not gone." if up else ""
    return [warning + still_up]
