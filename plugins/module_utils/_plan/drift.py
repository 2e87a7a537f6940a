# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where what runs differs from what was rolled out. Pure.

It is shown, and decides nothing: a scale-up by an autoscaler is drift, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import Problem
from ansible_collections.dcos.avi.plugins.module_utils._avi.schema import settings_of
from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import changes_in_words
from ansible_collections.dcos.avi.plugins.module_utils._plan.version import as_stated
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App
from ansible_collections.dcos.avi.plugins.module_utils._service.state import Picture

BY_HAND = "Roll out a version with what is wanted: a version is not changed in place."


def drift_of(seen: Picture, first: Mapping[str, App], pool: Mapping[str, Any] | None) -> Iterator[Problem]:
    """Yield where the running apps of a service differ from what was rolled out, and what Avi has beside them.

    :param first: each running app as it was at first, by its id; one of which that is not known is left out.
    :param pool: the pool that takes the traffic, as Avi returns it; None where none does.
    """
    for app in seen.running:
        if app.id in first:
            yield from _edited(app, first[app.id])
            yield from _resized(app, first[app.id])
    yield from _without_a_version(seen)
    yield from _reverted(seen, pool or {})


def _edited(app: App, first: App) -> Iterator[Problem]:
    old, new = as_stated(first), as_stated(app)
    changed = {key: (new.get(key), old.get(key)) for key in sorted({*old, *new}) if old.get(key) != new.get(key)}
    if changed:
        last = f" (last on {app.changed_at})" if app.changed_at else ""
        words = f"{app.id} was changed after it was rolled out{last}: {changes_in_words(changed)}"
        yield Problem("edited", app.id, f"{words}. {BY_HAND}")


def _resized(app: App, first: App) -> Iterator[Problem]:
    if app.instances != first.instances:
        words = f"{app.id} has {counted(app.instances, 'instance')}, and was rolled out with {first.instances}."
        yield Problem(
            "resized",
            app.id,
            f"{words} If that is meant, nothing is to be done: the next version takes over the number of instances.",
        )


def _without_a_version(seen: Picture) -> Iterator[Problem]:
    for member in seen.places_of_strangers():
        yield Problem(
            "pool_without_version",
            member.pool.name,
            f"Pool {member.pool.name} has servers that are tasks of no version that Marathon has of {seen.service}: a deleted one perhaps, of "
            "which the cloud connector has not heard. It takes no traffic. See whether the connector runs.",
        )


def _reverted(seen: Picture, pool: Mapping[str, Any]) -> Iterator[Problem]:
    """A setting that is not repeated in the labels of a version reverts to Avi's default (the Avi article on graceful migration)."""
    listener, serving = seen.observed.listener, seen.active or seen.serving
    if listener is None or serving is None or not pool:
        return
    wanted = {**_settings(listener), **_settings(serving)}
    for name, value in sorted(wanted.items()):
        is_plain = isinstance(value, (str, int, float)) and not name.endswith("_ref")
        if is_plain and name in pool and str(pool[name]) != str(value):
            where = f"the labels of {listener.id}" + ("" if serving is listener else f" and {serving.id}")
            yield Problem(
                "setting_reverted",
                str(pool.get("name")),
                f"Pool {pool.get('name')} has {name} {pool[name]}, and {where} ask for {value}. A setting that a version does not repeat in its "
                "label avi_proxy reverts to Avi's default.",
            )


def _settings(app: App) -> dict[str, Any]:
    pool = (app.labels.proxy or {}).get("pool")
    return settings_of(pool) if isinstance(pool, Mapping) else {}
