# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Joins what a page shows: services, and the result of a rollout. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._page.evidence import Card, evidence_cards
from ansible_collections.dcos.avi.plugins.module_utils._page.failure_cards import failure_cards
from ansible_collections.dcos.avi.plugins.module_utils._page.outside_data import (
    NOTHING,
    count_in,
    parts_of,
    text_in,
)
from ansible_collections.dcos.avi.plugins.module_utils._page.releases import ReleasePart, releases_of
from ansible_collections.dcos.avi.plugins.module_utils._page.rollout_picture import RolloutPicture, rollout_picture
from ansible_collections.dcos.avi.plugins.module_utils._page.service_part import (
    DOUBTED,
    UNREAD,
    ServicePart,
    names_in_order,
    service_part,
)
from ansible_collections.dcos.avi.plugins.module_utils._page.wording import length_of_time, time_of_day

GOOD, BAD, OPEN = "good", "bad", "open"
# How an outcome is to be taken. What fails leaves the version before serving, or not all done.
_TONES = {
    "rolled_out": GOOD,
    "unchanged": GOOD,
    "ended": GOOD,
    "previewed": OPEN,
    "planned": OPEN,
}


@dataclass(frozen=True)
class PlannedStep:
    """A step of the plan, with the reason."""

    step: str
    app: str
    reason: str


@dataclass(frozen=True)
class RolloutPart:
    """What a page shows of the result of a rollout. ``tone`` is GOOD, BAD, or OPEN where more is to come."""

    app: str
    outcome: str
    tone: str
    sentence: str
    took: str
    requests: int | None
    picture: RolloutPicture | None
    cards: tuple[Card, ...]
    failure: tuple[Card, ...]
    steps: tuple[PlannedStep, ...]


@dataclass(frozen=True)
class Page:
    """A page. ``rollout`` is None where no result was given, and ``not_a_result`` says why one that was given is not shown."""

    title: str
    written: str
    summary: str
    services: tuple[ServicePart, ...]
    releases: tuple[ReleasePart, ...]
    rollout: RolloutPart | None
    not_a_result: str


def page_of(
    observed: Sequence[Mapping[str, Any]],
    histories: Sequence[Mapping[str, Any]],
    result: object,
    now: datetime,
) -> Page:
    """Return the page about services.

    :param observed: results of migration_info, one for each service; of a failure the one with its ``msg``.
    :param histories: results of migration_history_info, in the same order.
    :param result: what a rollout ended with; nothing where it is empty.
    """
    names = names_in_order(observed)
    told = [*histories, *[NOTHING] * (len(observed) - len(histories))]
    services = tuple(
        service_part(number, name, seen, history, now)
        for number, (name, seen, history) in enumerate(zip(names, observed, told), 1)
    )
    rollout = _rollout(result) if isinstance(result, Mapping) and _is_a_result(result) else None
    return Page(
        title=names[0] if len(names) == 1 else counted(len(names), "service"),
        written=time_of_day(now),
        summary=_summary(services),
        services=services,
        releases=releases_of(services),
        rollout=rollout,
        not_a_result="The given result is not one of a rollout: it has no service, app and outcome."
        if result and not rollout
        else "",
    )


def _is_a_result(result: Mapping[str, Any]) -> bool:
    return all(isinstance(result.get(key), str) and result[key] for key in ("service", "app", "outcome"))


def _rollout(result: Mapping[str, Any]) -> RolloutPart:
    outcome, picture = text_in(result, "outcome", 40), rollout_picture(result)
    steps = parts_of(result, "decisions")
    return RolloutPart(
        app=text_in(result, "app"),
        outcome=outcome.replace("_", " "),
        tone=BAD if result.get("failed") is True else _TONES.get(outcome, BAD),
        sentence=text_in(result, "sentence", 4000),
        took=length_of_time(picture.seconds) if picture else "",
        requests=count_in(result, "requests"),
        picture=picture,
        cards=tuple(evidence_cards(result)),
        failure=tuple(failure_cards(result)),
        steps=tuple(
            PlannedStep(text_in(each, "step", 40), text_in(each, "app"), text_in(each, "reason")) for each in steps
        ),
    )


def _summary(services: Sequence[ServicePart]) -> str:
    unread = sum(each.state == UNREAD for each in services)
    doubted = sum(each.state == DOUBTED for each in services)
    problems = sum(len(each.problems) for each in services)
    parts = [
        f"{counted(unread, 'service')} could not be read" if unread else "",
        f"{counted(doubted, 'service')} without a version that is proven to take the traffic" if doubted else "",
        counted(problems, "problem") if problems else "",
    ]
    is_good = len(services) > 1 and not any(parts)
    return (
        "Each service has a version that is proven to take the traffic" if is_good else ", ".join(filter(None, parts))
    )
