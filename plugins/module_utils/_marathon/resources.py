# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Mesos counts of an agent, and what a task takes of it. Pure.

Mesos counts to the third decimal. Here thousandths are whole numbers, so that sums are exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import number, whole

SCALARS = ("cpus", "mem", "disk", "gpus")
UNRESERVED = "*"
# What Marathon puts on what it reserves for one task alone, which another one does not get.
_OF_ONE_TASK = frozenset(("marathon_framework_id", "marathon_task_id"))
Ranges = tuple[tuple[int, int], ...]
Amounts = Mapping[str, int]


@dataclass(frozen=True)
class Resources:
    """So many thousandths of cpus, MiB of memory and disk, and gpus; and ports, as ranges that do not touch."""

    cpus: int = 0
    mem: int = 0
    disk: int = 0
    gpus: int = 0
    ports: Ranges = ()

    @staticmethod
    def of(amounts: Amounts, ports: Iterable[tuple[int, int]] = ()) -> Resources:
        """Return resources by their names in Mesos. Others are left out."""
        return _made((amounts.get(name, 0) for name in SCALARS), _united(ports))

    @property
    def scalars(self) -> tuple[int, int, int, int]:
        """The scalar ones, in the order of SCALARS."""
        return self.cpus, self.mem, self.disk, self.gpus

    @property
    def amounts(self) -> dict[str, int]:
        """The scalar ones by name."""
        return dict(zip(SCALARS, self.scalars))

    @property
    def number_of_ports(self) -> int:
        """How many ports these are."""
        return sum(end - begin + 1 for begin, end in self.ports)

    def has_port(self, port: int) -> bool:
        """Whether a port is among them."""
        return any(begin <= port <= end for begin, end in self.ports)

    def __add__(self, other: Resources) -> Resources:
        both = (one + another for one, another in zip(self.scalars, other.scalars))
        return _made(both, _united((*self.ports, *other.ports)))

    def __sub__(self, other: Resources) -> Resources:
        """What is left. Nothing is less than none of it: two answers may be of two moments."""
        left = (max(0, one - another) for one, another in zip(self.scalars, other.scalars))
        return _made(left, _united(_without(self.ports, other.ports)))

    def at_most(self, other: Resources) -> Resources:
        """Return no more of each than another has, but the ports."""
        return _made(map(min, self.scalars, other.scalars), self.ports)

    def covers(self, other: Resources) -> bool:
        """Whether it has at least as much of each scalar."""
        return all(one >= another for one, another in zip(self.scalars, other.scalars))


def _made(scalars: Iterable[int], ports: Ranges) -> Resources:
    cpus, mem, disk, gpus = scalars
    return Resources(cpus, mem, disk, gpus, ports)


def thousandths(value: Any) -> int:
    """Return a number of Mesos' in thousandths; 0 for what is none."""
    found = number(value)
    return 0 if found is None else round(found * 1000)


def by_role(listed: Any) -> dict[str, Resources]:
    """Return what may be launched on by the role it is reserved for, "*" where for none, from resources as Mesos lists them in full.

    Left out is what goes to no other task: revocable resources, disks of their own, volumes, and what Marathon reserved for one task.
    """
    amounts: dict[str, Counter[str]] = {}
    ports: dict[str, list[tuple[int, int]]] = {}
    for each in mappings_in(listed):
        if not _is_special(each):
            role, name = _role(each), str(each.get("name"))
            amounts.setdefault(role, Counter())[name] += _scalar(each)
            if name == "ports":
                ports.setdefault(role, []).extend(_ranges(each.get("ranges")))
    return {role: Resources.of(of_role, ports.get(role, ())) for role, of_role in amounts.items()}


def summed(summary: Any) -> Resources:
    """Return resources as Mesos sums them up: {cpus, mem, disk, gpus, ports: "[31000-32000, 33000-33010]"}."""
    given = mapping_of(summary)
    return Resources.of({name: thousandths(given.get(name)) for name in SCALARS}, _written_ranges(given.get("ports")))


def mapping_of(value: Any) -> Mapping[str, Any]:
    """Return a value that is an object; an empty one for what is something else."""
    return value if isinstance(value, Mapping) else {}


def mappings_in(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list; none for what is something else."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _scalar(each: Mapping[str, Any]) -> int:
    scalar = each.get("scalar")
    # An offer that Marathon shows has the bare number.
    return thousandths(scalar.get("value") if isinstance(scalar, Mapping) else scalar)


def _is_special(each: Mapping[str, Any]) -> bool:
    disk = each.get("disk")
    labels = {label for reservation in _reservations(each) for label in _label_keys(reservation)}
    return "revocable" in each or bool(isinstance(disk, Mapping) and disk) or bool(labels & _OF_ONE_TASK)


def _reservations(each: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Up to Mesos 1.3 there is one at most, and it does not name its role. Later ones refine each other."""
    yield from mappings_in(each.get("reservations") or [each.get("reservation")])


def _label_keys(reservation: Mapping[str, Any]) -> Iterator[str]:
    labels = reservation.get("labels")
    listed = labels.get("labels") if isinstance(labels, Mapping) else labels
    yield from (str(item.get("key")) for item in mappings_in(listed))


def _role(each: Mapping[str, Any]) -> str:
    last = [{}, *_reservations(each)][-1]
    return str(each.get("role") or last.get("role") or UNRESERVED)


def _ranges(given: Any) -> Iterator[tuple[int, int]]:
    listed = given.get("range") if isinstance(given, Mapping) else given
    for each in mappings_in(listed):
        begin, end = (whole(each.get(key)) for key in ("begin", "end"))
        if begin is not None and end is not None:
            yield begin, end


def _written_ranges(text: Any) -> Iterator[tuple[int, int]]:
    for part in str(text or "").strip("[] ").split(","):
        begin, dash, end = part.strip().partition("-")
        if dash and begin.isdecimal() and end.isdecimal():
            yield int(begin), int(end)


def _united(ranges: Iterable[tuple[int, int]]) -> Ranges:
    united: list[tuple[int, int]] = []
    for begin, end in sorted(each for each in ranges if each[0] <= each[1]):
        if united and begin <= united[-1][1] + 1:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((begin, end))
    return tuple(united)


def _without(ranges: Ranges, taken: Ranges) -> Iterator[tuple[int, int]]:
    for begin, end in ranges:
        left = begin
        for first, last in taken:
            if first <= end and last >= left:
                yield left, first - 1
                left = last + 1
        yield left, end
