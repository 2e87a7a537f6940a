# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log in to DC/OS as a service account.

A service account proves who it is with a short-lived JSON web token that it signs with its private key (RS256), and
gets an authentication token for it, which DC/OS accepts for some days.
"""

from __future__ import annotations

import base64
import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ansible_collections.dcos.avi.plugins.module_utils._core.error_bodies import parsed
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import AuthenticationError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession

CRYPTOGRAPHY_IMPORT_ERROR: str | None = None
try:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
except ImportError:
    CRYPTOGRAPHY_IMPORT_ERROR = traceback.format_exc()

LOGIN_PATH = "/acs/api/v1/auth/login"
# Seconds that the proof is good for: the login takes less, but clocks differ a little.
PROOF_LIFETIME = 300


@dataclass(frozen=True)
class ServiceAccount:
    """Who logs in, with what key, and where: the cluster's address and the path of its login."""

    name: str
    key: Any = field(repr=False)
    cluster_url: str
    login_path: str = LOGIN_PATH


def authorization(token: str) -> dict[str, str]:
    """Return the header that DC/OS wants. It is not "Bearer"."""
    return {"Authorization": f"token={token}"}


def service_account(name: str | None, key_file: str, marathon_url: str) -> ServiceAccount:
    """Return the account to log in with.

    :param name: its id; not needed where the file has it.
    :param key_file: path of its RSA private key in PEM, or of the JSON object that DC/OS keeps of it as a secret (uid,
        private_key, login_endpoint).
    :param marathon_url: where Marathon is, below a path of the cluster.
    :raises Refused: the file cannot be read or used, or there is no ``cryptography`` to sign with.
    """
    if CRYPTOGRAPHY_IMPORT_ERROR:
        raise Refused(
            "To log in as a service account, the Python package cryptography is needed where the module runs."
        )
    try:
        text = Path(key_file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise Refused(f"The key of the service account in {key_file} cannot be read: {reason}.") from None
    secret = parsed(text)
    secret = secret if isinstance(secret, dict) else {"private_key": text}
    known = name or secret.get("uid")
    if not known:
        raise Refused(f"Give marathon_service_account: {key_file} does not say whose key it holds.")
    endpoint = urlsplit(marathon_url)
    login_path = LOGIN_PATH
    if secret.get("login_endpoint"):
        endpoint = _login_endpoint(str(secret["login_endpoint"]), key_file)
        login_path = endpoint.path
    key = _private_key(str(secret.get("private_key", "")), key_file)
    return ServiceAccount(known, key, f"{endpoint.scheme}://{endpoint.netloc}", login_path)


def login(account: ServiceAccount, session: HttpSession) -> Callable[[], dict[str, str]]:
    """Return a function that logs in and returns the headers to send from then on.

    :param session: to the account's cluster, without credentials.
    """

    def log_in() -> dict[str, str]:
        body = {"uid": account.name, "token": proof(account, int(time.time()) + PROOF_LIFETIME)}
        answer = session.request("POST", account.login_path, json=body, read_only=True, private=True).body
        token = answer.get("token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise AuthenticationError(f"DC/OS at {session.url} answered POST {account.login_path} without a token.")
        return authorization(token)

    return log_in


def proof(account: ServiceAccount, expires: int) -> str:
    """Return the signed JSON web token that says who logs in. ``expires`` is in seconds since 1970."""
    header, claims = {"alg": "RS256", "typ": "JWT"}, {"uid": account.name, "exp": expires}
    said = b".".join(_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    signature = account.key.sign(said, padding.PKCS1v15(), hashes.SHA256())
    return b".".join([said, _base64url(signature)]).decode()


def _login_endpoint(address: str, key_file: str) -> SplitResult:
    try:
        endpoint = urlsplit(address)
        if endpoint.scheme in ("http", "https") and endpoint.hostname:
            return endpoint
    except ValueError:
        pass  # Brackets that hold no IPv6 address, for example.
    raise Refused(f"The login_endpoint in {key_file} is no address that begins with http:// or https://.")


def _private_key(pem: str, key_file: str) -> Any:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The library's own words may quote what is in the file.
        raise Refused(f"The key of the service account in {key_file} is no unencrypted private key in PEM.") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Refused(f"The key of the service account in {key_file} is no RSA key.")
    return key


def _base64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
