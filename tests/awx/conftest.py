# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AWX that the example's playbook has made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.awx.administrator import Administrator
from tests.awx.awx import Awx, Stored
from tests.awx.example import PLAYBOOKS
from tests.awx.in_process import collections_in_process
from tests.awx.server import AwxServer
from tests.environments import collection_of

#: The newest release of the package that still has awx.awx (24.6.1).
PACKAGE = "ansible==13.8.0"


@pytest.fixture(name="admin", scope="session")
def fixture_admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    """Somebody whose AWX has all of the example when the first test comes to it."""
    collections = collections_in_process(tmp_path_factory.mktemp("collections"), collection_of(PACKAGE, "awx.awx"))
    with AwxServer(Awx(PLAYBOOKS)) as server:
        admin = Administrator(server, collections)
        admin.configure()
        yield admin


@pytest.fixture(name="templates", scope="session")
def fixture_templates(admin: Administrator) -> dict[str, Stored]:
    """The job templates, and the workflow, by the names of what they run."""
    return {
        stored.values.get("playbook", "workflow").removesuffix(".yml"): stored
        for stored in admin.state.values()
        if stored.endpoint in ("job_templates", "workflow_job_templates")
    }


@pytest.fixture(name="credential_types", scope="session")
def fixture_credential_types(admin: Administrator) -> dict[str, Stored]:
    """The example's credential types by their names."""
    return {
        stored.values["name"]: stored
        for stored in admin.state.values()
        if stored.endpoint == "credential_types" and "managed" not in stored.values
    }
