# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which version came before which, and which is another one come back. Pure.

A version that goes back carries two labels: whose definition it has, and what it replaced.
"""

from __future__ import annotations

from ansible_collections.dcos.avi.plugins.module_utils._apps import App

ROLLBACK_OF = "dcos_avi_rollback_of"
ROLLBACK_FROM = "dcos_avi_rollback_from"
ROLLBACK_LABELS = (ROLLBACK_OF, ROLLBACK_FROM)


def origin(app: App) -> str:
    """Return the id of the app that had this definition first: the app's own, unless it is another one come back."""
    return _label(app, ROLLBACK_OF) or app.id


def replaced(app: App) -> str | None:
    """Return the id of the app that was gone back from, None where the app is no way back."""
    return _label(app, ROLLBACK_FROM)


def before(apps: tuple[App, ...], app: App) -> App | None:
    """Return the app that took the traffic before this one: the highest below it that ran when this one was created.

    A version in between that was given up before had no instances by then, and Marathon tells when it last scaled an
    app. Where that does not help, it is the highest one below.
    """
    below = [other for other in apps if other.priority < app.priority]
    ran = [other for other in below if other.instances > 0 or _scaled_after(other, app.changed_at)]
    return max(ran or below, key=lambda other: other.priority, default=None)


def _scaled_after(app: App, time: str | None) -> bool:
    # Marathon writes all its times alike, so that they sort as text.
    return bool(app.scaled_at and time and app.scaled_at > time)


def _label(app: App, name: str) -> str | None:
    labels = app.definition.get("labels") or {}
    return labels.get(name) or None
