# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How versions take turns: which app each pool of a virtual service holds, and where the traffic goes.

Pure. The alternation is the Avi article's: the first app is pool A, its first version becomes pool B, the next one is
mapped into pool A, and so on. What the article leaves open is a switch (`Switches`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tests.lab.connector.versions import Change, Switches, Version

Side = Literal["A", "B"]


@dataclass(frozen=True)
class Swap:
    """The A/B state of one virtual service.

    `a` and `b` name the app whose tasks the pool holds (`b` is None before the first version); `ratio` is the percentage
    of the traffic that goes to B: 0 or 100. `waiting` is a version that shall take the traffic but does not yet.
    `priority` is the highest that ever took part; a later version must exceed it. `seen` are all versions there ever were.
    """

    a: str
    b: str | None = None
    ratio: int = 0
    waiting: str | None = None
    priority: int | None = None
    seen: tuple[str, ...] = ()

    @property
    def active(self) -> str:
        """The app whose pool takes the traffic."""
        return self.b if self.ratio and self.b else self.a

    @property
    def active_side(self) -> Side:
        """The pool that takes the traffic."""
        return "B" if self.ratio else "A"

    def apps(self) -> set[str]:
        """Return the apps whose tasks are in the pools."""
        return {self.a, self.b} if self.b else {self.a}

    def placed(self, side: Side, app: str | None) -> Swap:
        """Return the state with this app in this pool; pool A is never without one."""
        return replace(self, b=app) if side == "B" else replace(self, a=app or self.a)

    def side_of(self, app: str) -> Side | None:
        """Return the pool an app is in."""
        return "A" if self.a == app else "B" if self.b == app else None


def step(swap: Swap, listener: str, versions: Sequence[Version], switches: Switches) -> tuple[Swap, list[Change]]:
    """Return the state that follows, now that these versions are there, and what changed on the way to it."""
    versions = sorted(versions, key=lambda each: each.priority)
    by_name = {version.name: version for version in versions}
    changes: list[Change] = []
    newcomers = [version for version in versions if version.name not in swap.seen]
    swap = replace(swap, seen=swap.seen + tuple(version.name for version in newcomers))
    for late in newcomers:
        if swap.priority is not None and late.priority <= swap.priority:
            changes.append(Change("ignored", {"app": late.name, "priority": late.priority, "above": swap.priority}))

    swap = _without_the_gone(swap, listener, by_name, switches, changes)
    top = versions[-1] if versions else None
    if top and (swap.priority is None or top.priority > swap.priority):
        side = _next_side(swap, top.name, switches)
        swap = replace(swap, priority=top.priority, waiting=top.name)
        if side != swap.active_side:
            swap = swap.placed(side, top.name)
            changes.append(Change("attach", {"app": top.name, "side": side}))
    if swap.waiting and by_name[swap.waiting].ready(switches):
        swap = _flipped(swap, swap.waiting, f"{switches.flip}: priority {swap.priority}", changes)
    return swap, changes


def _without_the_gone(
    swap: Swap, listener: str, versions: Mapping[str, Version], switches: Switches, changes: list[Change]
) -> Swap:
    """Let go of versions whose app was deleted."""
    known = {listener, *versions}
    if swap.waiting not in known:
        swap = replace(swap, waiting=None)
    for side, app in (("A", swap.a), ("B", swap.b)):
        if app is not None and app not in known and side != swap.active_side:
            # Nothing is sent there: pool A goes back to the first app, and B is no more.
            swap = replace(swap, a=listener) if side == "A" else replace(swap, b=None)
            changes.append(Change("detach", {"app": app, "side": side}))
    if swap.active not in known and switches.top_gone == "revert":
        heir = max(versions.values(), key=lambda each: each.priority, default=None)
        swap = replace(swap, priority=heir.priority if heir else None, waiting=None)
        swap = _flipped(swap, heir.name if heir else listener, "revert: the active app is gone", changes)
    return swap


def _next_side(swap: Swap, app: str, switches: Switches) -> Side:
    if switches.alternate == "by_order":
        return "A" if swap.seen.index(app) % 2 else "B"
    return "A" if swap.active_side == "B" else "B"


def _flipped(swap: Swap, app: str, why: str, changes: list[Change]) -> Swap:
    """Send the traffic to an app: in the pool it is in, or else in the one it would take next."""
    before = swap.active
    side = swap.side_of(app)
    if side is None:
        # Only a version that waits for the very pool that has the traffic is in none yet; others take the idle one.
        side = swap.active_side if swap.waiting == app else ("A" if swap.active_side == "B" else "B")
        swap = swap.placed(side, app)
    swap = replace(swap, ratio=100 if side == "B" else 0, waiting=None)
    changes.append(Change("flip", {"app": app, "from": before, "side": side, "ratio": swap.ratio, "why": why}))
    return swap
