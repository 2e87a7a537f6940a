# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Controller's objects: what each kind starts with, how they refer to each other, and who owns them."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.lab.avi.defaults import CLOUD, DEFAULTS, SYSTEM_OBJECTS

Object = dict[str, Any]

ADMIN = "admin"
#: References inside the store are paths without a host: ``/api/pool/pool-<uuid>``. Labels write them by name.
_BY_NAME = re.compile(r"/api/(?P<kind>\w+)/?\?name=(?P<name>.+)")

_IDENTITY = ("url", "uuid", "name", "tenant_ref", "_last_modified")


@dataclass(frozen=True)
class Spec:
    """An object that somebody wants: `fields` may refer to others by name (``/api/pool?name=app1-pool-80``)."""

    kind: str
    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    tenant: str = ADMIN
    cloud: str = CLOUD


class Store:
    """All objects by kind and uuid; names are unique within a kind, tenant and cloud. Everything happens at once: no awaiting."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._objects: dict[str, dict[str, Object]] = {}
        self._names: dict[tuple[str, str, str, str], Object] = {}
        """By kind, tenant, name and cloud."""
        self._last_modified = 0
        self.add_tenant(ADMIN)
        self.sync("", [Spec(kind, name, fields) for kind, name, fields in SYSTEM_OBJECTS])

    def kinds(self) -> frozenset[str]:
        """Return the kinds there are."""
        return frozenset(DEFAULTS)

    def all(self, kind: str) -> Iterator[Object]:
        """Return the objects of a kind, oldest first."""
        return iter(self._objects.get(kind, {}).values())

    def get(self, kind: str, uuid_: str) -> Object | None:
        """Return one object."""
        return self._objects.get(kind, {}).get(uuid_)

    def named(self, kind: str, name: str, tenant: str = ADMIN, cloud: str = CLOUD) -> Object | None:
        """Return the object of this name in a tenant and a cloud; what belongs to no cloud is in all of them."""
        return self._names.get((kind, tenant, name, cloud if "cloud_ref" in DEFAULTS[kind] else CLOUD))

    def refer(self, ref: str | None) -> Object | None:
        """Return the object a reference leads to."""
        if not ref:
            return None
        _unused, _unused, kind, uuid_ = ref.split("/", 3)
        return self.get(kind, uuid_)

    def tenant_of(self, what: Object) -> str:
        """Return the name of the tenant an object is in."""
        tenant = self.refer(what.get("tenant_ref"))
        return str(tenant["name"]) if tenant else ADMIN

    def add_tenant(self, name: str) -> Object:
        """Return the tenant of this name, made where it is not there yet."""
        return self.named("tenant", name) or self._make("tenant", name)

    def add_cloud(self, name: str) -> Object:
        """Return the cloud of this name, made where it is not there yet."""
        return self.named("cloud", name) or self._make("cloud", name)

    def sync(self, owner: str, specs: Iterable[Spec]) -> list[str]:
        """Make an owner's objects exactly these: made, changed in place, or removed.

        Returns a sentence for each reference that leads nowhere; such a reference is left out.
        """
        specs = list(specs)
        targets = [self._target(spec) for spec in specs]
        broken: list[str] = []
        for spec, target in zip(specs, targets, strict=True):
            fields = {"created_by": owner} if owner else {}
            if spec.cloud != CLOUD and "cloud_ref" in DEFAULTS[spec.kind]:
                fields["cloud_ref"] = self.add_cloud(spec.cloud)["url"]
            self._change(target, spec.kind, {**fields, **self._resolved(spec, broken)})
        wanted = {target["uuid"] for target in targets}
        for key, each in list(self._names.items()):
            if each.get("created_by") == owner and each["uuid"] not in wanted:
                del self._names[key], self._objects[key[0]][each["uuid"]]
        return broken

    def _target(self, spec: Spec) -> Object:
        tenant = self.add_tenant(spec.tenant)
        found = self.named(spec.kind, spec.name, spec.tenant, spec.cloud)
        return found or self._make(spec.kind, spec.name, tenant, spec.cloud)

    def _make(self, kind: str, name: str, tenant: Object | None = None, cloud: str = CLOUD) -> Object:
        uuid_ = ADMIN if (kind, name) == ("tenant", ADMIN) else f"{kind}-{uuid.uuid4()}"
        made: Object = {"url": f"/api/{kind}/{uuid_}", "uuid": uuid_, "name": name, "_last_modified": self._now()}
        if tenant:
            made["tenant_ref"] = tenant["url"]
        self._objects.setdefault(kind, {})[uuid_] = made
        in_cloud = cloud if "cloud_ref" in DEFAULTS[kind] else CLOUD
        self._names[kind, tenant["name"] if tenant else ADMIN, name, in_cloud] = made
        self._change(made, kind, {})
        return made

    def _change(self, target: Object, kind: str, fields: Mapping[str, Any]) -> None:
        """Give an object its defaults and these fields; whatever else it had, its identity apart, goes."""
        kept = {name: value for name, value in target.items() if name in _IDENTITY}
        wanted = {**kept, **self._defaults(kind), **fields}
        if wanted != target:
            target.clear()
            target.update(wanted, _last_modified=self._now())

    def _defaults(self, kind: str) -> Object:
        return {
            name: self._resolve(value) if isinstance(value, str) and _BY_NAME.fullmatch(value) else value
            for name, value in DEFAULTS[kind].items()
        }

    def _resolved(self, spec: Spec, broken: list[str]) -> Object:
        def walk(value: Any, path: str) -> Any:
            if isinstance(value, Mapping):
                walked = {key: walk(each, f"{path}.{key}" if path else key) for key, each in value.items()}
                return {key: each for key, each in walked.items() if each is not None}
            if isinstance(value, (list, tuple)):
                return [each for each in (walk(each, path) for each in value) if each is not None]
            if isinstance(value, str) and _BY_NAME.fullmatch(value):
                found = self._resolve(value, spec.tenant, spec.cloud)
                if found is None:
                    broken.append(f"{path} of the {spec.kind} {spec.name} refers to {value}, which does not exist.")
                return found
            return value

        resolved: Object = walk(spec.fields, "")
        return resolved

    def _resolve(self, ref: str, tenant: str = ADMIN, cloud: str = CLOUD) -> str | None:
        match = _BY_NAME.fullmatch(ref)
        assert match is not None
        kind, name = match["kind"], match["name"]
        found = self.named(kind, name, tenant, cloud) or self.named(kind, name, tenant) or self.named(kind, name)
        return str(found["url"]) if found else None

    def _now(self) -> str:
        """Return a time in microseconds, as text, later than every one before."""
        self._last_modified = max(self._last_modified + 1, int(self._clock() * 1_000_000))
        return str(self._last_modified)
