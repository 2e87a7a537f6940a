# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading collections: which objects a query asks for, which page of them, and how they are written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.lab.avi.defaults import DEFAULTS
from tests.lab.avi.persona import Version, as_seen
from tests.lab.avi.store import Object, Store

#: Documented for inventories; for plain collections the lab does the same, since nothing else is known.
PAGE_SIZE = 25
MAX_PAGE_SIZE = 200
ALL_TENANTS = "*"

#: Parameters that shape the answer instead of choosing objects.
_SHAPING = {
    "fields", "include_name", "skip_default", "join", "join_subresources", "page", "page_size", "sort", "include",
    "refers_to", "referred_by", "cloud_ref.name", "cloud_uuid",
}  # fmt: skip
_ALWAYS = ("url", "uuid", "name")


class NoSuchPage(Exception):
    """A page beyond the last was asked for."""


@dataclass(frozen=True)
class View:
    """How one client sees the Controller: its address there, the version it speaks, and the tenant it looks at."""

    base: str
    version: Version
    tenant: str

    def sees(self, store: Store, what: Object) -> bool:
        """Whether an object lies in this view's tenant; tenants themselves and what has none are seen by all."""
        return self.tenant == ALL_TENANTS or "tenant_ref" not in what or store.tenant_of(what) == self.tenant

    def write(self, store: Store, kind: str, what: Object, query: Mapping[str, str]) -> Object:
        """Return an object as it goes over the wire: its fields, its references absolute and named as asked."""
        seen = as_seen(kind, what | ({"server_count": len(what["servers"])} if kind == "pool" else {}), self.version)
        if "skip_default" in query:
            seen = {name: value for name, value in seen.items() if DEFAULTS[kind].get(name) != value}
        if "fields" in query:
            names = {*_ALWAYS, *query["fields"].split(",")}
            seen = {name: value for name, value in seen.items() if name in names}
        written: Object = self.absolute(store, seen, named="include_name" in query)
        return written

    def absolute(self, store: Store, value: Any, *, named: bool) -> Any:
        """Return a value with the paths in it as whole URLs; `named`: followed by ``#`` and the object's name."""
        if isinstance(value, Mapping):
            return {name: self.absolute(store, each, named=named) for name, each in value.items()}
        if isinstance(value, list):
            return [self.absolute(store, each, named=named) for each in value]
        if isinstance(value, str) and value.startswith("/api/"):
            target = store.refer(value)
            return self.base + value + (f"#{target['name']}" if named and target else "")
        return value


def choose(store: Store, kind: str, view: View, query: Mapping[str, str]) -> list[Object]:
    """Return the objects of a kind that a view sees and a query asks for, sorted as it says."""
    tests: list[Callable[[Object], bool]] = []
    known = {name for each in store.all(kind) for name in each}
    for name, value in query.items():
        if name not in _SHAPING and name in known:  # what it does not know it does not look at
            tests.append(lambda each, name=name, value=value: _text(each.get(name)) == value)  # type: ignore[misc]
    if "cloud_ref.name" in query:
        tests.append(lambda each: (store.refer(each.get("cloud_ref")) or {}).get("name") == query["cloud_ref.name"])
    if "cloud_uuid" in query:
        tests.append(lambda each: str(each.get("cloud_ref", "")).endswith("/" + query["cloud_uuid"]))
    if "refers_to" in query:
        target = "/api/" + query["refers_to"].replace(":", "/", 1)
        tests.append(lambda each: target in references(each))
    if "referred_by" in query:
        source = store.refer("/api/" + query["referred_by"].replace(":", "/", 1))
        referred = set(references(source)) if source else set()
        tests.append(lambda each: each["url"] in referred)
    chosen = [each for each in store.all(kind) if view.sees(store, each) and all(test(each) for test in tests)]
    sort = query.get("sort", "")
    if sort:
        chosen.sort(key=lambda each: _text(each.get(sort.lstrip("-"))), reverse=sort.startswith("-"))
    return chosen


def page(view: View, path: str, query: Mapping[str, str], found: Sequence[Object]) -> tuple[Sequence[Object], Object]:
    """Return the objects of the page asked for, and its frame ``{count, next?}``. Raises NoSuchPage, ValueError."""
    size = min(max(int(query.get("page_size", PAGE_SIZE)), 1), MAX_PAGE_SIZE)
    number = int(query.get("page", 1))
    start = (number - 1) * size
    if number < 1 or (start >= len(found) and number > 1):
        raise NoSuchPage
    frame: Object = {"count": len(found)}
    if start + size < len(found):
        rest = {name: value for name, value in query.items() if name != "page"}
        frame["next"] = f"{view.base}{path}?{urlencode({'page': number + 1, **rest})}"
    return found[start : start + size], frame


def references(what: Object) -> Iterable[str]:
    """Return every reference inside an object."""
    for name, value in what.items():
        values = value if isinstance(value, list) else [value]
        for each in values:
            if isinstance(each, Mapping):
                yield from references(dict(each))
            elif name.endswith(("_ref", "_refs")) and isinstance(each, str):
                yield each


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
