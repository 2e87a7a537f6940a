# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names what a role does about a plan, in order. Each move is a file of tasks, and the hook or the app that it is about. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._plan.rollout_steps import REQUESTS, SMOKE, SOAK

Move = list[str]
# Before the lock is taken, what could not be read or judged by is found. What runs without instances is ended before anything is planned.
CHECK, PLAN_ANEW = "check", "plan_anew"
# What is usual is one file, because each one takes a line of what Ansible prints. The file of all other moves includes them one by one.
USUAL, IN_USUAL, STEPS = "usual", ("deploy", "confirm", "retire"), "steps"


@dataclass(frozen=True)
class MovesAsked:
    """What is asked for on the way: ``gates`` and ``hooks``.

    In check mode nothing moves, so that nothing is superseded.
    """

    gates: Collection[str] = ()
    hooks: Collection[str] = ()
    check_mode: bool = False


def moves_before_lock() -> list[Move]:
    """Return the moves where a role has something to check before it takes the lock."""
    return [_move(CHECK)]


def way_of(moves: Sequence[Move]) -> str:
    """Return the file that a rollout goes on with: of its only move where that plans or holds all that follows, else of all its moves."""
    if not moves:
        return ""
    first = moves[0][0]
    return first if first in (CHECK, PLAN_ANEW, USUAL) else STEPS


def rollout_moves(plan: Mapping[str, Any], leftover: Sequence[Any], asked: MovesAsked) -> list[Move]:
    """Return the moves of a rollout; ``plan`` and ``leftover`` as migration_info returns them."""
    if leftover:
        return [_move(PLAN_ANEW)]
    return _in_short(_rollout_moves(plan, asked) if plan["steps"] else ())


def rollback_moves(plan: Mapping[str, Any], leftover: Sequence[Any], asked: MovesAsked) -> list[Move]:
    """Return the moves of a rollback, as rollout_moves does."""
    return [_move(PLAN_ANEW)] if leftover else _in_short(_rollback_moves(plan, asked))


def retire_moves(found: Mapping[str, Any], *, prunes: bool) -> list[Move]:
    """Return the moves by which superseded versions leave; ``found`` as migration_info returns it."""
    if not leaves_anything(found):
        return []
    prune = [_move("prune")] if prunes else []
    previews = [_move("previews")] if found["left_previews"] else []
    return [_move("superseded"), *prune, *previews]


def leaves_anything(found: Mapping[str, Any]) -> bool:
    """Whether something may be scaled to zero, deleted or ended."""
    return any(found[each] for each in ("retire", "prune", "left_previews", "leftover"))


def listener_moves(plan: Mapping[str, Any], *, check_mode: bool) -> list[Move]:
    """Return the moves by which a listener is created and confirmed."""
    create = [_move("create")] if plan["action"] == "deploy" else []
    return [*create, *([_move("confirm")] if plan["deploys"] and not check_mode else [])]


def _rollout_moves(plan: Mapping[str, Any], asked: MovesAsked) -> Iterable[Move]:
    is_known = plan["action"] != "none"
    if is_known:
        yield from _hook("before_deploy", asked)
    preview = plan["preview"] or {}
    if preview.get("definition"):
        yield _move("preview")
    if plan["judges"]:
        if is_known:
            yield from _hook("before_switch", asked)
        yield from _judged(plan, asked, deploys=plan["deploys"])
    if plan["action"] != "preview":
        yield from _hook("before_retire", asked)
        # A run that only shows its steps does not move the traffic.
        if not (asked.check_mode and is_known):
            yield _move("retire")
        for left in (*filter(None, [preview.get("app")]), *plan["leftovers"]):
            yield _move("clean", left)


def _judged(plan: Mapping[str, Any], asked: MovesAsked, *, deploys: bool) -> Iterable[Move]:
    if deploys:
        yield _move("deploy")
    if SMOKE in asked.gates:
        yield _move(SMOKE)
    if deploys and not asked.check_mode:
        yield _move("confirm")
    if REQUESTS in asked.gates:
        yield _move(REQUESTS)
    yield from _hook("after_switch", asked)
    if SOAK in asked.gates:
        yield _move(SOAK)


def _rollback_moves(plan: Mapping[str, Any], asked: MovesAsked) -> Iterable[Move]:
    is_instant = plan["action"] == "instant"
    if plan["withdraw"]:
        yield _move("withdraw")
    if plan["deploys"]:
        yield _move("deploy")
    is_judged = plan["judges"]
    if is_judged and SMOKE in asked.gates and not is_instant:
        yield _move(SMOKE)
    if (plan["deploys"] or is_instant) and not asked.check_mode:
        yield _move("confirm")
    for gate in (REQUESTS, SOAK):
        if is_judged and gate in asked.gates:
            yield _move(gate)
    if plan["retires"] and not (asked.check_mode and plan["action"] != "none"):
        yield _move("retire")
    if plan["leftovers"]:
        yield _move("previews")


def _hook(name: str, asked: MovesAsked) -> Iterable[Move]:
    if name in asked.hooks:
        yield _move("hook", name)


def _move(file: str, about: str = "") -> Move:
    return [file, about]


def _in_short(moves: Iterable[Move]) -> list[Move]:
    found = list(moves)
    return [_move(USUAL)] if found == [_move(file) for file in IN_USUAL] else found
