# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans a release: several services that belong together, in waves. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.given_names import name_text, why_not_name
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id, version_id

CHECKED, READY, MOVED, DONE, TAKEN_BACK = "checked", "ready", "moved", "done", "taken_back"
# Which way a release goes that is run again.
FORTH, BACK = "forth", "back"
# The wave before the first: that of the previews.
PREVIEWS = -1


def release_plan(members: Sequence[Mapping[str, Any]], name: Any = None) -> dict[str, Any]:
    """Return {waves, order, mistakes, shown} of the members of a release.

    A service is in the first wave that comes after the waves of all that its ``after`` names. The order is that in which everybody takes
    the locks, so that two releases never wait for each other. With mistakes, each a sentence, there are no waves.

    :param members: each as {service, version, after}; ``after`` names others of them.
    :param name: of the release; None where it is of no matter.
    """
    after = {_service(each): _after(each) for each in members}
    mistakes = [*_mistakes_of_name(name), *_mistakes(members), *_not_in_it(after)]
    waves = [] if mistakes else _waves(after)
    if not mistakes and sum(map(len, waves)) < len(after):
        stuck = sorted(set(after).difference(*waves))
        mistakes = [f"{', '.join(stuck)} wait for each other: the names in after make a circle."]
        waves = []
    shown = [f"wave {number}: {', '.join(wave)}" for number, wave in enumerate(waves, 1)]
    return {"waves": waves, "order": sorted(after), "mistakes": mistakes, "shown": shown}


def release_goes_on(members: Sequence[Mapping[str, Any]], wave: int) -> bool:
    """Tell whether a wave may move, by its number from 0: all before it have moved, and all others are ready to. With -1, whether the previews may.

    A release that was interrupted while it was taken back goes back only.
    """
    waves = release_plan(members)["waves"]
    if not waves or any(each.get("failed") or each.get("way") == BACK for each in members):
        return False
    stages = {_service(each): each["stage"] for each in members}
    if wave == PREVIEWS:
        return all(stage == CHECKED for stage in stages.values())
    before = [service for each in waves[:wave] for service in each]
    return all(stages[service] == (MOVED if service in before else READY) for service in stages)


def app_of(member: Mapping[str, Any]) -> str:
    """Return the id of the app that a release makes of a service."""
    return version_id(_service(member), name_text(member["version"]))


def _service(member: Mapping[str, Any]) -> str:
    return short_id(name_text(member.get("service") or ""))


def _after(member: Mapping[str, Any]) -> list[str]:
    given = member.get("after") or []
    names = given.split(",") if isinstance(given, str) else given
    return [short_id(name_text(name)) for name in names if str(name).strip()]


def _mistakes_of_name(name: Any) -> Iterator[str]:
    """Yield what is wrong with the name of the release, by which it finds again what it has made."""
    why = why_not_name(name, "release_name")
    if why:
        yield why
    if name is not None and not name_text(name).strip():
        yield "release_name is empty."


def _mistakes(members: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not members:
        yield "The release has no services."
    services = [_service(each) for each in members]
    for service in sorted(set(services)):
        if not service:
            yield "A service of the release has no name."
        elif services.count(service) > 1:
            yield f"{service} is in the release {services.count(service)} times."
    for member in members:
        if not name_text(member.get("version") or "").strip():
            yield f"{_service(member) or 'A service'} has no version in the release."
        for what in ("service", "version"):
            why = why_not_name(member.get(what), f"The {what} of {_service(member) or 'a service'} in the release")
            if why:
                yield why


def _not_in_it(after: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for service, others in sorted(after.items()):
        for other in others:
            if other not in after:
                yield f"{service} comes after {other}, which is not in the release."


def _waves(after: Mapping[str, Sequence[str]]) -> list[list[str]]:
    waves: list[list[str]] = []
    done: set[str] = set()
    while wave := sorted(each for each in after if each not in done and done.issuperset(after[each])):
        waves.append(wave)
        done.update(wave)
    return waves
