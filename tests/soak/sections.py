# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/proof.md says of the figures of `make soak`."""

from __future__ import annotations

import re
import statistics
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping

from tests.lab.traffic.client import Mix
from tests.soak.configurations import STRATEGIES
from tests.soak.markdown import Row, bullets, folded, listed, plain, table
from tests.soak.sums import (
    Case,
    Cases,
    by_strategy,
    lost,
    migrations,
    seconds_of_all_traffic,
    strategy_of,
    total_lost,
    total_sent,
)
from tests.without_safety.controls import CONTROLS

NOT_KILLED_AT: Mapping[str, str] = {"while something is taken back": "at Recover |"}
"""Steps at which a kill would tell more, by how they begin."""
NOT_BROKEN: Mapping[str, str] = {
    "refused connections": "refuse",
    "answers in HTML": "HTML",
    "sessions that expire": "session",
    "a change of Marathon's leader": "leader",
}
"""Faults that would tell more, by a word that the name of such a case would hold."""
LEFT_OUT = re.compile(
    r"^The rollout of \S+ failed\. |waited .*?; last seen: |\.instance-\S+|, deployment \S+ under way"
)
"""What every failure says, and ids."""
IN_A_TABLE = 100
"""Characters of a failure."""


def zero_loss(cases: Cases) -> str:
    return (
        f"{_counted(cases)}\n![answers per second by version](proof/migration.svg)\n\n"
        f"How long a migration takes under this load:\n\n{_times(cases)}\n"
        "![from creation to confirmation](proof/confirmed.svg)\n\n"
        f"{_shares(cases)}\n"
        "Only Marathon's seconds are sped up, not those of the drain. So the drain's share is larger here than in production.\n"
    )


def real_seconds(cases: Cases) -> str:
    return (
        "Nothing is sped up here: the tasks are checked every 20 s, and the connector takes three seconds. So the traffic has moved more "
        "than ten seconds before a version is confirmed. The drain then ends as soon as nothing is connected to the old version any more.\n\n"
        f"{_counted(cases)}\nHow long a migration takes:\n\n{_times(cases)}\n{_shares(cases)}"
    )


def _times(cases: Cases) -> str:
    strategies = by_strategy(cases)
    parts = {
        "a whole run": lambda each: each["seconds"],
        "from a version's creation to its confirmation": lambda each: each["created_to_confirmed"],
        "from the flip to the first request it answers": lambda each: each["flip_to_first_answer"],
        "the drain": lambda each: each["phases"]["Drain"],
    }
    rows = [
        (name, *(spread(map(seconds, migrations(of_it))) for of_it in strategies.values()))
        for name, seconds in parts.items()
    ]
    return table(("seconds: least / median / most", *strategies), rows)


def _shares(cases: Cases) -> str:
    """Of the phases, those that take one percent of some strategy's time are named."""
    shares = {strategy: _percent_by_phase(of_it) for strategy, of_it in by_strategy(cases).items()}
    most = Counter[str]()
    for percent in shares.values():
        most |= percent
    named = [phase for phase, percent in most.most_common() if percent >= 1]
    rows: list[Row] = [(phase, *(f"{percent[phase]:.0f} %" for percent in shares.values())) for phase in named]
    others = (100 - sum(percent[phase] for phase in named) for percent in shares.values())
    rows.append(("all others", *(f"{percent:.0f} %" for percent in others)))
    return "Of a run's time, by phase (Start is Ansible's own):\n\n" + table(("phase", *shares), rows)


def _percent_by_phase(cases: Cases) -> Counter[str]:
    spent = Counter[str]()
    for each in migrations(cases):
        spent.update(each["phases"])
    return Counter({phase: 100 * seconds / spent.total() for phase, seconds in spent.items()})


def spread(values: Iterable[float]) -> str:
    found = sorted(values)
    return " / ".join(f"{round(value, 3):g}" for value in (found[0], statistics.median(found), found[-1]))


def _counted(cases: Cases) -> str:
    """The table of what was sent, lost and counted."""
    rows: list[Row] = [
        (
            case["configuration"],
            len(case["migrations"]),
            case["rate"],
            case["least_rate"],
            case["sent"],
            lost_by_kind(case),
            "agree" if _agree(case) else _each_count(case),
        )
        for case in cases
    ]
    in_all = (
        len(migrations(cases)),
        "",
        min(case["least_rate"] for case in cases),
        total_sent(cases),
        total_lost(cases),
        "",
    )
    rows.append(("in all", *in_all))
    head = (
        "strategy, shape, flip",
        "migrations",
        "requests a second",
        "in the second with the fewest",
        "sent",
        "lost",
        "counts of answers",
    )
    return (
        "The client, HAProxy and the tasks each count the good answers, and the three counts must agree. Only the client counts what is lost.\n\n"
        + table(head, rows)
    )


def _agree(case: Case) -> bool:
    return len(set(case["counts"].values())) == 1


def _each_count(case: Case) -> str:
    return ", ".join(f"{who} {count:,}" for who, count in case["counts"].items())


def losses(cases: Cases) -> str:
    rows = [
        (
            case["case"],
            case["configuration"],
            _conditions(case),
            f"{lost(case['with_it'])} of {case['with_it']['sent']:,}" if "with_it" in case else "",
            case["sent"],
            lost_by_kind(case),
            f"{seconds_of_all_traffic(case):.3f}",
        )
        for case in cases
    ]
    head = (
        "what",
        "where",
        "with",
        "lost by the role as it is",
        "sent without the safety",
        "lost",
        "seconds of all traffic",
    )
    return (
        "First the unchanged role rolls out a version. Then the next version is rolled out without one safety. If the connector flips when an app is "
        "created, only the unchanged role is measured: in an `ab_pool` no order of steps avoids the losses. If somebody rolls back meanwhile, the requests "
        "count from a second after that.\n\n"
        "Without the lock nothing may be lost, because each of two runs checks before it scales down. But the runs get in each other's way, and one of "
        f"them fails. With the lock, both are done in turn.{_patience()}\n\n"
        "Each case sends requests for as long as it takes, so the shares of lost requests cannot be compared. The lost requests divided by the requests a "
        "second can: they are seconds of all traffic.\n\n"
        f"{table(head, rows)}{_control(cases)}\n![loss by safety](proof/losses.svg)\n"
    )


def _patience() -> str:
    """Where the client waits for longer than elsewhere."""
    longer = [each for each in CONTROLS if each.mix != Mix()]
    return "".join(f' The client waits for {each.mix.patience:g} s in the case "{each.words}".' for each in longer)


def _control(cases: Cases) -> str:
    """What the proof makes of losses that were brought about on purpose, which shows that it would see others."""
    return "".join(
        "\nThe last case is the control of the proof itself. The tasks reset one request in 10,000, by their own count "
        f"{case['dropped_on_purpose']:,}. The client counts {lost(case):,} lost. By the verdict of the first section, this case must not be good. "
        f"The counts of answers are {_each_count(case)}{': they agree, as all three count the good answers only' if _agree(case) else ''}.\n"
        for case in cases
        if "dropped_on_purpose" in case
    )


def _conditions(case: Case) -> str:
    """What of the lab is not as in the first section."""
    settings = [f"{name} {value}" for name, value in case.get("settings", {}).items()]
    return ", ".join([*settings, *([case["image"]] if case.get("image", "").startswith("lab/") else [])])


def kills(cases: Cases) -> str:
    rows = [
        (
            case["configuration"],
            ", ".join(case["killed"]),
            case["next_run"],
            _end_of_next_run(case, case["exit_codes"][-1], case["failure"]),
            case["sent"],
            lost_by_kind(case),
            as_it_must_be(case),
        )
        for case in cases
    ]
    return (
        "The playbook `dcos.avi.rollout` and all its children were killed with SIGKILL, at the start of a step, or after a time. Then the next "
        "run followed. It is a rollback if the rollout was killed while it rolled back a version that answers all requests, but too slowly for its gate.\n\n"
        "The state of all apps in Marathon and of the connector is compared with the state after a rollout that was not killed.\n\n"
        + table(("strategy, shape, flip", "killed", "next run", "which ends in", "sent", "lost", "as it must be"), rows)
        + f"\nNot covered: {'; '.join(_kills_not_covered(cases))}.\n"
    )


def _kills_not_covered(cases: Cases) -> list[str]:
    at_random = {strategy_of(case) for case in cases if any(not moment.startswith("at ") for moment in case["killed"])}
    never_at_random = [strategy for strategy in STRATEGIES if strategy not in at_random]
    moments = [moment for case in cases for moment in case["killed"]]
    return [
        "other configurations than those of the table",
        *([f"random moments with {listed(never_at_random)}"] if never_at_random else []),
        *(
            f"a kill {words}"
            for words, step in NOT_KILLED_AT.items()
            if not any(each.startswith(step) for each in moments)
        ),
        *([] if any(len(case["killed"]) > 1 for case in cases) else ["a second kill of the same rollout"]),
    ]


def _end_of_next_run(case: Case, exit_code: int, failure: str) -> str:
    state = "the same state" if case["same_state"] else "another state"
    return state if exit_code == 0 else f"{state}, but it fails: {in_short(failure)}"


def faults(cases: Cases) -> str:
    rows = [
        (
            case["step"].rstrip(" |"),
            case["broken"],
            "not counted" if case["met"] is None else case["met"],
            case["broken_seconds"],
            case["ended"],
            case["seconds"],
            ", ".join(case["serving_then"]),
            lost_by_kind(case),
            _end_of_next_run(case, case["exit_code_again"], case["failure_again"]),
            as_it_must_be(case),
        )
        for case in cases
    ]
    head = (
        "step",
        "broken",
        "requests that met it",
        "for seconds",
        "the run",
        "its seconds",
        "served everything then",
        "lost",
        "the next run ends in",
        "as it must be",
    )
    return (
        f"One rollout ({_each(case['configuration'] for case in cases)}) meets the faults in the table and no others."
        f"{_undisturbed_seconds(cases)} The steps: {_each(row[0] for row in rows)}. The modules wait 3 s for an answer.\n\n"
        "- The fault begins before the step, and every request of the step meets it.\n"
        "- A fault of one POST, PUT or DELETE is met by that write alone, once. Such a run must finish, and must read from Marathon whether the write was "
        "applied, before it sends anything else.\n"
        "- The requests to Avi meet a fault of the connector. Those to Marathon meet one of Marathon's leader. Those that are told of it meet the end of "
        "a session.\n"
        "- Refused connections cannot be counted. The message of the run must name them.\n\n"
        "Then the fault ends, and the same playbook is run once more. It must end in the state that an undisturbed rollout ends in.\n\n"
        + table(head, rows)
        + f"\nNot covered: {'; '.join(_faults_not_covered(cases))}.\n"
    )


def _faults_not_covered(cases: Cases) -> list[str]:
    broken = " ".join(case["broken"] for case in cases).lower()
    return [
        "other configurations than that one",
        *(words for words, word in NOT_BROKEN.items() if word.lower() not in broken),
    ]


def _each(names: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(names))


def _undisturbed_seconds(cases: Cases) -> str:
    seconds = dict.fromkeys(f"{case['undisturbed_seconds']} s" for case in cases)
    return f" Undisturbed it takes {' or '.join(seconds)}."


def bad_versions(cases: Cases) -> str:
    rows = [
        (
            case["configuration"],
            case["bad"],
            ", ".join(case["serves"]["answering"]),
            case["sent"],
            lost_by_kind(case),
            case["answered_by_it"],
            case["seconds_of_traffic"],
            case["seconds"],
            in_short(case["failure"]),
        )
        for case in cases
    ]
    head = (
        "strategy, shape, flip",
        "the version is",
        "serves at the end",
        "sent",
        "lost",
        "answered by it",
        "seconds it had the traffic",
        "seconds of the run",
        "what the run says, in short",
    )
    whole = bullets(
        f"{case['configuration']}, {case['bad']}: {plain(case['failure'])}" for case in cases if case["failure"]
    )
    return (
        "While app1-100 serves, a version is rolled out that nobody should get. Requests find what health checks do not. With `preview`, "
        "`rollout_smoke` asks the preview's tasks. With `direct`, `rollout_requests` asks through the virtual service when the traffic "
        "has moved. Without a gate, the last check before app1-100 is scaled down must find the fault.\n\n"
        "Lost requests count until app1-100 had the traffic again (as app1-100-r2 if it was brought back). An error instead of an answer counts as lost. "
        "An answer that is only slow, or names a wrong version, is not lost: it stands under "
        f'"answered by it".\n\n{table(head, rows)}\n{folded("What each run says, in full", whole)}'
    )


def in_short(failure: str) -> str:
    """Its first sentence, as far as that fits into a table."""
    first_sentence = LEFT_OUT.sub("", failure).partition(". ")[0]
    return textwrap.shorten(first_sentence, IN_A_TABLE, placeholder=" …")


def switches(cases: Cases) -> str:
    rows = [
        (
            *(case[name] for name in ("avi", "flip", "alternate", "top_gone")),
            *(f"{', '.join(deed['serving_then'])}; lost {lost(deed):,}" for deed in case["deeds"]),
            as_it_must_be(case),
        )
        for case in cases
    ]
    names = [deed["deed"] for deed in cases[0]["deeds"]]
    return (
        "Undocumented behaviour of the cloud connector is [a switch of the lab](../tests/lab/README.md#switches). The table shows which version served after "
        "each step, and what was lost meanwhile. The abandoned rollout's version never gets healthy.\n\n"
        "Requests may be lost in one place only: where the traffic moves as soon as a version's app is created (`on_create`) and no lower version "
        "stands in (`ab_pool`). There, each switch loses the requests until a task is up. No order of steps avoids that. A version that never becomes healthy "
        "loses all requests until it is rolled back, if no preview found it. Nowhere else may anything be lost. No step deletes a version that takes the "
        "traffic, so `top_gone` must make no difference.\n\n"
        + table(("shape", "flip", "alternate", "top_gone", *names, "as it must be"), rows)
    )


def as_it_must_be(case: Case) -> str:
    return "yes" if case["good"] else "NO"


def lost_by_kind(case: Case) -> str:
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(case["lost"].items()))
    return f"{lost(case):,}" + (f" ({kinds})" if kinds else "")
