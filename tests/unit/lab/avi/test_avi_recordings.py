# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What real Controllers were recorded to answer, replayed against the lab's: the same status, headers and fields."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.lab.avi.store import Spec

if TYPE_CHECKING:
    from conftest import Client, Cloud

pytestmark = pytest.mark.asyncio

RECORDED = json.loads(Path(__file__).with_name("recorded.json").read_text())
RECORDINGS = {recording["name"]: recording["exchanges"] for recording in RECORDED["recordings"]}
SERVER = {
    "ip": {"addr": "10.90.64.10", "type": "V4"}, "port": 80, "hostname": "10.90.64.10", "enabled": True, "ratio": 1,
}  # fmt: skip
#: What the recorded writes brought, as far as reads show it.
FIELDS = {
    "pool": {"servers": [SERVER]},
    "vsvip": {"vip": [{"vip_id": "0"}]},
    "virtualservice": {"pool_ref": "/api/pool?name=basic_vs-pool", "vsvip_ref": "/api/vsvip?name=basic_vs_vip"},
}


#: The headers of every recorded answer but that to a stranger.
VARY = ["Accept, Cookie", "Origin"]


def allowed(path: str) -> str:
    """Return the header Allow as it was recorded for each kind of path."""
    if path == "/login":
        return "POST, OPTIONS"
    one = path.count("/") == 3
    return "HEAD, GET, PUT, PATCH, OPTIONS, DELETE" if one else "HEAD, POST, GET, OPTIONS"


class Replay:
    """One recording in progress; what its writes did is done to the store."""

    def __init__(self, cloud: Cloud, client: Client) -> None:
        self._cloud = cloud
        self._client = client
        self._made: list[Spec] = []

    async def exchange(self, recorded: dict[str, Any]) -> None:
        """Send a recorded request; check the answer against the recorded one."""
        method, path, status = recorded["method"], recorded["path"], recorded["status"]
        options: dict[str, Any] = {"headers": self._headers(recorded)}
        if path == "/login":
            options["data"] = {"username": "admin", "password": "avi-lab"}
        elif method == "POST":
            options["json"] = {"name": recorded["name"]}
        got, body = await self._client.ask(method, path, **options)
        written = method != "GET" and status in (201, 204)
        assert got == (403 if written else status), (path, body)
        assert self._client.headers["AVI_API_VERSION"] == recorded["api_version"]
        assert self._client.headers["Content-Type"].startswith("application/json")
        told = {"Allow": self._client.headers.get("Allow"), "Vary": self._client.headers.getall("Vary")}
        assert told == {"Allow": None if got == 401 else allowed(path), "Vary": ["Cookie"] if got == 401 else VARY}
        cookies = [line.split("=")[0] for line in self._client.headers.getall("Set-Cookie")]
        assert cookies == recorded["cookies"]
        if written:
            self._do(recorded)
        elif "text" in recorded:
            assert body == recorded["text"]
        elif "count" in recorded:
            assert (set(body), body["count"]) == ({"count", "results"}, recorded["count"])
            for result in body["results"]:
                # The recorded objects had no creator, since nobody but a client made them.
                assert set(result) - {"created_by"} == shape(recorded["keys"])
        else:
            assert set(body) == shape(recorded["keys"])

    def _headers(self, recorded: dict[str, Any]) -> dict[str, str]:
        names = {"version": "X-Avi-Version", "tenant": "X-Avi-Tenant"}
        headers = {header: recorded[name] for name, header in names.items() if name in recorded}
        if recorded["method"] != "GET" and recorded["path"] != "/login":
            right = recorded["status"] != 401
            token = self._client.cookie("csrftoken") if right else "not the token"
            headers |= {"X-CSRFToken": token, "Referer": self._client.base}
        return headers

    def _do(self, recorded: dict[str, Any]) -> None:
        kind = recorded["path"].split("/")[2]
        if recorded["method"] == "POST" and kind == "tenant":
            self._cloud.store.add_tenant(recorded["name"])
        elif recorded["method"] == "POST":
            self._made.append(Spec(kind, recorded["name"], FIELDS[kind], recorded["tenant"]))
        else:
            self._made = [spec for spec in self._made if spec.kind != kind]
        self._cloud.store.sync("recording", self._made)


def shape(name: str) -> set[str]:
    """Return the fields of a recorded body, without those the lab leaves out on purpose."""
    left_out = RECORDED["differences"].get(name, {"fields": ""})["fields"]
    return set(RECORDED["shapes"][name].split()) - set(left_out.split())


@pytest.mark.parametrize("name", RECORDINGS)
async def test_a_recording_replays(cloud: Cloud, client: Client, name: str) -> None:
    cloud.settings.avi_release = "20.1"
    await client.login()
    replay = Replay(cloud, client)
    for recorded in RECORDINGS[name]:
        await replay.exchange(recorded)
