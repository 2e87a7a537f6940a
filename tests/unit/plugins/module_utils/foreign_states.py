# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apps of other tenants that claim app1, drawn at random, beside an observed state: versions, decoys, previews and locks."""

from __future__ import annotations

import dataclasses

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AbConfig, AviLabels
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import OWN_LABELS
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import COMPANION, App
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import OWNER, PROOF, PURPOSE, SINCE
from ansible_collections.dcos.avi.plugins.module_utils._service.members import members_of
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.migration_states import DEFINITION, tasks
from hypothesis import strategies as st

# Elsewhere, beside the listener under another name, and in folders named like a version or a lock.
IDS = st.sampled_from(
    [
        "evil", "300", "app1x-300", "app1-", "tenantb/evil", "tenantb/app1-300", "app1-300/x", "app1-300/app1-300", "tenantb/app1-100-preview",
        "app1-x/y-preview", "migration-lock-1", "tenantb/app1-migration-lock-9", "app1-migration-lock-9/app1-migration-lock-9",
    ]
)  # fmt: skip
NAMED = st.sampled_from(["app1", "app1-100", "app1-200", "app1-300", "tenantb/evil", "../app1"])
LINEAGE = st.dictionaries(st.sampled_from(OWN_LABELS), NAMED, max_size=3)
CLAIM_OF_A_LOCK = {PURPOSE: "x", SINCE: "2026-01-15T10:20:30Z", PROOF: "0" * 64}
OWNERS = st.sampled_from(["me", "AWX job 77", "gone"])


@st.composite
def claims(draw):
    """An app that claims to be a version, a preview or the lock of app1."""
    labels, avi = draw(LINEAGE), AviLabels()
    kind = draw(st.sampled_from(["version", "version", "version", "preview", "lock"]))
    if kind == "version":
        priority = draw(st.sampled_from([-5, 1, 10, 15, 20, 25, 999999]))
        avi = AviLabels(proxy_listener=False, ab_config=AbConfig(draw(st.sampled_from(["app1", "/app1"])), priority))
    else:
        labels |= {COMPANION: "app1"}
    if kind == "lock":
        labels |= {**CLAIM_OF_A_LOCK, OWNER: draw(OWNERS)}
    app_id, size, running = draw(IDS), draw(st.integers(0, 3)), draw(tasks)
    return App(app_id, size, running, avi, definition={**DEFINITION, "id": f"/{app_id}", "labels": labels})


foreign_apps = st.lists(claims(), min_size=1, max_size=4, unique_by=lambda app: app.id)


def beside(state, foreign):
    """The state as it is read where these apps are there, too."""
    members = members_of(state.service, [*foreign, *state.versions, *state.previews], also=("odd",))
    return dataclasses.replace(
        state, versions=members.versions, previews=members.previews, lock=members.lock, foreign=members.foreign
    )
