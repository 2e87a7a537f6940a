# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Undo a change of an app step by step, each waited for and followed by a fresh look; see ``undo`` for the steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    Away,
    Breakdown,
    Conflict,
    DcosAviError,
    NotFound,
    Refused,
    UnknownOutcome,
    Unreachable,
    WaitTimeout,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.run import run_or_none
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import wait_until
from ansible_collections.dcos.avi.plugins.module_utils._marathon.absence import RETRY_PAUSE
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.to_zero import queued_launches
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.undo import (
    RESTART,
    SCALE,
    Obstacle,
    Seen,
    UndoStep,
    is_same,
    next_step,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Accepted, AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.bodies import replacement, update
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import under_way, wait_until_listed
from ansible_collections.dcos.avi.plugins.module_utils._marathon.writes import refuse_for_a_run_that_ended

# What may be otherwise in a moment: an instance that does not run yet, a task that was not checked yet.
PAUSE = 0.5
# So many of the newest versions are read to find the instances that the app had.
VERSIONS_READ = 20


class Outage(Refused):
    """It cannot go on without taking down what serves; the sentence is a clause that says why."""


class Undoing:
    """The steps of one app. ``seen`` is the last look, ``target`` what the app is to be at the end.

    :param target: None for what the tasks of before run. ``instances`` is None for as many as the app had.
    :param before: the app as it was before the change, where that is known.
    """

    def __init__(
        self,
        client: Marathon,
        app_id: str,
        deadline: Deadline,
        target: AppJson | None = None,
        before: AppJson | None = None,
        instances: int | None = None,
    ) -> None:
        self._client = client
        self.app_id = app_id
        self._deadline = deadline
        self._before = before
        self._instances = instances
        self._asked_by = run_or_none()
        self._definitions: dict[str, AppJson | None] = {}
        self._release: tuple[int, int] | None = None
        self._changed: AppJson | None = None
        self._restarted_as = ""
        self.target = target
        self.seen = Seen({})
        self.has_written = False

    def advance(self, patience: float | None = None) -> UndoStep:
        """Scale the app down to what serves, and return the step that is left: any but ``scale``.

        :param patience: seconds to wait, before anything is written, for what may be otherwise in a moment.
        :raises Outage: there is no way that loses nobody. Nothing was written, unless ``has_written``.
        :raises WaitTimeout: a step was not over in time.
        """
        while True:
            step = self._next(patience)
            if step.act != SCALE:
                return step
            body = update({"instances": step.instances}, dict(self.seen.app))
            self.send(lambda: self._client.update_app(self.app_id, body, force=step.force))  # noqa: B023

    @property
    def instances(self) -> int:
        """How many instances the app is to have at the end."""
        return self._instances or 0

    def foreseen(self) -> UndoStep | Obstacle:
        """Look, and return what would come next, or what is in its way."""
        try:
            return self._look()
        except Outage as outage:
            return Obstacle(outage.sentence)

    def is_mixed(self) -> bool:
        """Look, and tell whether tasks serve that run what the app was before a change."""
        self._look()
        return self.seen.serves and any(map(self.seen.is_old, self.seen.tasks))

    def send(self, request: Callable[[], Accepted]) -> Accepted | None:
        """Send a request; None where it is not known whether it was applied, or a deployment locks the app: the next look tells."""
        refuse_for_a_run_that_ended(self._asked_by, self.app_id)
        try:
            accepted = request()
        except Breakdown:
            self.has_written = True
            raise
        except (Conflict, UnknownOutcome, Unreachable, Away) as error:
            self.has_written = self.has_written or isinstance(error, UnknownOutcome)
            if self._deadline.left == 0:
                raise
            time.sleep(min(RETRY_PAUSE, self._deadline.left))
            return None
        self.has_written = True
        wait_until_listed(self._deadline)
        return accepted

    def change_back(self, step: UndoStep) -> Accepted | None:
        """Have the app as wanted, and return what Marathon accepted; None where its answer was lost, or nothing was left to do."""
        while self.target is not None and not self._is_changed_back():
            app, target = dict(self.seen.app), dict(self.target)
            complete = not is_same(target, app)
            body = replacement(target, app) if complete else update({"instances": target.get("instances")}, app)
            force = step.force
            accepted = self.send(
                lambda: self._client.update_app(self.app_id, body, complete=complete, force=force)  # noqa: B023
            )
            if accepted:
                return accepted
            self._look()
            if not self._is_changed_back():
                step = self.advance()
        return None

    def _is_changed_back(self) -> bool:
        target, app = self.target or {}, self.seen.app
        return is_same(target, app) and app.get("instances") == target.get("instances")

    def _next(self, patience: float | None) -> UndoStep:
        """Return the next step once nothing that may pass is in its way."""
        left = self._deadline.left
        is_free_to_leave = patience is not None and not self.has_written
        last: list[UndoStep | Obstacle] = []

        def look() -> UndoStep | Obstacle:
            last[:] = [self._look()]
            return last[0]

        try:
            found = wait_until(
                look,
                lambda step: isinstance(step, UndoStep) or not step.may_pass,
                timeout=min(patience or 0.0, left) if is_free_to_leave else left,
                interval=self._deadline.interval,
                describe=lambda step: step.why if isinstance(step, Obstacle) else step.act,
                what=f"what serves of {self.app_id} to be apart from what does not",
                sleep=lambda seconds: self._deadline.sleep(min(seconds, PAUSE)),
            )
        except WaitTimeout:
            if self.has_written or not last:
                raise
            found = last[0]
        if isinstance(found, Obstacle):
            raise Outage(found.why)
        return found

    def _look(self) -> UndoStep | Obstacle:
        """Look, and return the next step, or what is in its way."""
        queue, deployments = self._client.queue(), under_way(self._client, self._is_meant)
        app = self._client.app(self.app_id)
        if app is None:
            raise DcosAviError(f"{self.app_id} is gone: it was deleted meanwhile.")
        versions = {str(task.get("version")) for task in app.get("tasks") or []} - {app["version"]}
        definitions = {version: self._definition(version) for version in versions}
        self.seen = Seen(app, queued_launches(queue, self.app_id), tuple(deployments), definitions)
        self._tell_restarts(app)
        if self._changed is None:
            self._changed = app
        if self.target is None or self._instances is None:
            of_before = self._of_before()
            self._instances = (of_before or app).get("instances") or 0 if self._instances is None else self._instances
            self.target = self.target or of_before
        if self.target is not None:
            self.target = {**self.target, "instances": self.instances}
        target = self.target or app
        if not is_same(self._changed, app) and not is_same(target, app):
            raise Refused(f"{self.app_id} was changed by somebody else in the meantime. It was left as it is now.")
        return next_step(self.seen, target, self._release_of_marathon)

    def _is_meant(self, deployment: AppJson) -> bool:
        return self.app_id in (deployment.get("affectedApps") or [])

    def _tell_restarts(self, app: AppJson) -> None:
        """Tell a restart that changes no definition from one that brings back what tasks run already."""
        others = [version for version in self.seen.definitions if version != app["version"]]
        returns = False
        if (
            self.seen.kind == RESTART
            and others
            and not self._restarted_as
            and not any(map(self.seen.is_old, self.seen.tasks))
        ):
            versions = self._client.app_versions(self.app_id)
            last = self._definition(max((each for each in versions if each < app["version"]), default=app["version"]))
            returns = last is not None and not is_same(last, app)
            self._restarted_as = "" if returns else app["version"]
        self.seen = Seen(
            app, self.seen.queued, self.seen.deployments, self.seen.definitions, self._restarted_as, returns
        )

    def _of_before(self) -> AppJson | None:
        """Return what the tasks of before run, with the instances that the app had; None where none runs another than the app's.

        :raises Outage: they do not run the same.
        """
        old = [task for task in self.seen.tasks if self.seen.is_old(task)]
        known = [dict(definition) for definition in map(self.seen.definition_of, old) if definition is not None]
        if not known:
            return None
        if self._restarted_as:
            return dict(self.seen.app)
        if any(not is_same(known[0], other) for other in known[1:]):
            raise Outage("the tasks of before run several definitions")
        if self._before is not None and is_same(known[0], self._before):
            return dict(self._before)
        return next((each for each in self._history() if is_same(known[0], each)), known[0])

    def _history(self) -> Iterator[AppJson]:
        # Marathon sorts them in no way. What a rollback of 1.11 left has the age of Marathon itself, and comes late.
        for version in sorted(self._client.app_versions(self.app_id), reverse=True)[:VERSIONS_READ]:
            definition = self._definition(version)
            if definition is not None:
                yield definition

    def _definition(self, version: str) -> AppJson | None:
        if version not in self._definitions:
            try:
                self._definitions[version] = self._client.app_version(self.app_id, version)
            except NotFound:
                self._definitions[version] = None
        return self._definitions[version]

    def _release_of_marathon(self) -> tuple[int, int]:
        if self._release is None:
            self._release = self._client.release()
        return self._release
