# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The labels in which this collection notes on a version where it comes from and how it ended. Pure.

They say nothing of what the version runs, and a definition that somebody keeps in a file has none of them. So they are no difference of
definition, and a change keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ROLLBACK_OF = "dcos_avi_rollback_of"
ROLLBACK_FROM = "dcos_avi_rollback_from"
TAKES_OVER_FROM = "dcos_avi_takes_over_from"
# Of a version that was scaled to zero: the one that took the traffic, while this one did not; and the one that a rollback went to.
WITHDRAWN_FOR = "dcos_avi_withdrawn_for"
ROLLED_BACK_TO = "dcos_avi_rolled_back_to"
# The run that created a version, and the one that scaled it to zero: JSON.
RUN = "dcos_avi_run"
ENDED = "dcos_avi_ended"
OWN_LABELS = (ROLLBACK_OF, ROLLBACK_FROM, TAKES_OVER_FROM, WITHDRAWN_FOR, ROLLED_BACK_TO, RUN, ENDED)


def with_own_labels(stated: Mapping[str, str], app: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the labels that are stated for an app, and those of ours that it has already and that nothing is stated of."""
    present = (app or {}).get("labels") or {}
    return {**{key: present[key] for key in OWN_LABELS if key in present}, **stated}


def without_records(app: Mapping[str, Any]) -> dict[str, Any]:
    """Return an app without what is noted of its runs, which is no part of what it is."""
    labels = {key: value for key, value in (app.get("labels") or {}).items() if key not in (RUN, ENDED)}
    return {**app, "labels": labels}
