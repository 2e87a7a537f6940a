# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An administrator of one Marathon, for tests: does the work of the modules in this process, as Ansible would have it done."""

from __future__ import annotations

import itertools
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app_info import APP_INFO

from tests.lab.process import LabProcess
from tests.modules import call


class Administrator:
    """A person with the modules and a lab, who gives these options to connect besides the address."""

    def __init__(self, lab: LabProcess, **connection: Any) -> None:
        self.lab = lab
        self.connection = {
            "marathon_url": lab.env["MARATHON_URL"].split(","),
            "marathon_timeout": 1,
            **connection,
        }
        self._numbers = itertools.count(1)

    @property
    def marathon(self) -> Marathon:
        """A client to look with."""
        return client_from(self.connection)

    def new_id(self) -> str:
        """An id that no app has."""
        return f"/app{next(self._numbers)}"

    def ensure(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Do the work of marathon_app."""
        quickly = {"wait_interval": 0.1, "wait_timeout": 20}
        return call(APP, check_mode=check_mode, **{**self.connection, **quickly, **options})

    def info(self, **options: Any) -> list[dict[str, Any]]:
        """Do the work of marathon_app_info, and return the apps."""
        apps: list[dict[str, Any]] = call(APP_INFO, **self.connection, **options)["apps"]
        return apps

    def versions(self, app_id: str) -> int:
        """How often an app was changed, its creation included; 0 where there is none."""
        return len(self.marathon.app_versions(app_id)) if self.marathon.app(app_id) else 0
