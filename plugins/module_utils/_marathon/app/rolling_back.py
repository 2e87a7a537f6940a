# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roll back what is being deployed: in steps that lose nobody, or by Marathon's own rollback where no task serves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused, UnknownOutcome
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.undo import (
    CHANGE,
    FREE,
    OVER,
    Seen,
    UndoStep,
    with_outage,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.undoing import Outage, Undoing
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deployment import (
    deployments_of,
    start_rollback,
    wait_until_listed,
    wait_until_over,
    wait_until_rolled_out,
)

# Of the time that there is, this part is for what may be otherwise in a moment; the rest is for the rollback.
SHARE = 0.5
ROLLED_BACK = "rolled back"


class Rollback:
    """The rollback of one app's change, or of deployments of several apps. ``has_written`` tells whether anything was sent."""

    def __init__(self, client: Marathon, deadline: Deadline, *, allow_outage: bool, wait: bool = True) -> None:
        self._client = client
        self._deadline = deadline
        self._allows_outage = allow_outage
        self._waits = wait
        self.has_written = False

    def of_app(self, app_id: str, before: AppJson | None = None) -> None:
        """Undo what is being deployed of an app, or was left half done.

        :param before: the app as it was before, where that is known.
        :raises Refused: there is no way that loses nobody, and an outage is not allowed. Says so before anything is written.
        :raises WaitTimeout: a step was not over in time. To run it again resumes it.
        """
        undoing = Undoing(self._client, app_id, self._deadline, before=before)
        try:
            step = undoing.advance(SHARE * self._deadline.left)
            if step.act == CHANGE:
                self._change_back(undoing, step)
        except Outage as outage:
            if not self._allows_outage:
                raise Refused(with_outage(app_id, outage.sentence, ROLLED_BACK)) from None
            step = UndoStep(FREE)
        except DcosAviError as error:
            raise (_resumable(error, app_id) if undoing.has_written else error) from None
        finally:
            self.has_written = self.has_written or undoing.has_written
        if step.act == FREE:
            self._at_once(undoing)

    def of_creation(self, app_id: str) -> None:
        """Delete an app again that was just created, and has never been deployed: what serves of it served nobody before."""
        self.of_several(deployments_of(self._client, app_id))

    def of_several(self, deployments: Iterable[dict[str, Any]]) -> None:
        """Have Marathon undo deployments of several apps."""
        self._await([each for deployment in deployments for each in self._started(deployment)])

    def refuse_outage_of_several(self, deployments: Iterable[dict[str, Any]]) -> None:
        """Refuse what would take down what serves.

        :raises Refused: names the app.
        """
        apps = sorted({app for deployment in deployments for app in deployment.get("affectedApps") or ()})
        for app_id in apps if not self._allows_outage else ():
            app = self._client.app(app_id)
            if app is not None and Seen(app).serves:
                why = f"its deployment changes several apps at once: {', '.join(apps)}"
                raise Refused(with_outage(app_id, why, ROLLED_BACK))

    def changes_app(self, app_id: str) -> bool:
        """Look, without waiting, and tell whether ``of_app`` would have anything to do.

        :raises Refused: there is no way that loses nobody, whatever comes, and an outage is not allowed.
        """
        found = Undoing(self._client, app_id, self._deadline).foreseen()
        if isinstance(found, UndoStep):
            return found.act != OVER
        if not found.may_pass and not self._allows_outage:
            raise Refused(with_outage(app_id, found.why, ROLLED_BACK))
        return True

    def _change_back(self, undoing: Undoing, step: UndoStep) -> None:
        accepted = undoing.change_back(step)
        if self._waits:
            deployment_id = accepted.deployment_id if accepted else None
            wait_until_rolled_out(self._client, undoing.app_id, deployment_id, self._deadline)

    def _at_once(self, undoing: Undoing) -> None:
        """Nobody serves, or an outage is allowed."""
        if undoing.seen.deployments:
            self._await([each for item in undoing.seen.deployments for each in self._started(dict(item))])
        elif undoing.target is not None:
            self._change_back(undoing, UndoStep(CHANGE))
            self.has_written = True

    def _started(self, deployment: dict[str, Any]) -> list[str]:
        try:
            started = start_rollback(self._client, deployment)
        except UnknownOutcome:
            self.has_written = True
            raise
        self.has_written = True
        return started

    def _await(self, undoing: list[str]) -> None:
        if undoing and self._waits:
            wait_until_listed(self._deadline)
            wait_until_over(
                self._client,
                undoing,
                f"deployment {' and '.join(undoing)} to be over, which rolls it back",
                self._deadline,
            )


def _resumable(error: DcosAviError, app_id: str) -> DcosAviError:
    sentence = (
        f"{error.sentence.rstrip('.')}. {app_id} is rolled back in part, and its tasks go on serving. To resume, run marathon_deployment with "
        f"app: {app_id} and state: rolled_back"
    )
    told = type(error)(sentence, status=error.status, details=error.details)
    told.changed = True
    return told
