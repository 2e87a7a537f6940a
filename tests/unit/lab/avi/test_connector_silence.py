# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A silent connector does nothing from the moment on at which it is told so, whatever it was about to do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from tests.lab.connector import Connector
from tests.lab.serving import Site

if TYPE_CHECKING:
    from conftest import Cloud

pytestmark = pytest.mark.asyncio
APP = {"id": "/app1", "instances": 0, "portDefinitions": [{"port": 10000}], "labels": {"FE-Proxy": "Yes"}}


async def test_what_it_was_reading_when_it_fell_silent_is_not_acted_upon(cloud: Cloud) -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def apps(_request: web.Request) -> web.Response:
        asked.set()
        await may_answer.wait()
        return web.json_response({"apps": [APP]})

    def known() -> bool:
        return cloud.store.named("pool", "app1-pool-10000") is not None

    slow = web.Application()
    slow.router.add_get("/v2/apps", apps)
    marathon = Site(slow)
    await marathon.start()
    connector = Connector(
        cloud.settings, cloud.journal, cloud.store, cloud.engine, lambda: f"http://{marathon.address}"
    )
    await connector.start()
    try:
        await asked.wait()
        cloud.settings.connector = "silent"
        may_answer.set()
        await asyncio.sleep(0.3)
        assert not known()
        cloud.settings.connector = "on"
        async with asyncio.timeout(15):
            while not known():
                await asyncio.sleep(0.02)
    finally:
        await connector.stop()
        await marathon.stop()
