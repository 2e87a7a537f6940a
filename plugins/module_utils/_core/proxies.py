# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies that the environment names, and that no request can go through."""

from __future__ import annotations

import contextlib
import os
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

# Where requests is missing, the session says so.
with contextlib.suppress(ImportError):
    from requests.utils import get_environ_proxies, select_proxy

SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


def refuse_unusable_proxy(url: str) -> None:
    """Refuse a request that would go through a proxy whose address is none; requests finds out deep inside, in one way or another.

    :raises ValueError: names the variable, but not its value, which may hold a password.
    """
    if not getproxies_environment():
        return
    proxy = select_proxy(url, get_environ_proxies(url, no_proxy=None))
    wrong = _wrong_in(proxy) if proxy else ""
    if proxy and wrong:
        raise ValueError(
            f"the environment variable {_variable(proxy)} names a proxy {wrong}. Write it as http://HOST:PORT, or unset it. Nothing was sent"
        )


def _wrong_in(proxy: str) -> str:
    """Return what an address lacks; empty where it lacks nothing."""
    try:
        found = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        host, _port = found.hostname, found.port
    except ValueError:
        return "with an address that cannot be read"
    if not host or not host.strip():
        return "without a host"
    if any(character.isspace() for character in proxy):
        return "with an address that cannot be read"
    return "" if found.scheme.lower() in SCHEMES else "by a scheme that is not supported"


def _variable(proxy: str) -> str:
    """Return the name of the variable that holds an address; of two, the one in small letters counts."""
    names = [
        name for name, value in os.environ.items() if name.lower().endswith("_proxy") and value.strip() == proxy.strip()
    ]
    return min(names, key=lambda name: (not name.islower(), name), default="of the proxy")
