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
    for name, (sections, plot, size) in PLOTS.items():
        cases = [case for section in sections for case in read(folder / f"{section}.jsonl")[1]]
        if cases:
            with mpl.rc_context():
                mpl.rcParams.update(STYLE)
                figure = Figure(size, layout="constrained")
                plot(figure, cases)
                drawn = io.StringIO()
                figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
                # matplotlib ends lines with spaces, which nothing else here does.
                lines = [line.rstrip() for line in drawn.getvalue().splitlines()]
                (folder / f"{name}.svg").write_text("\n".join(lines) + "\n")


def migration(figure: Figure, cases: list[dict[str, Any]]) -> None:
    """The answers of each second by version, over the first migrations."""
    axes = figure.subplots()
    laps = cases[0]["laps"]
    begin = laps[0][0]
    seconds = [lap[0] - begin for lap in laps]
    apps = sorted({app for _time, answered, _lost in laps for app in answered}, key=lambda app: (len(app), app))
    axes.stackplot(seconds, [[lap[1].get(app, 0) for lap in laps] for app in apps], labels=apps, alpha=0.8)
    axes.plot(seconds, [lap[2] for lap in laps], color="black", label="lost")
    axes.set(xlabel="seconds", ylabel="answers per second", title=cases[0]["configuration"], ylim=(0, None))
    axes.legend(loc="lower right", ncols=3, fontsize="small")


def confirmed(figure: Figure, cases: list[dict[str, Any]]) -> None:
    """The share of the migrations of each strategy that was confirmed so many seconds after the version's creation."""
    axes = figure.subplots()
    for strategy in ("direct", "preview"):
        axes.ecdf(
            _each([c for c in cases if c["configuration"].startswith(strategy)], "created_to_confirmed"), label=strategy
        )
    axes.set(xlabel="seconds from a version's creation to its confirmation", ylabel="share of the migrations")
    axes.legend(loc="lower right")


def first_answer(figure: Figure, cases: list[dict[str, Any]]) -> None:
    """The share of the migrations in which the version answered so many milliseconds after the flip."""
    axes = figure.subplots()
    axes.ecdf([1000 * seconds for seconds in _each(cases, "flip_to_first_answer")])
    label = "milliseconds from the flip to the first request it answers (clocks tell whole ones)"
    axes.set(xlabel=label, ylabel="share of the migrations")


def _each(cases: list[dict[str, Any]], what: str) -> list[float]:
    return [migration[what] for case in cases for migration in case["migrations"]]


def losses(figure: Figure, cases: list[dict[str, Any]]) -> None:
    """How many requests were lost, by the role as it is and by what it must not be."""
    axes = figure.subplots()
    names = [f"the role: {case['case']}" if "migrations" in case else case["case"] for case in cases]
    lost = [sum(case["lost"].values()) for case in cases]
    bars = axes.barh(names, lost, color="firebrick")
    axes.bar_label(bars, [f" {lost:,} of {case['sent']:,}" for case, lost in zip(cases, lost, strict=True)])
    axes.set(xlabel="requests lost")
    axes.invert_yaxis()
    axes.margins(x=0.4)


#: What a rollout costs, for each service.
COSTS = {"beyond": "seconds beyond the lab's own", "cpu": "CPU seconds", "requests": "requests (light: repeated)"}
#: Of a bar: three stand together.
THICKNESS = 0.27
COLORS = ("steelblue", "darkorange", "seagreen")


def cost(figure: Figure, cases: list[dict[str, Any]]) -> None:
    """What each way costs for each service, by how many services there are, the first time and again."""
    ways = list(dict.fromkeys(case["way"] for case in cases))
    sizes = list(dict.fromkeys(case["services"] for case in cases))
    grid = figure.subplots(2, len(COSTS), sharex="col", sharey=True)
    for row, again in zip(grid, (False, True), strict=True):
        for axes, what in zip(row, COSTS, strict=True):
            for number, (way, color) in enumerate(zip(ways, COLORS, strict=False)):
                runs = [case for case in cases if (case["way"], case["again"]) == (way, again)]
                places = [sizes.index(run["services"]) + (number - 1) * THICKNESS for run in runs]
                axes.barh(0, 0, color=color, label=way)
                _bars(axes, places, runs, what, color)
        row[0].set(ylabel="again" if again else "first")
    for axes, title in zip(grid[0], COSTS.values(), strict=True):
        axes.set(title=title)
    for axes in grid.flat:
        axes.margins(x=0.2)
    grid[0][0].set_yticks(range(len(sizes)), [f"{services} service{'s' * (services > 1)}" for services in sizes])
    grid[0][0].invert_yaxis()
    for axes in grid[1]:
        axes.set(xlabel="for each service")
    figure.legend(*grid[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=len(ways))


def _bars(axes: Axes, places: list[float], runs: list[dict[str, Any]], what: str, color: str) -> None:
    """A bar for each run, its repeated requests lighter."""
    for place, run in zip(places, runs, strict=True):
        each = run[what] / run["services"]
        light = run["repeated"] / run["services"] if what == "requests" else 0
        axes.barh(place, each - light, THICKNESS, color=color)
        if light:
            axes.barh(place, light, THICKNESS, each - light, color=color, alpha=0.4)
        text = f" {each:.0f}" if what == "requests" else f" {each:.2g}"
        axes.text(each, place, text, va="center", fontsize="small")


PLOTS = {
    "migration": (("zero_loss",), migration, (9, 4)),
    "confirmed": (("zero_loss",), confirmed, (8, 4)),
    "first_answer": (("zero_loss",), first_answer, (8, 4)),
    "losses": (("zero_loss", "losses"), losses, (12, 6)),
    "cost": (("cost",), cost, (11, 6)),
}
