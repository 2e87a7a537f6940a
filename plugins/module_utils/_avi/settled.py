# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""For how long Avi has sent the traffic where it sends it now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import rows


def settled_seconds(
    configs: Iterable[Mapping[str, Any]], servers: Mapping[str, object], date: str | None
) -> float | None:
    """Return for how many seconds nothing has changed of what decides where the traffic goes, by Avi's own clock.

    :param configs: the configurations that decide it. Avi keeps of each when it was last changed (``_last_modified``).
    :param servers: for each pool, by uuid, of which the states of the servers decide it too, the answer of its runtime/server.
    :param date: the Controller's time, as HTTP writes it.
    :returns: None where Avi does not tell one of these times.
    """
    try:
        now = parsedate_to_datetime(date or "").timestamp()
        times = [time for config in configs for time in _changes(config, servers)]
    except (KeyError, TypeError, ValueError):
        return None
    return max(now - max(times), 0.0) if times else None


def _changes(config: Mapping[str, Any], servers: Mapping[str, object]) -> Iterator[float]:
    """Yield when a configuration and the states of its servers came to be as they are, in seconds since the epoch."""
    yield int(config["_last_modified"]) / 1_000_000
    if config.get("uuid") in servers:
        states = rows(servers[config["uuid"]])
        if config.get("servers") and not states:
            raise KeyError("the servers' states")
        for state in states:
            yield float(state["oper_status"]["last_changed_time"]["secs"])
