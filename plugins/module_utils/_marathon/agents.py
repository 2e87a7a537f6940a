# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Mesos agents' HTTP endpoints: what became of a task, and what it wrote.

A task's own output is on its agent alone. Behind a DC/OS cluster, each agent has a path of the cluster's address. Else it has an address of
its own, to which no credentials go: they are Marathon's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible_collections.dcos.avi.plugins.module_utils._core.address import credentials_in, is_web_address
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB, Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import NotFound, NotJson, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.sandboxes import Sandbox, sandboxes_in
from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_statuses import GET_TASKS, Said, said_of_tasks

MESOS_OPTIONS: dict[str, Any] = {"mesos_agents": {"type": "str", "fallback": (env_fallback, ["MESOS_AGENTS"])}}
# What a user writes to have no agent asked. YAML takes some of it for a boolean, and Ansible that for text.
NOBODY = ("none", "off", "no", "false")
# Seconds that an agent has for an answer.
TIMEOUT = 2.0
# Bytes of an answer. The state of an agent with hundreds of tasks has some.
MOST_BYTES = 16 * MIB
# Bytes of a file that are read, from its end. Of these some lines are shown, once what looks like a credential is hidden in all.
READ = 16384
# A cluster's address, and the path of a Marathon below it.
_OF_A_CLUSTER = re.compile(r"(https?://[^/]+)/(?:service/[^/]+|marathon)/?")
_HOST, _ID = re.compile(r"[A-Za-z0-9._:-]+"), re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Agent:
    """A machine of the cluster, by its id in Mesos and by the name that Marathon has for it."""

    id: str
    host: str


class Agents:
    """Asks agents. ``session_to`` returns a session for one of them, for the thread that asks."""

    def __init__(self, session_to: Callable[[Agent], HttpSession]) -> None:
        self._session_to = session_to

    def reach(self, agent: Agent, not_after: float) -> AgentFiles:
        """Return what asks an agent, until a moment of the monotonic clock.

        :raises Refused: what Marathon shows of it is no name, or no id.
        """
        if not _HOST.fullmatch(agent.host) or not _ID.fullmatch(agent.id):
            raise Refused(
                f"Marathon shows an agent {agent.host[:80]!r} with the id {agent.id[:80]!r}, which has no address."
            )
        return AgentFiles(self._session_to(agent), not_after)


class AgentFiles:
    """One agent's state, and the files of its tasks."""

    def __init__(self, session: HttpSession, not_after: float) -> None:
        self._session = session
        self._not_after = not_after

    def sandboxes(self, prefix: str) -> list[Sandbox]:
        """Return those of the tasks whose ids begin so, the newest first."""
        return sandboxes_in(self._get("/state"), prefix)

    def said(self, prefix: str) -> dict[str, Said]:
        """Return what Mesos says of the tasks whose ids begin so. Agents before Mesos 1.0 cannot be asked."""
        # It only reads, although it is a POST.
        answer = self._session.request("POST", "/api/v1", json=GET_TASKS, read_only=True, not_after=self._not_after)
        return said_of_tasks(answer.body, prefix)

    def last_lines(self, directory: str, name: str) -> list[str]:
        """Return the last lines of a file of a task, without one that was cut; none where there is no such file."""
        asked = {"path": f"{directory}/{name}"}
        try:
            size = self._read({**asked, "offset": -1})["offset"]
            begin = max(0, size - READ)
            data = self._read({**asked, "offset": begin, "length": READ})["data"]
        except NotFound:
            return []
        lines: list[str] = data.splitlines()
        # Half of a line may hold half of a credential, in which nothing of it is found.
        return lines[1:] if begin else lines

    def _read(self, params: dict[str, Any]) -> dict[str, Any]:
        found = self._get("/files/read", params)
        if (
            not isinstance(found, dict)
            or not isinstance(found.get("data"), str)
            or not isinstance(found.get("offset"), int)
        ):
            raise NotJson(
                f"The Mesos agent at {self._session.url} answered GET /files/read with JSON that is no part of a file"
            )
        return found

    def _get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        return self._session.request("GET", path, params=params, not_after=self._not_after).body


def agents_from(given: str | None, marathon: Marathon) -> Agents | None:
    """Return the agents of the cluster of a Marathon; None where nobody can tell where they are, or nobody wants to.

    :param given: the option mesos_agents.
    :raises Refused: it is no address.
    """
    address, connection = (given or "").strip(), marathon.session.connection
    if address.lower() in NOBODY:
        return None
    if address:
        return Agents(_by_their_own(address, connection))
    cluster = cluster_of(connection)
    if cluster is None:
        return None
    # The path is the cluster's, and so are the credentials.
    return Agents(lambda agent: marathon.session.sibling(_to(f"{cluster}/agent/{agent.id}", connection)))


def cluster_of(connection: Connection) -> str | None:
    """Return the address of the DC/OS cluster that a Marathon's address is below; None where it is below none."""
    found = _OF_A_CLUSTER.fullmatch(connection.base_url)
    return found[1] if found else None


def _by_their_own(address: str, connection: Connection) -> Callable[[Agent], HttpSession]:
    example = _filled(address, Agent("0-S0", "agent"))
    if example == address or not is_web_address(example) or credentials_in(example):
        raise Refused(
            "mesos_agents (MESOS_AGENTS) is an address such as http://{host}:5051, in which {host} or {id} stands for those of an agent, and which "
            "holds no password."
        )
    return lambda agent: HttpSession(_to(_filled(address, agent), anonymous(connection)))


def _filled(address: str, agent: Agent) -> str:
    host = f"[{agent.host}]" if ":" in agent.host else agent.host
    return address.replace("{host}", host).replace("{id}", agent.id)


def to_mesos(url: str, connection: Connection, what: str, timeout: float) -> Connection:
    """Return the connection to an address of a Mesos cluster, with the settings of one to Marathon."""
    # Mesos has no words of its own for what is not there, so that each 404 is one.
    return replace(
        connection,
        base_url=url,
        other_urls=(),
        what=what,
        timeout=timeout,
        is_own_404=lambda _value: True,
        most_option="",
    )


def anonymous(connection: Connection) -> Connection:
    """Return a connection without credentials: to a host that nobody gave a login for, none goes."""
    return replace(connection, headers={}, auth=None, cert=None)


def _to(url: str, connection: Connection) -> Connection:
    return replace(to_mesos(url, connection, "the Mesos agent", TIMEOUT), most_bytes=MOST_BYTES)
