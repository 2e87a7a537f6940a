# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof in short, for who has never seen the project, and the words that its tables use."""

from __future__ import annotations

from collections.abc import Mapping

from tests.soak import costs
from tests.soak.markdown import bullets, counted, inner
from tests.soak.sums import Cases, good, migrations, seconds_of_all_traffic, total_lost, total_sent

Sections = Mapping[str, Cases]
"""Their cases by their names; none where a section has not been measured yet."""

JUDGED = {
    "kills": "rollouts that were killed: the next run ends like an undisturbed one",
    "faults": "rollouts that met a fault of Marathon, Avi or the connector: the next run ends like an undisturbed one",
    "release": "releases of several services that were killed, had a service fail, met another, or moved a pair that needs each other",
    "others": "runs in which somebody else changed the service at the step that scales a version to zero: none succeeds that leaves nobody serving",
    "bad_versions": "rollouts of a bad version: the version before serves at the end",
    "switches": "ways in which a connector may behave",
}

WHAT_IT_IS = """\
`dcos.avi` moves live traffic from one version of a Marathon app to the next behind an Avi virtual service. In short:

"""

WORDS = """\
The words of the tables:

| word | kind | meaning |
| --- | --- | --- |
| `ab_pool` | shape | Avi holds a service's versions in two pools, A and B, which they take in turn |
| `pool_group` | shape | Avi holds a service's versions in a group with a pool for each |
| `on_server` | flip | the cloud connector, which keeps Avi in step with Marathon, moves the traffic to a new version when its first server is up |
| `on_all` | flip | the connector moves the traffic when all instances of the version are up |
| `on_create` | flip | the connector moves the traffic as soon as the version's app is created |
| `direct` | strategy | the role creates the version at once |
| `preview` | strategy | the role first creates an app of the same definition that gets no traffic, tests it, and deletes it |
| `by_active` | `alternate` | the next version takes the pool without the traffic |
| `by_order` | `alternate` | the next version takes B, A, B, … as versions come |
| `keep` | `top_gone` | when the active version's app is deleted, its pool stays as it was |
| `revert` | `top_gone` | when the active version's app is deleted, the highest version left takes over |
| `empty` | `top_gone` | when the active version's app is deleted, its pool is emptied |

`connector_delay`, `kill_grace` and others are [settings of the lab](../tests/lab/README.md#switches). `lab/…` are
[its images](../tests/lab/README.md#images).
"""


def summary(sections: Sections) -> str:
    lines = (
        main_result(sections),
        _without(sections["losses"]),
        _judged(sections),
        _cost(sections["cost"]),
        _aims(sections["cost"]),
        "The lab stands in for Avi and DC/OS. Its Marathon was compared with running ones, and the collection also ran "
        "[on real Marathons](#on-real-marathons). No real Avi was at hand. "
        "[The lab's README](../tests/lab/README.md#what-is-documented-and-what-is-inferred) says what is documented, measured and inferred.",
    )
    return WHAT_IT_IS + bullets(line for line in lines if line)


def main_result(sections: Sections) -> str:
    """In one sentence, which README.md repeats."""
    cases = [*sections["zero_loss"], *sections["real_seconds"]]
    if not cases:
        return ""
    return (
        f"In the lab, {counted(len(migrations(cases)), 'migration')} under at least {min(case['least_rate'] for case in cases):,} requests a second "
        f"lost {total_lost(cases):,} of {total_sent(cases):,} requests."
    )


def _without(cases: Cases) -> str:
    """What is lost where a safety is taken out."""
    seconds = sorted(seconds_of_all_traffic(case) for case in cases if "with_it" in case)
    lossy = [each for each in seconds if each]
    if not lossy:
        return ""
    return (
        f"With one safety of the role taken out, {len(lossy)} of {counted(len(seconds), 'rollout')} lost "
        f"{lossy[0]:.1f} to {lossy[-1]:.1f} [seconds of all traffic](#what-is-lost-without)."
    )


def _judged(sections: Sections) -> str:
    parts = [f"{good(cases)} of {len(cases)} {words}." for name, words in JUDGED.items() if (cases := sections[name])]
    return f"As they must be:\n{inner(parts)}" if parts else ""


def _cost(cases: Cases) -> str:
    role, by_hand = (
        next((c for c in cases if (c["way"], c["services"], c["again"]) == (way, 1, False)), None)
        for way in (costs.ROLE, costs.BY_HAND)
    )
    if not role or not by_hand:
        return ""
    return (
        f"A rollout of one service takes {role['wall']:.1f} s, of which the lab itself needs {role['lab']:.1f} s, and {role['requests']} requests. "
        f"With a playbook by hand it takes {by_hand['wall']:.1f} s and {by_hand['requests']} requests."
    )


def _aims(cases: Cases) -> str:
    if not (reached := costs.aims_in_short(cases)):
        return ""
    drained = costs.with_the_drain(cases)
    return f"[The aims for the costs](#what-it-costs):\n{inner([*(f'{line}.' for line in reached), *([drained] if drained else [])])}"
