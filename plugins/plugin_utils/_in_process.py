# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of a module without a process of its own, where that comes to the same.

A module is packed, started in a Python of its own and unpacked there, which takes half a second of a processor: longer than the
requests it is about. What only talks to APIs can as well be done by the Ansible that asks for it, as long as it is asked to be
done on this machine, as this user, by this Python and with this environment. In all other cases the module runs as any other does.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action.normal import ActionModule as AsModule
from ansible.utils.display import Display
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.failed_words import told_in_the_end
from ansible_collections.dcos.avi.plugins.module_utils._core.live import told_by
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import options_read
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean, harms_in_json
from ansible_collections.dcos.avi.plugins.module_utils._core.query import HAS_JMESPATH
from ansible_collections.dcos.avi.plugins.module_utils._core.removal import without_secrets
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import in_all_forms, printable, secrets
from ansible_collections.dcos.avi.plugins.module_utils._core.session import REQUESTS_IMPORT_ERROR
from ansible_collections.dcos.avi.plugins.module_utils._core.spread import spread
from ansible_collections.dcos.avi.plugins.module_utils._core.work import MORE_SHOWN, SHOWN, Work
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.file import decrypted_by
from ansible_collections.dcos.avi.plugins.plugin_utils._plain import plain

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:  # before ansible-core 2.22
    register_secrets = None

# Ansible hides a secret in all that it prints: a shorter one stands in too much that has nothing to do with it.
LEAST_REGISTERED = 4


class InProcess(AsModule):  # type: ignore[misc]  # ansible-core tells no types
    """An action that does the ``work`` of the module of its name."""

    work: Work
    _is_announced = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the result of the module, which Ansible does not print if it would command the terminal."""
        result = self._result(tmp, task_vars)
        if result.get("failed") and self._is_told_in_the_end(task_vars or {}):
            return told_in_the_end(result)
        self._show(result.pop(SHOWN, ""), result.pop(MORE_SHOWN, ()))
        if not result.get("failed") and harms_in_json(result):
            result["_ansible_verbose_override"] = True
            Display().v(
                "The result holds characters that command a terminal, so it is not shown. A variable that is registered has it."
            )
        return result

    def _result(self, tmp: str | None, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        if not self._comes_to_the_same(task_vars or {}):
            return self._as_module(tmp, task_vars)
        with _directory(self._loader.get_basedir()):
            args = options_read(self.work.options, spread(self.work.options, plain(self._task.args)))
            given = ArgumentSpecValidator(self.work.options, **self.work.rules).validate(args)
            if given.error_messages:
                # Ansible has words for that, which users know.
                return self._as_module(tmp, task_vars)
            params = given.validated_parameters
            self._register(params)
            with decrypted_by(self._decrypted), told_by(self._teller(params)):
                result = self.work.result(
                    params, module=self._task.action, check_mode=self._task.check_mode, diff_mode=self._task.diff
                )
        if not result.get("warnings"):
            result.pop("warnings", None)
        result = printable(self.work.options, params, plain(result))
        if Display().verbosity < 3:
            del result["invocation"]
        return result

    def _is_told_in_the_end(self, task_vars: Mapping[str, Any]) -> bool:
        """Whether the role of the task gives a lock back after a failure, and tells then what failed."""
        role = getattr(self._task, "_role", None)
        return bool(role and task_vars.get(f"__{role.get_name(include_role_fqcn=False)}_told_in_the_end"))

    def _show(self, sentence: str, lines: Iterable[str]) -> None:
        """Show what a task shows as it ends: the sentence alone where Ansible is to show no task that is ok."""
        is_shown_itself = self._is_on("display_ok_hosts")
        for line in filter(None, (sentence, *(lines if is_shown_itself else ()))):
            if is_shown_itself:
                self._announce()
            Display().display(f"  {clean(line)}", stderr=True)

    def _announce(self) -> None:
        """Print the task's name before the first line of it, where Ansible prints that only with its result."""
        if not self._is_announced and self._has_no_banner():
            Display().display(clean(f"TASK [{self._task.get_name()}]"), stderr=True)
        self._is_announced = True

    def _register(self, params: dict[str, Any]) -> None:
        """Have Ansible hide the secrets in what it prints itself, such as the lines of a task that failed, as it does for a module."""
        if register_secrets is not None:
            register_secrets(secret for secret in secrets(self.work.options, params) if len(secret) >= LEAST_REGISTERED)

    def _teller(self, params: dict[str, Any]) -> Callable[[str], None]:
        """Return what tells how a wait goes: on the screen, in the log, and in the events of ansible-runner.

        The lines go where warnings go, so that what a callback prints stays what it is, such as JSON.
        """
        secret = in_all_forms(secrets(self.work.options, params), params)

        def tell(line: str) -> None:
            self._announce()
            Display().display(f"  {clean(without_secrets(line, secret))}", stderr=True)

        return tell

    def _has_no_banner(self) -> bool:
        """Whether the task is announced by its result alone, as callbacks do that show no tasks that are skipped."""
        return not (self._is_on("display_skipped_hosts") and self._is_on("display_ok_hosts"))

    def _is_on(self, setting: str) -> bool:
        """Whether Ansible's default callback is to show such tasks."""
        try:
            return bool(C.config.get_config_value(setting, plugin_type="callback", plugin_name="default"))
        except AnsibleError:
            return True  # Another callback prints, which has no such settings.

    def _decrypted(self, path: str) -> bytes:
        """Return what a file holds that is encrypted with Ansible Vault."""
        try:
            content: bytes = self._loader._get_file_contents(path)[0]
        except AnsibleError as error:
            raise Refused(
                f"The definition in {path} is encrypted with Ansible Vault and could not be decrypted: {error.message} "
                "Give the vault's password to ansible-playbook, with --vault-id or --ask-vault-pass."
            ) from error
        return content

    def _comes_to_the_same(self, task_vars: dict[str, Any]) -> bool:
        return (
            self._connection.transport == "local"
            and self._connection.become is None
            and self._is_for_this_python(task_vars)
            and not self._task.async_val
            and not any(self._task.environment or [])
            and not REQUESTS_IMPORT_ERROR
            and HAS_JMESPATH
            # There the system's libraries, which look for proxies, end a process that was forked.
            and sys.platform != "darwin"
        )

    def _is_for_this_python(self, task_vars: dict[str, Any]) -> bool:
        """Whether no other Python was chosen for modules, which may have other packages."""
        chosen = self._templar.template(C.config.get_config_value("INTERPRETER_PYTHON", variables=task_vars))
        return chosen == sys.executable or str(chosen).startswith("auto")

    def _as_module(self, tmp: str | None, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        return result


@contextlib.contextmanager
def _directory(path: str) -> Iterator[None]:
    """Be in the directory that a module on this machine is started in: its options may hold relative paths."""
    before = Path.cwd()
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)
