# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge of the campaign can fail: a record in which all is well, and one in which each invariant does not hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.campaign import page
from tests.campaign.draw import drawn
from tests.campaign.judge import lost_by_reason, violations
from tests.campaign.plan import read, write
from tests.campaign.record import AGAIN, CONVERGE, KILLED, OVERDUE, Count, Record, Run

SERVICE, OLD, NEW = "app1", "/app1", "/app1-900"
BEGAN, CREATED, FLIPPED, SCALED, ENDED, LAST = 1005.0, 1010.0, 1012.0, 1020.0, 1022.0, 1032
SENTENCE = "The rollout of app1-110 failed. Look at its tasks."
Entry = Mapping[str, Any]


def request(moment: float, method: str, app: str, body: Any = None, client: str = "dcos.avi", **more: Any) -> Entry:
    path = "/v2/apps" if method == "POST" else f"/v2/apps{app}"
    return {
        "time": moment, "kind": "request", "api": "marathon", "client": client, "method": method, "path": path,
        "write": True, "status": 200, "body": body, **more,
    }  # fmt: skip


def created(app: str, image: str = "avinetworks/server", moment: float = CREATED, **more: Any) -> Entry:
    body = {"id": app, "labels": {"ab_config": "{}"}, "container": {"docker": {"image": image}}}
    return request(moment, "POST", app, body, **more)


def scaled(app: str, instances: int, moment: float = SCALED, **more: Any) -> Entry:
    return request(moment, "PUT", app, {"instances": instances}, **more)


def flip(app: str, moment: float = FLIPPED) -> Entry:
    return {"time": moment, "begun": moment, "kind": "flip", "service": SERVICE, "app": app, "from": OLD}


def route(app: str, moment: float = FLIPPED) -> Entry:
    pool = f"{app.strip('/')}-pool-80" if app else "nowhere"
    return {"time": moment, "kind": "route", "service": SERVICE, "to": {pool: 100}}


def task(kind: str, app: str, number: int, moment: float) -> Entry:
    return {"time": moment, "kind": kind, "app": app, "task": f"{app}.{number}"}


def ran(purpose: str = CONVERGE, began: float = BEGAN, ended: float = ENDED, **more: Any) -> Run:
    run = Run(SERVICE, "rollout", NEW, False, purpose, began, ended, 0, 2, "", "PLAY RECAP")
    return replace(run, **more)


RUNS = (ran(), ran(AGAIN, 1023, 1026, changed=0))


def laps(lost: Mapping[int, Mapping[str, int]] | None = None, silent: Sequence[int] = ()) -> list[dict[str, Any]]:
    """A hundred requests a second: OLD answers until the flip, NEW from then on."""
    lost = lost or {}
    return [
        {
            "time": float(second),
            "sent": 100,
            "answered_by": {} if second in silent else {OLD if second <= FLIPPED else NEW: 100 - sum(lost.get(second, {}).values())},
            "lost": lost.get(second, {}),
        }
        for second in range(1001, LAST + 1)
    ]  # fmt: skip


def record(
    *more: Entry, runs: Sequence[Run] = RUNS, lost: Any = None, silent: Sequence[int] = (), **lab: Any
) -> Record:
    """A rollout that nothing disturbs, the same again, and what else happens."""
    entries = [
        created(NEW),
        flip(NEW),
        route(NEW),
        task("start", OLD, 1, 1000),
        task("start", NEW, 1, CREATED + 1),
        scaled(OLD, 0),
        task("kill", OLD, 1, SCALED),
        *more,
    ]
    seconds = laps(lost, silent)
    answers = sum(sum(lap["answered_by"].values()) for lap in seconds)
    return Record(
        {"avi": "ab_pool", "flip": "on_server", "connector_delay": 0, **lab},
        runs,
        sorted(entries, key=lambda entry: float(entry["time"])),
        {SERVICE: seconds},
        {SERVICE: Count(answers, answers, answers)},
        {OLD: {"instances": 0, "lock": False}, NEW: {"instances": 2, "lock": False}},
    )


def found(record: Record) -> set[str]:
    return {each.invariant for each in violations(record)}


def test_nothing_is_wrong_where_nothing_is() -> None:
    assert violations(record()) == []


LOSS = {1015: {"reset": 3}}


def pool(state: str, moment: float) -> Entry:
    return {"time": moment, "kind": "pool", "pool": "app1-900-pool-80", "state": state, "reason": ""}


def test_a_pool_that_was_never_up_explains_no_loss() -> None:
    """Before its monitors have asked for the first time, each pool is down."""
    assert found(record(pool("OPER_DOWN", 1014.5), lost=LOSS)) == {"loss"}


@pytest.mark.parametrize("kind", ["reset", "status_503", "closed", "refused"])
def test_a_loss_that_nothing_explains(kind: str) -> None:
    assert found(record(lost={1015: {kind: 3}})) == {"loss"}


@pytest.mark.parametrize(
    ("entries", "lab"),
    [
        ([scaled(NEW, 1, 1014.5, client="curl")], {}),
        ([task("crash", NEW, 2, 1014.5)], {}),
        ([created(NEW, "lab/crash", 1009)], {}),
        ([{**task("kill", NEW, 1, 1014.5), "cause": "Health check timed out"}], {}),
        ([pool("OPER_UP", 1008), pool("OPER_DOWN", 1014.5)], {}),
        ([created("/app1-910", moment=1014.5)], {"flip": "on_create"}),
    ],
    ids=["somebody scales", "a task is killed", "a bad version", "unhealthy", "monitors", "a blind switch"],
)
def test_a_loss_that_the_plan_explains(entries: list[Entry], lab: dict[str, Any]) -> None:
    explained = record(*entries, lost=LOSS, **lab)
    # The last image that an app was created with counts, so a bad one takes the place of the good one here.
    if entries[0].get("method") == "POST" and not lab:
        explained = replace(explained, journal=[each for each in explained.journal if each != created(NEW)])
    assert "loss" not in found(explained)
    assert "nothing" not in lost_by_reason(explained)


def test_what_is_explained_is_so_for_its_time_only() -> None:
    early = scaled(NEW, 1, 1012.5, client="curl")
    assert found(record(early, lost={1025: {"reset": 3}})) == {"loss"}


def test_an_outage_by_somebody_lasts_for_as_long_as_the_losses_do() -> None:
    by_somebody = scaled(NEW, 0, 1013.5, client="curl")
    lost = {second: {"status_503": 50} for second in range(1014, 1024)}
    assert "loss" not in found(record(by_somebody, lost=lost))
    assert "loss" in found(record(by_somebody, lost={**lost, 1030: {"status_503": 1}}))


@pytest.mark.parametrize(
    "entry",
    [
        {"time": 1014.5, "kind": "fault", "fault": {"api": "marathon", "action": "error"}},
        {"time": 1014.5, "kind": "disturbance", "leader": None},
        scaled(NEW, 3, 1014.5),
        task("kill", NEW, 1, 1014.5),
        {"time": 1014.5, "kind": "pool", "pool": "app1-pool-80", "state": "OPER_DOWN", "reason": ""},
    ],
    ids=["a fault", "another leader", "the collection", "a deployment", "the pool of another"],
)
def test_neither_a_fault_nor_the_collection_explains_a_loss(entry: Entry) -> None:
    assert found(record(entry, lost=LOSS)) == {"loss"}


def test_a_request_that_was_answered_too_late_is_not_lost() -> None:
    late = record(lost={1015: {"timeout": 3}})
    count = late.counts[SERVICE]
    assert found(replace(late, counts={SERVICE: replace(count, tasks=count.tasks + 3)})) == set()
    assert found(late) == {"loss"}


def test_counts_that_differ() -> None:
    well = record()
    count = well.counts[SERVICE]
    for other in (replace(count, tasks=count.tasks - 1), replace(count, haproxy=count.haproxy - 1)):
        assert found(replace(well, counts={SERVICE: other})) == {"counts"}


@pytest.mark.parametrize("entry", [scaled(NEW, 0, 1016), request(1016, "DELETE", NEW)], ids=["scaled", "deleted"])
def test_what_serves_is_scaled_down(entry: Entry) -> None:
    assert "scaled down" in found(record(entry))


@pytest.mark.parametrize(
    "entry",
    [
        scaled(NEW, 0, 1016, client="curl"),
        scaled(NEW, 0, 1016, status=409),
        scaled(NEW, 0, 1016, status=None, fault="drop_before"),
        scaled("/app2", 0, 1016),
    ],
    ids=["by somebody", "refused", "lost on its way", "another service"],
)
def test_what_does_not_scale_it_down(entry: Entry) -> None:
    assert "scaled down" not in found(record(entry))


def test_a_write_that_is_done_though_its_answer_was_dropped_counts() -> None:
    assert "scaled down" in found(record(scaled(NEW, 0, 1016, status=None, fault="drop_after", applied=1016.0)))


def test_the_instant_way_back_of_a_pool_group() -> None:
    assert "scaled down" not in found(record(scaled(NEW, 0, 1016), avi="pool_group"))
    # The version before has no task any more by then.
    assert "scaled down" in found(record(scaled(NEW, 0, 1025), avi="pool_group"))


def test_a_race_that_was_lost_has_to_be_repaired_and_to_fail() -> None:
    somebody = scaled(NEW, 2, 1015, client="curl")
    down, up = scaled(NEW, 0, 1016), scaled(NEW, 2, 1018)
    red = (ran(exit_code=2, failure=SENTENCE), ran(CONVERGE, 1023, 1024), RUNS[1])
    assert "scaled down" in found(record(somebody, down, runs=red))
    assert "scaled down" in found(record(somebody, down, up))
    assert "scaled down" not in found(record(somebody, down, up, runs=red))


def test_nobody_serves_after_a_run_that_ended_well() -> None:
    silent = range(1023, LAST + 1)
    assert "green" in found(record(runs=(ran(),), silent=silent))
    assert "green" not in found(record(runs=(ran(exit_code=2, failure=SENTENCE),), silent=silent))


@pytest.mark.parametrize(
    ("wrong", "invariant"),
    [
        ({"ended_by": OVERDUE, "exit_code": -9}, "end"),
        ({"exit_code": 2, "failure": ""}, "sentence"),
        ({"exit_code": 2, "failure": "failed"}, "sentence"),
        ({"exit_code": 2, "failure": SENTENCE, "output": "Traceback (most recent call last):\n  File"}, "sentence"),
        ({"output": "'foo' is undefined"}, "sentence"),
    ],
)
def test_a_run_that_does_not_end_as_it_must(wrong: dict[str, Any], invariant: str) -> None:
    assert found(record(runs=(ran("", 1001, 1004, **wrong), *RUNS))) == {invariant}


@pytest.mark.parametrize("right", [{"exit_code": 2, "failure": SENTENCE}, {"exit_code": -9, "ended_by": KILLED}])
def test_a_run_that_ends_as_it_may(right: dict[str, Any]) -> None:
    assert found(record(runs=(ran("", 1001, 1004, **right), *RUNS))) == set()


def test_check_mode_that_writes() -> None:
    checked = ran("", 1001, 1004, check=True)
    assert found(record(runs=(checked, *RUNS))) == set()
    assert found(record(scaled(OLD, 3, 1002), runs=(checked, *RUNS))) == {"check mode"}


@pytest.mark.parametrize(
    "runs",
    [
        (ran(exit_code=2, failure=SENTENCE), RUNS[1]),
        (RUNS[0], replace(RUNS[1], changed=1)),
        (RUNS[0], replace(RUNS[1], exit_code=2, failure=SENTENCE)),
    ],
)
def test_a_run_that_does_not_converge(runs: Sequence[Run]) -> None:
    assert found(record(runs=runs)) == {"converges"}


def test_an_unchanged_run_writes_nothing() -> None:
    assert found(record(scaled(NEW, 2, 1024))) == {"converges"}


@pytest.mark.parametrize(
    ("app", "left"),
    [
        (OLD, {"instances": 2, "lock": False}),
        ("/app1-migration-lock-1", {"instances": 0, "lock": True}),
        ("/app1-900-preview", {"instances": 1, "lock": False}),
    ],
)
def test_something_is_left_over(app: str, left: dict[str, Any]) -> None:
    well = record()
    assert found(replace(well, apps={**well.apps, app: left})) == {"converges"}


def test_a_preview_whose_version_is_not_there_may_wait_for_its_approval() -> None:
    well = record()
    assert found(replace(well, apps={**well.apps, "/app1-110-preview": {"instances": 1, "lock": False}})) == set()


def test_another_version_serves_in_the_end() -> None:
    well = record()
    assert found(replace(well, runs=[replace(run, app="/app1-910") for run in well.runs])) == {"converges"}


@pytest.mark.parametrize("seed", range(50))
def test_a_seed_always_draws_the_same_plan_which_can_be_kept(seed: int, tmp_path: Any) -> None:
    plan = drawn(seed)
    assert plan == drawn(seed)
    assert 1 <= len(plan.services) <= 3
    write(plan, tmp_path / "plan.json")
    assert read(tmp_path / "plan.json") == plan


def test_the_proof_shows_violations() -> None:
    case = {
        "case": "seed 1", "services": 1, "runs": 4, "failed": 1, "disturbances": {"kill": 1}, "missed": 0, "sent": 100,
        "lost": {"reset": 2}, "lost_by": {"nothing": 2},
        "violations": [{"invariant": "loss", "service": "app1", "sentence": "2 were lost."}],
    }  # fmt: skip
    rendered = page.random([case])
    assert "| violations | 1 |" in rendered and "| seed 1 | loss | app1 | 2 were lost. |" in rendered
