# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is hidden in the answers of one server: the credentials that go to it, and those that come from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.request import getproxies_environment

from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.error_bodies import LONGEST_ERROR, parsed
from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_env import env_values
from ansible_collections.dcos.avi.plugins.module_utils._core.hiding import (
    LEAST_RECEIVED,
    hidden,
    named_as_secret,
    of_address,
    of_user,
)


def of_proxies() -> set[str]:
    """Return what is secret in the addresses of the proxies that the environment names."""
    return {secret for url in getproxies_environment().values() for secret in of_address(url)}


class Hiding:
    """Hides what is secret in the answers of a server.

    ``known`` is what was sent and received as a credential until now, beside what the connection itself holds.
    """

    def __init__(self, connection: Connection, auth: tuple[str, str] | None, session: Any) -> None:
        urls = (connection.base_url, *connection.other_urls)
        given = {*connection.secrets, *(secret for url in urls for secret in of_address(url))}
        self._given = given | (of_user(*auth) if auth else set())
        self._hides_env = connection.hides_env
        self._session = session
        self._env: frozenset[str] = frozenset()
        self.known: set[str] = set()

    def received(self, secrets: Iterable[str]) -> None:
        """Hide these from now on, too."""
        self.known.update(secret for secret in secrets if len(secret) >= LEAST_RECEIVED)

    def sent_and_received(self, content: Mapping[str, Any], text: str, *, private: bool) -> None:
        """Hide what a request was sent with, and what came back, as far as it is secret."""
        self._env = frozenset(env_values(content["json"])) if self._hides_env else frozenset()
        if private:
            sent = named_as_secret({"data": content["data"], "json": content["json"]})
            self.known.update(sent)
            self.received(named_as_secret(parsed(text[:LONGEST_ERROR])))

    def hidden(self, text: str) -> str:
        """Return a text without credentials."""
        authorization = self._session.headers.get("Authorization", "")
        cookies = [cookie.value for cookie in self._session.cookies if len(cookie.value or "") >= LEAST_RECEIVED]
        own = filter(None, (authorization.removeprefix("token="), authorization.rpartition(" ")[2]))
        return hidden(text, {*self._given, *self.known, *self._env, *cookies, *own, *of_proxies()})
