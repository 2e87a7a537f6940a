# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the version that a rollback is to go back to, and the one it goes back from. Pure."""

from __future__ import annotations

from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import CannotPlan, Refusal
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App, short_id, version_id, version_name
from ansible_collections.dcos.avi.plugins.module_utils._service.foreign import FOREIGN_APP
from ansible_collections.dcos.avi.plugins.module_utils._service.lineage import (
    before,
    first_app,
    rolled_back_from,
    rolled_back_to,
    took_no_traffic,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture


def highest_running(picture: Picture) -> App:
    """Return the app to go back from: the highest priority that has instances; where nothing runs, the highest."""
    return max(picture.running or picture.apps, key=lambda app: app.priority)


def version_named(picture: Picture, version: str) -> App:
    """Return the version of that name, the listener by the service's; where it was pruned, what came back of it.

    :raises CannotPlan: there is none.
    """
    service = picture.service
    ids = (short_id(version), version_id(service, version))
    found = [app for app_id in reversed(ids) for app in picture.apps if app.id == app_id]
    found += [app for app in reversed(picture.apps) if first_app(app) in ids]
    if not found:
        known = ", ".join(version_name(app.id, service) or service for app in picture.apps)
        sentence = f"{service} has no version {version} to go back to, but {known}. One that was pruned can only be rolled out anew."
        claims = (
            problem.sentence for problem in picture.problems if problem.code == FOREIGN_APP and problem.subject in ids
        )
        sentence = " ".join((sentence, *claims))
        raise CannotPlan([Refusal("unknown_version", sentence)])
    return found[0]


def one_before(picture: Picture, current: App) -> App:
    """Return what the version before is, seen from the highest one that runs.

    An earlier rollback may be done already: then it is where that one went. To go one further each time could not be repeated
    safely. Where the version that had the traffic was deleted, it is that highest one itself. Versions above it that were given up
    without traffic are passed over.

    :raises CannotPlan: there is none, or it cannot be told.
    """
    if rolled_back_from(current) or picture.has_lost_a_version:
        return current
    if picture.active and picture.active is not current:
        return picture.active
    above = [app for app in picture.apps if app.priority > current.priority]
    if any(rolled_back_to(app) == current.id for app in above):
        return current
    unknown = [app for app in above if not took_no_traffic(app) and not rolled_back_to(app)]
    if unknown:
        raise CannotPlan([_unknown_history(picture, current, unknown)])
    found = before(picture.apps, current)
    if found is None:
        sentence = f"Nothing came before {current.id}: {picture.service} has no earlier version to go back to."
        raise CannotPlan([Refusal("no_version_before", sentence)])
    return found


def came_back(picture: Picture, current: App) -> bool:
    """Whether a rollback gave the traffic to this version, so that those below it are what was rolled back from, or older."""
    at_once = (app for app in picture.apps if rolled_back_to(app) == current.id and not took_no_traffic(app))
    return rolled_back_from(current) is not None or any(app.priority > current.priority for app in at_once)


def _unknown_history(picture: Picture, current: App, unknown: list[App]) -> Refusal:
    """Whoever scaled these to zero left no note: it may have been a rollback by hand, or a version that never took the traffic."""
    names = " and ".join(app.id for app in unknown)
    target = before(picture.apps, current)
    known = version_name(target.id, picture.service) or picture.service if target else None
    further = f" To go back from it, name the version, such as {known} (rollback_version)." if known else ""
    sentence = (
        f"The version before cannot be told: {names} has a higher priority than {current.id} and no instances, and nothing tells whether it "
        f"took the traffic. If {current.id} is to serve, nothing is to be done.{further}"
    )
    return Refusal("unknown_history", sentence)
