# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's Marathon still answers otherwise than running ones did, and why. None of it is a status, or leads a client astray."""

from __future__ import annotations

_GRACE = "What fails within the grace period is no result of the lab's yet."
_INSTANCE = "A task that ended is not followed by another of its instance yet."
_STUCK = "What a rollback of a stuck restart takes down is another in the lab."
_SCHEDULED = "The lab makes an instance when it is launched, and tells of none that never was."
#: By release and name of the exchange.
KNOWN: dict[tuple[str, str], str] = {
    **dict.fromkeys(
        ((each, "unhealthy[0] GET /v2/apps/h") for each in ("1.4.13", "1.5.15", "1.8.222", "1.11")), _GRACE
    ),
    (
        "1.8.222",
        "running[12] DELETE /v2/apps/r/app/tasks/r_app.instance-0bd0c056-ec43-11f1-b059-02fc00000001._app.1",
    ): _INSTANCE,
    ("1.8.222", "running[13] POST /v2/tasks/delete"): _INSTANCE,
    (
        "1.8.222",
        "running[14] DELETE /v2/apps/r/app/tasks/r_app.instance-0bd0c056-ec43-11f1-b059-02fc00000001._app.2?scale=true",
    ): _INSTANCE,
    ("1.8.222", "crash-loop[0] GET /v2/apps/cl/tasks"): _INSTANCE,
    (
        "1.8.222",
        "crash-loop[1] DELETE /v2/apps/cl/tasks/cl.instance-8818b361-ec43-11f1-b059-02fc00000001._app.1",
    ): _INSTANCE,
    (
        "1.11",
        "running[12] DELETE /v2/apps/r/app/tasks/r_app.instance-9cf42495-ec3a-11f1-aed2-02fc00000001._app.1",
    ): _INSTANCE,
    ("1.11", "running[13] POST /v2/tasks/delete"): _INSTANCE,
    (
        "1.11",
        "running[14] DELETE /v2/apps/r/app/tasks/r_app.instance-9cf42495-ec3a-11f1-aed2-02fc00000001._app.2?scale=true",
    ): _INSTANCE,
    ("1.11", "crash-loop[0] GET /v2/apps/cl/tasks"): _INSTANCE,
    (
        "1.11",
        "crash-loop[1] DELETE /v2/apps/cl/tasks/cl.instance-47a29a0d-ec3b-11f1-aed2-02fc00000001._app.1",
    ): _INSTANCE,
    ("1.4.13", "rollbacks[7] GET /v2/apps/rb"): _STUCK,
    ("1.5.15", "rollbacks[7] GET /v2/apps/rb"): _STUCK,
    ("1.8.222", "rollbacks[7] GET /v2/apps/rb"): _STUCK,
    ("1.11", "rollbacks[7] GET /v2/apps/rb"): _STUCK,
    ("1.4.13", "rollbacks[6] GET /v2/apps/rb"): _STUCK,
    ("1.11", "rollbacks[1] GET /v2/deployments"): "Asked at once; the lab has stopped an app without tasks by then.",
}
#: By release and name of the stream.
KNOWN_STREAMS: dict[tuple[str, str], str] = {
    **{(each, "rollback"): _STUCK for each in ("1.4.13", "1.5.15", "1.8.222", "1.11")},
    **{(each, name): _INSTANCE for each in ("1.8.222", "1.11") for name in ("crash", "unhealthy-kill")},
    **{(each, name): _SCHEDULED for each in ("1.8.222", "1.11") for name in ("cancel", "cancel-update")},
}
