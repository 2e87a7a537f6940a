# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sums up what became of a release. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._plan.release import DONE, MOVED, TAKEN_BACK, app_of

# What is kept of a member that failed, also once it was taken back.
_FAILED = ("failed", "left", "unfinished")


def release_result(
    members: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]], name: str, mode: str
) -> dict[str, Any]:
    """Return {release, mode, failed, sentence, services, shown}.

    :param members: each as {service, version, stage, before}.
    :param results: of each of them, in the same order, what its last rollout returned; empty where that did not end.
    """
    services = {each["service"]: _service(each, result) for each, result in zip(members, results)}
    finished = DONE if mode == "lockstep" else MOVED
    bad = [service for service, found in services.items() if found["stage"] not in (finished, TAKEN_BACK)]
    # Of those that did not move because another one failed, there is nothing to say.
    bad = [each["service"] for each in members if any(map(each.get, _FAILED))] or bad
    failed = any(found["stage"] != finished for found in services.values())
    for each in members:
        services[each["service"]]["why"] = _why_with_the_others(each, bad) or services[each["service"]]["why"]
    return {
        "release": name,
        "mode": mode,
        "failed": failed,
        "sentence": _sentence(name, services, bad, failed),
        "services": services,
        "shown": [_line(service, found) for service, found in services.items()],
    }


def _service(member: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": member["version"],
        "stage": member["stage"],
        "was": member["before"] or None,
        "is": _serving(member, result) or None,
        "why": member.get("why") or result.get("sentence") or None,
    }


def _why_with_the_others(member: Mapping[str, Any], bad: Sequence[str]) -> str:
    """Say what became of a service for the sake of another one; nothing where it was its own doing."""
    if any(map(member.get, _FAILED)):
        return ""
    if member["stage"] == TAKEN_BACK:
        return (
            f"It was taken back, because the release failed at {', '.join(bad)}."
            if bad
            else "It was taken back with the release."
        )
    is_moved = member["stage"] in (MOVED, DONE) or member.get("is_active")
    return "" if is_moved or not bad else f"It was not moved, because the release failed at {', '.join(bad)}."


def _serving(member: Mapping[str, Any], result: Mapping[str, Any]) -> Any:
    if member.get("now"):
        return member["now"]
    after = result.get("after") or {}
    if member.get("is_active") and member["stage"] != TAKEN_BACK:
        # An earlier run of the release may have moved it.
        return after.get("app") or app_of(member)
    return after.get("app") if member["stage"] in (MOVED, DONE) or result.get("failed") else member["before"]


def _sentence(name: str, services: Mapping[str, Mapping[str, Any]], bad: Sequence[str], failed: bool) -> str:
    if not failed:
        return f"Release {name} is done: {', '.join(services)} serve the versions that it asked for."
    back = [service for service, found in services.items() if found["stage"] == TAKEN_BACK]
    taken = f" Taken back: {', '.join(back)}." if back else ""
    if not bad:
        return (
            f"Release {name} was taken back, which is done now.{taken} To release once more, give the services that were moved new versions, and "
            "the release another name."
        )
    whys = " ".join(services[service]["why"] or f"{service} was not moved." for service in bad)
    return f"Release {name} failed at {', '.join(bad)}. {whys}{taken}"


def _line(service: str, found: Mapping[str, Any]) -> str:
    return f"{service}: was {found['was'] or '-'}, is {found['is'] or '-'}, {found['stage'].replace('_', ' ')}"
