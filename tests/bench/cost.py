# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollout costs: the role, beside a playbook that does the same by hand, beside a script that does only what cannot be left out."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.figures import COMMAND, Figures
from tests.bench.repeats import repeated
from tests.lab.process import ROOT, LabProcess
from tests.soak.configurations import CHECKED_EVERY, definition
from tests.soak.service import asked_of_marathon, create_listeners
from tests.soak.steps import SteppedRun, run_in_steps
from tests.soak.zero_loss import REAL_SECONDS

PLAYBOOKS = Path(__file__).parent / "playbooks"
VERSION = "100"
SERVICES = (1, 10, 50)
#: Whoever knows Ansible well switches it on for tasks that start a module each.
PIPELINING = {"ANSIBLE_PIPELINING": "1"}
#: Rolls out services; as a run of a playbook, where it is one.
Way = Callable[[Sequence[str], Mapping[str, str]], SteppedRun | None]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, nargs="*", default=SERVICES, help="how many in one run")
    given = parser.parse_args()
    recorded = Figures("cost", command(given.services))
    for services in given.services:
        for name, way in WAYS.items():
            with listeners(services) as (lab, names):
                for again in (False, True):
                    figures = {"way": name, "services": services, "again": again, **measure(lab, names, way)}
                    recorded.add(f"{name}, {services}, {'again' if again else 'first'}", figures)
    return 0


@contextlib.contextmanager
def listeners(services: int) -> Iterator[tuple[LabProcess, list[str]]]:
    """A lab in which so many listeners serve, and whose seconds are real ones from then on."""
    with LabProcess(agent_cpus=4 * services + 8, avi_places=services + 2) as lab:
        names = [f"s{number:02}" for number in range(services)]
        create_listeners(lab, names)
        # The deployment of a listener would be in the way of whoever scales it down.
        while asked_of_marathon(lab, "/v2/deployments"):
            time.sleep(0.1)
        lab.set(**REAL_SECONDS)
        yield lab, names


def command(services: Sequence[int]) -> str:
    """What measures with so many services."""
    return COMMAND if tuple(services) == SERVICES else f'{COMMAND} SERVICES="{" ".join(map(str, services))}"'


def measure(lab: LabProcess, services: Sequence[str], way: Way) -> dict[str, Any]:
    """Roll out all services, and count what it took."""
    since = lab.journal()[-1]["seq"]
    cpu, began = cpu_of_children(), time.time()
    run = way(services, lab.env)
    wall, cpu = time.time() - began, cpu_of_children() - cpu
    entries = lab.journal(since=since)
    # Side by side, the slowest is waited for.
    own = max(lab_seconds(lab, entries, service) for service in services)
    requests = [e for e in entries if e["kind"] == "request"]
    return {
        "wall": round(wall, 2),
        "lab": round(own, 2),
        "beyond": round(wall - own, 2),
        "cpu": round(cpu, 2),
        "requests": len(requests),
        "repeated": repeated(requests, avi_names(lab)),
        "writes": sum(e["write"] for e in requests),
        "phases": run.phases() if run else {},
        "phase_requests": Counter(run.phase_at(e["time"]) for e in requests) if run else {},
    }


def lab_seconds(lab: LabProcess, entries: Sequence[Mapping[str, Any]], service: str) -> float:
    """What the lab itself took: from the creation to the flip or the last first success of a health check, and from the
    scaling down to the end of the last task."""
    new, old = f"/{service}-{VERSION}", f"/{service}"
    posted = [e for e in entries if e.get("method") == "POST" and (e.get("body") or {}).get("id") == new]
    created = [e["time"] for e in posted if e["status"] == 201]
    serves = [e["time"] for e in entries if e["kind"] == "flip" and e["app"] == new] + first_successes(lab, new)
    killed = [e["time"] for e in entries if e["kind"] == "kill" and e["app"] == old]
    ended = [e["time"] for e in entries if e["kind"] == "end" and e["app"] == old]
    # A run that changes nothing waits for nothing.
    return sum(max(end) - min(begin) for begin, end in ((created, serves), (killed, ended)) if begin and end)


def avi_names(lab: LabProcess) -> dict[str, str]:
    """The names of all pools and virtual services by their UUIDs."""
    known = lab.state()["avi"]
    return {each["uuid"]: name for kind in ("pools", "virtualservices") for name, each in known[kind].items()}


def first_successes(lab: LabProcess, app: str) -> list[float]:
    """When each task of an app first passed its health check, in seconds since the epoch."""
    tasks = asked_of_marathon(lab, f"/v2/apps{app}")["app"]["tasks"]
    times = [result["firstSuccess"] for task in tasks for result in task["healthCheckResults"]]
    return [datetime.datetime.fromisoformat(time).timestamp() for time in times]


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def version() -> dict[str, Any]:
    """The definition of what is rolled out."""
    article = definition("avinetworks/server")
    (check,) = article["healthChecks"]
    return {**article, "healthChecks": [{**check, "intervalSeconds": CHECKED_EVERY}]}


def playbook(name: str) -> Way:
    def way(services: Sequence[str], env: Mapping[str, str]) -> SteppedRun:
        variables = {"rollout_version": VERSION, "rollout_definition": version()}
        inventory = ",".join([*services, ""])
        run = run_in_steps(str(PLAYBOOKS / f"{name}.yml"), variables, {**env, **PIPELINING}, None, "-i", inventory)
        if run.outcome.returncode:
            raise RuntimeError(run.outcome.output)
        return run

    return way


def bare(services: Sequence[str], env: Mapping[str, str]) -> None:
    what = json.dumps([list(services), VERSION, version()])
    subprocess.run([sys.executable, "-m", "tests.bench.bare", what], env={**os.environ, **env}, cwd=ROOT, check=True)


WAYS: Mapping[str, Way] = {"the role": playbook("rollout"), "by hand": playbook("by_hand"), "bare script": bare}


if __name__ == "__main__":
    sys.exit(main())
