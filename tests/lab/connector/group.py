# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How versions take turns in a pool group: each is a member, and the highest label that has a server takes the traffic.

Pure. A member has ratio 0 until the traffic may move to it, then 100. A lower member is the fallback of those above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.lab.connector.versions import Change, Switches, Version

RATIO = 100


@dataclass(frozen=True)
class Member:
    """A version in the group; its priority is its label there."""

    app: str
    priority: int
    ratio: int = 0


@dataclass(frozen=True)
class Group:
    """The versions of a service, highest first. The listener is the member below them all, with label 0."""

    members: tuple[Member, ...] = ()

    @property
    def active(self) -> str | None:
        """The version that takes the traffic as long as it has a server; None: the listener does."""
        return next((member.app for member in self.members if member.ratio), None)

    def apps(self) -> set[str]:
        """Return the apps whose pools are in the group, the listener's apart."""
        return {member.app for member in self.members}


def step(group: Group, listener: str, versions: Sequence[Version], switches: Switches) -> tuple[Group, list[Change]]:
    """Return the group that follows, now that these versions are there, and what changed on the way to it."""
    by_name = {version.name: version for version in versions}
    changes: list[Change] = []
    members = list(group.members)
    for gone in [member for member in members if member.app not in by_name]:
        if gone.app == group.active and switches.top_gone != "revert":
            continue
        members.remove(gone)
        changes.append(Change("detach", {"app": gone.app, "priority": gone.priority}))
    for version in versions:
        if version.name not in group.apps():
            members.append(Member(version.name, version.priority))
            changes.append(Change("attach", {"app": version.name, "priority": version.priority}))
    members = [
        replace(member, ratio=RATIO)
        if not member.ratio and member.app in by_name and by_name[member.app].ready(switches)
        else member
        for member in members
    ]
    following = Group(tuple(sorted(members, key=lambda member: -member.priority)))
    if following.active != group.active:
        before, now = group.active or listener, following.active or listener
        changes.append(Change("flip", {"app": now, "from": before, "why": switches.flip}))
    return following, changes
