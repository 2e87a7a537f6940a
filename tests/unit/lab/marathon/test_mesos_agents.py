# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Mesos agents answer /state, /files/browse and /files/read as Mesos documents them."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import aiohttp

from tests.lab.lab import Lab
from tests.lab.settings import Settings

CRASH = {
    "id": "/shop/cart",
    "instances": 1,
    "container": {"type": "DOCKER", "docker": {"image": "lab/crash"}},
    "env": {"CRASH_AFTER_SECONDS": "0", "SAYS": "one\ntwo"},
}


async def _ask(client: aiohttp.ClientSession, lab: Lab) -> None:
    async with client.post(f"{lab.env['MARATHON_URL']}/v2/apps", json=CRASH) as answer:
        assert answer.status == 201
    failure: dict[str, Any] = {}
    while not failure:
        async with client.get(f"{lab.env['MARATHON_URL']}/v2/apps/shop/cart") as answer:
            failure = (await answer.json())["app"].get("lastTaskFailure") or {}
        await asyncio.sleep(0.05)
    agent = lab.env["LAB_MESOS_AGENTS"].format(host=socket.gethostbyname(failure["host"]))
    async with client.get(f"{agent}/state") as answer:
        (framework,) = (await answer.json())["frameworks"]
    executor = next(each for each in framework["completed_executors"] if each["id"] == failure["taskId"])
    (task,) = executor["completed_tasks"]
    assert (task["id"], task["state"], task["statuses"][-1]["state"]) == (
        failure["taskId"],
        "TASK_FAILED",
        "TASK_FAILED",
    )
    async with client.get(f"{agent}/files/browse", params={"path": executor["directory"]}) as answer:
        sizes = {each["path"].rpartition("/")[2]: each["size"] for each in await answer.json()}
    stdout = {"path": f"{executor['directory']}/stdout"}
    async with client.get(f"{agent}/files/read", params={**stdout, "offset": "-1"}) as answer:
        assert await answer.json() == {"data": "", "offset": sizes["stdout"]}
    async with client.get(
        f"{agent}/files/read", params={**stdout, "offset": str(sizes["stdout"] - 4), "length": "3"}
    ) as answer:
        assert (await answer.json())["data"] == "two"
    for path, status in ((f"{executor['directory']}/core", 404), ("/etc/passwd", 404), ("", 400)):
        async with client.get(f"{agent}/files/read", params={"path": path}) as answer:
            assert answer.status == status


def test_an_agent_has_the_states_and_the_files_of_a_task_that_failed() -> None:
    async def run() -> None:
        async with Lab(Settings()) as lab, aiohttp.ClientSession() as client:
            await asyncio.wait_for(_ask(client, lab), 30)

    asyncio.run(run())
