# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it takes to roll out a dozen services that the inventory finds, in one run and in several at the same time."""

from __future__ import annotations

import sys
import time

from tests.bench.figures import Figures
from tests.demo.playbook import Outcome, outcome_of, start_playbook
from tests.lab.process import ROOT, LabProcess
from tests.soak.service import asked_of_marathon, create_listeners

EXAMPLE = ROOT / "examples/fleet"
SOURCE, PLAYBOOK = EXAMPLE / "services.dcos_avi.yml", EXAMPLE / "rollout.yml"
SERVICES = 12
SLICES = (1, 3)


def main() -> int:
    recorded = Figures("fleet")
    names = [f"shop/s{number:02}" for number in range(SERVICES)]
    has_failed = False
    for slices in SLICES:
        with LabProcess(agent_cpus=4 * SERVICES + 8, avi_places=SERVICES + 2) as lab:
            create_listeners(lab, names)
            begun = time.monotonic()
            outcomes = roll_out_in_slices(lab, slices)
            seconds = time.monotonic() - begun
            running = {app for app, instances in versions_of(lab).items() if instances}
            moved = len(running & {f"/{name}-100" for name in names})
        has_failed = has_failed or moved < SERVICES or any(outcome.returncode for outcome in outcomes)
        recorded.add(
            f"{slices} slices", {"services": SERVICES, "slices": slices, "moved": moved, "seconds": round(seconds, 1)}
        )
    return int(has_failed)


def roll_out_in_slices(lab: LabProcess, slices: int) -> list[Outcome]:
    """Run the example for every service of the inventory, in so many runs at the same time, each with its share of the hosts, as AWX slices a job."""
    apps = asked_of_marathon(lab, "/v2/apps")["apps"]
    names = sorted(app["id"].strip("/").replace("/", "_") for app in apps if app["labels"].get("FE-Proxy") == "yes")
    runs = []
    for number in range(slices):
        # By name: their order in "all" is another one as soon as a run holds a lock, and "locked" is a group.
        hosts = names[number::slices]
        options = ("-i", str(SOURCE), "--limit", ":".join(hosts), "--forks", str(len(hosts)))
        runs.append(start_playbook(str(PLAYBOOK), {"version": "100"}, lab.env, *options))
    outcomes = []
    for run in runs:
        output, _errors = run.communicate()
        outcomes.append(outcome_of(run.returncode, output.splitlines(keepends=True)))
    return outcomes


def versions_of(lab: LabProcess) -> dict[str, int]:
    """The instances of each app, by the lab's own account."""
    return {app["id"]: app["instances"] for app in asked_of_marathon(lab, "/v2/apps")["apps"]}


if __name__ == "__main__":
    sys.exit(main())
