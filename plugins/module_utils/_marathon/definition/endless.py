# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release of Marathon begins and never ends, to be refused before it is begun. Measured on running ones. Pure.

The release is asked for only where it decides.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import number, whole
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import canonical

Release = Callable[[], tuple[int, int]]
# Releases from this one on look at Mesos' health alone while they restart an app, and divide by the missing number of GROUP_BY.
FIRST_RELEASE = (1, 11)
BY_MARATHON = ("HTTP", "HTTPS", "TCP")


def refuse_endless_restart(app: Mapping[str, Any], release: Release) -> None:
    """Refuse a restart of an app that would neither kill nor launch a task, for ever.

    :param app: the app as it is to be, with its id.
    :raises Refused: says the arithmetic, and what to change.
    """
    wanted = canonical(dict(app))
    instances = whole(wanted.get("instances", 1)) or 0
    over = _over_capacity(wanted)
    checks = sorted({check.get("protocol", "HTTP") for check in wanted.get("healthChecks") or ()} & {*BY_MARATHON})
    if not checks or instances < 1 or math.floor(instances * (1 + over)) > instances or release() < FIRST_RELEASE:
        return
    # Marathon counts with binary fractions: of 1000 * 1.001 it makes 1000.
    shares = (share / 1000 for share in itertools.count(math.ceil(1000 / instances)))
    enough = next(share for share in shares if math.floor(instances * (1 + share)) > instances)
    raise Refused(
        f"{wanted.get('id')} is not restarted, because this Marathon would never end that. Its health checks are Marathon's own "
        f"({', '.join(checks)}), and while it restarts it may have floor({instances} * (1 + {over:g})) = {instances} tasks, which are those that run "
        f"already: it would kill none and launch none. Give upgradeStrategy.maximumOverCapacity of at least {enough:g} in the same change, "
        "which is room for one instance more, or have Mesos make the checks (MESOS_HTTP, MESOS_TCP). Nothing was changed."
    )


def refuse_end_of_launches(app_id: str, constraints: object, release: Release) -> None:
    """Refuse a constraint after which Marathon launches no task of any app any more, until it is restarted.

    :raises Refused: says what to write instead.
    """
    sentence = ends_launches(app_id, constraints, release)
    if sentence:
        raise Refused(f"{sentence} Nothing was changed.")


def ends_launches(app_id: str, constraints: object, release: Release) -> str | None:
    """Say why an app with these constraints must not be created, None where nothing speaks against it."""
    fields = [_field_of(item) for item in constraints] if isinstance(constraints, Iterable) else []
    found = [field for field in fields if field]
    if not found or release() < FIRST_RELEASE:
        return None
    return (
        f"{app_id} has the constraint GROUP_BY of {', '.join(found)} without a number. With it, this Marathon would launch no task of any app any more, "
        'until it is restarted. Give the number of groups, as in ["hostname", "GROUP_BY", "3"].'
    )


def _field_of(constraint: object) -> str | None:
    """Return the field of a GROUP_BY without a number, None for any other constraint."""
    if not isinstance(constraint, (list, tuple)) or len(constraint) < 2 or str(constraint[1]).upper() != "GROUP_BY":
        return None
    return None if len(constraint) > 2 and str(constraint[2]).strip() else str(constraint[0])


def _over_capacity(app: Mapping[str, Any]) -> float:
    """Return how many tasks more than its instances an app may have in a restart, as a share; with volumes of its own, none unless it says so."""
    volumes = (app.get("container") or {}).get("volumes") or ()
    usual = 0 if any("persistent" in volume or "external" in volume for volume in volumes) else 1
    stated = number((app.get("upgradeStrategy") or {}).get("maximumOverCapacity"))
    return usual if stated is None else stated
