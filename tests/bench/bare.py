# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves services to a version, all of them at once, and does only what cannot be left out: no checks beyond that, no second look, no words."""

from __future__ import annotations

import http.cookiejar
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

INTERVAL = 0.2


def main() -> None:
    services, version, definition = json.loads(sys.argv[1])
    avi = Avi()

    def one(service: str) -> None:
        labels = {**definition["labels"], "ab_config": json.dumps({"service": service, "priority": 10})}
        roll_out(avi, service, {**definition, "id": f"/{service}-{version}", "labels": labels})

    with ThreadPoolExecutor(len(services)) as pool:
        list(pool.map(one, services))


def roll_out(avi: Avi, service: str, app: dict[str, Any]) -> None:
    try:
        marathon("POST", "/v2/apps", app)
    except urllib.error.HTTPError as error:
        if error.code != 409:  # it is there already
            raise
    until(lambda: settled(app["id"])["tasksHealthy"] == app["instances"])
    found = avi.get(f"/api/virtualservice?name={service}")["results"][0]
    pool = urllib.parse.urlsplit(found["pool_ref"]).path
    until(lambda: avi.get(pool).get("ab_pool", {}).get("ratio") == 100)
    until(lambda: avi.get(pool + "/runtime/detail")[0]["pool_stats"]["current_connections"] == 0)
    marathon("PUT", f"/v2/apps/{service}", {"instances": 0})
    until(lambda: settled(f"/{service}")["tasksRunning"] == 0)


def until(seen: Callable[[], bool]) -> None:
    while not seen():
        time.sleep(INTERVAL)


def settled(app: str) -> dict[str, Any]:
    """The app; with counts that satisfy nobody as long as it is being deployed."""
    shown: dict[str, Any] = marathon("GET", f"/v2/apps{app}")["app"]
    return {"tasksHealthy": -1, "tasksRunning": -1} if shown["deployments"] else shown


def marathon(method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(os.environ["MARATHON_URL"] + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


class Avi:
    """The Controller, logged in."""

    def __init__(self) -> None:
        context = ssl.create_default_context(cafile=os.environ["AVI_CA_PATH"])
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), cookies)
        self._url = "https://" + os.environ["AVI_CONTROLLER"]
        who = {"username": os.environ["AVI_USERNAME"], "password": os.environ["AVI_PASSWORD"]}
        self._opener.open(self._url + "/login", urllib.parse.urlencode(who).encode(), timeout=30).close()

    def get(self, path: str) -> Any:
        request = urllib.request.Request(self._url + path, headers={"X-Avi-Version": "17.2.14"})
        with self._opener.open(request, timeout=30) as answer:
            return json.load(answer)


if __name__ == "__main__":
    main()
