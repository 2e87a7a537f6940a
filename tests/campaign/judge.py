# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges a record: what must hold whatever the plan was. Pure; each invariant is one function."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.campaign import seen
from tests.campaign.explain import MOMENT, SETTLE, explanation, instant_heir, seconds, windows
from tests.campaign.record import AGAIN, CONVERGE, KILLED, OVERDUE, Record, Run, service_of

TIMEOUT = "timeout"
PREVIEW = "-preview"
RACE = 3.0
"""Seconds within which no check before a write can keep somebody else from changing what it rests on."""
REPAIRED = 10.0
"""Seconds within which a run that lost such a race has to scale up again what it took down."""
GREEN_SETTLES = 2.0
DEFECTS = re.compile(
    r"Traceback \(most recent call last\)|MODULE FAILURE|Unexpected failure|is undefined|has no attribute|object of type|template error|a defect of",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"\S+(\s+\S+){3,}")
"""At least a few words."""
BARE = ("failed", "non-zero return code", "assertion failed", "one or more items failed")


@dataclass(frozen=True)
class Violation:
    """What was seen that must not be: by which invariant, of which service, and when (seconds since the epoch)."""

    invariant: str
    service: str
    at: float
    sentence: str


def violations(record: Record) -> list[Violation]:
    """All that is wrong."""
    return [each for invariant in INVARIANTS for service in record.services for each in invariant(record, service)]


def lost_by_reason(record: Record) -> Counter[str]:
    """What was lost, by what the plan explains it with."""
    return Counter(
        {
            reason: sum(lost for service in record.services for why, lost in _losses(record, service) if why == reason)
            for reason in {why for service in record.services for why, _lost in _losses(record, service)}
        }
    )


def _losses(record: Record, service: str) -> Iterator[tuple[str, int]]:
    known = windows(record, service)
    for began, ended, lost in seconds(record, service):
        real = sum(count for kind, count in lost.items() if kind != TIMEOUT)
        if real:
            why = explanation(record, service, known, began, ended)
            yield re.sub(r"/?app\d[\w-]*", "a version", why) or "nothing", real


def no_loss_without_a_reason(record: Record, service: str) -> Iterator[Violation]:
    """No request is lost in a second that the plan does not explain."""
    known = windows(record, service)
    for began, ended, lost in seconds(record, service):
        real = {kind: count for kind, count in lost.items() if kind != TIMEOUT}
        if real and not explanation(record, service, known, began, ended):
            span = seen.serving(record, service, ended)
            yield Violation(
                "loss",
                service,
                ended,
                f"{real} were lost, which nothing explains; {span.app or 'nobody'} had the traffic.",
            )


def no_answer_is_missing(record: Record, service: str) -> Iterator[Violation]:
    """The counts agree. A request that the client gave up was answered too late, by a machine that stood still, or it was lost."""
    count = record.counts[service]
    lost = sum((Counter(each) for _began, _ended, each in seconds(record, service)), Counter[str]())
    at = record.laps[service][-1]["time"]
    # The proxy's count holds the requests of gates, too. A task may have answered what the client counts as lost.
    if count.haproxy < count.client or not 0 <= count.tasks - count.client <= lost.total():
        yield Violation("counts", service, at, f"The counts of answers differ: {count}, lost {dict(lost)}.")
    stood_still = any(ended - began > 2 * MOMENT for began, ended, _lost in seconds(record, service))
    if lost[TIMEOUT] > max(0, count.tasks - count.client) and not stood_still:
        yield Violation(
            "loss", service, at, f"{lost[TIMEOUT]} requests were never answered, and no task knows of them."
        )


def what_serves_is_never_scaled_down(record: Record, service: str) -> Iterator[Violation]:
    """The collection takes down nothing that has the traffic, unless another one is there to take over at once."""
    made = seen.writes(record, service)
    for write in made:
        if not write.by_product or not write.takes_down:
            continue
        span = seen.serving(record, service, write.done)
        if span.app != write.app or not seen.answered(record, service, write.app, write.done - 1, write.done):
            continue
        lost_a_race = write.done - span.began < RACE or write.done - write.asked > RACE or _by_somebody(made, write)
        if instant_heir(record, service, write) or (lost_a_race and _is_repaired(record, service, made, write)):
            continue
        yield Violation(
            "scaled down", service, write.done, f"{write.app} had the traffic when it was taken down ({write.what})."
        )


def _by_somebody(made: list[seen.Write], write: seen.Write) -> bool:
    """Whether somebody else changed the service right before."""
    return any(not each.by_product and 0 <= write.done - each.done < RACE for each in made)


def _is_repaired(record: Record, service: str, made: list[seen.Write], write: seen.Write) -> bool:
    """Whether the run noticed: something was scaled up soon, and the run did not end well."""
    up_again = any(each.by_product and not each.takes_down and 0 <= each.done - write.done < REPAIRED for each in made)
    ran = [run for run in record.runs_of(service) if run.began <= write.done <= run.ended]
    return up_again and all(run.exit_code for run in ran)


def a_run_that_ends_well_leaves_somebody_serving(record: Record, service: str) -> Iterator[Violation]:
    """After a green end the service answers, and the version that was rolled out does, unless somebody interferes."""
    runs = record.runs_of(service)
    for run in runs:
        others = any(
            each is not run and each.began < run.ended + GREEN_SETTLES and run.ended < each.ended for each in runs
        )
        began, ended = run.ended + GREEN_SETTLES, run.ended + GREEN_SETTLES + 1
        if run.exit_code or run.check or others or _interfered_with(record, service, run, ended):
            continue
        laps = [lap for lap in record.laps[service] if began <= lap["time"] <= ended + SETTLE][:2]
        if laps and not any(sum(lap["answered_by"].values()) for lap in laps):
            yield Violation("green", service, run.ended, f"Nobody serves after {run}, which ended well.")


def _interfered_with(record: Record, service: str, run: Run, until: float) -> bool:
    """Whether somebody changed the service while the run lasted, or shortly after: who serves then is their doing."""
    crashed = any(
        entry["kind"] == "crash" and service_of(entry["app"]) == service and run.began <= entry["time"] <= until
        for entry in record.journal
    )
    return crashed or any(
        not write.by_product and write.what != "create" and run.ended - RACE <= write.done <= until
        for write in seen.writes(record, service)
    )


def every_run_ends_with_a_sentence(record: Record, service: str) -> Iterator[Violation]:
    """A run ends by itself, and one that fails says why, in words."""
    for run in record.runs_of(service):
        if run.ended_by == OVERDUE:
            yield Violation("end", service, run.ended, f"{run} did not end within {run.ended - run.began:.0f} s.")
        elif run.ended_by != KILLED:
            if found := DEFECTS.search(run.output):
                yield Violation(
                    "sentence", service, run.ended, f'{run} shows "{found[0]}": {_around(run.output, found)}'
                )
            if run.exit_code and (run.failure.strip().rstrip(".").lower() in BARE or not SENTENCE.search(run.failure)):
                yield Violation(
                    "sentence", service, run.ended, f"{run} ends with {run.exit_code} and says: {run.failure!r}"
                )


def _around(text: str, found: re.Match[str]) -> str:
    return " ".join(text[max(0, found.start() - 200) : found.end() + 200].split())


def check_mode_writes_nothing(record: Record, service: str) -> Iterator[Violation]:
    """A run in check mode sends no request that writes."""
    for run in record.runs_of(service):
        for entry in seen.all_writes(record, service):
            if run.check and run.began <= entry["time"] <= run.ended:
                yield Violation("check mode", service, entry["time"], f"{run} sent {entry['method']} {entry['path']}.")


def an_undisturbed_run_converges(record: Record, service: str) -> Iterator[Violation]:
    """What is rolled out in the end, with nothing in the way, serves alone; and the same again changes nothing."""
    last = [run for run in record.runs_of(service) if run.purpose == CONVERGE][-1:]
    again = [run for run in record.runs_of(service) if run.purpose == AGAIN]
    for run in last:
        if run.exit_code:
            yield Violation("converges", service, run.ended, f"{run} fails, though nothing disturbs it: {run.failure}")
            return
    for run in again:
        if run.exit_code or run.changed:
            yield Violation(
                "converges", service, run.ended, f"{run} is not unchanged: changed={run.changed} {run.failure}"
            )
        wrote = [each for each in seen.all_writes(record, service) if run.began <= each["time"] <= run.ended]
        if wrote:
            yield Violation("converges", service, run.ended, f"{run} wrote: {wrote[0]['method']} {wrote[0]['path']}")
    if last:
        yield from _serves_alone(record, service, last[0])


def _serves_alone(record: Record, service: str, run: Run) -> Iterator[Violation]:
    left = {
        app: found["instances"]
        for app, found in record.apps.items()
        if service_of(app) == service and app != run.app and (found["lock"] or _is_left_over(record, app, found))
    }
    if left:
        yield Violation("converges", service, run.ended, f"Left over beside {run.app}: {left}.")
    answering = {app for lap in record.laps[service][-3:-1] for app in lap["answered_by"]}
    if answering != {run.app}:
        yield Violation("converges", service, run.ended, f"{sorted(answering)} answer in the end, not {run.app} alone.")


def _is_left_over(record: Record, app: str, found: Mapping[str, Any]) -> bool:
    """Whether an app should be gone, or without instances. A preview may wait for its approval until its version is there."""
    if app.endswith(PREVIEW):
        return app.removesuffix(PREVIEW) in record.apps
    return bool(found["instances"])


INVARIANTS: tuple[Callable[[Record, str], Iterator[Violation]], ...] = (
    no_loss_without_a_reason,
    no_answer_is_missing,
    what_serves_is_never_scaled_down,
    a_run_that_ends_well_leaves_somebody_serving,
    every_run_ends_with_a_sentence,
    check_mode_writes_nothing,
    an_undisturbed_run_converges,
)
