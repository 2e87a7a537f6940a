# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change in place that never gets healthy is undone: what that loses in steps, and by Marathon's own rollback."""

from __future__ import annotations

import contextlib
import functools
import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_deployment import DEPLOYMENT

from tests.lab.process import ROOT, LabProcess
from tests.modules import call
from tests.soak import leaders
from tests.soak.cases import Case
from tests.soak.configurations import SERVICE
from tests.soak.losses import SHOWING, ended
from tests.soak.markdown import table
from tests.soak.sections import as_it_must_be, lost_by_kind
from tests.soak.service import asked_of_marathon, send, serving
from tests.soak.sums import Cases

APP = f"/{SERVICE}"
RATE = 150
RELEASES = ("1.4", "1.5", "1.8", "1.11")
INSTANCES = (1, 2, 4)
STRATEGIES = {"{1, 1}": (1.0, 1.0), "{1, 0}": (1.0, 0.0), "{0.5, 0.2}": (0.5, 0.2)}
NEVER_ENDS = {("1.11", "{1, 0}"), ("1.11", "{0.5, 0.2}")}
"""There the restart never begins, and is refused."""
STEPS, MARATHON = "in steps", "by Marathon's own rollback"
LED, KILLED = "in steps, while Marathon's leader is killed", "in steps, by a run that is killed and then repeated"
"""Both once the first of the steps is done: before that, a change of the leader kills the healthy tasks for good, whoever undoes what."""
RESTART = "not at all: it is restarted, with nothing stuck"
"""What any restart loses, as it drains no task."""
PATIENCE = 60
LOOK = 0.05
"""Seconds between two looks at how many serve."""


def cases() -> Iterator[Case]:
    """Each release, strategy and number of instances, both ways, and a mere restart."""
    for release in RELEASES:
        for strategy in STRATEGIES:
            for instances in INSTANCES if (release, strategy) not in NEVER_ENDS else ():
                for way in (STEPS, MARATHON, RESTART):
                    name = f"{way}, Marathon {release}, {strategy}, {instances} instances"
                    yield Case(name, functools.partial(undone, way, release, strategy, instances))
    for release in RELEASES:
        for way in (LED, KILLED):
            yield Case(f"{way}, Marathon {release}", functools.partial(undone, way, release, "{1, 1}", 2))


def undone(way: str, release: str, strategy: str, instances: int, rate: float = RATE) -> dict[str, Any]:
    """Have a change get stuck, undo it, and count what becomes of the requests meanwhile."""
    more = leaders.KILLED.settings if way == LED else {}
    with serving(rate=rate, marathon=release, kill_order="worst", **more) as (lab, traffic):
        minimum, over = STRATEGIES[strategy]
        limits = {"minimumHealthCapacity": minimum, "maximumOverCapacity": over}
        send(lab, "PUT", f"/v2/apps{APP}", {"upgradeStrategy": limits})
        until(lab, lambda app: is_settled(app, app["instances"]))
        send(lab, "PUT", f"/v2/apps{APP}", {"instances": instances})
        before = until(lab, lambda app: is_settled(app, instances))
        if way != RESTART:
            send(lab, "PUT", f"/v2/apps{APP}", {"container": with_image(before, "lab/never-healthy")})
        stuck = before if way == RESTART else until(lab, is_stuck)
        traffic.wait_for(lambda _total: len(traffic.laps()) > SHOWING)
        begin, began = traffic.snapshot(), time.monotonic()
        with fewest_answering(lab) as fewest:
            undo(way, lab, stuck)
            after = until(lab, lambda app: is_settled(app, instances))
        seconds = round(time.monotonic() - began, 1)
        seen = len(traffic.laps()) + SHOWING
        total = traffic.wait_for(lambda _total: len(traffic.laps()) > seen)
    figures = {"way": way, "release": release, "strategy": strategy, "instances": instances, "seconds": seconds}
    figures |= {"healthy_before": stuck["tasksHealthy"], "fewest_answering": min(fewest), **ended(total, begin)}
    is_back = after["container"] == before["container"]
    return {**figures, "good": is_back and (way in (MARATHON, RESTART) or min(fewest) > 0)}


def undo(way: str, lab: LabProcess, stuck: dict[str, Any]) -> None:
    """Undo the change, or restart the app."""
    asked: dict[str, Any] = {"app": APP, "state": "rolled_back", "wait_timeout": PATIENCE}
    if way == STEPS:
        call(DEPLOYMENT, **asked, marathon_url=[url(lab)])
    elif way == LED:
        with ThreadPoolExecutor(1) as pool:
            undoing = pool.submit(call, DEPLOYMENT, **asked, marathon_url=leaders.nodes(lab))
            first_step_is_done(lab, stuck)
            lab.kill_leader()
            undoing.result()
    elif way == KILLED:
        options = json.dumps({**asked, "marathon_url": [url(lab)]})
        with subprocess.Popen([sys.executable, "-c", _IN_A_PROCESS, options], cwd=ROOT) as run:
            first_step_is_done(lab, stuck)
            run.kill()
        call(DEPLOYMENT, **asked, marathon_url=[url(lab)])
    elif way == RESTART:
        send(lab, "POST", f"/v2/apps{APP}/restart", {})
    else:
        (deployment,) = stuck["deployments"]
        send(lab, "DELETE", f"/v2/deployments/{deployment['id']}", {})


_IN_A_PROCESS = """
import json, sys
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_deployment import DEPLOYMENT
from tests.modules import call
call(DEPLOYMENT, **json.loads(sys.argv[1]))
"""


def first_step_is_done(lab: LabProcess, stuck: dict[str, Any]) -> None:
    """Wait, by the lab's own account, until the app has the instance more with which an undo begins, and nothing is under way."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        marathon = lab.state()["marathon"]
        if marathon["apps"][APP]["instances"] != stuck["instances"] and not marathon["deployments"]:
            return
        time.sleep(0.01)
    raise RuntimeError(f"The undo of {APP} does not begin: {lab.state()['marathon']}")


@contextlib.contextmanager
def fewest_answering(lab: LabProcess) -> Iterator[list[int]]:
    """Count the running tasks that answer, again and again while something is done, whether or not anybody leads Marathon."""
    counts: list[int] = []
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.is_set():
            counts.append(answering(lab))
            is_over.wait(LOOK)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield counts
    finally:
        is_over.set()
        watching.join()


def answering(lab: LabProcess) -> int:
    """How many tasks that Marathon calls running answer as they should.

    A task may end between its listing and its answer, when its successor serves already: what counts is a look before and
    after which the same tasks run.
    """
    tasks = running(lab)
    while True:
        count = sum(map(answers, tasks))
        before, tasks = tasks, running(lab)
        if tasks == before:
            return count


def running(lab: LabProcess) -> list[dict[str, Any]]:
    """The tasks that Marathon calls running, by the lab's own account."""
    tasks = lab.state()["marathon"]["apps"][APP]["tasks"]
    return [task for task in tasks if task["state"] == "TASK_RUNNING"]


def answers(task: dict[str, Any]) -> bool:
    """Whether a task answers as it should."""
    try:
        with urllib.request.urlopen(f"http://{task['host']}:{task['ports'][0]}/", timeout=5):
            return True
    except OSError:
        return False


def until(lab: LabProcess, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until the app is so, and return it."""
    deadline = time.monotonic() + PATIENCE
    while not is_so(app := asked_of_marathon(lab, f"/v2/apps{APP}")["app"]):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{APP} stays as it is: {app}")
        time.sleep(0.1)
    return dict(app)


def is_settled(app: dict[str, Any], instances: int) -> bool:
    """Whether that many tasks of the app's own definition serve, and nothing is under way."""
    return not app["deployments"] and app["tasksHealthy"] == app["tasksRunning"] == instances == len(app["tasks"])


def is_stuck(app: dict[str, Any]) -> bool:
    """Whether all runs that comes, and some of it was found to be sick."""
    return bool(app["deployments"]) and app["tasksUnhealthy"] > 0 and not app["tasksStaged"]


def with_image(app: dict[str, Any], image: str) -> dict[str, Any]:
    """The app's container with another image."""
    container = dict(app["container"])
    return {**container, "docker": {**container["docker"], "image": image}}


def url(lab: LabProcess) -> str:
    """The address of Marathon's first node."""
    return lab.env["MARATHON_URL"].split(",")[0]


def words(cases: Cases) -> str:
    """What docs/proof.md says of it."""
    rows = [
        (
            case["release"],
            case["strategy"],
            case["instances"],
            case["way"],
            f"{case['healthy_before']}, {case['fewest_answering']}",
            case["seconds"],
            case["sent"],
            lost_by_kind(case),
            as_it_must_be(case),
        )
        for case in sorted(cases, key=lambda case: RELEASES.index(case["release"]))
    ]
    head = (
        "Marathon",
        "strategy",
        "instances",
        "undone",
        "healthy before, and fewest that answered",
        "seconds",
        "sent",
        "lost",
        "as it must be",
    )
    return (
        "The listener is changed in place to an image that never gets healthy, and the change is undone. A strategy is "
        "{minimumHealthCapacity, maximumOverCapacity}. Where Marathon does not look at health, the lab takes down first what serves: the worst "
        "of what running ones did. A restart drains no task, so the last of the steps loses what a mere restart does. Strategies with which "
        "a restart of Marathon 1.11 never begins are left out. Two undos of each release are disturbed once their first step is done: Marathon's leader "
        f"is killed, and nobody leads for {leaders.KILLED.seconds:g} seconds; or the run is killed, and then repeated. "
        "The requests count from the beginning of the undo until "
        f"{SHOWING} seconds after it.\n\n{table(head, rows)}"
    )
