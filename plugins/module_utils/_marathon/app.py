# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring an app to the state a user wants: the work of the module marathon_app."""

from __future__ import annotations

from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG
from ansible_collections.dcos.avi.plugins.module_utils._errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon import guards
from ansible_collections.dcos.avi.plugins.module_utils._marathon.carry_out import Deadline, Send, carry_out
from ansible_collections.dcos.avi.plugins.module_utils._marathon.change import App, Change, change_to
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition import (
    READ_ONLY,
    ignored_fields,
    newer_fields,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import (
    wait_until_gone,
    wait_until_rolled_out,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS, client_from
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import deployment_ids, is_rolled_out
from ansible_collections.dcos.avi.plugins.module_utils._marathon.wanted import WANTED_OPTIONS, wanted
from ansible_collections.dcos.avi.plugins.module_utils._wait import WAIT_OPTIONS

APP_OPTIONS: dict[str, Any] = {
    **WANTED_OPTIONS,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "exclusive": {"type": "bool", "default": False},
    "delete_listener": {"type": "bool", "default": False},
    "force": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    **WAIT_OPTIONS,
    **MARATHON_OPTIONS,
}


def ensure_app(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Do the work of marathon_app.

    :param params: its options, each key present.
    :returns: {changed, app, version, deployment_id, diff, warnings}. ``app`` and ``version`` are None for an app that is
        absent, ``deployment_id`` where nothing is deployed or its id is not known.
    :raises Refused: bad input, or unsafe; nothing was written.
    :raises WaitTimeout: the app stayed locked and was not changed, or it was changed but not rolled out in time.
    :raises DcosAviError: whatever else went wrong with Marathon.
    """
    task = _Task(params, check_mode)
    return task.absent() if params["state"] == "absent" else task.present()


class _Task:
    """One app, what is wanted of it, and the time there is for it."""

    def __init__(self, params: dict[str, Any], check_mode: bool) -> None:
        self.params = params
        self.check_mode = check_mode
        self.target = wanted(params)
        self.id = self.target.app_id
        self.client = client_from(params)
        self.deadline = Deadline(params["wait_timeout"], params["wait_interval"])
        self.app = self.client.app(self.id)
        self.ignored = self._ignored()
        self.target = self.target.without(self.ignored)

    def present(self) -> dict[str, Any]:
        """Create or change the app."""
        if self.app is not None and self.params["exclusive"]:
            raise Refused(f"{self.id} exists already, and exclusive allows only to create it. Nothing was changed.")
        change = change_to(self.client, self.target, self.app)
        if change is None:
            return self._result(self._waited(None) if self._has_to_wait() else self.app)
        if self.check_mode:
            return self._result(change.app, change)
        accepted = carry_out(self.client, self.id, self.app, self._next_change, self.deadline)
        deployment_id = accepted.deployment_id if accepted else None
        after = self._waited(deployment_id) if self.params["wait"] else self.client.app(self.id)
        # Marathon accepts a change that changes nothing, too, and then keeps the app's version.
        if self.app is not None and after is not None and after["version"] == self.app["version"]:
            return self._result(after)
        return self._result(after, change, deployment_id or next(iter(deployment_ids(after or {})), None))

    def absent(self) -> dict[str, Any]:
        """Delete the app."""
        if self.app is None:
            return self._result(None)
        if not self.params["delete_listener"]:
            guards.refuse_deletion(self.app, self.client.apps(label=AB_CONFIG))
        definition = {field: value for field, value in self.app.items() if field not in READ_ONLY}
        change = Change({}, definition, {}, {})
        if self.check_mode:
            return self._result(None, change)
        accepted = carry_out(self.client, self.id, self.app, self._next_deletion, self.deadline)
        if self.params["wait"]:
            wait_until_gone(self.client, self.id, timeout=self.deadline.left, interval=self.deadline.interval)
        return self._result(None, change, accepted.deployment_id if accepted else None)

    def _next_change(self, app: App | None, in_doubt: bool) -> Send | None:
        change = change_to(self.client, self.target, app)
        if app is not None and self.params["exclusive"] and (change is not None or not in_doubt):
            raise Refused(f"{self.id} was created by somebody else in the meantime. Nothing was changed.")
        if change is None:
            return None
        body = change.body
        if app is None:
            return lambda: self.client.create_app(body)
        return lambda: self.client.update_app(self.id, body, force=self.params["force"])

    def _next_deletion(self, app: App | None, in_doubt: bool) -> Send | None:
        return (lambda: self.client.delete_app(self.id, force=self.params["force"])) if app else None

    def _ignored(self) -> list[str]:
        """Return the fields this Marathon ignores; which release it is, is asked only where that makes a difference."""
        doubtful = newer_fields(self.target.fields) - set(self.app or {})
        return ignored_fields(self.target.fields, self.client.release() if doubtful else None)

    def _has_to_wait(self) -> bool:
        """An earlier run may have ended before the app was rolled out."""
        return self.params["wait"] and not self.check_mode and self.app is not None and not is_rolled_out(self.app)

    def _waited(self, deployment_id: str | None) -> App:
        return wait_until_rolled_out(
            self.client,
            self.id,
            deployment_id=deployment_id,
            timeout=self.deadline.left,
            interval=self.deadline.interval,
        )

    def _result(
        self, app: App | None, change: Change | None = None, deployment_id: str | None = None
    ) -> dict[str, Any]:
        before, after = (change.before, change.after) if change else ({}, {})
        result = {
            "changed": change is not None,
            "app": app,
            "version": app.get("version") if app else None,
            "deployment_id": deployment_id,
            "diff": {"before": before, "after": after, "before_header": self.id, "after_header": self.id},
        }
        if self.ignored:
            result["warnings"] = [f"This Marathon has no field {', '.join(self.ignored)} in an app, and ignores it."]
        return result
