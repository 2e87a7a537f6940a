# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plots of the proof: the same figures make the same files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.soak.records import read

STYLE: dict[Any, Any] = {
    "svg.hashsalt": "dcos.avi",
    "svg.fonttype": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw(folder: Path) -> None:
    """Draw each plot for which there are figures."""
    for name, (section, plot, size) in PLOTS.items():
        _head, cases = read(folder / f"{section}.jsonl")
        if cases:
            with mpl.rc_context():
                mpl.rcParams.update(STYLE)
                figure = Figure(size, layout="constrained")
                plot(figure.subplots(), cases)
                drawn = io.StringIO()
                figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
                # matplotlib ends lines with spaces, which nothing else here does.
                lines = [line.rstrip() for line in drawn.getvalue().splitlines()]
                (folder / f"{name}.svg").write_text("\n".join(lines) + "\n")


def migration(axes: Axes, cases: list[dict[str, Any]]) -> None:
    """The answers of each second by version, over the first migrations."""
    laps = cases[0]["laps"]
    begin = laps[0][0]
    seconds = [lap[0] - begin for lap in laps]
    apps = sorted({app for _time, answered, _lost in laps for app in answered}, key=lambda app: (len(app), app))
    axes.stackplot(seconds, [[lap[1].get(app, 0) for lap in laps] for app in apps], labels=apps, alpha=0.8)
    axes.plot(seconds, [lap[2] for lap in laps], color="black", label="lost")
    axes.set(xlabel="seconds", ylabel="answers per second", title=cases[0]["configuration"], ylim=(0, None))
    axes.legend(loc="lower right", ncols=3, fontsize="small")


def losses(axes: Axes, cases: list[dict[str, Any]]) -> None:
    """The share of the requests that was lost."""
    names = [case["case"] for case in cases]
    bars = axes.barh(names, [100 * sum(case["lost"].values()) / case["sent"] for case in cases], color="firebrick")
    axes.bar_label(bars, [f" {sum(case['lost'].values()):,} lost" for case in cases])
    axes.set(xlabel="% of the requests", title="lost")
    axes.invert_yaxis()
    axes.margins(x=0.25)


def cost(axes: Axes, cases: list[dict[str, Any]]) -> None:
    """Seconds beyond the lab's own, for each service of a run."""
    first = [case for case in cases if not case["again"]]
    names = [f"{case['way']}, {case['services']}" for case in first]
    bars = axes.barh(names, [case["beyond"] / case["services"] for case in first], color="steelblue")
    axes.bar_label(bars, [f" {case['requests'] / case['services']:.0f} requests" for case in first])
    axes.set(xlabel="seconds for each service, beyond the lab's own", title="way, services in one run")
    axes.invert_yaxis()
    axes.margins(x=0.25)


PLOTS = {
    "migration": ("zero_loss", migration, (9, 4)),
    "losses": ("losses", losses, (8, 4)),
    "cost": ("cost", cost, (8, 3)),
}
