# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which version came before which, and which is another one come back. Pure.

A version carries a label that names the one it takes over from, where that was known when it was created. One that goes
back carries two more: whose definition it has, and what it replaced. One that was given up got a label with the write that scaled it
to zero: which version took the traffic then, and whether a rollback did it. Labels are hints: without one, it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.belonging import belongs
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import (
    ENDED,
    ROLLBACK_FROM,
    ROLLBACK_OF,
    ROLLED_BACK_TO,
    TAKES_OVER_FROM,
    WITHDRAWN_FOR,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, version_id

GIVEN_UP_LABELS = (WITHDRAWN_FOR, ROLLED_BACK_TO)
# What the write that scales a version to zero leaves on it.
END_LABELS = (*GIVEN_UP_LABELS, ENDED)


def first_app(app: App) -> str:
    """Return the id of the app that had this definition first: the app's own, unless it is another one come back."""
    return _label(app, ROLLBACK_OF) or app.id


def first_id(app: App, service: str) -> str:
    """Return the id that further apps of this definition are named after: without the "-r2" of one that has come back.

    Whether it is such a one, or only named so, its label may say. What the id is, the label may not.
    """
    without_number = re.sub(r"-r[0-9]+$", "", app.id)
    return without_number if without_number == _own_id(first_app(app), service) else _own_id(app.id, service)


def _own_id(app_id: str, service: str) -> str:
    """Return an id in the service's folder for one that may be elsewhere, because an operator named it."""
    is_own = app_id == service or belongs(app_id, service)
    return app_id if is_own else version_id(service, app_id.rpartition("/")[2])


def rolled_back_from(app: App) -> str | None:
    """Return the id of the app that was gone back from, None where the app is no way back."""
    return _label(app, ROLLBACK_FROM)


def given_up_labels(labels: Mapping[str, Any], note: Mapping[str, str]) -> dict[str, Any]:
    """Return the labels of a version that is given up: its own, and the note of it in place of an earlier one."""
    return {**{key: value for key, value in labels.items() if key not in END_LABELS}, **note}


def retired_labels(labels: Mapping[str, Any], ended: str) -> dict[str, Any]:
    """Return the labels of a version that is scaled to zero, with the record of it. What an earlier end noted for decisions stays."""
    return {**labels, ENDED: ended}


def rolled_back_to(app: App) -> str | None:
    """Return the id of the version that a rollback went to when it gave up this one; None where none did."""
    return _label(app, ROLLED_BACK_TO)


def took_no_traffic(app: App) -> bool:
    """Whether it was noted that the app took no traffic when it was given up."""
    return _label(app, WITHDRAWN_FOR) is not None


def taking_over_from(serving: App | None) -> dict[str, str]:
    """Return the label of a new version that takes over from the one that serves; none where that is not known."""
    return {TAKES_OVER_FROM: serving.id} if serving else {}


def before(apps: tuple[App, ...], app: App) -> App | None:
    """Return the app that took the traffic before this one: the one that its label names, while that is there.

    Else it is the highest below it that ran when this one was last configured. A version in between that was given up before
    had no instances by then, and Marathon tells when it last scaled an app. But a restart counts as a configuration, so that
    nothing ran before it. Where that does not help, it is the highest one below.
    """
    below = [other for other in apps if other.priority < app.priority]
    labelled = next((other for other in below if other.id == _label(app, TAKES_OVER_FROM)), None)
    if labelled:
        return labelled
    ran = [other for other in below if other.instances > 0 or _scaled_after(other, app.changed_at)]
    return max(ran or below, key=lambda other: other.priority, default=None)


def _scaled_after(app: App, time: str | None) -> bool:
    # Marathon writes all its times alike, so that they sort as text.
    return bool(app.scaled_at and time and app.scaled_at > time)


def _label(app: App, name: str) -> str | None:
    labels = app.definition.get("labels") or {}
    return labels.get(name) or None
