# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An administrator of one Marathon, for tests: does the work of the modules in this process, as Ansible would have it done."""

from __future__ import annotations

import itertools
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app import APP_OPTIONS, ensure_app
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app_info import APP_INFO_OPTIONS, app_info
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from

from tests.lab.process import LabProcess

SLEEP: dict[str, Any] = {"cmd": "sleep 1000", "cpus": 0.1, "mem": 16}


class Administrator:
    """A person with the modules and a lab."""

    def __init__(self, lab: LabProcess) -> None:
        self.lab = lab
        self.connection: dict[str, Any] = {"marathon_url": lab.env["MARATHON_URL"].split(","), "marathon_timeout": 1}
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
        return self._call(ensure_app, APP_OPTIONS, check_mode, {**quickly, **options})

    def info(self, **options: Any) -> list[dict[str, Any]]:
        """Do the work of marathon_app_info, and return the apps."""
        apps: list[dict[str, Any]] = self._call(app_info, APP_INFO_OPTIONS, False, options)["apps"]
        return apps

    def versions(self, app_id: str) -> int:
        """How often an app was changed, its creation included."""
        return len(self.marathon.app_versions(app_id))

    def _call(self, work: Any, spec: dict[str, Any], check_mode: bool, options: dict[str, Any]) -> dict[str, Any]:
        parameters = ArgumentSpecValidator(spec).validate({**self.connection, **options})
        assert not parameters.error_messages, parameters.error_messages
        result: dict[str, Any] = work(parameters.validated_parameters, check_mode)
        return result
