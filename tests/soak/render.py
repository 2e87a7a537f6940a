# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/proof.md and its plots from the JSON lines below docs/proof."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.soak import costs, sections
from tests.soak.plots import draw
from tests.soak.records import PROOF, read
from tests.soak.sums import Cases, minutes_of

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
    found = {name: read(folder / f"{name}.jsonl") for name in SECTIONS}
    minutes = sum(minutes_of(cases) for _head, cases in found.values())
    parts = [INTRODUCTION + f"\n`make soak` took {minutes:.0f} minutes in all.\n"]
    for name, (title, render) in SECTIONS.items():
        head, cases = found[name]
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


def _sent(load: Mapping[str, Any] | None) -> str:
    if not load:
        return ""
    slow = f", and {100 * load['slow']:g} % take {load['slow_seconds']:g} s" if load["slow"] else ""
    return (
        f" {load['rate']:,} requests a second are sent: {100 * load['new']:g} % over a new connection, the others over one that is used again; "
        f"{100 * load['post']:g} % are POST, the others GET{slow}."
    )


SECTIONS: Mapping[str, tuple[str, Callable[[Cases], str]]] = {
    "zero_loss": ("Nothing is lost, and how long it takes", sections.zero_loss),
    "real_seconds": ("With the seconds of production", sections.real_seconds),
    "losses": ("What is lost without", sections.losses),
    "kills": ("Killed anywhere", sections.kills),
    "faults": ("Marathon, Avi or the connector failing", sections.faults),
    "bad_versions": ("Bad versions", sections.bad_versions),
    "switches": ("Every way a connector may behave", sections.switches),
    "cost": ("What it costs", costs.cost),
    "lab_load": ("What the lab carries", costs.lab_load),
    "migration_look": ("What a look costs", costs.migration_look),
    "marathon_wait": ("How late a wait ends", costs.marathon_wait),
    "bench": ("How long the costs take to measure", costs.bench),
}


if __name__ == "__main__":
    sys.exit(main())
