# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the request that scales a version to zero records of how it ended. Pure."""

from __future__ import annotations

from datetime import datetime

from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import (
    ROLLED_BACK_TO,
    WITHDRAWN_FOR,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.retire import Retirement
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import rolled_back_from
from ansible_collections.dcos.avi.plugins.module_utils._service.record import (
    NOT_TOLD,
    RETIRED,
    ROLLED_BACK,
    WITHDRAWN,
    end_label,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

_OUTCOMES = {"retire": RETIRED, "rollback": ROLLED_BACK, "recover": WITHDRAWN}


def record_of_end(seen: Picture, leaving: Retirement, why: str, said: str, now: datetime) -> str:
    """Return the label for a version that is scaled to zero by the run that holds the lock.

    :param seen: the last look before.
    :param why: for which of the reasons retire, rollback or recover.
    :param said: what speaks for it, such as what a gate said; where nothing was, it is what proved that the version can go.
    """
    lock, active = seen.observed.lock, seen.active
    heir = active.id if active and active.id != leaving.app else None
    outcome = _OUTCOMES[why]
    if why == "retire" and active is not None and rolled_back_from(active) == leaving.app:
        outcome = ROLLED_BACK
    to = leaving.note.get(ROLLED_BACK_TO) or leaving.note.get(WITHDRAWN_FOR) or heir
    return end_label(
        lock.told if lock else NOT_TOLD, now, outcome, to, said or leaving.reason, _side(seen, leaving.app)
    )


def _side(seen: Picture, app_id: str) -> str | None:
    app = next((each for each in seen.apps if each.id == app_id), None)
    places = seen.places(app) if app else []
    return places[0].side if places else None
