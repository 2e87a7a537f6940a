# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""For how long Avi has sent the traffic where it sends it now. Pure."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi.objects import rows

# What comes of a time that is missing, is none, or is further away than a number goes.
UNREADABLE = (KeyError, TypeError, ValueError, OverflowError)


@dataclass(frozen=True)
class Ages:
    """For how many seconds objects have been as they are, by Avi's own clock, as far as it tells.

    ``configs`` holds the age of each configuration, by uuid; ``servers`` that of each server's state, by the uuid of its pool.
    """

    configs: Mapping[str, float] = field(default_factory=dict)
    servers: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


def ages_of(configs: Iterable[Mapping[str, Any]], servers: Mapping[str, object], date: str | None) -> Ages:
    """Return the ages of configurations, and of the states of servers. The parameters are those of ``settled_seconds``."""
    written: dict[str, float] = {}
    states: dict[str, tuple[float, ...]] = {}
    with contextlib.suppress(*UNREADABLE):
        now = parsedate_to_datetime(date or "").timestamp()
        for config in configs:
            with contextlib.suppress(*UNREADABLE):
                written[config["uuid"]] = max(now - _written(config), 0.0)
        for uuid, answer in servers.items():
            with contextlib.suppress(*UNREADABLE):
                states[uuid] = tuple(max(now - _state_since(row), 0.0) for row in rows(answer))
    return Ages(written, states)


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
    except UNREADABLE:
        return None
    return max(now - max(times), 0.0) if times else None


def _changes(config: Mapping[str, Any], servers: Mapping[str, object]) -> Iterator[float]:
    """Yield when a configuration and the states of its servers came to be as they are, in seconds since the epoch."""
    yield _written(config)
    if config.get("uuid") in servers:
        states = rows(servers[config["uuid"]])
        if config.get("servers") and not states:
            raise KeyError("the servers' states")
        for state in states:
            yield _state_since(state)


def _written(config: Mapping[str, Any]) -> float:
    return int(config["_last_modified"]) / 1_000_000


def _state_since(server: Mapping[str, Any]) -> float:
    return float(server["oper_status"]["last_changed_time"]["secs"])
