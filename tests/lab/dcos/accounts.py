# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may log in to the cluster, by what, and what a token of theirs is worth."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.lab.dcos import jwt
from tests.lab.dcos.permissions import Grants
from tests.lab.settings import Settings


class Accounts:
    """Two users with passwords, of whom one has no rights, and a service account with a key."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._secret = secrets.token_bytes(32)

    def login(self, given: Any) -> str | None:
        """Return a token for what the body of a login says, None where it does not convince."""
        uid = given.get("uid") if isinstance(given, dict) else None
        if not isinstance(uid, str) or not (self._knows_password(uid, given) or self._holds_key(uid, given)):
            return None
        claims = {"uid": uid, "exp": self._clock() + self._settings.dcos_token_seconds}
        return jwt.encode("HS256", claims, self._sign)

    def who(self, token: str) -> str | None:
        """Return whose token this is; None where it is nobody's, or has expired."""
        claims = jwt.decode(
            "HS256", token, lambda signature, said: hmac.compare_digest(signature, self._sign(said)), self._clock()
        )
        return claims["uid"] if claims else None

    def grants_of(self, uid: str) -> Grants | None:
        """What this account may do; None where it may do everything."""
        if uid == self._settings.dcos_guest:
            return Grants("")
        limited = uid == self._settings.dcos_service_account and self._settings.dcos_grants
        return Grants(self._settings.dcos_grants) if limited else None

    def write_service_account(self, file: Path, login_endpoint: str) -> None:
        """Write the service account as a cluster keeps it in its secrets, to a file that nobody else can read."""
        key = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        account = {
            "scheme": "RS256",
            "uid": self._settings.dcos_service_account,
            "private_key": key.decode(),
            "login_endpoint": login_endpoint,
        }
        file.touch(mode=0o600)
        file.write_text(json.dumps(account, indent=1) + "\n")

    def _knows_password(self, uid: str, given: dict[str, Any]) -> bool:
        known = (self._settings.dcos_username, self._settings.dcos_guest)
        return uid in known and given.get("password") == self._settings.dcos_password

    def _holds_key(self, uid: str, given: dict[str, Any]) -> bool:
        """Whether the login brings a token that the service account signed for itself, not long ago."""
        token = given.get("token")
        claims = jwt.decode("RS256", token, self._is_signed, self._clock()) if isinstance(token, str) else None
        return uid == self._settings.dcos_service_account and claims is not None and claims.get("uid") == uid

    def _is_signed(self, signature: bytes, said: bytes) -> bool:
        try:
            self._key.public_key().verify(signature, said, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    def _sign(self, said: bytes) -> bytes:
        return hmac.digest(self._secret, said, "sha256")
