# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where and how to connect, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable

from ansible_collections.dcos.avi.plugins.module_utils._core.address import refuse_unreadable
from ansible_collections.dcos.avi.plugins.module_utils._core.failures import is_an_object

MIB = 1024 * 1024


@dataclass(frozen=True)
class Connection:
    """Where and how to connect.

    ``what`` names the server in errors ("Marathon", "the Avi Controller"), ``timeout`` is in seconds, ``verify`` is
    True, False, or the path of a CA bundle, ``auth`` is (user name, password) for basic authentication, ``cert`` the
    path of a client certificate with its key, or a pair of paths, ``ca_option`` where a user gives the file of a CA, for
    the error that a certificate is not trusted. ``is_own_404`` tells from the JSON value of a 404 whether the server itself says
    it; what stands before it may say so, too, while it restarts. A user name and password inside ``base_url`` are used where ``auth`` is
    not given. ``other_urls`` lead to the same service by other servers: where a repeat is safe, the next one is tried.

    ``most_bytes`` is how many an answer may have once it is decoded, and ``most_option`` where a user gives that. ``secrets`` are hidden in
    what a server says, beside what goes to it as credentials, and with ``hides_env`` so are the values of environment variables that are sent.
    """

    base_url: str = field(repr=False)
    what: str
    timeout: float = 30.0
    verify: bool | str = True
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)
    cert: str | tuple[str, str] | None = None
    ca_option: str = ""
    other_urls: tuple[str, ...] = field(default=(), repr=False)
    is_own_404: Callable[[Any], bool] = is_an_object
    most_bytes: int = 64 * MIB
    most_option: str = ""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    hides_env: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no address.

        :raises Refused: it cannot be read. It is not quoted, as it may hold a password.
        """
        for url in (self.base_url, *self.other_urls):
            refuse_unreadable(url, self.what)


@dataclass(frozen=True)
class Answer:
    """An answer with an expected status. ``body`` is its JSON value, None where it is empty."""

    status: int
    headers: Mapping[str, str]
    body: Any
    text: str
