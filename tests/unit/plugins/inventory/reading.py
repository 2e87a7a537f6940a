# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process of ``Reader``: a line of JSON comes in for each inventory, and one goes out."""

from __future__ import annotations

import json
import os
import sys

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.utils.display import Display


def main() -> None:
    init_plugin_loader([])
    warnings: list[str] = []
    Display.warning = lambda self, msg, *_args, **_kwargs: warnings.append(str(msg))
    Display.error_as_warning = lambda self, msg, exception, **_kwargs: warnings.append(f"{msg} {exception}")
    clean_environment = dict(os.environ)
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ.clear()
        os.environ.update(clean_environment, **asked["env"])
        warnings.clear()
        manager = InventoryManager(loader=DataLoader(), sources=[asked["source"]], cache=asked["cache"])
        hosts = {host.name: host.vars for host in manager.get_hosts()}
        groups = {name: [host.name for host in group.get_hosts()] for name, group in manager.groups.items()}
        answer = {"hosts": hosts, "groups": groups, "warnings": warnings}
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
