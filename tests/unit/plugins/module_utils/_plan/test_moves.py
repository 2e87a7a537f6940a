# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files of tasks a role includes about a plan, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._plan.moves import (
    MovesAsked,
    listener_moves,
    moves_before_lock,
    retire_moves,
    rollback_moves,
    rollout_moves,
    way_of,
)

ROLLOUT = Path(__file__).parents[5] / "roles/rollout/tasks"
HOOKS = ("before_deploy", "before_switch", "after_switch", "before_retire")
ALL = MovesAsked(("smoke", "requests", "soak"), HOOKS)
PREVIEW = {"app": "app1-200-preview", "definition": {"id": "app1-200-preview"}}
CHECKED = MovesAsked(check_mode=True)


def plan(action="deploy", *, steps=("lock", "deploy"), preview=None, leftovers=(), judges=True, **more):
    deploys = action in ("deploy", "resume")
    return {
        "action": action, "steps": list(steps), "preview": preview, "leftovers": list(leftovers), "judges": judges, "deploys": deploys,
        "retires": True, "withdraw": [], **more,
    }  # fmt: skip


def names(moves):
    return [" ".join(filter(None, move)) for move in moves]


@pytest.mark.parametrize(
    ("given", "asked", "expected"),
    [
        (plan(), MovesAsked(), ["usual"]),
        (plan("resume"), MovesAsked(), ["usual"]),
        (plan(), CHECKED, ["deploy"]),
        (plan("none", steps=()), ALL, []),
        (plan("none"), MovesAsked(), ["retire"]),
        (plan("none"), CHECKED, ["retire"]),
        (plan("none"), ALL, ["smoke", "requests", "hook after_switch", "soak", "hook before_retire", "retire"]),
        (plan("none", judges=False, leftovers=["p"]), ALL, ["hook before_retire", "retire", "clean p"]),
        (plan("preview", preview=PREVIEW, judges=False), ALL, ["hook before_deploy", "preview"]),
        (plan(preview=PREVIEW), MovesAsked(), ["preview", "deploy", "confirm", "retire", "clean app1-200-preview"]),
        (plan(preview={"app": "p", "definition": None}), CHECKED, ["deploy", "clean p"]),
        (
            plan(preview=PREVIEW, leftovers=["app1-150-preview"]),
            ALL,
            [
                "hook before_deploy", "preview", "hook before_switch", "deploy", "smoke", "confirm", "requests", "hook after_switch", "soak",
                "hook before_retire", "retire", "clean app1-200-preview", "clean app1-150-preview",
            ],
        ),
    ],
)  # fmt: skip
def test_moves_of_a_rollout(given, asked, expected):
    assert names(rollout_moves(given, [], asked)) == expected


@pytest.mark.parametrize(
    ("given", "asked", "expected"),
    [
        (plan(), MovesAsked(), ["usual"]),
        (plan("none", steps=(), judges=False, retires=False), ALL, []),
        (plan(), ALL, ["deploy", "smoke", "confirm", "requests", "soak", "retire"]),
        (plan(judges=False), ALL, ["usual"]),
        (
            plan("instant", withdraw=["app1-200"], judges=True),
            ALL,
            ["withdraw", "confirm", "requests", "soak", "retire"],
        ),
        (plan("instant", withdraw=["app1-200"], retires=False), CHECKED, ["withdraw"]),
        (plan(leftovers=["p"]), CHECKED, ["deploy", "previews"]),
    ],
)
def test_moves_of_a_rollback(given, asked, expected):
    assert names(rollback_moves(given, [], asked)) == expected


def test_what_runs_without_instances_is_ended_before_anything_is_planned():
    for moves in (rollout_moves, rollback_moves):
        assert names(moves(plan(), [{"app": "app1-300"}], ALL)) == ["plan_anew"]


def test_what_is_to_be_checked_comes_before_the_lock():
    assert names(moves_before_lock()) == ["check"]


@pytest.mark.parametrize(
    ("moves", "way"),
    [
        ([], ""),
        (moves_before_lock(), "check"),
        (rollout_moves(plan(), [{"app": "app1-300"}], ALL), "plan_anew"),
        (rollout_moves(plan(), [], MovesAsked()), "usual"),
        (rollout_moves(plan(), [], ALL), "steps"),
        (rollout_moves(plan("none"), [], MovesAsked()), "steps"),
    ],
)
def test_a_rollout_goes_on_with_one_file(moves, way):
    assert way_of(moves) == way
    assert not way or (ROLLOUT / f"{way}.yml").exists()


@pytest.mark.parametrize(
    ("more", "prunes", "expected"),
    [
        ({}, True, []),
        ({"warm": ["app1-100"]}, False, []),
        ({"retire": ["app1-100"]}, False, ["superseded"]),
        ({"retire": ["app1-100"]}, True, ["superseded", "prune"]),
        ({"leftover": ["app1-100"]}, False, ["superseded"]),
        ({"left_previews": ["app1-100-preview"]}, False, ["superseded", "previews"]),
    ],
)
def test_moves_of_a_retirement(more, prunes, expected):
    found = {"retire": [], "prune": [], "left_previews": [], "leftover": [], "warm": [], **more}
    assert names(retire_moves(found, prunes=prunes)) == expected


def test_moves_of_a_listener():
    assert names(listener_moves(plan(), check_mode=False)) == ["create", "confirm"]
    assert names(listener_moves(plan("resume"), check_mode=False)) == ["confirm"]
    assert names(listener_moves(plan(), check_mode=True)) == ["create"]
    assert names(listener_moves(plan("none"), check_mode=False)) == []
