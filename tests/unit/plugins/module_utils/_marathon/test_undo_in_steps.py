# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change that is undone loses nobody, against a Marathon that takes down healthy tasks as running ones do."""

from __future__ import annotations

import pytest
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused, WaitTimeout
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_deployment import end_deployments
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.mini_marathon import Fault
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils._marathon.restarting_marathon import (
    APP,
    RUNNING,
    STAGING,
    RestartingMarathon,
)
from ansible_collections.dcos.avi.tests.unit.plugins.module_utils.scripted_server import Reply

ROLLING, ONE_MORE, HALF = (1.0, 1.0), (1.0, 0.0), (0.5, 0.2)
BAD = {"cmd": "bad"}


@pytest.fixture
def begin(server, monkeypatch):
    """Have a Marathon, with pauses of no length."""
    for module in ("deployment", "app.undoing"):
        monkeypatch.setattr(
            f"ansible_collections.dcos.avi.plugins.module_utils._marathon.{module}.time.sleep", lambda s: None
        )

    def call(*, stuck=True, **settings):
        marathon = RestartingMarathon(**settings)
        if stuck:
            marathon.get_stuck()
        server.answer = marathon.answer
        return marathon

    return call


@pytest.fixture
def undo(server):
    """Do the work of marathon_deployment with state rolled_back."""

    def call(check_mode=False, **params):
        defaults = {"id": None, "app": None if "id" in params else APP, "allow_outage": False, "wait": True}
        times = {"wait_timeout": 3, "wait_interval": 0.01}
        connection = {"marathon_url": [server.url]}
        return end_deployments({**defaults, **times, **connection, "state": "rolled_back", **params}, check_mode)

    return call


def is_as_before(marathon, instances):
    definition = marathon.definition
    return (definition["cmd"], definition["instances"], marathon.healthy, len(marathon.tasks), marathon.deployment) == (
        "good",
        instances,
        instances,
        instances,
        None,
    )


@pytest.mark.parametrize("instances", [1, 2, 4])
@pytest.mark.parametrize(
    ("release", "strategy", "lowest"),
    [
        ("1.4.13", ROLLING, 1),
        ("1.4.13", ONE_MORE, 1),
        ("1.8.222", ROLLING, 1),
        ("1.8.222", HALF, 0.5),
        ("1.11.26", ROLLING, 1),
    ],
)
def test_an_undo_takes_no_healthy_task_down(begin, undo, release, instances, strategy, lowest):
    marathon = begin(release=release, instances=instances, strategy=strategy)
    assert undo(check_mode=True)["changed"]
    assert undo()["changed"]
    assert is_as_before(marathon, instances)
    assert marathon.lowest >= max(1, instances * lowest)
    assert not undo()["changed"]


@pytest.mark.parametrize("instances", [1, 2])
def test_the_rollback_of_marathon_itself_takes_all_down(begin, undo, instances):
    marathon = begin(instances=instances, selection="OLDEST_FIRST")
    undo(allow_outage=True)
    assert is_as_before(marathon, instances)
    assert marathon.lowest == 0


@pytest.mark.parametrize("instances", [1, 2, 4])
def test_a_change_that_fails_is_undone_without_an_outage(begin, ensure, instances):
    marathon = begin(stuck=False, instances=instances)
    with pytest.raises(WaitTimeout, match="It was rolled back: /a is as it was before"):
        ensure(id="a", definition=BAD, wait_timeout=1, on_failure="rollback")
    assert is_as_before(marathon, instances)
    assert marathon.lowest == instances


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("instances", [1, 2, 4])
def test_a_forced_correction_takes_no_healthy_task_down(begin, ensure, instances, force):
    marathon = begin(instances=instances)
    if not force:
        marathon.deployment = None  # abandoned
    ensure(id="a", definition={"cmd": "good too"}, force=force)
    assert (marathon.definition["cmd"], marathon.lowest) == ("good too", instances)
    assert (marathon.definition["instances"], marathon.healthy, len(marathon.tasks)) == (instances,) * 3


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_lost_answer_is_no_matter(begin, undo, server, lost, applied):
    marathon = begin()
    writes = []

    def lose(request):
        if request.method == "PUT":
            if len(writes) == lost:
                marathon.faults.append(Fault("PUT", Reply(drop=True), applied=applied))
            writes.append(request)

    marathon.before_answer = lose
    assert undo()["changed"]
    assert is_as_before(marathon, 2)
    assert (marathon.lowest, len(writes)) == (2, 3 if applied else 4)


@pytest.mark.parametrize("written", [1, 2, 3])
def test_an_interrupted_undo_is_resumed(begin, undo, server, written):
    marathon = begin()
    answer, left = server.answer, [written]

    def answer_some(request):
        if request.method == "PUT":
            left[0] -= 1
        return answer(request) if left[0] >= 0 else Reply(403, {"message": "the run has ended"})

    server.answer = answer_some
    try:
        undo()
    except Exception as error:
        assert "the run has ended" in str(error) or "(403)" in str(error)
        assert f"run marathon_deployment with app: {APP}" in str(error)
    server.answer = answer
    undo()
    assert is_as_before(marathon, 2)
    assert marathon.lowest == 2


def test_the_instances_of_before_come_back_although_they_were_changed_since_the_first_task(begin, undo):
    marathon = begin(stuck=False)
    marathon._change({**marathon.definition, "instances": 3})
    marathon.get_stuck()
    undo()
    assert is_as_before(marathon, 3)
    assert marathon.lowest == 3


def waiting(marathon):
    marathon.tasks[-1].update(state=STAGING, startedAt=None)


def start_at_the_third_look(marathon):
    """Have what waits run once the queue is asked for the third time."""
    looks = []

    def start(request):
        looks.append(request.path)
        if looks.count("/v2/queue") == 3:
            marathon.tasks[-1].update(state=RUNNING, startedAt=marathon.tasks[-1]["stagedAt"])

    marathon.before_answer = start


def crashed_among_the_old(marathon):
    """One of the old ones started again, and is the youngest now."""
    marathon.tasks.append(marathon.tasks.pop(0))
    marathon.tasks[-1].update(startedAt=marathon._now(), stagedAt=marathon._now())


def scaling(marathon):
    marathon.definition["cmd"] = "good"
    marathon.tasks = marathon.tasks[:1]
    marathon.deployment = "ScaleApplication"


def creation(marathon):
    scaling(marathon)
    marathon.tasks[0]["version"] = marathon.definition["version"]
    marathon.deployment = "StartApplication"


def with_others(marathon):
    marathon.affected = (APP, "/b")


@pytest.mark.parametrize(
    ("settings", "spoil", "why"),
    [
        ({"selection": "OLDEST_FIRST"}, None, "OLDEST_FIRST"),
        ({}, waiting, "1 instance does not run"),
        ({}, crashed_among_the_old, "among the youngest"),
        ({}, scaling, "the deployment scales the app"),
        ({}, creation, "creates the app, so that there is nothing to go back to"),
        ({}, with_others, "several apps at once: /a, /b"),
        ({"strategy": ONE_MORE, "release": "1.11.26"}, None, "would never end"),
    ],
    ids=["oldest first", "one waits", "old and young", "scale", "creation", "several apps", "never ends"],
)
def test_what_cannot_be_undone_without_an_outage_is_left_and_said(begin, undo, server, settings, spoil, why):
    marathon = begin(**settings)
    if spoil:
        spoil(marathon)
    before = len(marathon.tasks)
    with pytest.raises(Refused, match=why) as raised:
        undo()
    assert "allow_outage: true" in raised.value.sentence and not raised.value.changed
    assert [line for line in server.lines if not line.startswith("GET")] == []
    assert len(marathon.tasks) == before
    assert undo(allow_outage=True)["changed"]


@pytest.mark.parametrize(
    ("settings", "change", "why"),
    [
        ({"selection": "OLDEST_FIRST"}, {"definition": BAD}, "OLDEST_FIRST"),
        ({}, {"definition": {**BAD, "killSelection": "OLDEST_FIRST"}}, "OLDEST_FIRST"),
        ({}, {"instances": 3}, "scales the app"),
        ({"strategy": (0.0, 1.0)}, {"definition": BAD}, "takes down 2 of the 2 healthy tasks at once"),
        ({}, {"definition": BAD}, None),
    ],
)
def test_check_mode_warns_of_a_change_that_could_not_be_undone(begin, ensure, settings, change, why):
    begin(stuck=False, **settings)
    warnings = ensure(check_mode=True, id="a", on_failure="rollback", **change).get("warnings", [])
    assert [why in warning and "allow_outage: true" in warning for warning in warnings] == ([True] if why else [])
    assert "warnings" not in ensure(check_mode=True, id="a", on_failure="rollback", allow_outage=True, **change)


def test_what_does_not_run_yet_is_waited_for(begin, undo, server):
    marathon = begin()
    waiting(marathon)
    start_at_the_third_look(marathon)
    undo()
    assert is_as_before(marathon, 2)
    assert marathon.lowest == 2


def test_where_no_task_serves_marathon_rolls_back_at_once(begin, undo, server):
    marathon = begin(strategy=(0.0, 0.0))
    assert marathon.healthy == 0
    undo()
    assert [line for line in server.lines if not line.startswith("GET")] == ["DELETE /v2/deployments/d-stuck"]
    assert is_as_before(marathon, 2)


def test_a_restart_that_gets_stuck_keeps_the_tasks_that_serve(begin, undo):
    marathon = begin(stuck=False)
    marathon.versions[marathon.definition["version"]] = dict(marathon.definition)
    marathon._store(marathon.definition)
    for _each in range(2):
        marathon._launch(1)
        marathon.tasks[-1]["state"] = RUNNING
    sick = [task["id"] for task in marathon.tasks[2:]]
    serves = marathon._serves
    marathon._serves = lambda task: task["id"] not in sick and serves(task)
    marathon.deployment = "RestartApplication"
    undo()
    assert [task["id"] in sick for task in marathon.tasks] == [False, False]
    assert (marathon.definition["instances"], marathon.lowest, marathon.deployment) == (2, 2, None)


@pytest.mark.parametrize("release", ["1.4.13", "1.11.26"])
def test_an_app_is_scaled_down_only_while_all_its_tasks_run(begin, ensure, server, release):
    marathon = begin(stuck=False, release=release)
    waiting(marathon)
    with pytest.raises(
        WaitTimeout, match=r"is not scaled down to 1 instance.*Nothing was changed.*allow_outage"
    ) as raised:
        ensure(id="a", instances=1, wait_timeout=0)
    assert not raised.value.changed and marathon.definition["instances"] == 2

    start_at_the_third_look(marathon)
    result = ensure(id="a", instances=1)
    assert result["changed"] and [task["state"] for task in result["app"]["tasks"]] == [RUNNING]
    assert marathon.lowest == 1


def test_a_scale_down_waits_for_a_deployment_even_if_forced(begin, ensure):
    marathon = begin(stuck=False)
    marathon.deployment = "ScaleApplication"
    with pytest.raises(WaitTimeout, match="deployment d-stuck of it is under way"):
        ensure(id="a", instances=1, force=True, wait_timeout=0)
    assert marathon.definition["instances"] == 2


def test_a_scale_down_that_may_cost_an_outage_is_done_where_that_is_allowed(begin, ensure):
    marathon = begin(stuck=False)
    waiting(marathon)
    ensure(id="a", instances=1, allow_outage=True, wait=False)
    assert marathon.lowest == 0


def test_a_restart_is_not_forced_over_a_change_that_is_half_done(begin, ensure, server):
    begin()
    with pytest.raises(Refused, match="undo that with marathon_deployment"):
        ensure(id="a", state="restarted", force=True)
    assert [line for line in server.lines if not line.startswith("GET")] == []
