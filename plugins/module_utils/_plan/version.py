# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the definition of an app into that of a version, and finds what cannot be moved safely behind Avi. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import labels as avi_labels
from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AbConfig
from ansible_collections.dcos.avi.plugins.module_utils._avi.schema import settings_of
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import (
    canonical,
    differences,
    observed,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.networks import HOST, mode
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.own_labels import (
    OWN_LABELS,
    with_own_labels,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.releases import (
    too_new_fields,
    without_fields,
)
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import Refusal
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App

# These make an app a listener; a version has none of them.
FRONTEND_LABELS = (avi_labels.FRONTEND, avi_labels.FRONTEND_VIP)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_object, value))


# The shape of what is looked into here; Marathon checks the rest.
SHAPES = (
    (("labels",), "an object", _is_object),
    (("container",), "an object", _is_object),
    (("container", "docker"), "an object", _is_object),
    (("container", "portMappings"), "a list of objects", _is_list_of_objects),
    (("container", "docker", "portMappings"), "a list of objects", _is_list_of_objects),
    (("portDefinitions",), "a list of objects", _is_list_of_objects),
    (("networks",), "a list of objects", _is_list_of_objects),
    (("healthChecks",), "a list of objects", _is_list_of_objects),
)


def changes_beyond_size(
    wanted: Mapping[str, Any], app: App, release: tuple[int, int] | None = None
) -> dict[str, tuple[Any, Any]]:
    """Return what an update to the wanted definition would change of an app but its number of instances: (present, wanted) by field.

    :param release: Marathon's; what it drops is no change. None where every release knows all that is wanted.
    """
    dropped = {"instances", *too_new_fields(wanted, release)}
    return differences(without_fields(wanted, dropped), dict(app.definition))


def as_stated(app: App) -> dict[str, Any]:
    """Return the definition of a running app as a person would state it.

    That is without what Marathon fills in, without the ports it assigned (they belong to the running app), without
    instances, and without what made it the listener, the version or the way back it is.
    """
    stated = observed(app.definition)
    for key in ("id", "instances"):
        stated.pop(key, None)
    for mapping in (stated.get("container") or {}).get("portMappings") or ():
        mapping.pop("servicePort", None)
    if not stated.get("requirePorts"):
        for port in stated.get("portDefinitions") or ():
            port["port"] = 0
    drop = (*FRONTEND_LABELS, avi_labels.AB_CONFIG, *OWN_LABELS)
    stated["labels"] = {key: value for key, value in (stated.get("labels") or {}).items() if key not in drop}
    return stated


def stated_labels(definition: Mapping[str, Any]) -> avi_labels.AviLabels:
    """Read the Avi labels of a definition as a person states it: with JSON written out, or as data."""
    labels = definition.get("labels") or {}
    return avi_labels.read(
        {key: value if isinstance(value, str) else json.dumps(value) for key, value in labels.items()}
    )


def version_labels(own: Mapping[str, Any], model: App, ab_config: AbConfig, *, exists: bool = False) -> dict[str, Any]:
    """Return the labels of a version: its own, what makes it a version, and the pool settings of ``model``.

    These are the listener's for a new version that states none, because left unset they would revert to Avi's defaults
    (the Avi article on graceful migration). A virtual service is never carried: the version has none. ``model`` is the
    version itself where that ``exists``: then it keeps its place among the others. A definition that is stated tells nothing of
    that place: it may be a copy of another version's.
    """
    carried = (model.labels.proxy or {}) if exists else _repeated(model.labels.proxy or {})
    stated = stated_labels({"labels": own}).proxy or {}
    proxy = {key: value for key, value in {**carried, **stated}.items() if key != "virtualservice"}
    kept = {key: value for key, value in own.items() if key not in (*FRONTEND_LABELS, avi_labels.PROXY, *OWN_LABELS)}
    version = avi_labels.AviLabels(proxy=proxy, proxy_listener=False, ab_config=ab_config)
    # Where a version comes from, and how it ended, is its own.
    return with_own_labels({**kept, **avi_labels.write(version)}, model.definition if exists else None)


def with_settings_repeated(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the definition of a running app as one to start another app from, which has another pool."""
    labels = definition.get("labels") or {}
    proxy = avi_labels.read(labels).proxy
    if proxy is None:
        return dict(definition)
    repeated = avi_labels.write(avi_labels.AviLabels(proxy=_repeated(proxy)))
    others = {key: value for key, value in labels.items() if key != avi_labels.PROXY}
    return {**definition, "labels": {**others, **repeated}}


def _repeated(proxy: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of avi_proxy holds for another app as well: of its pool the settings, not which pool it is, or which belong to it."""
    pool = proxy.get("pool")
    settings = settings_of(pool) if isinstance(pool, Mapping) else {}
    return {**{key: value for key, value in proxy.items() if key != "pool"}, **({"pool": settings} if settings else {})}


def unusable(definition: Mapping[str, Any]) -> list[Refusal]:
    """Say why a definition cannot become a version at all: not the shape of one, or with labels Avi cannot read."""
    for path, name, fits in SHAPES:
        value: Any = definition
        for key in path:
            value = (value or {}).get(key)
        if value is not None and not fits(value):
            return [
                Refusal("bad_definition", f"The definition's {'.'.join(path)} must be {name}, not {json.dumps(value)}.")
            ]
    return [
        Refusal("broken_label", f"The definition's label {label.key} cannot be used: {label.sentence}.")
        for label in stated_labels(definition).broken
    ]


def wrong_settings(stated: Mapping[str, Any] | None) -> list[Refusal]:
    """Say which labels a user states now hold what Avi's schema does not have; what apps hold already is left as it is."""
    labels = (stated or {}).get("labels")
    if not isinstance(labels, Mapping):
        return []
    return [
        Refusal("wrong_label", f"The label {label.key} holds what cannot be right: {label.sentence}.")
        for label in stated_labels({"labels": labels}).wrong
    ]


def unsafe(definition: Mapping[str, Any], others: Iterable[App]) -> Iterable[Refusal]:
    """Yield why a version cannot be moved safely: its ports or checks, alone or beside the running apps ``others``."""
    app = canonical(dict(definition))
    ports = _ports(app)
    if len(ports) != 1:
        yield Refusal(
            "several_ports",
            f"The definition has {len(ports) or 'no'} ports, and only versions with exactly one port can be moved: "
            "how Avi switches several is not documented.",
        )
    if not app.get("healthChecks"):
        yield Refusal(
            "no_health_check",
            "The definition has no healthChecks, so nobody could tell when its tasks are ready for traffic.",
        )
    yield from _fixed_ports(app, others)


def _fixed_ports(app: Mapping[str, Any], others: Iterable[App]) -> Iterable[Refusal]:
    for other in others:
        taken = _ports(observed(other.definition))
        for kind, at in (("hostPort", 0), ("servicePort", 1)):
            shared = sorted({port[at] for port in _ports(app)} & {port[at] for port in taken} - {0})
            if shared:
                numbers = ", ".join(map(str, shared))
                yield Refusal(
                    "fixed_port",
                    f"The definition asks for {kind} {numbers}, which {other.id} uses while it serves: leave it out or set it "
                    "to 0, and Marathon assigns a free one.",
                )


def ports_to_free(definition: Mapping[str, Any], others: Iterable[App]) -> set[int]:
    """Return the host ports of port mappings that a running app of ``others`` holds on its agents, where any other would do.

    None where a health check asks for a host port by its number, and none of host networks, whose tasks may know their port.
    """
    app = canonical(dict(definition))
    if mode(app) == HOST or any(check.get("port") for check in app.get("healthChecks") or ()):
        return set()
    held = {port for other in others for port, _service in _ports(observed(other.definition))}
    return {port for port, _service in _ports(app)} & held - {0}


def without_fixed_ports(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition whose ports Marathon assigns."""
    unfixed = {key: value for key, value in definition.items() if key not in ("ports", "requirePorts")}
    if unfixed.get("portDefinitions"):
        unfixed["portDefinitions"] = _with_free(unfixed["portDefinitions"], "port")
    if unfixed.get("container"):
        container = _with_free_mappings(unfixed["container"])
        if container.get("docker"):
            container["docker"] = _with_free_mappings(container["docker"])
        unfixed["container"] = container
    return unfixed


def _with_free_mappings(holder: Mapping[str, Any]) -> dict[str, Any]:
    """Marathon 1.5 keeps port mappings in the container, older ones inside its docker."""
    mappings = holder.get("portMappings")
    return {**holder, **({"portMappings": _with_free(mappings, "hostPort", "servicePort")} if mappings else {})}


def _with_free(ports: Iterable[Mapping[str, Any]], *keys: str) -> list[dict[str, Any]]:
    return [{**port, **{key: 0 for key in keys if key in port}} for port in ports]


def _ports(app: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Return the fixed (host, service) port of each port of an app in canonical form; 0 is one that Marathon assigns."""
    if mode(dict(app)) != HOST:
        mappings = (app.get("container") or {}).get("portMappings")
        return [
            (_number(item.get("hostPort")), _number(item.get("servicePort")))
            for item in ([{}] if mappings is None else mappings)
        ]
    definitions = app.get("portDefinitions")
    fixed = [_number(item.get("port")) for item in ([{}] if definitions is None else definitions)]
    return [(port, 0) if app.get("requirePorts") else (0, port) for port in fixed]


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
