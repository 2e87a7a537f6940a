# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must not be done to the apps of a service, and why.

Pure decisions about apps with Avi's labels. They follow from the Avi article on graceful migration: the listener owns
the virtual service and is never deleted, the highest priority takes the traffic, and from Marathon: any change but
``instances`` restarts the tasks that serve, without draining them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import labels as avi_labels
from ansible_collections.dcos.avi.plugins.module_utils._avi.labels import AB_CONFIG, FRONTEND, AbConfig
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._marathon.belonging import belongs
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.compared import READ_ONLY
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import absolute_id
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import tasks_that_may_serve

# The label by which an app that is no version says which service it is there for: a preview, or the lock.
COMPANION = "dcos_avi_service"


def ab_config(app: Mapping[str, Any]) -> AbConfig | None:
    """Return the ``ab_config`` of an app, None where it has none that can be read."""
    return avi_labels.read(app.get("labels") or {}).ab_config


def service_of(app: Mapping[str, Any]) -> str | None:
    """Return the absolute id of the service that an app's ``ab_config`` names, None where it names none."""
    config = ab_config(app)
    return absolute_id(config.service) if config else None


def versions_among(apps: Iterable[Mapping[str, Any]], also: Collection[str]) -> list[Mapping[str, Any]]:
    """Return those apps that belong to the service which their ``ab_config`` names. What others claim forbids nothing, and permits nothing.

    :param also: ids that belong whatever their name.
    """
    return [app for app in apps if belongs(app["id"].strip("/"), (service_of(app) or "").strip("/"), also)]


def carries_ab_config(app: Mapping[str, Any]) -> bool:
    """Tell whether an app is a version of a service, readable or not."""
    return AB_CONFIG in (app.get("labels") or {})


def refuse_broken_labels(app_id: str, labels: Mapping[str, str]) -> None:
    """Refuse labels that Avi could not read.

    :raises Refused: names each and says what is wrong with it.
    """
    _refuse_labels(app_id, avi_labels.read(labels).broken)


def has_wrong_labels(labels: Mapping[str, str]) -> bool:
    """Tell whether labels hold what Avi does not know."""
    return bool(avi_labels.read(labels).wrong)


def refuse_wrong_labels(app_id: str, labels: Mapping[str, str], held: Iterable[Mapping[str, str]]) -> None:
    """Refuse labels that hold what Avi does not know, and would ignore, such as a ratio in ab_config.

    :param held: labels that are there already, of this app or of others of its service; what these hold is adopted as it is.
    :raises Refused: names each and says what is wrong with it.
    """
    adopted = {label.sentence for each in held for label in avi_labels.read(each).wrong}
    _refuse_labels(app_id, [label for label in avi_labels.read(labels).wrong if label.sentence not in adopted])


def _refuse_labels(app_id: str, found: Iterable[avi_labels.BrokenLabel]) -> None:
    sentences = "; ".join(label.sentence for label in found)
    if sentences:
        raise Refused(f"The labels of {app_id} cannot be used: {sentences}.")


def refuse_new_version(
    app_id: str, labels: Mapping[str, str], service_exists: bool, others: Iterable[Mapping[str, Any]]
) -> None:
    """Refuse a new version that would not take over the traffic of its service.

    :param labels: the labels it will have, with an ``ab_config``.
    :param service_exists: there is an app with the id that its ``ab_config`` names.
    :param others: the versions of whatever service.
    :raises Refused: names the service, or the version with the priority in the way.
    """
    app = {"labels": labels}
    config, service = ab_config(app), service_of(app)
    if config is None or service is None:
        return
    if not service_exists or service == absolute_id(app_id):
        raise Refused(
            f"The ab_config of {app_id} names the service '{config.service}', but there is no other app {service}. "
            f"Create the service's listener first, or correct the name."
        )
    rivals = [(ab_config(other), other["id"]) for other in others if service_of(other) == service]
    priorities = [(rival.priority, rival_id) for rival, rival_id in rivals if rival and rival_id != absolute_id(app_id)]
    highest, holder = max(priorities, default=(None, None))
    if highest is not None and config.priority <= highest:
        raise Refused(
            f"The priority {config.priority} of {app_id} is not above the others of {service}: {holder} has {highest}. "
            f"Avi sends the traffic to the highest, so give it {highest + 1} or more."
        )


def refuse_redefinition(app_id: str, changed_fields: Iterable[str], *, is_version: bool) -> None:
    """Refuse a change of a version's definition.

    :param is_version: it has an ab_config; False where only an earlier definition of it had one.
    :raises Refused: names the fields; always.
    """
    why = (
        "carries an ab_config"
        if is_version
        else "once carried an ab_config, or an earlier app of this id did, or a change that Marathon refused"
    )
    raise Refused(
        f"{app_id} {why}, so only its instances may change, but the definition differs in "
        f"{', '.join(sorted(changed_fields))}. Any such change would restart its serving tasks without draining them. "
        f"Create a new version with its own id and a higher priority instead."
    )


def refuse_deletion(app: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> None:
    """Refuse to delete the listener of a service, or the version that may serve.

    :param others: the versions of whatever service.
    :raises Refused: says what would be lost.
    """
    others = list(others)
    _refuse_deletion_of_what_serves(app, others)
    app_id = absolute_id(app["id"])
    versions = _versions_of(app_id, others)
    reasons = [f"it has the label {FRONTEND}: yes"] if avi_labels.read(app.get("labels") or {}).frontend else []
    if versions:
        reasons.append(f"the ab_config of {', '.join(versions)} names it")
    if reasons:
        raise Refused(
            f"{app_id} is not deleted, because {' and '.join(reasons)}: its virtual service would go with it. "
            f"Scale it to 0 instances instead, or set delete_listener to true if the whole service is to go."
        )


def takes_the_frontend(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Tell whether a change of labels makes an app with a virtual service of its own one without."""
    return avi_labels.read(before).frontend and not avi_labels.read(after).frontend


def refuse_to_take_the_frontend(app_id: str, others: Iterable[Mapping[str, Any]]) -> None:
    """Refuse to take the label of the front end from the listener of versions, which take their traffic from it.

    :param others: the versions of whatever service.
    :raises Refused: names the versions.
    """
    versions = _versions_of(absolute_id(app_id), others)
    if versions:
        raise Refused(
            f"The label {FRONTEND} of {app_id} is not taken away, because the ab_config of {', '.join(versions)} names it: "
            "its virtual service would go with it. Nothing was changed."
        )


def _versions_of(service: str, others: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(other["id"] for other in others if service_of(other) == service)


def _refuse_deletion_of_what_serves(app: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> None:
    """Of the versions with instances the one with the highest priority may have the traffic, and its pool may keep it for nobody."""
    config, service = ab_config(app), service_of(app)
    if config is None or not (app.get("instances") or tasks_that_may_serve(app)):
        return
    rivals = [ab_config(other) for other in others if service_of(other) == service and other.get("instances")]
    if any(rival and rival.priority > config.priority for rival in rivals):
        return
    if app.get("instances"):
        way = "Scale it to zero first, when another one serves"
    else:
        way = "It has no instances, but tasks of it run. End them first with the playbook dcos.avi.retire, when another one serves"
    raise Refused(
        f"{absolute_id(app['id'])} is not deleted, because no version of {service} with instances has a higher priority, so it may take the "
        f"traffic. {way}, or set delete_listener to true if the whole service is to go."
    )


def refuse_other_version(app_id: str, expected: str | None, app: Mapping[str, Any] | None) -> None:
    """Refuse to go by an earlier look that no longer holds: Marathon itself has no conditional writes.

    :param expected: the version that look saw; None where there was none.
    :param app: the app as it is now; None where it is gone.
    :raises Refused: it has another version now, or is gone.
    """
    if expected is None or (app is not None and app.get("version") == expected):
        return
    found = f"has version {app.get('version')}" if app is not None else "is gone"
    raise Refused(
        f"{app_id} {found}, but was to be changed only as version {expected}: somebody changed it since. Nothing was changed."
    )


def refuse_changed_app(app_id: str, seen: Mapping[str, Any], app: Mapping[str, Any] | None) -> None:
    """Refuse to act on an earlier check of an app that was changed since. The version alone does not show it.

    Two writes in one millisecond have the same version on every release, so the instances and the rest of the definition count, too.

    :param seen: the app as the earlier check saw it.
    :param app: the app as it is now; None where it is gone.
    :raises Refused: it is not the same any more.
    """
    refuse_other_version(app_id, seen.get("version"), app)
    before, now = _definition(seen), _definition(app or {})
    changed = sorted(field for field in {*before, *now} if before.get(field) != now.get(field))
    if changed:
        raise Refused(
            f"{app_id} still has version {seen.get('version')}, but its {', '.join(changed)} changed: somebody wrote in the same millisecond "
            "as another write. Nothing was changed. Run this again."
        )


def _definition(app: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in app.items() if field not in READ_ONLY}
