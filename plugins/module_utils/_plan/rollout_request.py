# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user asks for with a rollout. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import written
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.overrides import merged, with_overrides
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import refuse_if_any
from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_steps import Ways
from ansible_collections.dcos.avi.plugins.module_utils._plan.version import unusable
from ansible_collections.dcos.avi.plugins.module_utils._service.approval import FOR_EVER


@dataclass(frozen=True)
class RolloutRequest:
    """What a user asks for: a version stated by its definition, or by what differs from the active version's.

    With the ``strategy`` "preview" a preview of so many instances is tested first, and without ``promote`` the rollout
    ends there, to be approved; ``to_approve`` is what its label then says. ``release`` is Marathon's, where what is asked for is not known to every one.
    """

    version: str
    definition: Mapping[str, Any] | None = None
    image: str | None = None
    overrides: Mapping[str, Any] | None = None
    instances: int | None = None
    priority: int | None = None
    strategy: str = "direct"
    promote: bool = True
    preview_instances: int = 1
    to_approve: str = FOR_EVER
    ways: Ways = Ways()
    release: tuple[int, int] | None = None

    @property
    def wants_preview(self) -> bool:
        """Whether a preview is to be tested first."""
        return self.strategy == "preview"

    def applied_to(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """Return the definition with the image and the overrides.

        :raises Refused: it is none, or the overrides cannot be applied to it.
        """
        image = {"container": {"docker": {"image": self.image}}} if self.image else {}
        plain = merged(merged(base, image), self.overrides or {})
        refuse_if_any(unusable(plain))
        return written(with_overrides(merged(written(dict(base)), image), self.overrides or {}))
