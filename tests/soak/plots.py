# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plots of the proof: the same figures make the same files."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.soak.markdown import counted
from tests.soak.records import read
from tests.soak.sums import by_strategy, migrations, seconds_of_all_traffic

Lap = tuple[float, Mapping[str, int], int]
"""When a second ended, the answers by app, and how many requests were lost."""

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
    apps = sorted({app for _time, answered, _lost in laps for app in answered}, key=lambda app: (len(app), app))
    # Each second is a step: from its begin to the next one's.
    steps = [*laps, laps[-1]]
    seconds = range(len(steps))
    answers = [[answered.get(app, 0) for _time, answered, _lost in steps] for app in apps]
    axes.stackplot(seconds, answers, labels=apps, alpha=0.8, step="post")
    axes.step(seconds, [lost for _time, _answered, lost in steps], where="post", color="black", label="lost")
    axes.set(
        xlabel="seconds",
        ylabel="answers in each second",
        title=migration_title(laps, len(apps) - 1),
        xlim=(0, len(laps)),
        ylim=(0, None),
    )
    figure.legend(loc="outside lower center", ncols=len(apps) + 1, fontsize="small", frameon=False)


def migration_title(laps: Sequence[Lap], versions: int) -> str:
    fewest = min(sum(answered.values()) for _time, answered, _lost in laps)
    lost = sum(lost for _time, _answered, lost in laps)
    return f"{versions} new versions in {len(laps)} seconds: never below {fewest:,} answers a second, {lost:,} lost"


def confirmed(figure: Figure, cases: list[dict[str, Any]]) -> None:
    """The share of the migrations of each strategy that was confirmed so many seconds after the version's creation."""
    axes = figure.subplots()
    every = [migration["created_to_confirmed"] for migration in migrations(cases)]
    for strategy, of_it in by_strategy(cases).items():
        axes.ecdf([each["created_to_confirmed"] for each in migrations(of_it)], label=strategy)
    axes.set(
        xlabel="seconds from a version's creation to its confirmation, without the preview's own time",
        ylabel="share of the migrations",
        title=f"{counted(len(every), 'version')}: each confirmed {min(every):.2f} to {max(every):.2f} s after its creation",
        xlim=(0, 1.1 * max(every)),
    )
    axes.legend(loc="upper left", frameon=False)


def losses(figure: Figure, cases: list[dict[str, Any]]) -> None:
    """How much was lost by the role as it is, and by what it must not be."""
    axes = figure.subplots()
    names, seconds = zip(*loss_bars(cases), strict=True)
    colors = ["firebrick" if name.startswith(WITHOUT) else "gray" for name in names]
    axes.bar_label(axes.barh(names, seconds, color=colors), fmt="%.3g s", padding=4)
    axes.set(xlabel="seconds of all traffic lost")
    figure.suptitle("What the role loses, and what is lost without one of its safeties")
    axes.invert_yaxis()
    axes.margins(x=0.1)


def loss_bars(cases: list[dict[str, Any]]) -> list[tuple[str, float]]:
    """What is done, and the seconds of all traffic that it loses: the role alone is one bar."""
    role = [case for case in cases if "migrations" in case]
    bars = [("the role", sum(map(seconds_of_all_traffic, role)))] if role else []
    for case in cases:
        if "migrations" not in case:
            name = f"{WITHOUT}: {case['case']}" if "with_it" in case else case["case"]
            bars.append((textwrap.fill(name, LABEL), seconds_of_all_traffic(case)))
    return bars


#: What a rollout costs, for each service.
COSTS = {"beyond": "seconds beyond the lab's own", "cpu": "CPU seconds", "requests": "requests (light: repeated)"}
WITHOUT = "without a safety"
#: Characters on a line of a label.
LABEL = 62
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
    figure.suptitle("For each service: shorter is better")
    figure.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=len(ways), frameon=False)


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
    "confirmed": (("zero_loss",), confirmed, (8, 3.5)),
    "losses": (("zero_loss", "losses"), losses, (11, 6)),
    "cost": (("cost",), cost, (11, 6)),
}
