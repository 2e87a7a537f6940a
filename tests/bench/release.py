# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release costs: so many services in two waves, beside the playbook that rolls them out by hand, which knows no waves."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from tests.bench.cost import PIPELINING, SERVICES, VERSION, WAYS, Way, command, listeners, measure, version
from tests.bench.figures import Figures
from tests.soak.release_fleet import MODES
from tests.soak.steps import SteppedRun, run_in_steps

BY_HAND = "by hand"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--services", type=int, nargs="*", default=SERVICES, help="how many in one run; the most of them counts"
    )
    given = parser.parse_args()
    services = max(given.services)
    recorded = Figures("release_cost", command(given.services))
    for name, way in {BY_HAND: WAYS[BY_HAND], **{f"a release, {mode}": release(mode) for mode in MODES}}.items():
        with listeners(services) as (lab, names):
            recorded.add(name, {"way": name, "services": services, **measure(lab, names, way)})
    return 0


def release(mode: str) -> Way:
    """Release the services: the second half of them comes after the first of all."""

    def way(services: Sequence[str], env: Mapping[str, str]) -> SteppedRun:
        half = (len(services) + 1) // 2
        members = [
            {
                "service": name,
                "version": VERSION,
                "definition": version(),
                "after": services[:1] if number >= half else [],
            }
            for number, name in enumerate(services)
        ]
        variables = {"release_name": "spring", "release_mode": mode, "release_services": members}
        options = ("--forks", str(len(services)))
        run = run_in_steps("dcos.avi.release", variables, {**env, **PIPELINING}, None, *options)
        if run.outcome.returncode:
            raise RuntimeError(run.outcome.output)
        return run

    return way


if __name__ == "__main__":
    sys.exit(main())
