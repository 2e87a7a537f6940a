# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks AWX whether the job that holds a lock has ended.

Another AWX may have a job of the same number. So a job is only asked for where the lock names the AWX that is known here. The token goes to
that address, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible_collections.dcos.avi.plugins.module_utils._core.address import is_open, split_userinfo
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import of_connection
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._service.lock import Lock

AWX_OPTIONS: dict[str, Any] = {
    "awx_url": {"type": "str", "fallback": (env_fallback, ["CONTROLLER_HOST", "TOWER_HOST"])},
    "awx_token": {
        "type": "str",
        "no_log": True,
        "fallback": (env_fallback, ["CONTROLLER_OAUTH_TOKEN", "TOWER_OAUTH_TOKEN"]),
    },
    "awx_validate_certs": {
        "type": "bool",
        "default": True,
        "fallback": (env_fallback, ["CONTROLLER_VERIFY_SSL", "TOWER_VERIFY_SSL"]),
    },
    "awx_ca_path": {"type": "path", "fallback": (env_fallback, ["AWX_CA_PATH"])},
}
ENDED = ("successful", "failed", "error", "canceled")
# Seconds between two questions about one job, and for an answer.
ASK_EVERY, TIMEOUT = 10.0, 10.0


class AwxJobs:
    """The jobs of the AWX that is known here, by the options of AWX_OPTIONS. Where none is, each job may be running."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.url = awx_address(params.get("awx_url") or "")
        self._params = dict(params)
        self._asked_at: dict[Lock, float] = {}
        self._session: HttpSession | None = None
        self.problem = ""
        """Why AWX could not be asked, in a sentence."""

    def end_of(self, lock: Lock) -> str:
        """Say how the job ended that holds a lock, in a clause; nothing where it runs, or that is not known."""
        job = awx_job_of(lock)
        if not job or not self.url or lock.awx != self.url or not self._params.get("awx_token"):
            return ""
        now = elapsed()
        if now - self._asked_at.get(lock, -ASK_EVERY) < ASK_EVERY:
            return ""
        self._asked_at[lock] = now
        try:
            self.problem, status = "", self._status(job)
        except DcosAviError as error:
            self.problem = f"Whether that job has ended could not be found out: {error.sentence.rstrip('.')}."
            return ""
        return f"that job has ended ({status})" if status in ENDED else ""

    def _status(self, job: int) -> str:
        if is_open(self.url):
            raise DcosAviError(
                f"{self.url} is not asked, because there is no TLS, and all on the way could read the token"
            )
        if self._session is None:
            self._session = HttpSession(
                Connection(
                    base_url=self.url,
                    what="AWX",
                    timeout=TIMEOUT,
                    verify=self._params.get("awx_validate_certs", True) and (self._params.get("awx_ca_path") or True),
                    headers={"Authorization": f"Bearer {self._params['awx_token']}"},
                    ca_option="awx_ca_path (AWX_CA_PATH)",
                    secrets=of_connection(AWX_OPTIONS, self._params),
                )
            )
        body = self._session.request("GET", f"/api/v2/jobs/{job}/").body
        found = isinstance(body, dict) and body.get("id") == job and body.get("status")
        return found if isinstance(found, str) else ""


def awx_address(given: str) -> str:
    """Return the address of an AWX, without credentials; that of a bare name is one with TLS."""
    url = given.strip()
    return split_userinfo(url if "://" in url or not url else f"https://{url}")[0].lower()


def awx_job_of(lock: Lock) -> int | None:
    """Return the number of the AWX job that holds a lock; None where its holder is something else."""
    found = re.fullmatch(r"AWX job (\d{1,12})", lock.owner) or re.match(r"AWX job (\d{1,12})(?!\S)", lock.told.job)
    return int(found[1]) if found else None
