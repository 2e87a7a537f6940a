# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the states of marathon_app share: one app, what is wanted of it, the time there is, and the result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.change import Change
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.forced import Correction
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.lost_agents import lost_tasks, may_still_serve
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.overriding import overridden
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.rolling_back import Rollback
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.to_zero import remainder, wait_until_at_zero
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.undo import foreseen
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Accepted, AppJson
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import (
    differences,
    ignored_fields,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.env_from import with_values
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.releases import newer_fields
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.wanted import wanted
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import wait_until_rolled_out
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import client_from
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import deployment_ids
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import NextStep, apply_change


class AppTask:
    """One run of marathon_app: ``app`` is the app as it was read first, None where there was none."""

    def __init__(self, params: dict[str, Any], check_mode: bool) -> None:
        self.params = params
        self.has_written = False
        # Adds to the definition of an app that is to be created what the caller wants to have noted on it.
        self.recorded: Callable[[AppJson], AppJson] = lambda definition: definition
        self.check_mode = check_mode
        self.target = wanted(params)
        self.id = self.target.app_id
        self.client = client_from(params)
        self.target = replace(
            self.target, fields=with_values(self.id, self.target.fields, params.get("env_from"), self.client)
        )
        self.deadline = Deadline(params["wait_timeout"], params["wait_interval"])
        self.app = self.client.app(self.id)
        self.ignored = self._ignored()
        self.target = self.target.without(self.ignored)

    def _ignored(self) -> list[str]:
        """Return the fields this Marathon ignores; which release it is, is asked only where that makes a difference."""
        doubtful = newer_fields(self.target.fields) - newer_fields(self.app or {})
        return ignored_fields(self.target.fields, self.client.release() if doubtful else None)

    def compared_with(self) -> AppJson | None:
        """Return the app that a new one is to be shown against; None where nobody looks, or there is none."""
        other = self.params.get("diff_against")
        return self.client.app(other) if other and self.params.get("diff_mode") else None

    def is_to_override(self, current: AppJson, what: str) -> bool:
        """Tell whether a change is to cancel the deployments of the app that are under way.

        :param what: what the change does to the app, as in "the app is ...".
        :raises Refused: one of them changes other apps, too, and only the app's own may be cancelled.
        """
        if self.params["force"] or not (self.params.get("force_own") and current.get("deployments")):
            return bool(self.params["force"])
        return bool(overridden(self.id, self.client.deployments(), asked=False, what=what))

    @property
    def is_to_have_none(self) -> bool:
        """Whether no instances are asked for: then what Marathon started again from its queue is ended, too."""
        return self.target.fields.get("instances") == 0

    def has_left_something(self) -> bool:
        """Whether something of an app that is to have no instances runs or waits all the same."""
        return self.is_to_have_none and remainder(self.client, self.id).is_left

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Have events shorten the waits in a ``with`` block, which begins before anything is written."""
        if not self.params["wait"]:
            yield
            return
        with self.client.listening([self.id], self.params["wait_interval"]) as self.deadline.news:
            yield

    def apply(self, app: AppJson | None, next_step: NextStep) -> Accepted | None:
        """Send a change of the app, as the function of this name does, and note that it was made."""
        accepted = apply_change(self.client, self.id, app, next_step, self.deadline)
        self.has_written = True
        return accepted

    def corrected(self, app: AppJson, change: Change, force: bool) -> tuple[dict[str, Any], bool]:
        """Return what to send for a change of an app, which may be half changed already, and whether it must be forced.

        :raises Refused: it would take down the tasks that serve.
        """
        correction = Correction(self.client, self.id, self.deadline)
        if not correction.is_needed(app):
            return change.body, force
        try:
            instances, force = correction.make_way(change.app, self.target.fields.get("instances"))
        finally:
            self.has_written = self.has_written or correction.has_written
        return {**change.body, "instances": instances}, force

    def rolled_out(self, accepted: Accepted | None, replaced: Collection[str] = ()) -> AppJson | None:
        """Return the app after a change that was accepted: rolled out if that is to be waited for.

        :param accepted: None where the change was made, but Marathon's answer to it was lost.
        :param replaced: the ids of tasks that must have ended by then.
        :raises WaitTimeout: it was not rolled out in time; says whether it was rolled back.
        """
        if not self.params["wait"]:
            return self.client.app(self.id)
        deployment_id = accepted.deployment_id if accepted else None
        try:
            if self.is_to_have_none:
                app, ended = wait_until_at_zero(self.client, self.id, self.deadline)
                self.has_written = self.has_written or ended
                return app
            return wait_until_rolled_out(self.client, self.id, deployment_id, self.deadline, replaced)
        except WaitTimeout as timeout:
            raise (self._rolled_back(timeout, deployment_id) if self._rolls_back() else _going_on(timeout)) from None

    def warned_of_outage(self, change: Change, result: dict[str, Any]) -> dict[str, Any]:
        """Return the result of a change with a warning where it could not be undone, as it is to be, without an outage."""
        if self.app is None or not self._rolls_back() or self.params["allow_outage"]:
            return result
        why = foreseen(self.app, change.app, self.client.release)
        if why is None:
            return result
        warning = (
            f"Where this change of {self.id} does not come to an end, it is left as it is and not rolled back, because that would take down tasks that "
            f"serve: {why}. To have it rolled back all the same, set allow_outage: true."
        )
        return {**result, "warnings": [*result.get("warnings", []), warning]}

    def _rolls_back(self) -> bool:
        return bool(self.params["on_failure"] == "rollback")

    def _rolled_back(self, timeout: WaitTimeout, deployment_id: str | None) -> WaitTimeout:
        """Undo the deployment that did not come to an end, and say what came of it."""
        # The time that there was is used up; undoing takes as long again at most.
        deadline = Deadline(self.params["wait_timeout"], self.params["wait_interval"])
        deadline.news = self.deadline.news
        rollback = Rollback(self.client, deadline, allow_outage=self.params["allow_outage"])
        try:
            running = deployment_ids(self.client.app(self.id) or {})
            # Another one than its own was not begun by this task, and is not its to undo.
            if not running or deployment_id is None or deployment_id in running:
                if self.app is None:
                    rollback.of_creation(self.id)
                else:
                    rollback.of_app(self.id, self.app)
            now = self.client.app(self.id)
        except Refused as refused:
            sentence = f"{timeout.sentence}. {refused.sentence}"
            return WaitTimeout(sentence, details=timeout.details)
        except DcosAviError as error:
            sentence = f"{timeout.sentence}. Rolling it back did not end either: {error.sentence}"
            return WaitTimeout(sentence, details=timeout.details)
        finally:
            self.has_written = self.has_written or rollback.has_written
        if now is None:
            outcome = f"It was rolled back: {self.id} is gone again"
        elif rollback.has_written:
            is_as_before = self.app is not None and not differences(self.app, now)
            outcome = (
                f"It was rolled back: {self.id} is as it was before"
                if is_as_before
                else f"{self.id} was rolled back to what served"
            )
        else:
            outcome = "Its deployment was over, so that it could not be rolled back"
        return WaitTimeout(f"{timeout.sentence}. {outcome}", details=timeout.details)

    def _not_made(self, app: AppJson) -> dict[str, tuple[Any, Any]]:
        """Return in what an app is not as wanted."""
        return differences(self.target.definition(app), app, complete=self.target.complete)

    def is_unchanged(self, before: AppJson, after: AppJson) -> bool:
        """Tell whether Marathon accepted a change and left the app as it was: then it keeps its version.

        That alone tells nothing, because all rollbacks of 1.11 have one version.
        """
        is_same = bool(after["version"] == before["version"])
        return is_same and not (differences(before, after) and self._not_made(after))

    def unchanged(self, app: AppJson) -> dict[str, Any]:
        """Return the module's result where Marathon accepted a change, and left the app as it was.

        That is how it answers where nothing was to be changed; but some changes, such as one of ``executorResources`` alone, it
        does not make either.
        """
        result = self.result(app)
        left = self._not_made(app)
        if left:
            warning = (
                f"This Marathon accepted the change of {', '.join(left)}, but did not make it: {self.id} is as it was."
            )
            result["warnings"] = [*result.get("warnings", []), warning]
        return result

    def warned_of_another_change(self, result: dict[str, Any]) -> dict[str, Any]:
        """Return the result of a change, with a warning where the app is not as it was wanted all the same.

        Of two changes in one millisecond Marathon accepts both, under the same version, and one of them is lost.
        """
        left = self._not_made(result["app"]) if result["app"] else {}
        if left:
            warning = (
                f"After this change {self.id} differs in {', '.join(left)} from what was asked for: somebody else changed it at the same "
                "time, or this Marathon did not make all of the change. Run this again."
            )
            result["warnings"] = [*result.get("warnings", []), warning]
        return result

    def result(
        self, app: AppJson | None, change: Change | None = None, accepted: Accepted | None = None
    ) -> dict[str, Any]:
        """Return the module's result; ``change`` is None where nothing changed."""
        before, after = (change.before, change.after) if change else ({}, {})
        deployment_id = accepted.deployment_id if accepted else next(iter(deployment_ids(app or {})), None)
        result: dict[str, Any] = {
            "changed": change is not None,
            "app": app,
            "version": app.get("version") if app else None,
            "deployment_id": deployment_id if change else None,
            "diff": {
                "before": before,
                "after": after,
                "before_header": before.get("id", self.id),
                "after_header": self.id,
            },
        }
        if self.ignored:
            result["warnings"] = [f"This Marathon has no field {', '.join(self.ignored)} in an app, and ignores it."]
        lost = lost_tasks([self.app, app]) if app is None or self.is_to_have_none else {}
        if lost and not self.check_mode:
            result["warnings"] = [*result.get("warnings", []), *may_still_serve(self.id, lost)]
        return result


def _going_on(timeout: WaitTimeout) -> WaitTimeout:
    return WaitTimeout(f"{timeout.sentence}. Marathon goes on trying", details=timeout.details)
