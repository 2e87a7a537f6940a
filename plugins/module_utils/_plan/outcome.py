# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sums up what the phases of a rollout returned: how it ended, what serves now, and what shows it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.pools import UNSEEN
from ansible_collections.dcos.avi.plugins.module_utils._plan.leftover import END
from ansible_collections.dcos.avi.plugins.module_utils._plan.recovery import (
    LEAVE,
    NOTHING,
    RETIRE,
    ROLLBACK,
    UNFINISHED,
    WITHDRAW,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.why import in_words, why_it_failed
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import short_id
from ansible_collections.dcos.avi.plugins.module_utils._service.foreign import NO_DOUBT

Phases = Mapping[str, Any]
# What a recovery came to, by what was to be done.
_RECOVERED = {
    WITHDRAW: "withdrawn",
    ROLLBACK: "rolled_back",
    LEAVE: "left",
    NOTHING: "failed",
    UNFINISHED: "unfinished",
}
UNPROVEN = "unproven"
ENDED = "ended"
_LOOK = "Look at it with the playbook dcos.avi.status, and go back with dcos.avi.rollback."
# What an outcome is where the last look does not show it; of a run that did not fail, that it does not.
LEFT_INSTEAD = dict.fromkeys(("withdrawn", "rolled_back", "unfinished"), "left")
_EVIDENCE = {
    "smoke": "targets",
    "confirm": "waited",
    "requests": "targets",
    "soak": "measures",
    "retire": "steps",
}


def rollout_result(
    phases: Phases,
    *,
    failure: str = "",
    recovery_failure: str = "",
    recovery_tries: int = 0,
    failed_phase: str = "",
    why: Mapping[str, Any] | None = None,
    check_mode: bool = False,
) -> dict[str, Any]:
    """Return the result of a rollout, as JSON-like data.

    :param phases: what the module of each phase returned, in order; empty, or skipped, where it did not take place. A list of it
        where a phase has several steps, such as ``retire`` one for each version that was retired.
        ``observe`` is the look with the plan, ``report`` the last one, skipped where nothing came after the first, ``recover`` the
        one after a failure.
    :param failure: the sentence of what failed, empty where nothing did.
    :param failed_phase: the phase in which it failed; "retire" where the version had passed all others.
    :param recovery_failure: the sentence of what failed while it was taken back, empty where nothing did.
    :param recovery_tries: how often that failed, each time decided anew.
    :param why: what was gathered of why it failed, before anything was taken back.
    :param check_mode: the phases ran in check mode.
    """
    phases = {name: _joined(steps) if isinstance(steps, Sequence) else steps for name, steps in phases.items()}
    phases.setdefault("recover", {})
    took_place = {name: result for name, result in phases.items() if "spent" in result}
    observed, final = phases["observe"], _last_look(phases)
    plan = observed["plan"]
    recovery_failure = _given_up(recovery_failure, recovery_tries)
    meant = "left" if recovery_failure else _meant(plan, phases, failure, failed_phase, check_mode)
    outcome = meant if _is_shown(meant, plan, final) else LEFT_INSTEAD.get(meant, UNPROVEN)
    # The plan that follows once they have ended does not tell of them any more.
    ends = [{"step": END, "app": app, "reason": reason} for app, reason in _ended(phases).items()]
    evidence = why_it_failed(phases, why or {}, failure, failed_phase)
    return {
        "service": observed["service"],
        "app": plan["app"],
        "outcome": outcome,
        "failed": bool(failure) or outcome == UNPROVEN,
        "failed_phase": failed_phase or None,
        "sentence": _sentence(plan, phases, failure, recovery_failure, meant, outcome, evidence),
        "before": observed["active"],
        "after": final.get("active"),
        "why": evidence,
        "action": plan["action"],
        "decisions": [*(each for each in ends if each not in plan["steps"]), *plan["steps"]],
        "capacity": observed.get("capacity"),
        "phases": [{"phase": name, **result["spent"]} for name, result in took_place.items()],
        "seconds": round(sum(result["spent"]["seconds"] for result in took_place.values()), 2),
        "requests": sum(result["spent"]["requests"] for result in took_place.values()),
        "evidence": {name: took_place[name].get(key) for name, key in _EVIDENCE.items() if name in took_place},
    }


def _given_up(failure: str, tries: int) -> str:
    if not failure or tries < 2:
        return failure
    return f"{_closed(failure)} What to do was decided {tries} times, and each time the state had changed before it was done. So it was given up"


def rollout_stats(result: Mapping[str, Any], service: str) -> dict[str, Any]:
    """Return what a rollout hands on to the next nodes of a workflow: its result, once as the last one and once under its service's name.

    Each is a variable of its own. Ansible merges the parts of a variable that two runs set, and AWX keeps that of one node alone.
    """
    return {"rollout_result": dict(result), f"rollout_result_{_as_name(service)}": dict(result)}


def retired_versions(drained: Mapping[str, Any], gone: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what became of each version that was retired: how it was drained, and what that and the end of its tasks took.

    :param drained: the result of the task that drains them and scales them to zero.
    :param gone: that of the loop that waits for the end of their tasks; without results where it did not take place.
    """
    ends = {each["app"]: each["spent"] for each in gone.get("results") or () if "app" in each and "spent" in each}
    return [{**each, "spent": _sum(each["spent"], ends.get(each["app"]))} for each in drained.get("retired") or ()]


def _sum(spent: Mapping[str, Any], more: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: round(spent[key] + more[key], 2) if more else spent[key] for key in ("seconds", "requests")}


def _as_name(service: str) -> str:
    """Return a part of a variable's name. No two ids of Marathon, which has no capitals and no underscores in them, lead to the same."""
    name = short_id(service).replace("--", "_DD").replace("-", "_").replace(".", "_DOT_").replace("/", "__")
    return re.sub(r"\W", "_", name, flags=re.ASCII)


def _is_shown(outcome: str, plan: Mapping[str, Any], final: Mapping[str, Any]) -> bool:
    """Whether the last look shows what a run meant to do: somebody else may have changed the service since."""
    app, serving = plan["app"], (final.get("active") or {}).get("app")
    if outcome in ("rolled_out", "unfinished"):
        return bool(serving == app)
    if outcome == "rolled_back":
        return serving not in (None, app)
    if outcome == "withdrawn":
        return "versions" in final and app not in _running(final)
    if outcome == "previewed":
        return plan["preview"]["app"] in _running(final)
    return True


def _ended(phases: Phases) -> dict[str, str]:
    """Return the apps that ran although they had no instances, and that this run ended, each with the reason."""
    steps = phases.get(END, {}).get("steps", ())
    return {step["app"]: step["reason"] for step in steps if step.get("changed")}


def _running(final: Mapping[str, Any]) -> list[str]:
    return [each["app"] for each in final.get("versions") or () if each["instances"] > 0]


def _last_look(phases: Phases) -> Mapping[str, Any]:
    report: Mapping[str, Any] = phases.get("report", {})
    return phases["observe"] if not report or report.get("skipped") else report


def _joined(steps: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what a phase of several steps took in all, with those that took place; empty where none did."""
    took_place = [step for step in steps if "spent" in step]
    if not took_place:
        return {}
    return {
        "spent": {key: sum(step["spent"][key] for step in took_place) for key in ("seconds", "requests")},
        "steps": took_place,
    }


def _meant(plan: Mapping[str, Any], phases: Phases, failure: str, failed_phase: str, check_mode: bool) -> str:
    if failure:
        recovery = phases["recover"].get("recovery") or {}
        return _RECOVERED[recovery.get("action", UNFINISHED if failed_phase == RETIRE else LEAVE)]
    if not plan["steps"]:
        return ENDED if _ended(phases) else "unchanged"
    if check_mode:
        return "planned"
    return "previewed" if plan["action"] == "preview" else "rolled_out"


def _sentence(
    plan: Mapping[str, Any],
    phases: Phases,
    failure: str,
    recovery_failure: str,
    meant: str,
    outcome: str,
    why: Mapping[str, Any],
) -> str:
    serving = now_serving(_last_look(phases))
    if meant == "unfinished":
        said = f"{plan['app']} was rolled out, but not all was finished."
        advice = "Run the rollout again to finish it." if outcome == meant else _LOOK
        return " ".join((said, _closed(failure), serving, advice))
    if failure:
        recovery = phases["recover"].get("recovery") or {}
        said = recovery.get("sentence") or _not_seen(phases["recover"])
        advice = recovery.get("next") or "Run the rollout again once Marathon and Avi answer."
        if recovery_failure:
            said += f" That failed, too. {_closed(recovery_failure)}"
        if recovery_failure or outcome != meant:
            advice = _LOOK
        failed = f"The rollout of {plan['app']} failed."
        return " ".join((failed, _closed(failure), *in_words(why), said, serving, advice))
    if outcome == UNPROVEN:
        what = f"The preview of {plan['app']} was deployed" if meant == "previewed" else f"{plan['app']} was rolled out"
        return f"{what}, but the last look does not show it. {serving} {_LOOK}"
    done = {
        "unchanged": f"Nothing was to be done for {plan['app']}.",
        ENDED: f"{' and '.join(_ended(phases))} ran without instances, and was ended. Nothing else was to be done for {plan['app']}.",
        "planned": f"{len(plan['steps'])} steps are to be taken for {plan['app']}; nothing was changed.",
        "previewed": f"The preview of {plan['app']} is ready. To go on, run the rollout again with promote; to give it up, dcos.avi.withdraw.",
        "rolled_out": f"{plan['app']} was rolled out.",
    }
    return f"{done[outcome]} {serving}"


def _not_seen(look: Mapping[str, Any]) -> str:
    return _closed(
        f"All is left as it is, because where the traffic goes could not be seen: {look.get('msg', 'nobody looked')}"
    )


def now_serving(final: Mapping[str, Any]) -> str:
    """Say which version serves by the last look, and what the cloud connector was watched for."""
    if "service" not in final:
        return "What serves now could not be seen."
    active, problems = final["active"], final.get("problems") or []
    watched = (final.get("waited") or {}).get("watched") or ""
    if active:
        is_all = all(problem.get("code") != UNSEEN for problem in problems)
        where = f"in pool {active['pool']}{'' if is_all else '; a part of the traffic may go elsewhere'}."
        return f"Now {active['app']} serves, {where} {watched}".rstrip()
    doubts = [problem["sentence"] for problem in problems if problem.get("code") not in NO_DOUBT]
    return " ".join(("No version is proven to serve now:", *doubts))


def _closed(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."
