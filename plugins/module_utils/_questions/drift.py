# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where does what runs differ from what was rolled out?"""

from __future__ import annotations

import dataclasses
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.client import Avi
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotFound
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import RUN
from ansible_collections.dcos.avi.plugins.module_utils._plan.drift import drift_of
from ansible_collections.dcos.avi.plugins.module_utils._questions.basis import Basis
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, read_app

# A change that was refused left a version of the app, too, and so did an earlier app of its id: so many are read.
MOST_READ = 5


def drift_seen(basis: Basis, avi: Avi) -> list[dict[str, Any]]:
    """Return what differs, as problems. A few requests for each app that runs, and one to Avi."""
    known = {app.id: _first(basis.client, app) for app in basis.seen.running}
    taker = basis.seen.traffic.taker
    pool = avi.object("pool", taker.pool.uuid) if taker else None
    found = drift_of(basis.seen, {app_id: app for app_id, app in known.items() if app}, pool)
    return [dataclasses.asdict(problem) for problem in found]


def _first(client: Marathon, app: App) -> App | None:
    """Return the app as the run made it that is noted in it, or else as Marathon knows it first; None where that is not known."""
    run = (app.definition.get("labels") or {}).get(RUN)
    for version in sorted(client.app_versions(f"/{app.id}"))[:MOST_READ]:
        try:
            found = client.app_version(f"/{app.id}", version)
        except NotFound:
            continue  # Marathon keeps only so many.
        if run is None or (found.get("labels") or {}).get(RUN) == run:
            return read_app(found, lambda host: (), client.now())
    return None
