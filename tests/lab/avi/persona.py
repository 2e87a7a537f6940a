# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs from one release of the Controller to the next, as far as a client can see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Version = tuple[int, ...]

#: The version a Controller answers in when the client names none; it spells it with underscores then.
UNSAID: Version = (16, 4, 2)


@dataclass(frozen=True)
class Persona:
    """One release. `server_list` is the key that holds the list of ``/runtime/server``, None where the list is bare."""

    release: str
    build: int
    date: str
    session_cookies: tuple[str, ...]
    server_list: str | None

    @property
    def version(self) -> Version:
        """The release as a tuple that compares."""
        return parse_version(self.release)


# Cookie names: the vendor's pages of 16.x know `sessionid` only, the recordings of 20.1 show both.
# The shapes of /runtime/server are known to differ by release, not which release has which: this spread is the lab's.
PERSONAS: Mapping[str, Persona] = {
    "16.4": Persona("16.4.4", 9038, "2017-06-01T00:00:00+00:00", ("sessionid",), "server"),
    "17.2": Persona("17.2.14", 9014, "2018-12-01T00:00:00+00:00", ("avi-sessionid", "sessionid"), None),
    "18.1": Persona("18.1.5", 9055, "2018-12-20T00:00:00+00:00", ("avi-sessionid", "sessionid"), None),
    "20.1": Persona("20.1.1", 9046, "2020-07-20T04:33:29+00:00", ("avi-sessionid", "sessionid"), "results"),
}

# From which version on a client sees a field, and from which on no more. The A/B fields: their deprecation notice in the
# vendor's schema. The others: recorded from a Controller that was asked in 20.1.1 and in 16.4.2, and from one of about
# 18.2; where in between a field came or went is the lab's guess.
_FIELDS: Mapping[str, Mapping[str, tuple[Version, Version]]] = {
    "pool": {
        "ab_pool": ((0,), (18, 1, 2)),
        "a_pool": ((16, 2), (18, 1, 2)),
        "ab_priority": ((16, 2), (18, 1, 2)),
        "server_count": ((0,), (17, 1)),
        "lb_algorithm_core_nonaffinity": ((17, 1), (99,)),
        "lookup_server_by_name": ((17, 1), (99,)),
        "server_timeout": ((18, 1), (99,)),
        "delete_server_on_dns_refresh": ((18, 1), (99,)),
        "enable_http2": ((20, 1), (99,)),
        "ignore_server_port": ((20, 1), (99,)),
        "routing_pool": ((20, 1), (99,)),
        "analytics_profile_ref": ((18, 1), (99,)),
    },
    "virtualservice": {
        "advertise_down_vs": ((18, 2), (99,)),
        "ip_address": ((0,), (17, 1)),
        "auto_allocate_ip": ((0,), (17, 1)),
        "vip": ((17, 1), (20, 1)),
        "vsvip_ref": ((17, 1), (99,)),
    },
}


def parse_version(text: str) -> Version:
    """Turn "17.2.14" into (17, 2, 14). Raises ValueError for anything else."""
    return tuple(int(part) for part in text.split("."))


def as_seen(kind: str, what: Mapping[str, Any], version: Version) -> dict[str, Any]:
    """Return an object as a client of this version sees it: without the fields its model does not have."""
    spans = _FIELDS.get(kind, {})
    return {name: value for name, value in what.items() if name not in spans or _within(version, spans[name])}


def _within(version: Version, span: tuple[Version, Version]) -> bool:
    return span[0] <= version < span[1]
