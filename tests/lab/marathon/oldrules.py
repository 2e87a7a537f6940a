# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the releases before 1.5 that the later ones have in their types, or in other words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.lab.marathon.errors import Problem, Refusal

_PORT_NAME = "[a-z0-9-]+"
_SCHEMES = ("http", "https", "ftp", "file", "jar")
#: The numbers that have a least value (and a most), and whether they may be fractions. Others may be anything.
_LIMITS = (
    ("instances", 0, int),
    ("cpus", 0, float),
    ("mem", 0, float),
    ("disk", 0, float),
    ("gpus", 0, int),
)
#: What a volume is not both; all that is said of it is the same.
_NOT_TOGETHER = (("persistent", "hostPath"), ("persistent", "external"), ("external", "hostPath"))


def old_problems(app: dict[str, Any]) -> Iterator[Problem]:
    """Yield what only the releases before 1.5 look at, in a complete app."""
    for volume in app.get("container", {}).get("volumes", []):
        for one, other in _NOT_TOGETHER:
            if {one, other} <= volume.keys():
                raise Refusal(422, f"{other} may not be set with persistent", thrown=True)
    for name, least, kind in _LIMITS:
        if app[name] < least:
            yield f"/{name}", f"got {kind(app[name])}, expected {kind(least)} or more"
    for name, value in app["upgradeStrategy"].items():
        if not 0 <= value <= 1:
            yield f"/upgradeStrategy/{name}", f"got {float(value)}, expected between 0.0 and 1.0"
    yield from _ports(app.get("portDefinitions", []), "/portDefinitions", ("port",))
    docker = app.get("container", {}).get("docker", {})
    yield from _ports(
        docker.get("portMappings", []), "/container/portMappings", ("containerPort", "hostPort", "servicePort")
    )
    if docker.get("image") == "" or app.get("container", {}).get("appc", {}).get("image") == "":
        yield "/container/image", "must not be empty"
    for index, url in enumerate(app.get("storeUrls", [])):
        if url.partition(":")[0] not in _SCHEMES:
            scheme = url.partition(":")[0] if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", url) else ""
            yield f"/storeUrls({index})", f"unknown protocol: {scheme}" if scheme else f"no protocol: {url}"
    for index, fetch in enumerate(app.get("fetch", [])):
        if re.search(r"\s", fetch["uri"]):
            yield f"/fetch({index})", "URI has invalid syntax."
    for name, secret in app.get("secrets", {}).items():
        if not secret["source"]:
            yield f"/secrets({name})/source", "must not be empty"
    if app.get("ipAddress", {}).get("discovery", {}).get("ports") and docker.get("network") in ("BRIDGE", "USER"):
        yield "/ipAddress", "ipAddress/discovery is not allowed for Docker containers using BRIDGE or USER networks"
    for constraint in app.get("constraints", []):
        wrong = _wrong_constraint(*constraint[1:])
        if wrong:
            yield "/constraints", wrong


def _ports(ports: list[dict[str, Any]], path: str, places: tuple[str, ...]) -> Iterator[Problem]:
    for index, each in enumerate(ports):
        for place in places:
            if each.get(place, 0) < 0:
                yield f"{path}({index})/{place}", f"got {each[place]}, expected 0 or more"
        for number, protocol in enumerate(each["protocol"].split(",")):
            if protocol not in ("tcp", "udp"):
                yield f"{path}({index})/protocol({number})", "is not one of (tcp,udp)"
        if not re.fullmatch(_PORT_NAME, each.get("name", "none")):
            yield f"{path}({index})/name", f"must fully match regular expression '^{_PORT_NAME}$'"
    yield from unique_problems(ports, path)


def unique_problems(ports: list[dict[str, Any]], path: str) -> Iterator[Problem]:
    """Yield which of an app's ports, mappings or definitions share a name or a number."""
    names = [each["name"] for each in ports if "name" in each]
    if len(names) != len(set(names)):
        yield path, "Port names must be unique."
    fixed = [each["port"] for each in ports if each.get("port")]
    if len(fixed) != len(set(fixed)):
        yield path, "Ports must be unique."


def _wrong_constraint(operator: str, value: str | None = None) -> str | None:
    """Return what is wrong with the value of a constraint, or None. CLUSTER takes any, or none."""
    if operator == "UNIQUE" and value:
        return "Value specified but not used"
    if operator == "GROUP_BY" and value is not None and not is_int(value):
        return "Value was specified but is not a number"
    if operator == "MAX_PER" and not is_int(value or ""):
        return "Value was not specified or is not a number"
    if operator in ("LIKE", "UNLIKE"):
        if value is None:
            return "A regular expression value must be provided"
        if not is_pattern(value):
            return f"'{value}' is not a valid regular expression"
    return None


def is_int(text: str) -> bool:
    """Whether a text is a whole number."""
    return re.fullmatch(r"[+-]?\d+", text) is not None


def is_pattern(text: str) -> bool:
    """Whether a text is a regular expression."""
    try:
        re.compile(text)
    except re.error:
        return False
    return True
