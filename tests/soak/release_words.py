# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/proof.md says of releases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.soak.markdown import Row, table
from tests.soak.release_fleet import LOCKSTEP, RATE, SPEED, USUAL
from tests.soak.release_pair import BY_ADDRESS, BY_NAME
from tests.soak.sections import as_it_must_be, lost_by_kind
from tests.soak.sums import Cases, seconds_of_all_traffic


def words(cases: Cases) -> str:
    """The releases first, then the control."""
    releases = [case for case in cases if "mode" in case]
    pairs = [case for case in cases if "pair" in case]
    return f"{_releases(releases)}\n{_pairs(pairs)}"


def _releases(cases: Cases) -> str:
    rows: list[Row] = [
        (
            case["mode"],
            case["services"],
            _what(case),
            len(case.get("killed_at", ())) or "",
            _serving(case),
            case["sent"],
            lost_by_kind(case),
            as_it_must_be(case),
        )
        for case in cases
    ]
    head = ("mode", "services", "what happens", "kills", "at the end", "sent", "lost", "as it must be")
    return (
        f"Each of {USUAL} services gets {RATE} requests a second of its own; of more, all together as many. Marathon's seconds pass {SPEED} times faster. "
        "s2 and s3 come after s1, s4 and s5 after s2, and so on.\n\n"
        "A release that is killed is killed at a step, and the same command is run again, which is killed at a later step, until no step is left; then "
        "it ends. The releases of one row in lockstep share the steps, so that together they are killed at each of them. A service fails its preview "
        "because its tasks never get healthy. It fails its switch because only some of its instances find a place, and its gate because that asks where "
        "nobody answers. That is with pools A and B: in a pool group it goes back [at once](#at-once-or-forward), which may lose requests. "
        "Then all services must be served by what they were before, and what the release says of each must be so. Of two releases at "
        "once with two services in common, one is refused with a sentence, or waits; no service may get one version from each. No lock and no preview "
        f"may be left.\n\n{table(head, rows)}"
    )


def _what(case: Mapping[str, Any]) -> str:
    if "killed_at" in case:
        return "is killed and run again" + (", on the way back" if any(case["ended"][-1:]) else case.get("then", ""))
    if "fails" in case:
        service, _colon, kind = case["fails"].partition(": ")
        return f"{service} fails {kind}"
    if "failures" in case:
        return "two at once: " + ("the second is refused" if case["failures"] else "the second waits")
    return "nothing"


def _serving(case: Mapping[str, Any]) -> str:
    return ", ".join(app.removeprefix("/") for apps in case["serving"].values() for app in apps)


def _pairs(cases: Cases) -> str:
    rows: list[Row] = [
        (
            case["pair"],
            "the second is bad" if case["is_bad"] else "both are good",
            case["way"],
            case["sent"],
            lost_by_kind(case),
            f"{seconds_of_all_traffic(case) / len(case['serving']):.1f}",
            as_it_must_be(case),
        )
        for case in cases
    ]
    head = ("each finds the other", "versions", "moved", "sent", "lost", "seconds of all traffic", "as it must be")
    return (
        "The control is a pair of services that need each other: each asks the other before it answers, and answers 500 unless that is of the same "
        f"version. Where each finds the other {BY_NAME}, as Mesos-DNS names apps, a version needs the other service's of its own as long as it takes "
        f"traffic. {LOCKSTEP.capitalize()} keeps that: the new version of the other is there as a preview before, and the old one stays until the last gate. "
        f"In order, the first service's old version is gone before the second moves. Where each is found {BY_ADDRESS}, whichever version takes the traffic "
        "answers. Then two switches cannot be one, whoever makes them: between them the pair is mixed, and what that loses is measured here, not judged. "
        "Give such a pair versions that understand the one before, or names. What lockstep prevents there is a pair that stays mixed because the second "
        f"version is bad: nothing moves before all previews have passed.\n\n{table(head, rows)}"
    )
