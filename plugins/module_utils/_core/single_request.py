# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request on a connection of its own, whatever is answered: to a task, which is no API."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.dcos.avi.plugins.module_utils._core.address import basic_auth, credentials_in
from ansible_collections.dcos.avi.plugins.module_utils._core.bounded import ENCODINGS, TooLarge, read_whole
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB
from ansible_collections.dcos.avi.plugins.module_utils._core.failures import reason
from ansible_collections.dcos.avi.plugins.module_utils._core.session import FAILURES
from ansible_collections.dcos.avi.plugins.module_utils._core.transport import Trip, watch, within

# That it is missing is told by _module.run, before anything of it is used.
with contextlib.suppress(ImportError):
    import requests


@dataclass(frozen=True)
class Reply:
    """What came back: an answer, or the ``error`` why there is none. Names of headers are in lower case."""

    status: int | None = None
    headers: Mapping[str, str] | None = None
    body: str = ""
    error: str = ""


def ask_once(
    method: str,
    url: str,
    *,
    timeout: float,
    most_bytes: int,
    headers: Mapping[str, str] | None = None,
    data: bytes | None = None,
    verify: bool | str = True,
) -> Reply:
    """Send one request, never again, and follow no redirect."""

    def send() -> Reply:
        with requests.Session() as session:
            watch(session, Trip(timeout))
            with session.request(
                method,
                url,
                headers={"Accept-Encoding": ENCODINGS, **(headers or {})},
                data=data,
                timeout=timeout,
                verify=verify,
                allow_redirects=False,
                stream=True,
                auth=basic_auth(credentials_in(url)),
            ) as response:
                content = read_whole(response, most_bytes).decode(response.encoding or "utf-8", "replace")
                found = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status_code, found, content)

    try:
        # The time limit of requests is that of each read, which an answer keeps that comes in drops, or never ends.
        return within(timeout, send)
    except TimeoutError:
        return Reply(error=f"gave no answer (no whole answer within {timeout:g} s)")
    except TooLarge:
        return Reply(error=f"answered with more than {most_bytes / MIB:g} MiB")
    except FAILURES as error:
        why = reason(error, timeout=timeout, ca_option="ca_path")
        return Reply(error=f"gave no answer ({why})")
