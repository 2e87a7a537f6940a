# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's commands, with this collection's plugins and those of Ansible that each playbook needs."""

from __future__ import annotations

import atexit
import importlib
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

from ansible import constants
from ansible.cli.adhoc import AdHocCLI
from ansible.cli.playbook import PlaybookCLI
from ansible.plugins import loader

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
ACTIONS = (
    "add_host assert command copy debug fail include_vars pause set_fact set_stats template uri validate_argument_spec"
)


def preload() -> None:
    """Import what Ansible loads while it runs, most of it again in the process of each task."""
    # Ansible looks a thousand times a second whether a task has ended.
    constants.DEFAULT_INTERNAL_POLL_INTERVAL = 0.01
    loader.init_plugin_loader()
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    for kind in ("action", "filter"):
        for file in sorted((PLUGINS / kind).glob("*.py")):
            importlib.import_module(f"ansible_collections.dcos.avi.plugins.{kind}.{file.stem}")
    for plugins in (loader.filter_loader, loader.test_loader):
        list(plugins.all())
    for plugins in (loader.vars_loader, loader.inventory_loader, loader.lookup_loader):
        list(plugins.all(class_only=True))
    loader.callback_loader.get("default", class_only=True)
    loader.connection_loader.get("local", class_only=True)
    loader.strategy_loader.get("linear", class_only=True)
    loader.shell_loader.get("sh", class_only=True)
    loader.cache_loader.get("memory", class_only=True)
    for action in ACTIONS.split():
        loader.action_loader.get(f"ansible.builtin.{action}", class_only=True)


def main() -> None:
    """Do what the command of this name does, which finds its own folder in the place of ours."""
    sys.path[0] = str(Path(sys.argv[0]).parent)
    _have_an_own_folder()
    commands = {"ansible": AdHocCLI, "ansible-playbook": PlaybookCLI}
    commands[Path(sys.argv[0]).name].cli_executor()


def _have_an_own_folder() -> None:
    """Make the folder for temporary files anew. Ansible makes one when it is imported, and the first process to end has removed that."""
    parent = Path(constants.DEFAULT_LOCAL_TMP).parent
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    constants.DEFAULT_LOCAL_TMP = tempfile.mkdtemp(prefix="ansible-local-", dir=parent)
    atexit.register(shutil.rmtree, constants.DEFAULT_LOCAL_TMP, ignore_errors=True)
