# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/proof.md and its plots from the JSON lines below docs/proof."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.campaign import page as campaign
from tests.cuts import page as cuts
from tests.fuzz import cases as fuzz
from tests.lab.traffic.client import Mix
from tests.soak import costs, leaders, others, real_marathons, release_words, sections, tenants, undo, ways_back
from tests.soak.markdown import counted, listed
from tests.soak.plots import draw
from tests.soak.records import PROOF, read
from tests.soak.summary import WORDS, summary
from tests.soak.sums import Cases, Head, good, minutes_of

RENDERED = """\
<!-- Rendered by "python -m tests.soak.render" from the JSON lines in docs/proof. Change those, by measuring, not this. -->

# The proof
"""

INTRODUCTION = f"""\
The figures were measured in [the lab](../tests/lab/README.md), unless a section says otherwise. The lab stands in for a DC/OS cluster and an
Avi Controller, and sends real requests through a real proxy. `make soak` measures the figures again, `make soak SECTION=kills` one section, and
`make bench` the costs. Each section says what it covers.

A request counts as answered if the right answer came within the client's limit. This is {Mix.timeout:g} s. Requests for a slow answer
have as many seconds more. Any other request is lost. The traffic client never retries.

Marathon's seconds, such as those between health checks, pass twenty times faster in the lab, unless a section says otherwise.
"""


def main() -> int:
    PROOF.with_suffix(".md").write_text(text(PROOF))
    draw(PROOF)
    return 0


def text(folder: Path) -> str:
    """The whole document."""
    found = {name: read(folder / f"{name}.jsonl") for name in SECTIONS}
    parts = [
        RENDERED,
        summary({name: cases for name, (_head, cases) in found.items()}),
        INTRODUCTION,
        measured_in([found[name] for name in SOAK]),
        WORDS,
        *(section(title, *found[name], render) for name, (title, render) in SECTIONS.items()),
        f"## On real Marathons\n\n{real_marathons.section(*read(folder / 'real_marathons.jsonl'))}",
    ]
    return "\n".join(part for part in parts if part)


def section(title: str, head: Head, cases: Cases, render: Callable[[Cases], str]) -> str:
    body = f"{measured_on(head, cases)}\n\n{render(cases)}" if cases else "Not measured yet.\n"
    return f"## {title}\n\n{body}"


def measured_in(soak: Sequence[tuple[Head, Cases]]) -> str:
    """How many runs of `make soak` the figures come from, how long they took, and on which commits."""
    heads = [head for head, cases in soak if cases]
    if not heads:
        return ""
    minutes = counted(round(sum(minutes_of(cases) for _head, cases in soak)), "minute")
    runs, commits = ({head[what]: None for head in heads} for what in ("run", "commit"))
    if len(heads) == len(soak) and len(runs) == 1:
        return f"`{heads[0]['command']}` took {minutes} in all.\n"
    on = f"commit{'' if len(commits) == 1 else 's'} {listed(commits)}"
    return f"Measured by `make soak` in {counted(len(runs), 'run')}, on the {on}; in all {minutes}.\n"


def measured_on(head: Head, cases: Cases) -> str:
    machine = head["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in head["versions"].items())
    minutes = round(minutes_of(cases))
    took = f" in {counted(minutes, 'minute')}" if minutes else ""
    return (
        f"{counted(len(cases), 'case')}{_as_they_must_be(cases)}. Measured on {head['date']} by `{head['command']}`{took}, at commit {head['commit']}. "
        f"Versions: {versions}. The machine: {machine['cores']} cores ({machine['processor']}, {machine['memory_gb']} GB, {machine['kernel']}), "
        f"with a load average of {machine['load']} at the start.{_sent(head.get('load'))}"
    )


def _as_they_must_be(cases: Cases) -> str:
    judged = [case for case in cases if "good" in case]
    return f", {good(judged)} of them as they must be" if judged else ""


def _sent(load: Mapping[str, Any] | None) -> str:
    if not load:
        return ""
    slow = f" {100 * load['slow']:g} % take {load['slow_seconds']:g} s." if load["slow"] else ""
    return (
        f"\n\n{load['rate']:,} requests a second are sent: {100 * load['new']:g} % over a new connection, the others over one that is used again. "
        f"{100 * load['post']:g} % are POST, the others GET.{slow}"
    )


SECTIONS: Mapping[str, tuple[str, Callable[[Cases], str]]] = {
    "zero_loss": ("Nothing is lost, and how long it takes", sections.zero_loss),
    "real_seconds": ("With the seconds of production", sections.real_seconds),
    "losses": ("What is lost without", sections.losses),
    "cost": ("What it costs", costs.cost),
    "kills": ("Killed anywhere", sections.kills),
    "faults": ("Marathon, Avi or the connector failing", sections.faults),
    "others": ("Somebody else in between", others.section),
    "bad_versions": ("Bad versions", sections.bad_versions),
    "switches": ("Every way a connector may behave", sections.switches),
    "ways_back": ("At once or forward", ways_back.words),
    "leaders": ("Marathon's leader goes", leaders.words),
    "release": ("Services released together", release_words.words),
    "undo": ("A change in place that is undone", undo.words),
    "random": ("Plans drawn at random", campaign.random),
    "cuts": ("Connections cut anywhere", cuts.cuts),
    "tenants": ("Beside a hostile tenant", tenants.words),
    "fuzz": ("Answers changed at random", fuzz.words),
    "lab_load": ("What the lab carries", costs.lab_load),
    "migration_look": ("What it costs to observe a service", costs.migration_look),
    "marathon_wait": ("How late a wait ends", costs.marathon_wait),
    "inventory": ("What it costs to list services", costs.inventory),
    "fleet": ("A fleet in slices", costs.fleet),
    "release_cost": ("What a release costs", costs.release),
    "bench": ("How long the costs take to measure", costs.bench),
}
SOAK = (
    "zero_loss",
    "real_seconds",
    "losses",
    "kills",
    "faults",
    "others",
    "bad_versions",
    "switches",
    "ways_back",
    "leaders",
    "release",
    "undo",
    "random",
    "cuts",
    "tenants",
    "fuzz",
)
"""Those that `make soak` measures."""


if __name__ == "__main__":
    sys.exit(main())
