# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images: what a task does when it runs, chosen by the name of its image."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Behaviour:
    """How a task behaves; times in real seconds."""

    unhealthy_for: float = 0.0
    """It answers 503 to everything for so long after it began to listen."""
    crashes_after: float = math.inf
    out_of_memory: bool = False
    """It crashes because it takes more memory than it has."""
    errors: bool = False
    """It answers 500 to everything but health checks."""
    errs_one_in: int = 0
    """It answers 500 to one of so many requests that are no health checks."""
    delay: float = 0.0
    """Each answer takes so long, but to health checks."""
    resets_one_in: int = 0
    """It resets one of so many requests of the traffic client."""
    version: str = ""
    """The version its answers name."""
    says: str = ""
    """What it writes to stdout as it starts."""
    health_path: str = ""
    """The one path at which it answers health checks: at any other they find nothing. Without one, it does so at each that is checked."""
    peer: str = ""
    """A service that it needs in its own version: without a task of that, it answers 500 to everything but health checks."""
    peer_url: str = ""
    """Where it asks for that, whichever version answers there. Without one, it asks a task of its own version."""


def behaviour(image: str, env: Mapping[str, str], marathon_version: str) -> Behaviour:
    """Return what a task of `image` ("lab/slow-start", "lab/ok:2.0", "nginx", "") does.

    Its answers name the version in the environment variable VERSION, else the image's tag, else `marathon_version`.
    A number in the environment that is none counts as the default. HEALTH_PATH in it names the path for health checks, SAYS what a task
    writes to its stdout, PEER the service that it needs, and PEER_URL where it asks for that.
    """
    found = _of_image(image, env, marathon_version)
    path, says, peer, url = (str(env.get(name, "")) for name in ("HEALTH_PATH", "SAYS", "PEER", "PEER_URL"))
    return replace(found, health_path=path, says=says, peer=peer, peer_url=url)


def _of_image(image: str, env: Mapping[str, str], marathon_version: str) -> Behaviour:
    name, _sep, tag = image.partition(":")
    version = env.get("VERSION") or tag or marathon_version
    if name == "lab/slow-start":
        return Behaviour(unhealthy_for=_number(env, "SLOW_START_SECONDS", 3.0), version=version)
    if name == "lab/never-healthy":
        return Behaviour(unhealthy_for=math.inf, version=version)
    if name == "lab/crash":
        crashes_after, out_of_memory = _number(env, "CRASH_AFTER_SECONDS", 2.0), env.get("OUT_OF_MEMORY") == "1"
        return Behaviour(crashes_after=crashes_after, out_of_memory=out_of_memory, version=version)
    if name == "lab/error":
        return Behaviour(errors=True, version=version)
    if name == "lab/flaky":
        return Behaviour(errs_one_in=int(_number(env, "ERROR_ONE_IN", 50)), version=version)
    if name == "lab/wrong-version":
        return Behaviour(version=f"not-{version}")
    if name == "lab/slow":
        return Behaviour(delay=0.3, version=version)
    if name == "lab/lossy":
        return Behaviour(resets_one_in=int(_number(env, "RESET_ONE_IN", 10_000)), version=version)
    return Behaviour(version=version)


def _number(env: Mapping[str, str], name: str, default: float) -> float:
    try:
        return float(env[name])
    except (KeyError, TypeError, ValueError):
        return default
