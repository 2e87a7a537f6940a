# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a refusal of the Avi Controller means, and what to do about it. Pure."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.access import Access
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import ApiError, AuthenticationError, DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.failures import PASSING_STATUSES

# A session that ended is answered with either (the vendor's own clients log in again on both).
SESSION_ENDED = (401, 419)


def explained(error: DcosAviError, access: Access, url: str, *, at_login: bool = False) -> DcosAviError:
    """Return the error in terms of what it means, and with what to do, where the answer tells; else the error itself.

    :param url: the Controller's.
    :param at_login: it came when a session was to begin.
    """
    facts: dict[str, Any] = {"status": error.status, "details": error.details}
    if error.status in SESSION_ENDED:
        refusal = _of_credentials(error, access, at_login)
        return AuthenticationError(f"The Avi Controller at {url} {refusal}", **facts) if refusal else error
    if error.status in PASSING_STATUSES and at_login:
        sentence = (
            f"is not ready ({error.status} to the login). It answers so while it initialises: try again in some minutes"
        )
        return ApiError(f"The Avi Controller at {url} {sentence}", **facts)
    advice = _advice(error, access)
    return type(error)(f"{error.sentence.rstrip('.')}. {advice}", **facts) if advice else error


def _of_credentials(error: DcosAviError, access: Access, at_login: bool) -> str:
    if access.basic:
        return (
            f"refuses basic authentication of {access.username} ({error.status}). Check the user name and password, and that "
            "its portal configuration allows it; without basic_auth a login is made instead"
        )
    if at_login:
        return (
            f"refuses the login of {access.username} ({error.status}). Check the user name and the password or token, and that "
            "this is the right Controller"
        )
    if not access.login:
        return f"does not accept the session of api_context ({error.status}), and no password or token is given to begin another"
    return ""


def _advice(error: DcosAviError, access: Access) -> str:
    says = f"{error.sentence} {error.details}".lower()
    if error.status == 400 and "invalid version" in says:
        return "Give an api_version that this Controller has"
    if error.status != 403:
        return ""
    if "tenant" in says:
        return "Check the tenant"
    if "upgrade" in says:
        return "Try again when its upgrade is over"
    return f"{access.username or 'The user'} needs a role that may read virtual services, pools and pool groups in the tenant (docs/permissions.md)"
