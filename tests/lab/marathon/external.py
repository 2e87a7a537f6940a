# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of external volumes: one provider, one instance, and each volume in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tests.lab.marathon.errors import Problem

_PROVIDER, _DRIVER = "dvdi", "dvdi/driver"


def external_problems(app: dict[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the external volumes of a complete app."""
    container = app.get("container", {})
    volumes = [
        (index, volume) for index, volume in enumerate(container.get("volumes", [])) if _external(volume) is not None
    ]
    for index, volume in volumes:
        path = f"/container/volumes({index})"
        for below, text in _volume(volume, by_docker=container.get("type") == "DOCKER"):
            yield f"{path}{below}", text
    names = _names([volume for _index, volume in volumes])
    for name, count in Counter(names).items():
        if count > 1:
            yield "/", f"Requested DVDI volume '{name}' is declared more than once within app {app['id']}"
    if not names:
        return
    if app["instances"] > 1:
        yield "/", f"Number of instances is limited to 1 when declaring DVDI volumes in app [{app['id']}]"
    over = app["upgradeStrategy"]["maximumOverCapacity"]
    if over != 0:
        yield "/upgradeStrategy/maximumOverCapacity", f"got {float(over)}, expected 0.0"


def names_twice(apps: Mapping[str, dict[str, Any]], changed: Collection[str]) -> Iterator[Problem]:
    """Yield which volumes of changed apps another app has as well. `apps` are the definitions of all, by id."""
    holders: dict[str, list[str]] = {}
    for app_id, definition in apps.items():
        for name in set(_names(definition.get("container", {}).get("volumes", []))):
            holders.setdefault(name, []).append(app_id)
    for name, app_ids in holders.items():
        for app_id in (each for each in app_ids if each in changed and len(app_ids) > 1):
            others = ", ".join(each for each in app_ids if each != app_id)
            yield "/", f"Volume name '{name}' in {app_id} conflicts with volume(s) of same name in app(s): {others}"


def _external(volume: Mapping[str, Any]) -> Any:
    return volume.get("external")


def _names(volumes: list[dict[str, Any]]) -> list[str]:
    """The names of volumes that only one task may have."""
    found = [_external(volume) or {} for volume in volumes]
    return [each["name"] for each in found if each.get("provider") == _PROVIDER and not each.get("shared")]


def _volume(volume: Mapping[str, Any], *, by_docker: bool) -> Iterator[Problem]:
    external = volume["external"]
    options = external.get("options", {})
    missing = [name for name in ("name", "provider") if name not in external]
    yield from ((f"/external/{name}", "not defined") for name in missing)
    if "provider" in missing:
        return
    if external["provider"] != _PROVIDER:
        yield "/external/provider", "is unknown provider"
        return
    if _DRIVER not in options:
        yield f'/external/options("{_DRIVER}")', "not defined"
    if by_docker and options.keys() - {_DRIVER}:
        yield "/external/options", f"must only contain {_DRIVER}"
    if by_docker and external.get("size") is not None:
        yield "/external/size", "must be undefined for Docker containers"
    if not by_docker and volume.get("mode") != "RW":
        yield "/mode", f"got {volume.get('mode')}, expected RW"
