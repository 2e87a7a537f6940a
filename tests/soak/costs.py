# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/proof.md says of the figures of `make bench`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ansible_collections.dcos.avi.plugins.module_utils._gates.drained import QUIET_SECONDS, SETTLED_SECONDS

from tests.soak.configurations import CHECKED_EVERY
from tests.soak.markdown import Row, counted, listed, table
from tests.soak.sums import Case, Cases

ROLE = "the role"
BY_HAND = "by hand"
SCRIPT = "bare script"

# The fewest requests that read both sides: the listener, the versions and the lock; the virtual service, the pools and the servers of each.
LOOK_AT_ONE_POOL = 6
LOOK_AT_TWO_POOLS = 8
# Before the version is created, where it is the first one.
LOOKS_AT_ONE_POOL = 2
LOOKS_AT_TWO_POOLS = 3
FEWEST_BY_LOOKS = LOOKS_AT_ONE_POOL * LOOK_AT_ONE_POOL + LOOKS_AT_TWO_POOLS * LOOK_AT_TWO_POOLS
"""For each service of a first run."""

MOST_REQUESTS = 1.2
"""Times those by hand."""
MOST_SECONDS = 6
"""More than the bare script, for one service."""


@dataclass(frozen=True)
class Aim:
    """What the role is to cost beside another way."""

    words: str
    beside: str
    measure: Callable[[Case, Case], float]
    """Of the role's run and the other way's."""
    reached: Callable[[float], bool]
    unit: str
    most_services: float = float("inf")

    def measured(self, cases: Cases, *, again: bool) -> dict[int, float]:
        """By how many services there are, as far as both ways were measured."""
        role, other = (_runs(cases, way, again=again) for way in (ROLE, self.beside))
        return {
            services: self.measure(role[services], other[services])
            for services in role
            if services in other and services <= self.most_services
        }

    def shown(self, value: float) -> str:
        return f"{value:.2f}{self.unit}"


def _ratio_of(what: str) -> Callable[[Case, Case], float]:
    return lambda role, other: role[what] / other[what]


BESIDE_THE_SCRIPT = Aim(
    f"at most {MOST_SECONDS} s more than the bare script for one service",
    SCRIPT,
    lambda role, other: role["wall"] - other["wall"],
    lambda it: it <= MOST_SECONDS,
    " s",
    most_services=1,
)
AIMS = (
    Aim("fewer seconds beyond the lab's own than by hand", BY_HAND, _ratio_of("beyond"), lambda it: it < 1, " times"),
    Aim("fewer CPU seconds than by hand", BY_HAND, _ratio_of("cpu"), lambda it: it < 1, " times"),
    Aim(
        f"at most {MOST_REQUESTS} times the requests by hand",
        BY_HAND,
        _ratio_of("requests"),
        lambda it: it <= MOST_REQUESTS,
        " times",
    ),
    BESIDE_THE_SCRIPT,
)


def cost(cases: Cases) -> str:
    return (
        "Three ways are compared:\n\n"
        "- the role;\n"
        "- a [playbook of `ansible.builtin.uri` tasks](../tests/bench/playbooks/by_hand.yml);\n"
        "- a [script](../tests/bench/bare.py) that does only what cannot be left out, for all services at once, and checks five times a second.\n\n"
        "The playbooks have five forks, as Ansible has them, and pipelining. Tasks, health checks and the connector take "
        f"the seconds they state. No traffic flows, and the tasks are checked every {CHECKED_EVERY} s. Each case was measured once.\n\n"
        "The lab's own time is that of the slowest service. It is the time from the creation to the flip and to passed health checks, and from the scaling "
        "down to the end of the last task. The role alone takes a lock, compares the servers with the tasks before and after, and could roll all back.\n\n"
        "A request counts as repeated if it is a GET of the same thing as the request before it, of those that name the same service. It is one more "
        "check while something is waited for.\n\n"
        f"{_measured(cases)}\n![cost side by side](proof/cost.svg)\n\nWhat it was to cost, and whether that is reached:\n\n{_aims(cases)}\n"
        f"{_on_the_drain(cases)}\n\n{_on_requests(cases)}\n\n"
        "Where the role's time and requests go, by phase. Start is Ansible's own, until the first task begins. A phase without requests "
        "that nobody asked for, such as Preview or Soak, is one task that Ansible skips. Most of Deploy is the lab's own time. The first run:\n\n"
        f"{_phases(cases, again=False)}\nThe run again:\n\n{_phases(cases, again=True)}\n"
        f"Where the time and the requests of the playbook by hand go, by task, with one service:\n\n{_tasks_by_hand(cases)}"
    )


def _measured(cases: Cases) -> str:
    head = ("services", "run", "way", "seconds", "of these the lab's own", "beyond", "CPU seconds")
    rows = [
        (
            c["services"],
            "again" if c["again"] else "first",
            c["way"],
            c["wall"],
            c["lab"],
            c["beyond"],
            c["cpu"],
            c["requests"],
            c["repeated"],
        )
        for c in cases
    ]
    return table((*head, "requests", "of these repeated"), rows)


def _aims(cases: Cases) -> str:
    sizes = list(dict.fromkeys(case["services"] for case in cases))
    rows: list[Row] = []
    for aim in AIMS:
        for run, again in (("first", False), ("again", True)):
            if measured := aim.measured(cases, again=again):
                shown = [aim.shown(measured[size]) if size in measured else "" for size in sizes]
                rows.append((aim.words, run, *shown, _verdict(aim, measured)))
    return table(("aim", "run", *(counted(size, "service") for size in sizes), "verdict"), rows)


def _verdict(aim: Aim, measured: dict[int, float]) -> str:
    missed = [services for services, value in measured.items() if not aim.reached(value)]
    return f"not reached with {listed(missed)} {'service' if missed == [1] else 'services'}" if missed else "reached"


def aims_in_short(cases: Cases) -> list[str]:
    """Each aim, what was measured of it, and whether it was reached each time."""
    lines = []
    for aim in AIMS:
        values = sorted(value for again in (False, True) for value in aim.measured(cases, again=again).values())
        if values:
            verdict = "reached" if all(map(aim.reached, values)) else "**not reached**"
            lines.append(f"{aim.words}, {verdict} ({values[0]:.2f} to {aim.shown(values[-1])})")
    return lines


def _on_the_drain(cases: Cases) -> str:
    words = (
        f"The drain waits for {QUIET_SECONDS:g} s without a connection. Once the switch is {SETTLED_SECONDS:g} s old, one check without a "
        "connection is enough. That is so here, where no traffic flows, and [under traffic with the same seconds](#with-the-seconds-of-production), "
        f"because the tasks get healthy so late. Where they are healthy sooner, the drain takes some {QUIET_SECONDS:g} s more, as where "
        "[Marathon's seconds are sped up](#nothing-is-lost-and-how-long-it-takes)."
    )
    return f"{words} {with_the_drain(cases)}".rstrip()


def with_the_drain(cases: Cases) -> str:
    """What becomes of the aim that is stated in seconds where the drain is more than one look."""
    more = BESIDE_THE_SCRIPT.measured(cases, again=False).get(1)
    if more is None:
        return ""
    then = more + QUIET_SECONDS
    return (
        f"Where the drain takes its {QUIET_SECONDS:g} s, a rollout of one service takes {BESIDE_THE_SCRIPT.shown(then)} more than the bare script instead of "
        f"{BESIDE_THE_SCRIPT.shown(more)}. Then the aim of {MOST_SECONDS} s is {'still reached' if BESIDE_THE_SCRIPT.reached(then) else '**not reached**'}."
    )


def _on_requests(cases: Cases) -> str:
    made = {services: run["requests"] for services, run in _runs(cases, ROLE, again=False).items()}
    each = [f"{requests / services:.0f}" for services, requests in made.items()]
    return (
        "The role makes more requests than by hand because it checks both sides five times: before the lock, under it, to confirm, to end "
        "the drain, and at the end. Eight requests at least read both sides: the listener, the versions and the lock; the virtual service, two pools "
        "and the servers of each. Where there is one pool, as in the first two checks here, it is six. So the checks need at least "
        f"{FEWEST_BY_LOOKS} of the {listed(each)} requests for each of {listed(list(made))} services. The rest are the lock, waits, writes, and the "
        "login and the logout of each check, because modules share nothing.\n\n"
        "By hand, nobody reads the listener, a lock, or servers beside tasks. One login and one request for the versions serve all services. "
        "For health the role asks every five seconds beside Marathon's events, the playbook by hand every second, the script five times a second. "
        "So the longer a version takes, the more of their requests are repeated."
    )


def _phases(cases: Cases, *, again: bool) -> str:
    runs = _runs(cases, ROLE, again=again)
    head = ["phase", *(f"{what}, {services}" for services in runs for what in ("seconds", "requests"))]
    return table(head, _spent(list(runs.values())))


def _tasks_by_hand(cases: Cases) -> str:
    runs = [run for again in (False, True) for run in [_runs(cases, BY_HAND, again=again).get(1)] if run]
    head = ["task", *(f"{what}, {run}" for run in ("first", "again")[: len(runs)] for what in ("seconds", "requests"))]
    return table(head, _spent(runs))


def _spent(runs: Cases) -> list[Row]:
    """The seconds and the requests of each run, by phase."""
    phases = dict.fromkeys(phase for run in runs for phase in run["phases"])
    return [
        (phase, *(run[what].get(phase, "") for run in runs for what in ("phases", "phase_requests")))
        for phase in phases
    ]


def _runs(cases: Cases, way: str, *, again: bool) -> dict[int, Case]:
    """The runs of a way by how many services they had."""
    return {c["services"]: c for c in cases if (c["way"], c["again"]) == (way, again)}


def lab_load(cases: Cases) -> str:
    rows = [
        (c["asked_per_second"], c["sent_per_second"], c["sent"], c["answered"], sum(c["lost"].values())) for c in cases
    ]
    return "Through the lab's proxy, with the traffic client beside it on the same machine.\n\n" + table(
        ("requests a second, asked for", "sent", "sent in all", "answered", "lost"), rows
    )


def migration_look(cases: Cases) -> str:
    rows = [(c["others"], c["requests"], c["seconds"], c["slowest"]) for c in cases]
    return (
        "`migration_info` observes a service with two versions, while the Controller holds so many other pools and virtual services.\n\n"
        + table(("others", "requests", "seconds, median", "slowest"), rows)
    )


def marathon_wait(cases: Cases) -> str:
    rows = [
        (c["section"], c["runs"], c["requests"], c["seconds_late"], c["seconds_late_95"], c["seconds_late_most"])
        for c in cases
    ]
    return (
        "How many seconds after the end of its deployment the creation of an app is known to have ended. "
        "`marathon_app` follows Marathon's events. A client that polls asks every five seconds.\n\n"
        + table(("who waits", "runs", "requests each", "late, median", "95 %", "most"), rows)
    )


def release(cases: Cases) -> str:
    by_hand = next((c["wall"] for c in cases if c["way"] == BY_HAND), 0)
    rows = [
        (
            c["way"],
            c["services"],
            c["wall"],
            f"{c['wall'] / by_hand:.2f}" if by_hand else "",
            c["cpu"],
            c["requests"],
            c["writes"],
        )
        for c in cases
    ]
    return (
        "A release moves the services in two waves, half of them each, and waits for each wave to be confirmed. In lockstep it deploys a preview of each "
        "before. By hand, all are rolled out at once, without a lock, a preview, or a way back.\n\n"
        + table(
            ("way", "services", "seconds", "beside by hand", "processor's seconds", "requests", "of them writes"), rows
        )
    )


def bench(cases: Cases) -> str:
    in_all = sum(c["seconds"] for c in cases)
    rows = [*((c["case"], c["seconds"]) for c in cases), ("in all", round(in_all, 1))]
    return f"`make bench` took {in_all / 60:.1f} minutes:\n\n" + table(("measured", "seconds"), rows)


def inventory(cases: Cases) -> str:
    rows = [
        (
            c["services"],
            "yes" if c["groups"] else "no",
            c["megabytes"],
            c["requests"],
            c["seconds"],
            c["slowest"],
            c["command"],
        )
        for c in cases
    ]
    return (
        "The inventory plugin makes hosts of services whose apps are as a running Marathon returned one. The processor's seconds are those until the "
        "hosts are there; the command is the whole of `ansible-inventory --list`, which prints all variables.\n\n"
        + table(
            ("services", "groups", "MB", "requests", "processor's seconds, median", "most", "command, seconds"), rows
        )
    )


def fleet(cases: Cases) -> str:
    rows = [(c["services"], c["slices"], c["moved"], c["seconds"]) for c in cases]
    return (
        "The example of a fleet rolls out services that the inventory finds, in so many runs of `ansible-playbook` at the same time.\n\n"
        + table(("services", "runs", "moved", "seconds"), rows)
    )
