# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds what must not run beside another copy of itself. A migration runs two versions at once until the traffic has moved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import canonical
from ansible_collections.dcos.avi.plugins.module_utils._plan.plan import Refusal
from ansible_collections.dcos.avi.plugins.module_utils._service.apps import App

SINGLE_INSTANCE = "MARATHON_SINGLE_INSTANCE_APP"
# Of a volume that one task alone may have: its provider, its name, and the driver among its options.
Volume = tuple[str, str, str]


def runs_only_once(definition: Mapping[str, Any], others: Iterable[App], *, preview: bool = False) -> Iterator[Refusal]:
    """Yield why the app must not be created while ``others`` run.

    :param others: all apps of the service, its previews included; those without instances and tasks hold nothing.
    :param preview: a preview of it runs as well, until it has taken the traffic.
    :raises Refused: the definition is none.
    """
    app = canonical(dict(definition))
    running = [other for other in others if other.instances or other.tasks]
    if running or preview:
        yield from _single_instance(app)
    yield from _persistent(app)
    yield from _shared_volumes(app, running, preview)


def _single_instance(app: Mapping[str, Any]) -> Iterator[Refusal]:
    if str((app.get("labels") or {}).get(SINGLE_INSTANCE, "")).strip().lower() == "true":
        yield Refusal(
            "single_instance",
            f"The definition has the label {SINGLE_INSTANCE}, so only one instance of it may run. A migration runs the new version beside the one "
            "that serves. Leave the label out if two may run at once; else replace the app without this collection.",
        )


def _persistent(app: Mapping[str, Any]) -> Iterator[Refusal]:
    paths = [str(volume.get("containerPath")) for volume in _volumes(app) if volume.get("persistent")]
    if paths or app.get("residency"):
        what = f"a persistent volume ({', '.join(paths)})" if paths else "residency"
        yield Refusal(
            "persistent_volume",
            f"The definition has {what}. Such a volume belongs to the tasks of one app: the new version would start with an empty one, and "
            "the data would stay with the old version. Keep the data outside of the app, or replace the app without this collection.",
        )


def _shared_volumes(app: Mapping[str, Any], running: Iterable[App], preview: bool) -> Iterator[Refusal]:
    own = set(_exclusive_volumes(app))
    for other in running:
        shared = sorted(own & set(_exclusive_volumes(canonical(dict(other.definition)))))
        if shared:
            yield Refusal(
                "same_volume",
                f"The definition has the external volume {_names(shared)}, which {other.id} uses while it runs. A migration runs both at once, and "
                "only one task may have the volume. Give the version a volume of its own, or replace the app without this collection.",
            )
    if own and preview:
        yield Refusal(
            "same_volume",
            f"The definition has the external volume {_names(sorted(own))}, which the preview and the version would both have at once. Roll it "
            "out with the strategy direct (rollout_strategy).",
        )


def _exclusive_volumes(app: Mapping[str, Any]) -> Iterator[Volume]:
    """Yield the volumes that are the same ones on every agent, and that are not declared to be shared."""
    for volume in _volumes(app):
        external = volume.get("external")
        if isinstance(external, Mapping) and external.get("name") and external.get("shared") is not True:
            driver = (external.get("options") or {}).get("dvdi/driver", "")
            yield str(external.get("provider", "")), str(external["name"]), str(driver)
    yield from _docker_volumes(app)


def _docker_volumes(app: Mapping[str, Any]) -> Iterator[Volume]:
    """Yield the same of the options of docker run: with a driver of its own, a named volume is no directory of the agent."""
    options = ((app.get("container") or {}).get("docker") or {}).get("parameters") or ()
    given = [(str(item.get("key")), str(item.get("value"))) for item in options if isinstance(item, Mapping)]
    driver = next((value for key, value in given if key == "volume-driver"), "local")
    names = [value.split(":")[0] for key, value in given if key in ("v", "volume")]
    if driver != "local":
        yield from (("docker", name, driver) for name in names if name and not name.startswith("/"))


def _volumes(app: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return (app.get("container") or {}).get("volumes") or []


def _names(volumes: Iterable[Volume]) -> str:
    return ", ".join(name for _provider, name, _driver in volumes)
