# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example of a fleet: services that the inventory finds, rolled out in slices at the same time."""

from __future__ import annotations

from tests.bench.fleet import roll_out_in_slices, versions_of
from tests.lab.process import LabProcess
from tests.soak.service import create_listeners

SERVICES = ["shop/cart", "shop/search", "shop/stock"]


def test_services_of_the_inventory_are_rolled_out_in_slices() -> None:
    with LabProcess(service="shop-cart") as lab:
        create_listeners(lab, SERVICES)
        outcomes = roll_out_in_slices(lab, slices=2)
        assert [outcome.returncode for outcome in outcomes] == [0, 0], [each.failure for each in outcomes]
        assert versions_of(lab) == {
            **{f"/{service}": 0 for service in SERVICES},
            **{f"/{service}-100": 2 for service in SERVICES},
        }
