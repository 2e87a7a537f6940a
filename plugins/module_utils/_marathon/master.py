# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP endpoints of a Mesos master: which agents there are, what is free on them, and the quotas of roles.

Behind a DC/OS cluster the master has a path of the cluster's address. Else it has an address of its own, to which no credentials go: they
are Marathon's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from ansible.module_utils.basic import env_fallback
from ansible_collections.dcos.avi.plugins.module_utils._core.address import credentials_in, is_web_address
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError, NotJson, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon.agents import NOBODY, anonymous, cluster_of, to_mesos
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.free_agents import (
    FreeAgent,
    RoleQuota,
    agents_in,
    quotas_in,
)

MASTER_OPTIONS: dict[str, Any] = {"mesos_master": {"type": "str", "fallback": (env_fallback, ["MESOS_MASTER"])}}
WHAT = "the Mesos master"
# Seconds that a master has for an answer, and in which a request to it is repeated.
TIMEOUT, PATIENCE = 5.0, 6.0
# By which a master that does not lead names the one that does.
ELSEWHERE = 307


class Master:
    """Asks the leading master. Errors are those of HttpSession.request."""

    def __init__(self, session: HttpSession, *, follows: bool) -> None:
        """Take a session; one without credentials ``follows`` where a master says that another one leads."""
        self._session = session
        self._follows = follows

    def agents(self) -> list[FreeAgent]:
        """Return the agents that are registered."""
        found = agents_in(self._get("/slaves"))
        if found is None:
            raise NotJson(
                f"The Mesos master at {self._session.url} answered GET /slaves with JSON that lists no agents"
            )
        return found

    def quotas(self, role: str) -> list[RoleQuota]:
        """Return the quotas that hold for a role."""
        return quotas_in(self._get("/roles"), role)

    def _get(self, path: str) -> Any:
        not_after = elapsed() + PATIENCE
        try:
            return self._session.request("GET", path, not_after=not_after).body
        except ApiError as error:
            leader = self._leader() if error.status == ELSEWHERE and self._follows else ""
            if not leader:
                raise
        self._session = HttpSession(replace(self._session.connection, base_url=leader))
        self._follows = False
        return self._session.request("GET", path, not_after=not_after).body

    def _leader(self) -> str:
        """Return the address that the last answer names; nothing where it names none."""
        location = self._session.answered.get("Location", "")
        url = urljoin(self._session.url, location)
        scheme, host, *_path = urlsplit(url)
        return f"{scheme}://{host}" if location and is_web_address(url) and not credentials_in(url) else ""


def master_from(given: str | None, marathon: Marathon) -> Master | None:
    """Return the master of the cluster of a Marathon; None where nobody can tell where it is, or nobody wants it asked.

    :param given: the option mesos_master.
    :raises Refused: it is no address.
    """
    address, connection = (given or "").strip().rstrip("/"), marathon.session.connection
    if address.lower() in NOBODY:
        return None
    if address:
        if not is_web_address(address) or credentials_in(address):
            raise Refused(
                "mesos_master (MESOS_MASTER) is an address such as http://leader.mesos:5050, which holds no password."
            )
        return Master(HttpSession(to_mesos(address, anonymous(connection), WHAT, TIMEOUT)), follows=True)
    cluster = cluster_of(connection)
    if cluster is None:
        return None
    # The path is the cluster's, and so are the credentials.
    return Master(marathon.session.sibling(to_mesos(f"{cluster}/mesos", connection, WHAT, TIMEOUT)), follows=False)
