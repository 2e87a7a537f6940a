# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gathers the releases that a page shows: what each of them made of the services, by their histories. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.dcos.avi.plugins.module_utils._page.service_part import HistoryItem, ServicePart

# So many are shown.
MOST = 20


@dataclass(frozen=True)
class ReleaseMove:
    """An app that a release made of a service, and how that ended."""

    service: str
    anchor: str
    item: HistoryItem


@dataclass(frozen=True)
class ReleasePart:
    """A release, the last of what it made first."""

    name: str
    moves: tuple[ReleaseMove, ...]


def releases_of(services: Sequence[ServicePart]) -> tuple[ReleasePart, ...]:
    """Return the releases of the services on a page, the newest first."""
    found: dict[str, list[ReleaseMove]] = {}
    for service in services:
        for item in service.history:
            if item.release:
                found.setdefault(item.release, []).append(ReleaseMove(service.name, service.anchor, item))
    parts = [ReleasePart(name, tuple(sorted(moves, key=_begin, reverse=True))) for name, moves in found.items()]
    return tuple(sorted(parts, key=lambda part: _begin(part.moves[0]), reverse=True))[:MOST]


def _begin(move: ReleaseMove) -> str:
    return move.item.begin
