# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hides credentials in what a server says: it may echo what it was sent, in one form or another. Pure.

Hide first, and cut short after: of a secret that was cut, nothing is found.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from ansible_collections.dcos.avi.plugins.module_utils._core.address import password_in, split_userinfo

STARS = "********"
# Of a shorter secret only itself is hidden: its other forms stand in too much that has nothing to do with it.
LEAST_WITH_FORMS = 4
# A shorter value that a server gave is none that opens anything, and hiding it would make sentences unreadable.
LEAST_RECEIVED = 8
OF_CREDENTIALS = re.compile(
    r"(auth|authorization|authentication|cookie|credential|key|passphrase|passw(or)?d|pwd|secret|session([-_]?id)?|signature|token)s?$",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"%[0-9A-F]{2}")


def forms(secret: str) -> set[str]:
    """Return a secret as it is, and as it stands in URLs, in JSON, in pages and in base64."""
    if len(secret) < LEAST_WITH_FORMS:
        return {secret} - {""}
    found: set[str] = set()
    for plain in (secret, unquote(secret), unquote_plus(secret)):
        in_json = (json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1])
        in_urls = (quote(plain, safe=""), quote(plain), quote_plus(plain))
        found |= {plain, html.escape(plain), html.escape(plain, quote=False), repr(plain)[1:-1], *in_base64(plain)}
        found |= {*in_json, *(text.replace("/", "\\/") for text in in_json)}
        found |= {*in_urls, *(_ESCAPE.sub(lambda escape: escape[0].lower(), text) for text in in_urls)}
    return {form for form in found if len(form) >= LEAST_WITH_FORMS}


def in_base64(text: str) -> set[str]:
    """Return a text in base64, in both alphabets, without the signs at its end that a URL leaves out."""
    content = text.encode("utf-8", "surrogatepass")
    return {encode(content).decode().rstrip("=") for encode in (base64.b64encode, base64.urlsafe_b64encode)}


def of_user(user: str, password: str) -> set[str]:
    """Return what is secret in the credentials of a user: the password, and both as basic authentication sends them."""
    return {password, *in_base64(f"{user}:{password}")} if password else set()


def of_address(url: str) -> set[str]:
    """Return what is secret in an address, which may have no scheme, as those of proxies have none."""
    url = url if "://" in url else f"http://{url}"
    user, password = split_userinfo(url)[1] or ("", password_in(url))
    # Who cannot read an address quotes it up to the sign at which its password ends for them.
    parts = {part for part in re.split("[/?#]", password) if len(part) >= LEAST_WITH_FORMS}
    return parts | of_user(user, password) | of_user(unquote(user), unquote(password))


def named_as_secret(value: Any, is_secret: bool = False) -> Iterator[str]:
    """Yield the texts in JSON-like data that have the name of a credential."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from named_as_secret(item, is_secret or bool(OF_CREDENTIALS.search(str(key))))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from named_as_secret(item, is_secret)
    elif isinstance(value, str) and is_secret and value:
        yield value


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Return a text with stars in place of each form of each secret."""
    # The longest first: one may be a part of another.
    for form in sorted({form for secret in secrets for form in forms(secret)}, key=len, reverse=True):
        text = text.replace(form, STARS)
    return text
