# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user of the modules, for tests: calls their work in this process, as Ansible would have it done."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._modules.avi_pool_info import POOL_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.avi_virtualservice_info import (
    VIRTUALSERVICE_INFO,
)
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import MIGRATION_INFO

from tests.demo import EXAMPLE
from tests.lab.process import LabProcess
from tests.lab.traffic import Traffic
from tests.modules import call

LISTENER = json.loads((EXAMPLE / "app1.json").read_text())
QUICKLY: dict[str, Any] = {"wait_interval": 0.1, "wait_timeout": 30}


class User:
    """A person with the modules, one lab, and a service. The environment must hold the lab's addresses."""

    def __init__(self, lab: LabProcess, service: str = "app1") -> None:
        self.lab = lab
        self.service = service
        self.versions_also: list[str] = []  # those whose ids do not begin with the service's

    def info(self, **options: Any) -> dict[str, Any]:
        return call(MIGRATION_INFO, service=self.service, versions_also=self.versions_also, **options)

    def app(self, **options: Any) -> None:
        call(APP, versions_also=self.versions_also, **QUICKLY, **options)

    def virtual_service(self, name: str, **options: Any) -> dict[str, Any]:
        (found,) = call(VIRTUALSERVICE_INFO, name=name, **options)["virtualservices"]
        return found

    def pools(self, **options: Any) -> dict[str, Any]:
        return call(POOL_INFO, **options)

    def listen(self) -> dict[str, Any]:
        self.app(id=self.service, definition={key: value for key, value in LISTENER.items() if key != "id"})
        return self.info(until="active", app=self.service, **QUICKLY)

    def roll_out(self, version: str, **more: Any) -> dict[str, Any]:
        plan = self.info(rollout={"version": version, "image": f"shop/server:{version}", **more})["plan"]
        assert plan["action"] == "deploy", plan
        self.app(definition=plan["definition"], exclusive=True)
        return self.info(until="active", app=plan["app"], **QUICKLY)

    def retire(self, seen: dict[str, Any]) -> dict[str, Any]:
        for item in seen["retire"]:
            drained = self.info(until="drained", app=item["app"], **QUICKLY)
            assert drained["waited"]["complete"], drained["waited"]
            assert item["app"] in [each["app"] for each in drained["retire"]]
            self.app(id=item["app"], instances=0)
        return self.info()

    def answering(self) -> set[str]:
        """Who answers requests to the virtual service now; none may be lost."""

        async def judge() -> set[str]:
            traffic = Traffic(self.lab.env["LAB_VIP_URL"], rate=150)
            await traffic.start()
            await asyncio.sleep(0.4)
            total = await traffic.stop()
            assert total.lost_total == 0, total
            assert total.answered > 0
            return {app.strip("/") for app in total.answered_by}

        return asyncio.run(judge())
