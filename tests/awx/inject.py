# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs AWX's own injector, in an environment that has it: a credential type and inputs come in as JSON, and the environment goes out."""

from __future__ import annotations

import json
import sys

from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential


def main() -> None:
    given = json.load(sys.stdin)
    env: dict[str, str] = {}
    shown: dict[str, str] = {}
    arguments: list[str] = []
    for one in given["credentials"]:
        kind = ManagedCredentialType("", one["name"], "cloud", one["inputs_of_type"], one["injectors"])
        inject_credential(kind, Credential(one["inputs"]), env, shown, arguments, given["folder"])
    json.dump({"env": env, "shown": shown, "arguments": arguments}, sys.stdout)


if __name__ == "__main__":
    main()
