# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a question about a service is answered by."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import to_plan_by
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture


@dataclass(frozen=True)
class Basis:
    """The service as it was checked last, and whom to ask for what that check does not show.

    ``planned_by`` is what follows once what runs although it has no instances has ended. To end it is the first step of every plan.
    """

    service: Service
    client: Marathon
    seen: Picture
    planned_by: Picture

    @classmethod
    def of(cls, service: Service, client: Marathon, seen: Picture) -> Basis:
        """Return the basis that a check gives."""
        return cls(service, client, seen, to_plan_by(seen))

    def is_taken(self, app_id: str) -> bool:
        """Tell whether an app has this id that is neither a version of the service nor a preview of one."""
        return self.service.has_namesake(self.seen, app_id)
