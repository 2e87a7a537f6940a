# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/proof.md and its plots from the JSON lines below docs/proof."""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.soak import costs
from tests.soak.markdown import Row, table
from tests.soak.plots import draw
from tests.soak.records import PROOF, read

Cases = Sequence[Mapping[str, Any]]

INTRODUCTION = """\
<!-- Rendered by "python -m tests.soak.render" from the JSON lines in docs/proof. Change those, by measuring, not this. -->

# The proof

What was measured in [the lab](../tests/lab/README.md), which stands in for a DC/OS cluster and an Avi Controller and sends real requests
through a real proxy. `make soak` measures it again (`SECTION=kills` one section of it), `make bench` the costs. A request is lost when anything but
the right answer came of it; the traffic client never retries. Each section says what it covers.

Marathon's seconds, such as those between health checks, pass twenty times faster in the lab, except where a section says otherwise.
"""


def main() -> int:
    PROOF.with_suffix(".md").write_text(text(PROOF))
    draw(PROOF)
    return 0


def text(folder: Path) -> str:
    """The whole document."""
    sections = {name: read(folder / f"{name}.jsonl") for name in SECTIONS}
    minutes = sum(minutes_of(cases) for _head, cases in sections.values())
    parts = [INTRODUCTION + f"\n`make soak` took {minutes:.0f} minutes in all.\n"]
    for name, (title, render) in SECTIONS.items():
        head, cases = sections[name]
        body = f"{measured_on(head, cases)}\n\n{render(cases)}" if cases else "Not measured yet.\n"
        parts.append(f"## {title}\n\n{body}")
    return "\n".join(parts)


def measured_on(head: Mapping[str, Any], cases: Cases) -> str:
    machine = head["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in head["versions"].items())
    minutes = minutes_of(cases)
    return (
        f"{len(cases)} case{'' if len(cases) == 1 else 's'}, {_as_they_must_be(cases)}measured on {head['date']} by `{head['command']}`"
        f"{f' in {minutes:.0f} minutes' if minutes else ''} on {machine['cores']} cores "
        f"({machine['processor']}, {machine['memory_gb']} GB, {machine['kernel']}; load average {machine['load']} when it began); "
        f"commit {head['commit']}, {versions}.{_sent(head.get('load'))}"
    )


def _as_they_must_be(cases: Cases) -> str:
    judged = [case["good"] for case in cases if "good" in case]
    return f"{sum(judged)} of them as they must be, " if judged else ""


def minutes_of(cases: Cases) -> float:
    """How long the cases took in all, where that is known: some run side by side, and a run may have been broken off between them."""
    spans = sorted((case["began"], case["began"] + case["took"]) for case in cases if "took" in case)
    seconds = until = 0.0
    for began, ended in spans:
        seconds += max(0.0, ended - max(began, until))
        until = max(until, ended)
    return seconds / 60


def _sent(load: Mapping[str, Any] | None) -> str:
    if not load:
        return ""
    slow = f", and {100 * load['slow']:g} % take {load['slow_seconds']:g} s" if load["slow"] else ""
    return (
        f" {load['rate']:,} requests a second are sent: {100 * load['new']:g} % over a new connection, the others over one that is used again; "
        f"{100 * load['post']:g} % are POST, the others GET{slow}."
    )


def zero_loss(cases: Cases) -> str:
    return (
        f"{_counted(cases)}\n![answers per second by version](proof/migration.svg)\n\n"
        "How long a migration takes under this load, in seconds:\n\n"
        + _times(cases)
        + "\n![from creation to confirmation](proof/confirmed.svg)\n\n![from the flip to the first answer](proof/first_answer.svg)\n\n"
        + _shares(cases)
    )


def real_seconds(cases: Cases) -> str:
    return (
        "Nothing is sped up here: the tasks are checked every 20 s, and the connector takes three seconds. So the traffic has moved more "
        "than ten seconds before a version is confirmed, and the drain ends as soon as nothing is connected to the old one any more.\n\n"
        + _counted(cases)
        + "\nHow long a migration takes, in seconds:\n\n"
        + _times(cases)
        + "\n"
        + _shares(cases)
    )


def _times(cases: Cases) -> str:
    migrations = [each for case in cases for each in case["migrations"]]
    rows = [
        ("a whole run", *spread(each["seconds"] for each in migrations)),
        ("from a version's creation to its confirmation", *spread(each["created_to_confirmed"] for each in migrations)),
        ("from the flip to the first request it answers", *spread(each["flip_to_first_answer"] for each in migrations)),
        ("the drain", *spread(each["phases"]["Drain"] for each in migrations)),
    ]
    return table(("", "least", "median", "most"), rows)


def _shares(cases: Cases) -> str:
    spent: Counter[str] = Counter()
    for case in cases:
        for each in case["migrations"]:
            spent.update(each["phases"])
    percent = {phase: 100 * seconds / spent.total() for phase, seconds in spent.most_common()}
    share = [(phase, f"{each:.0f} %") for phase, each in percent.items() if each >= 1]
    share.append(("all others, each below 1 %", f"{sum(each for each in percent.values() if each < 1):.0f} %"))
    return "Of a run's time, by phase (Start is Ansible's own):\n\n" + table(("phase", "share"), share)


def _counted(cases: Cases) -> str:
    """The table of what was sent, lost and counted."""
    rows: list[Row] = [
        (
            case["configuration"],
            len(case["migrations"]),
            case["rate"],
            case["least_rate"],
            case["sent"],
            lost(case),
            "agree" if len(set(case["counts"].values())) == 1 else case["counts"],
        )
        for case in cases
    ]
    in_all = (
        sum(len(case["migrations"]) for case in cases),
        "",
        min(case["least_rate"] for case in cases),
        sum(case["sent"] for case in cases),
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
        "client, HAProxy and tasks",
    )
    return table(head, rows)


def losses(cases: Cases) -> str:
    rows = [
        (
            case["case"],
            case["configuration"],
            _conditions(case),
            f"{sum(case['with_it']['lost'].values())} of {case['with_it']['sent']:,}" if "with_it" in case else "",
            case["sent"],
            lost(case),
        )
        for case in cases
    ]
    return (
        "First the role as it is rolls out a version, then the next one goes without one safety; the role alone where the connector flips when an "
        "app is created, which in an `ab_pool` no order of steps makes up for. Where somebody goes back meanwhile, the requests count from a second "
        "after that. Without the lock nothing may be lost, because each of two runs looks before it scales down; but they get in each other's way, "
        "and one of them fails, where with it both are done in turn. The last case is the control of the proof itself: the tasks reset one request "
        f"in 10,000 ({cases[-1].get('dropped_on_purpose', 0)} by their own count), and the verdict of the first section on it must be that it is not good.\n\n"
        + table(("what", "where", "with", "lost by the role as it is", "sent without the safety", "lost"), rows)
        + "\n![loss by strategy](proof/losses.svg)\n"
    )


def _conditions(case: Mapping[str, Any]) -> str:
    """What of the lab is not as in the first section."""
    settings = [f"{name} {value}" for name, value in case.get("settings", {}).items()]
    return ", ".join([*settings, *([case["image"]] if case.get("image", "").startswith("lab/") else [])])


def kills(cases: Cases) -> str:
    rows = [
        (
            case["configuration"],
            ", ".join(case["killed"]),
            "the same state" if case["same_state"] else "another state",
            case["sent"],
            lost(case),
        )
        for case in cases
    ]
    return (
        "The playbook and all its children got SIGKILL; then it was run once more. The state is that of all apps in Marathon and of the "
        "connector, held against an undisturbed rollout's.\n\n"
        + table(("strategy, shape, flip", "killed", "the next run ends in", "sent", "lost"), rows)
    )


def faults(cases: Cases) -> str:
    rows = [
        (
            case["step"].rstrip(" |"),
            case["broken"],
            case["met"],
            case["broken_seconds"],
            case["ended"],
            case["seconds"],
            ", ".join(case["serving_then"]),
            lost(case),
            "ends as an undisturbed run" if case["same_state"] else case["failure_again"] or "ends in another state",
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
        "the next run",
    )
    return (
        f"Covered: one rollout ({_each(case['configuration'] for case in cases)}), at the steps {_each(row[0] for row in rows)}, each with the faults in "
        f"the table and no others.{_undisturbed_seconds(cases)} "
        "A fault is met by every request of its step; one of the POST, the PUT or the DELETE by that write alone, once: "
        "such a run must finish, and ask Marathon what became of the write before anything else is sent. "
        "A fault of the connector is met by the requests to Avi meanwhile. Clients wait 3 s for an answer. "
        "Then all is well again, and the same playbook is run once more.\n\n" + table(head, rows)
    )


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
            lost(case),
            case["answered_by_it"],
            case["seconds_of_traffic"],
            case["seconds"],
            case["failure"],
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
        "what the run says",
    )
    return (
        "A version is rolled out that nobody should get, while app1-100 serves. Requests find what health checks do not: with `preview` "
        "`rollout_smoke` asks the preview's tasks, with `direct` `rollout_requests` asks through the virtual service, when the traffic "
        "has moved. Where no gate looks, the last look before app1-100 is scaled down must see it. Lost counts until app1-100 had "
        "the traffic again (as app1-100-r2 where it was brought back). An error in place of an answer is lost; an answer that is only slow, or "
        "names a wrong version, is none of the lost ones, but stands under "
        '"answered by it".\n\n' + table(head, rows)
    )


def switches(cases: Cases) -> str:
    rows = [
        (
            *(case[name] for name in ("avi", "flip", "alternate", "top_gone")),
            *(f"{', '.join(deed['serving_then'])}; lost {sum(deed['lost'].values()):,}" for deed in case["deeds"]),
            "yes" if case["good"] else "no",
        )
        for case in cases
    ]
    names = [deed["deed"] for deed in cases[0]["deeds"]]
    return (
        "What is not documented of the cloud connector is [a switch of the lab](../tests/lab/README.md#switches). After each step: who served then, and "
        "what was lost meanwhile. The abandoned rollout's version never gets healthy. Where the traffic moves as soon as a version's app is created "
        "(`on_create`) and no lower version stands in (`ab_pool`), each switch loses what is sent until a task is up, which no order of steps avoids; and a "
        "version that never gets healthy, if no preview found it, loses all until it is rolled back. Nowhere else may anything be lost. "
        "No step deletes a version that takes the traffic, so `top_gone` must make no difference.\n\n"
        + table(("shape", "flip", "alternate", "top_gone", *names, "as it must be"), rows)
    )


SECTIONS: Mapping[str, tuple[str, Callable[[Cases], str]]] = {
    "zero_loss": ("Nothing is lost, and how long it takes", zero_loss),
    "real_seconds": ("With the seconds of production", real_seconds),
    "losses": ("What is lost without", losses),
    "kills": ("Killed anywhere", kills),
    "faults": ("Marathon, Avi or the connector failing", faults),
    "bad_versions": ("Bad versions", bad_versions),
    "switches": ("Every way a connector may behave", switches),
    "cost": ("What it costs", costs.cost),
    "lab_load": ("What the lab carries", costs.lab_load),
    "migration_look": ("What a look costs", costs.migration_look),
    "marathon_wait": ("How late a wait ends", costs.marathon_wait),
    "bench": ("How long the costs take to measure", costs.bench),
}


def lost(case: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(case["lost"].items()))
    return f"{sum(case['lost'].values()):,}" + (f" ({kinds})" if kinds else "")


def total_lost(cases: Cases) -> int:
    return sum(sum(case["lost"].values()) for case in cases)


def spread(values: Iterable[float]) -> tuple[str, ...]:
    found = sorted(values)
    return tuple(f"{value:.3f}" for value in (found[0], statistics.median(found), found[-1]))


if __name__ == "__main__":
    sys.exit(main())
