# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is free on each agent of a Mesos cluster, by the answers of its master, or by the offers that Marathon shows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import number, whole
from ansible_collections.dcos.avi.plugins.module_utils._marathon.resources import (
    SCALARS,
    UNRESERVED,
    Amounts,
    Resources,
    by_role,
    mapping_of,
    mappings_in,
    summed,
    thousandths,
)

HOST_FIELDS = ("hostname", "@hostname")


@dataclass(frozen=True)
class FreeAgent:
    """An agent, what is free on it by the role for which it is reserved, and in all; and the values that constraints go by.

    One that does not ``take`` tasks is lost, deactivated or drained.
    """

    host: str
    free: Mapping[str, Resources] = field(default_factory=dict, hash=False)
    in_all: Resources | None = None
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    takes: bool = True
    _offered: dict[frozenset[str], Resources] = field(default_factory=dict, init=False, repr=False, compare=False)

    def offers(self, roles: Iterable[str]) -> Resources:
        """Return what is free of it for tasks that accept what is reserved for these roles."""
        accepted = frozenset(roles)
        if accepted not in self._offered:
            found = sum((self.free[role] for role in accepted if role in self.free), Resources())
            self._offered[accepted] = found if self.in_all is None else found.at_most(self.in_all)
        return self._offered[accepted]

    def value(self, name: str) -> str | None:
        """Return the value of a constraint's field; None where the agent has no such attribute."""
        return self.host if name in HOST_FIELDS else self.attributes.get(name)


@dataclass(frozen=True)
class RoleQuota:
    """How much of a resource all tasks of a role may have, and have, in thousandths."""

    role: str
    limit: Amounts = field(hash=False)
    consumed: Amounts = field(hash=False)


def agents_in(answer: Any) -> list[FreeAgent] | None:
    """Return the agents in the answer of GET /slaves of a master; None where it has another shape."""
    listed = mapping_of(answer).get("slaves")
    return [*map(_agent, mappings_in(listed))] if isinstance(listed, list) else None


def _agent(each: Mapping[str, Any]) -> FreeAgent:
    takes = each.get("active") is not False and not each.get("deactivated") and not each.get("drain_info")
    used = by_role(each.get("used_resources_full"))
    free = {role: has - used.get(role, Resources()) for role, has in _has(each).items()}
    # Of roles that the login may not see, nothing is listed in full. The sums have all of it.
    in_all = summed(each.get("resources")) - summed(each.get("used_resources")) if "used_resources" in each else None
    return FreeAgent(str(each.get("hostname") or ""), free, in_all, {**_attributes(each), **_domain(each)}, takes)


def _has(each: Mapping[str, Any]) -> dict[str, Resources]:
    found = {}
    for listed in mapping_of(each.get("reserved_resources_full")).values():
        found.update(by_role(listed))
    if isinstance(each.get("unreserved_resources_full"), list):
        return {**found, **by_role(each["unreserved_resources_full"])}
    # Before Mesos 1.4.
    return {**found, UNRESERVED: summed(each.get("unreserved_resources"))}


def _attributes(each: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): _in_words(value) for name, value in mapping_of(each.get("attributes")).items()}


def _domain(each: Mapping[str, Any]) -> dict[str, str]:
    found = mapping_of(mapping_of(each.get("domain")).get("fault_domain"))
    return {f"@{part}": str(mapping_of(found[part]).get("name")) for part in ("region", "zone") if part in found}


def _in_words(value: Any) -> str:
    """Return the value of an attribute as Marathon compares it: a number with three decimals at most, no blanks in ranges and sets."""
    if not isinstance(value, str) and number(value) is not None:
        return written_number(value)
    text = str(value)
    if text[:1] in ("[", "{"):
        return f"{text[0]}{','.join(sorted(part.strip() for part in text[1:-1].split(',')))}{text[-1]}"
    return text


def written_number(value: Any) -> str:
    """Return a number with three decimals at most, without zeros at the end."""
    return in_units(thousandths(value))


def in_units(value: int) -> str:
    """Return thousandths as a person writes the number."""
    whole, rest = divmod(value, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


def quotas_in(answer: Any, role: str) -> list[RoleQuota]:
    """Return the quotas that hold for a role in the answer of GET /roles of a master: its own, and those of the roles above it."""
    above = {"/".join(role.split("/")[: depth + 1]) for depth in range(role.count("/") + 1)}
    found = mappings_in(mapping_of(answer).get("roles"))
    return [quota for each in found if str(each.get("name")) in above and (quota := _quota(each))]


def _quota(each: Mapping[str, Any]) -> RoleQuota | None:
    quota = each.get("quota")
    if not isinstance(quota, Mapping):
        return None
    # Before Mesos 1.9 a role had a guarantee, and never more. What it had was not counted beside it.
    limit = _amounts(quota.get("limit") if "limit" in quota else _guaranteed(quota.get("guarantee")))
    consumed = _amounts(quota.get("consumed") if "consumed" in quota else each.get("resources"))
    return RoleQuota(str(each.get("name")), limit, consumed) if limit else None


def _guaranteed(guarantee: Any) -> Any:
    """Return a guarantee as amounts. Early releases list it as resources, and later ones have a zero for what is not guaranteed."""
    if isinstance(guarantee, list):
        return {str(each.get("name")): mapping_of(each.get("scalar")).get("value") for each in mappings_in(guarantee)}
    return {name: value for name, value in mapping_of(guarantee).items() if value}


def _amounts(given: Any) -> dict[str, int]:
    found = mapping_of(given)
    return {name: thousandths(found[name]) for name in SCALARS if name in found}


@dataclass(frozen=True)
class Waiting:
    """An app whose instances wait in Marathon's queue for offers: how many, what each needs, and the offers that were declined last for them."""

    app: str
    count: int
    each: Resources
    lacks: tuple[str, ...]
    offers: tuple[FreeAgent, ...]


def waiting_in(queue: Iterable[Mapping[str, Any]]) -> Iterator[Waiting]:
    """Yield the apps that wait for offers, from the answer of GET /v2/queue. Whoever waits for the end of a delay is left out."""
    for entry in queue:
        summary, delay = mapping_of(entry.get("processedOffersSummary")), mapping_of(entry.get("delay"))
        rejects = [each for each in mappings_in(summary.get("rejectSummaryLastOffers")) if each.get("declined")]
        is_delayed = bool(delay.get("timeLeftSeconds")) and not delay.get("overdue")
        app = mapping_of(entry.get("app"))
        if app and rejects and not is_delayed:
            unused = [mapping_of(each.get("offer")) for each in mappings_in(entry.get("lastUnusedOffers"))]
            lacks = tuple(str(each.get("reason")) for each in rejects)
            count, app_id = whole(entry.get("count")) or 0, str(app.get("id")).strip("/")
            yield Waiting(app_id, count, Resources.of(_amounts(app)), lacks, tuple(map(_offered, unused)))


def _offered(offer: Mapping[str, Any]) -> FreeAgent:
    attributes = {
        str(each.get("name")): _in_words(each.get("text") if each.get("text") is not None else each.get("scalar"))
        for each in mappings_in(offer.get("attributes"))
    }
    return FreeAgent(str(offer.get("hostname") or ""), by_role(offer.get("resources")), None, attributes)
