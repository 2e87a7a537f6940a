# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contract cases that are data, against each persona they apply to."""

from __future__ import annotations

import cases_apps
import cases_definitions
import cases_deployments
import cases_requests
import pytest
from contract import Case, run
from hosted import HostedMarathon

CASES = [*cases_apps.CASES, *cases_definitions.CASES, *cases_deployments.CASES, *cases_requests.CASES]


@pytest.mark.parametrize(
    ("case", "persona"),
    [pytest.param(case, persona, id=f"{persona} {case}") for case in CASES for persona in case.personas],
)
def test_case(case: Case, persona: str, personas: dict[str, HostedMarathon]) -> None:
    run(case, persona, personas[persona])
