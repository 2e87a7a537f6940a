# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the costs of a rollout are told apart: by the phase of a step, and by what a request is for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench.repeats import repeated
from tests.soak import costs
from tests.soak.steps import Step

AVI_NAMES = {"pool-1": "s00-pool-80", "pool-2": "s01-100-pool-80", "virtualservice-1": "s00"}


@pytest.mark.parametrize(
    ("name", "phase"),
    [
        ("Drain | Wait for the end of the open connections, then scale to zero app1", "Drain"),
        ("Retire | Look at each", "Retire"),
        ("Before deploy", "Before deploy"),
        ("Retire each superseded version of app1", "Retire"),
        ("Validating arguments against arg spec 'main' - Move a service's live traffic", "Validate"),
        ("Wait until its tasks are healthy", "Wait until its tasks are healthy"),
    ],
)
def test_a_step_belongs_to_what_its_name_begins_with(name: str, phase: str) -> None:
    assert Step(name, 0.0).phase == phase


def request(path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    path, _mark, query = path.partition("?")
    return {"method": method, "path": path, "query": query, **more}


def test_the_same_look_without_another_request_between_is_repeated() -> None:
    assert repeated([request("/v2/apps/s00-100")] * 3, AVI_NAMES) == 2


@pytest.mark.parametrize(
    "between",
    [
        request("/v2/apps/s00"),
        request("/v2/apps", "POST", body={"id": "/s00-100"}),
        request("/v2/apps/s00-100", "PUT", body={"instances": 0}),
        request("/api/virtualservice?name=s00"),
        request("/api/virtualservice/virtualservice-1/runtime"),
        request("/api/pool/pool-1/runtime/detail"),
    ],
)
def test_a_look_after_another_request_for_the_service_is_not_repeated(between: dict[str, Any]) -> None:
    look = request("/v2/apps/s00-100")
    assert repeated([look, between, look], AVI_NAMES) == 0


@pytest.mark.parametrize(
    "between",
    [
        request("/v2/apps/s01-100"),
        request("/api/pool/pool-2"),
        request("/v2/apps?label=ab_config"),
        request("/v2/events"),
        request("/login", "POST"),
    ],
)
def test_what_is_asked_for_another_service_or_for_none_is_not_between(between: dict[str, Any]) -> None:
    look = request("/v2/apps/s00-100")
    assert repeated([look, between, look], AVI_NAMES) == 1


def test_a_write_is_never_repeated() -> None:
    assert repeated([request("/v2/apps/s00", "PUT", body={"instances": 0})] * 2, AVI_NAMES) == 0


def cost(way: str, **more: Any) -> dict[str, Any]:
    return {"way": way, "services": 1, "again": False, "wall": 20.0, "beyond": 2.0, "cpu": 2.0, "requests": 24, **more}


BY_HAND, SCRIPT = cost("by hand", wall=23.0, beyond=4.0, cpu=4.0, requests=20), cost("bare script", wall=18.5)


def test_aims_that_are_reached() -> None:
    assert costs.aims_in_short([cost("the role"), BY_HAND, SCRIPT]) == [
        "fewer seconds beyond the lab's own than by hand, reached (0.50 to 0.50 times)",
        "fewer CPU seconds than by hand, reached (0.50 to 0.50 times)",
        "at most 1.2 times the requests by hand, reached (1.20 to 1.20 times)",
        "at most 6 s more than the bare script for one service, reached (1.50 to 1.50 s)",
    ]


@pytest.mark.parametrize("more", [{"beyond": 4.0}, {"cpu": 4.0}, {"requests": 25}, {"wall": 24.6}])
def test_an_aim_that_is_not_reached_is_called_so(more: dict[str, Any]) -> None:
    reached = costs.aims_in_short([cost("the role", **more), BY_HAND, SCRIPT])
    assert len([aim for aim in reached if "**not reached**" in aim]) == 1


def test_an_aim_that_only_a_run_again_misses_is_not_reached() -> None:
    again = [{**cost("the role", requests=30), "again": True}, {**BY_HAND, "again": True}]
    assert "**not reached** (1.20 to 1.50 times)" in costs.aims_in_short([cost("the role"), BY_HAND, *again])[2]


@pytest.mark.parametrize(
    ("wall", "verdict"),
    [
        (19.5, "6.00 s more than the bare script instead of 1.00 s. Then the aim of 6 s is still reached"),
        (19.6, "6.10 s more than the bare script instead of 1.10 s. Then the aim of 6 s is **not reached**"),
    ],
)
def test_the_whole_drain_counts_against_the_aim_in_seconds(wall: float, verdict: str) -> None:
    assert verdict in costs.with_the_drain([cost("the role", wall=wall), SCRIPT])
