# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An action plugin that runs the module of its name within Ansible's own process: to start each of 25 takes eight times as long."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
from pathlib import Path
from typing import Any

from ansible.module_utils import basic
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):  # type: ignore[misc]
    """Calls the module's main() with its arguments, and takes what it prints for its result."""

    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        name = self._task.action.rpartition(".")[2]
        arguments = dict(self._task.args)
        self._update_module_args(name, arguments, task_vars)
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        basic._ANSIBLE_PROFILE = "legacy"
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            importlib.import_module(f"ansible_collections.awx.awx.plugins.modules.{name}").main()
        return {**result, **json.loads(printed.getvalue())}


def collections_in_process(folder: Path, collections: Path) -> Path:
    """Return a folder for ANSIBLE_COLLECTIONS_PATH that has the same awx.awx, with this action plugin for each module."""
    theirs, ours = (path / "ansible_collections/awx/awx" for path in (collections, folder))
    (ours / "plugins/action").mkdir(parents=True)
    for part in ("meta", "MANIFEST.json", "plugins/modules", "plugins/module_utils", "plugins/doc_fragments"):
        (ours / part).symlink_to(theirs / part)
    for module in (theirs / "plugins/modules").glob("[a-z]*.py"):
        (ours / "plugins/action" / module.name).symlink_to(__file__)
    return folder
