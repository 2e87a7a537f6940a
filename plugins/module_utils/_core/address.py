# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address of a server, and the credentials that may stand in it. Pure."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused

USERINFO = re.compile(r"^(?P<scheme>[a-z][a-z0-9+.-]*://)(?P<userinfo>[^/?#]*)@", re.IGNORECASE)
# A password with a character that ends the part of a URL in which it stands. It may be a port with a path that has an @.
CUT_PASSWORD = re.compile(r"^[a-z][a-z0-9+.-]*://[^/?#@:\[]*:(?P<password>.*[/?#].*)@", re.IGNORECASE | re.DOTALL)
# Plain HTTP stays on this machine there: a tunnel, for example.
LOOPBACK = ("localhost", "::1")
IPV4_LOOPBACK = re.compile(r"127(\.[0-9]{1,3}){3}")
DEFAULT_PORTS = {"http": 80, "https": 443}
PORT_AND_PATH = re.compile(r"[0-9]*[/?#]")


def split_userinfo(url: str) -> tuple[str, tuple[str, str] | None]:
    """Split a URL into itself without credentials and closing slashes, and its (user name, password) or None.

    The credentials are as written, which may be percent-encoded. Whatever else is wrong with the URL is left as it is.
    """
    found = USERINFO.match(url)
    if not found:
        return url.rstrip("/"), None
    user, _colon, password = found["userinfo"].partition(":")
    return found["scheme"] + url[found.end() :].rstrip("/"), (user, password)


def password_in(url: str) -> str:
    """Return the password as it is written in a URL, also in one that cannot be read for it; empty where there is none."""
    auth, cut = split_userinfo(url)[1], CUT_PASSWORD.match(url)
    if auth:
        return auth[1]
    return cut["password"] if cut else ""


def refuse_unreadable(url: str, what: str) -> None:
    """Refuse an address that cannot be read, without quoting it, as it may hold a password.

    :param what: whose address it is.
    :raises Refused: it is none.
    """
    password = "" if USERINFO.match(url) else password_in(url)
    if password and not PORT_AND_PATH.match(password):
        raise Refused(
            f"The address of {what} cannot be read. In a password inside it, encode / as %2F, ? as %3F and # as %23."
        )
    try:
        # Only asked for is the port read.
        _port = urlsplit(url).port
    except ValueError as error:
        raise Refused(
            f"The address of {what} cannot be read: look at its port, its brackets and its special characters."
        ) from error


def credentials_in(url: str) -> tuple[str, str] | None:
    """Return the (user name, password) that a URL holds, or None."""
    found = split_userinfo(url)[1]
    return (unquote(found[0]), unquote(found[1])) if found else None


def origin(url: str) -> tuple[str, str, int | None]:
    """Return what tells one server from another: the scheme, the host and the port of a URL."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme)


def is_open(url: str) -> bool:
    """Whether what is sent to a URL can be read on its way: it has no TLS, and leaves this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme != "https" and host not in LOOPBACK and not IPV4_LOOPBACK.fullmatch(host)


def is_web_address(url: str) -> bool:
    """Whether a URL, which may come from outside, can be read and asked."""
    try:
        scheme, host, _port = origin(url)
    except ValueError:
        return False
    return scheme in DEFAULT_PORTS and bool(host) and not USERINFO.match(url)


def bind_cookie(jar: Any, url: str, name: str, value: str) -> None:
    """Add a cookie to a jar that goes to the host of a URL alone, and without TLS only where the URL has none."""
    host = urlsplit(url).hostname or ""
    # So http.cookiejar names a host that has no dot in its name, and writes an address of IPv6.
    domain = f"[{host}]" if ":" in host else host
    domain = domain if "." in domain else f"{domain}.local"
    jar.set(name, value, domain=domain, path="/", secure=urlsplit(url).scheme == "https")


def basic_auth(auth: tuple[str, str] | None) -> Any:
    """Return requests' ``auth``. Never None: then requests would let ~/.netrc replace our Authorization header."""
    if auth is None:
        return lambda request: request
    # As bytes, because requests encodes text as Latin-1 and fails on anything beyond.
    return (auth[0].encode(), auth[1].encode())
