# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to Marathon and Avi through cutters."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.cuts.draw import Cuts
from tests.lab.cutter import Cutter
from tests.lab.process import LabProcess
from tests.lab.tls import Authority

WAYS = ("direct", "tls", "proxy", "connect")
"""To Marathon without TLS and with it, and through a forward proxy: one that is given whole requests, one that is asked to CONNECT."""
PROXY = ("http_proxy", "https_proxy")
PROXIES = (*PROXY, "no_proxy")


@dataclass(frozen=True)
class Connected:
    """What the modules take to connect, and the variables that name their proxies."""

    marathon: dict[str, Any]
    avi: dict[str, Any]
    environment: dict[str, str]

    @contextlib.contextmanager
    def in_force(self) -> Iterator[None]:
        """Have this process use the proxies, and no others."""
        before = {name: os.environ.pop(name, None) for name in (*PROXIES, *map(str.upper, PROXIES))}
        os.environ.update(self.environment)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


@contextlib.contextmanager
def connected(lab: LabProcess, way: str, keeps_alive: bool, marathon: Cuts, avi: Cuts) -> Iterator[Connected]:
    """Lead to the lab's Marathon in one of WAYS, and to its Controller with TLS; where Marathon has a proxy for http, through one, too."""
    url = lab.env["MARATHON_URL"].split(",")[0]
    controller = f"https://{urlsplit(lab.env['AVI_CONTROLLER']).netloc or lab.env['AVI_CONTROLLER']}"
    with contextlib.ExitStack() as stack:
        authority = Authority(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cuts-"))))
        tls = authority.server_context()
        to_marathon = stack.enter_context(
            Cutter(
                url,
                marathon.choose,
                server=tls if way in ("tls", "connect") else None,
                forward=way in ("proxy", "connect"),
                keeps_alive=keeps_alive,
            )
        )
        to_avi = stack.enter_context(
            Cutter(controller, avi.choose, server=tls, forward=way == "proxy", keeps_alive=keeps_alive)
        )
        host = urlsplit(url).netloc if way in ("proxy", "connect") else to_marathon.address
        secure = "https" if way in ("tls", "connect") else "http"
        environment: dict[str, str] = {}
        if way == "proxy":
            environment |= {"http_proxy": f"http://{to_marathon.address}", "https_proxy": f"http://{to_avi.address}"}
        if way == "connect":
            # For the Controller there is none. It has another name, as an address is not told from another by its port.
            environment |= {"https_proxy": f"http://{to_marathon.address}", "no_proxy": "localhost"}
        yield Connected(
            {
                "marathon_url": [f"{secure}://{host}"],
                "marathon_ca_path": str(authority.ca_file),
                "marathon_timeout": 20,
            },
            {
                "controller": controller if way == "proxy" else f"https://localhost:{to_avi.port}",
                "ca_path": str(authority.ca_file),
                **{name: lab.env[f"AVI_{name.upper()}"] for name in ("username", "password")},
            },
            environment,
        )
