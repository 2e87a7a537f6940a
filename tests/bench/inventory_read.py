# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads an inventory a few times, in a process whose Ansible has loaded no plugin of the collection before: prints the processor's seconds and the hosts."""

from __future__ import annotations

import json
import sys
import time

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader


def main(source: str, runs: int) -> None:
    init_plugin_loader([])
    seconds = []
    for _run in range(runs):
        begun = time.process_time()
        hosts = InventoryManager(loader=DataLoader(), sources=[source]).get_hosts()
        seconds.append(time.process_time() - begun)
    print(json.dumps({"seconds": seconds, "hosts": len(hosts)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
