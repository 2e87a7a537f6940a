# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change an app although a change of it is half done, without taking down the tasks that serve."""

from __future__ import annotations

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.undo import CHANGE, UndoStep, with_outage
from ansible_collections.dcos.avi.plugins.module_utils._marathon.app.undoing import Outage, Undoing
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.deadline import Deadline


class Correction:
    """A change that is to replace another, which is half done. ``has_written`` tells whether the app was scaled for it."""

    def __init__(self, client: Marathon, app_id: str, deadline: Deadline) -> None:
        self._client = client
        self._app_id = app_id
        self._deadline = deadline
        self.has_written = False

    def is_needed(self, app: AppJson) -> bool:
        """Tell whether tasks serve that run what the app was before a change, and that another one would take down first.

        It is looked at only where there are tasks of an earlier version.
        """
        if all(task.get("version") == app["version"] for task in app.get("tasks") or []):
            return False
        return Undoing(self._client, self._app_id, self._deadline).is_mixed()

    def make_way(self, target: AppJson, stated: int | None) -> tuple[int, bool]:
        """Scale the app down to what serves, and return the instances to have with the change, and whether it must be forced.

        :param target: the app as it is to be; ``stated`` are the instances that somebody asked for, None where nobody did.
        :raises Refused: there is no way that loses nobody.
        """
        undoing = Undoing(self._client, self._app_id, self._deadline, target=target, instances=stated)
        try:
            step = undoing.advance(self._deadline.left)
        except Outage as outage:
            raise Refused(with_outage(self._app_id, outage.sentence, "changed")) from None
        except DcosAviError as error:
            error.changed = error.changed or undoing.has_written
            raise
        finally:
            self.has_written = self.has_written or undoing.has_written
        return undoing.instances, _is_forced(step)


def _is_forced(step: UndoStep) -> bool:
    return step.force if step.act == CHANGE else True
