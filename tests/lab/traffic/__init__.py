# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The traffic client: it sends at an even rate, never retries, and accounts for every single request."""

from tests.lab.traffic.client import Mix, Traffic
from tests.lab.traffic.process import TrafficProcess
from tests.lab.traffic.tally import Total

__all__ = ["Mix", "Total", "Traffic", "TrafficProcess"]
