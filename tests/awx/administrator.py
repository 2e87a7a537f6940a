# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who runs the example's playbook for an AWX in memory."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.awx.awx import Stored
from tests.awx.example import EXAMPLE
from tests.awx.server import TOKEN, AwxServer
from tests.demo.playbook import Outcome, run_playbook

SECRETS = {"MARATHON_PASSWORD": "of-marathon", "AVI_PASSWORD": "of-avi", "AWX_TOKEN_OF_JOBS": "of-jobs"}


@dataclass(frozen=True)
class Administrator:
    """Runs the playbook for one AWX."""

    server: AwxServer
    collections: Path

    def configure(self, folder: Path = EXAMPLE, secrets: Mapping[str, str] | None = None) -> Outcome:
        """Run the playbook of a folder, which AWX must not refuse anything of."""
        self.server.writes.clear()
        env = {
            **(secrets or SECRETS),
            # Ansible would read them for each request, although none of these needs any.
            "SSL_CERT_FILE": os.devnull,
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "CONTROLLER_HOST": self.server.url,
            "CONTROLLER_OAUTH_TOKEN": TOKEN,
        }
        outcome = run_playbook(str(folder / "configure.yml"), {}, env)
        assert self.server.refusals == [], outcome.output
        assert outcome.returncode == 0, outcome.output
        assert not [secret for secret in SECRETS.values() if secret in outcome.output]
        return outcome

    @property
    def state(self) -> dict[str, Any]:
        """All that AWX keeps, by the type and the name of each object."""
        return {
            f"{stored.endpoint}: {stored.values.get('name') or stored.values['identifier']}": stored
            for stored in copy.deepcopy(self.server.awx.objects).values()
        }

    def one(self, endpoint: str, name: str) -> Stored:
        return self.state[f"{endpoint}: {name}"]

    def named(self, numbers: list[int]) -> list[str]:
        """The names of objects."""
        values = [self.server.awx.values(number) for number in numbers]
        return [value.get("identifier") or value["name"] for value in values]
