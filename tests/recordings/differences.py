# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's Marathon still answers otherwise than running ones did, and why. None of it is a status, or leads a client astray."""

from __future__ import annotations

_BEGUN = "Killed while it begins, again and again; how far it has got depends on the moment."
_SCHEDULED = "The lab makes an instance when it is launched, and tells of none that never was."
#: By release and name of the exchange.
KNOWN: dict[tuple[str, str], str] = {
    **dict.fromkeys(
        ((each, "rollbacks[6] GET /v2/apps/rb") for each in ("1.4.13", "1.5.15", "1.8.222", "1.11")),
        "Asked at once; the lab has begun by then to kill what the rollback takes down.",
    ),
    (
        "1.8.222",
        "running[12] DELETE /v2/apps/r/app/tasks/r_app.instance-0bd0c056-ec43-11f1-b059-02fc00000001._app.1",
    ): _BEGUN,
    **dict.fromkeys(((each, "running[13] POST /v2/tasks/delete") for each in ("1.8.222", "1.11")), _BEGUN),
    ("1.11", "rollbacks[1] GET /v2/deployments"): "Asked at once; the lab has stopped an app without tasks by then.",
}
#: So much of a release's exchanges may differ.
MOST = 0.03
#: By release and name of the stream.
KNOWN_STREAMS: dict[tuple[str, str], str] = {
    **{(each, name): _SCHEDULED for each in ("1.8.222", "1.11") for name in ("cancel", "cancel-update")},
}
