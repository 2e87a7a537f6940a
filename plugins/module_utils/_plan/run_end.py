# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a run ends: which check shows what it did, and what is said of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._plan.outcome import UNPROVEN, now_serving, rollout_result
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import DEPLOY
from ansible_collections.dcos.avi.plugins.module_utils._plan.recovery import NOTHING, ROLLBACK, WITHDRAW
from ansible_collections.dcos.avi.plugins.module_utils._plan.shown import service_lines

ROLLOUT, BACK, RETIREMENT, LISTENER = "rollout", "rollback", "retire", "listener"
RUNS = (ROLLOUT, BACK, RETIREMENT, LISTENER)
Phases = Mapping[str, Any]


@dataclass(frozen=True)
class RunFailure:
    """What a rollout failed with, in which phase, and what came of the attempt to take it back. Nothing failed where ``sentence`` is empty.

    ``why`` is what was gathered of why it failed, before anything was taken back.
    """

    sentence: str = ""
    phase: str = ""
    recovery: str = ""
    tries: int = 0
    why: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class LastCheck:
    """The check that shows what a run did. ``settles``: it waits until no traffic can move any more; then ``app`` is to serve."""

    settles: bool
    app: str | None = None


@dataclass(frozen=True)
class RunEnd:
    """How a run ended: the sentence, the lines below it, the result of a rollout, and why it is a failure after all."""

    sentence: str
    lines: tuple[str, ...] = ()
    result: Mapping[str, Any] | None = None
    unproven: str = ""


def with_late_connector(phases: Phases) -> Phases:
    """Return the phases, in which ``recover`` is the check of what was done in the end.

    Where the traffic was moved to a version that had been withdrawn, ``watch`` saw that, and the version before was brought back. Elsewhere all
    was done by then: that nothing is left to take back is no other verdict.
    """
    watched = phases.get("watch") or {}
    others = {name: phase for name, phase in phases.items() if name != "watch"}
    is_late = (watched.get("recovery") or {}).get("action") == ROLLBACK
    return {**others, "recover": watched} if is_late else others


def last_check_of(
    run: str, phases: Phases, failure: RunFailure, *, was_locked: bool, check_mode: bool
) -> LastCheck | None:
    """Return the check that a run ends with; None where nothing was done since the first one.

    :param phases: what the modules of the run returned, by its phases; ``observe`` is the check with the plan.
    :param was_locked: the service was locked by the run, or by one that is gone.
    """
    observed = phases["observe"]
    if run == LISTENER:
        return None
    if run == RETIREMENT:
        return LastCheck(settles=not check_mode)
    plan = observed["plan"]
    if run == BACK:
        return LastCheck(settles=not check_mode, app=None if check_mode else plan["app"])
    if failure.sentence:
        recovery = (phases.get("recover") or {}).get("recovery") or {}
        # The cloud connector may still move the traffic to what was given up: then the check comes after that.
        return LastCheck(settles=not check_mode and recovery.get("action") in (WITHDRAW, ROLLBACK, NOTHING))
    if not plan["steps"] and not was_locked:
        return None
    # In check mode, and with a preview, another version than this one serves at the end.
    is_to_serve = not check_mode and plan["action"] != "preview"
    return LastCheck(settles=is_to_serve, app=plan["app"] if is_to_serve else None)


def run_end(run: str, phases: Phases, failure: RunFailure, check_mode: bool) -> RunEnd:
    """Sum up a run.

    :param phases: as in last_check_of; ``report`` is what the last check returned, empty where there was none.
    """
    phases = _with_the_lock(phases)
    final = phases.get("report") or phases["observe"]
    if run == LISTENER:
        # It is created in the end: its confirmation is the last check. One of an earlier listener of the play is not.
        confirmed = phases.get("confirm") or {}
        final = confirmed if confirmed.get("service") == final["service"] else final
        # Before the first run there is nothing to show yet.
        is_new = check_mode and phases["observe"]["plan"]["action"] == DEPLOY
        return RunEnd("") if is_new else RunEnd(now_serving(final), tuple(service_lines(final)))
    own_lock = (phases.get("lock") or {}).get("owner") or ""
    lines = tuple(service_lines(final, own_lock)) if "service" in final else ()
    if run == ROLLOUT:
        result = rollout_result(
            phases,
            failure=failure.sentence,
            failed_phase=failure.phase,
            recovery_failure=failure.recovery,
            recovery_tries=failure.tries,
            why=failure.why,
            check_mode=check_mode,
        )
        unproven = result["sentence"] if result["outcome"] == UNPROVEN else ""
        return RunEnd(result["sentence"], lines, result, unproven)
    return RunEnd(now_serving(final), lines, unproven=_unproven(run, phases["observe"], final))


def _with_the_lock(phases: Phases) -> dict[str, Any]:
    """Return the phases, with the lock as one of its own where it was taken with the first check."""
    observed = phases["observe"]
    lock = observed.get("locked") or {}
    if "spent" not in lock or "spent" not in observed:
        return dict(phases)
    spent = observed["spent"]
    if not lock.get("earlier"):
        spent = {key: round(spent[key] - lock["spent"][key], 2) for key in ("seconds", "requests")}
    others = {name: phase for name, phase in phases.items() if name != "observe"}
    return {"observe": {**observed, "spent": spent}, "lock": lock, **others}


def _unproven(run: str, observed: Mapping[str, Any], final: Mapping[str, Any]) -> str:
    """Say that the last check does not show what a rollback or a retirement did; nothing where it does."""
    waited = final.get("waited") or {}
    if waited.get("complete", True):
        return ""
    if run == BACK:
        said = f"All steps of the rollback are done, but the last look does not show that {observed['plan']['app']} serves."
        seen = [waited.get("watched"), waited.get("last")]
        advice = "Look at it with the playbook dcos.avi.status, then run this again."
    else:
        said = f"All steps of the retirement are done, but the last look does not show that a version of {observed['service']} serves."
        seen = [waited.get("last")]
        advice = "Look at it with the playbook dcos.avi.status. Bring a version back with dcos.avi.rollback if nobody serves."
    return " ".join(each for each in (said, *seen, advice) if each)
