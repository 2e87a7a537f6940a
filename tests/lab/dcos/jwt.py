# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON web tokens, as far as DC/OS uses them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any


def encode(algorithm: str, claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """Return a token that says `claims`, signed by `sign`, which does what `algorithm` names."""
    said = f"{_pack({'alg': algorithm, 'typ': 'JWT'})}.{_pack(claims)}"
    return f"{said}.{_text(sign(said.encode()))}"


def decode(algorithm: str, token: str, signed: Callable[[bytes, bytes], bool], now: float) -> dict[str, Any] | None:
    """Return what a token says; None where it is none, has expired, or is not signed by `algorithm` as `signed` checks.

    `signed` is given the signature and what it stands for.
    """
    try:
        header, claims, signature = token.split(".")
        if _unpack(header)["alg"] != algorithm or not signed(_bytes(signature), f"{header}.{claims}".encode()):
            return None
        said: dict[str, Any] = _unpack(claims)
        return said if said["exp"] > now else None
    except (ValueError, TypeError, KeyError):
        return None


def _pack(value: Any) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _unpack(text: str) -> Any:
    return json.loads(_bytes(text))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
