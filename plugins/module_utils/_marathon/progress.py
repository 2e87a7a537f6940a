# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far an app is, and why it may not come further. Pure: from what Marathon shows of the app and of its queue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.text import counted
from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_health import (
    HEALTHY,
    UNCHECKED,
    UNHEALTHY,
    health_of,
    is_running,
)

# Tasks on an agent that Marathon has lost sight of: their processes may run, and serve, all the same.
UNREACHABLE_STATES = ("TASK_UNREACHABLE", "TASK_LOST", "TASK_UNKNOWN")
# Tasks that Marathon lists but cannot end.
LOST_STATES = (*UNREACHABLE_STATES, "TASK_GONE")
ENDED_STATES = (
    *LOST_STATES,
    "TASK_FINISHED",
    "TASK_FAILED",
    "TASK_KILLED",
    "TASK_ERROR",
    "TASK_DROPPED",
    "TASK_GONE_BY_OPERATOR",
)
# Offers that were declined last, of as many agents as are shown.
MOST_OFFERS = 8
# Tasks that have a place and do not run yet.
STARTING_STATES = ("TASK_STAGING", "TASK_STARTING")


def healthy_tasks(app: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks of an app that are healthy; without health checks a running task is a healthy one."""
    return [task for task in app.get("tasks") or [] if _health(task, app) == HEALTHY]


def running_tasks(app: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks of an app that run."""
    return [task for task in app.get("tasks") or [] if is_running(task)]


def _health(task: Mapping[str, Any], app: Mapping[str, Any]) -> str | None:
    return health_of(task, len(app.get("healthChecks") or ()))


def live_tasks(app: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks of an app that run, or start. Later releases list one that ended until its successor starts."""
    return [task for task in app.get("tasks") or [] if task.get("state") not in ENDED_STATES]


def unreachable_tasks(app: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks of an app that may go on serving although Marathon cannot see, or end, them."""
    return [task for task in app.get("tasks") or [] if task.get("state") in UNREACHABLE_STATES]


def tasks_that_may_serve(app: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks of an app whose processes may run."""
    return [*live_tasks(app), *unreachable_tasks(app)]


def outdated_tasks(app: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks that still run an older configuration.

    A scale gives the app a new version but leaves the tasks at theirs: what counts is the last change of configuration.
    """
    tasks = [task for task in app.get("tasks") or [] if task.get("state") not in LOST_STATES]
    return [task for task in tasks if not _is_current(task, app)]


def is_rolled_out(app: dict[str, Any]) -> bool:
    """Tell whether all that the definition asks for is there.

    Health alone does not tell: during a restart old tasks are healthy, too. Nor does the absence of deployments: one that
    was just accepted may show up late. Marathon's counts do not tell either: it counts tasks as healthy that it has not asked.
    """
    instances = app.get("instances") or 0
    return (
        not app.get("deployments")
        and not outdated_tasks(app)
        and len(running_tasks(app)) == instances
        and len(healthy_tasks(app)) == instances
    )


def deployment_ids(app: dict[str, Any]) -> list[str]:
    """Return the ids of the deployments under way that affect an app."""
    return [deployment["id"] for deployment in app.get("deployments") or []]


def progress(app: dict[str, Any]) -> str:
    """Say in words how far an app is."""
    counts = ", ".join(f"{count} {word}" for word, count in _counts(app).items() if count)
    state = "healthy" if app.get("healthChecks") else "running"
    sentence = f"{len(healthy_tasks(app))} of {app.get('instances') or 0} tasks {state}"
    sentence += f" ({counts})" if counts else ""
    outdated = len(outdated_tasks(app))
    sentence += f", {outdated} of them of an older configuration" if outdated else ""
    deployments = deployment_ids(app)
    return sentence + (f", deployment {' and '.join(deployments)} under way" if deployments else "")


def _counts(app: Mapping[str, Any]) -> dict[str, int]:
    """Return how many tasks of an app are how far."""
    verdicts = health_counts(app)
    counts = {"starting": len(starting_tasks(app)), "running": len(running_tasks(app))}
    return {**counts, **{word: verdicts[word] for word in (HEALTHY, UNHEALTHY, UNCHECKED)}}


def health_counts(app: Mapping[str, Any]) -> Counter[str | None]:
    """Return how many of the running tasks are healthy, unhealthy and unchecked; none where the app has no health checks."""
    return Counter(_health(task, app) for task in running_tasks(app)) if app.get("healthChecks") else Counter()


def starting_tasks(app: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks of an app that have a place and do not run yet."""
    return [task for task in app.get("tasks") or [] if task.get("state") in STARTING_STATES]


def last_failure(app: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the last failure of a task of the app's present configuration as Marathon shows it, None where it shows none."""
    failure: dict[str, Any] | None = app.get("lastTaskFailure")
    return failure if failure and _is_current(failure, app) else None


def failure_in_words(failure: Mapping[str, Any]) -> str:
    """Say what Marathon shows of the failure of a task."""
    said = f": {failure['message']}" if failure.get("message") else ""
    return f"{failure.get('state')} on {failure.get('host')}{said}"


def obstacles(app: dict[str, Any], queue: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what may keep an app from being rolled out, each only where it is there.

    :param queue: the answer of GET /v2/queue.
    :returns: ``last_task_failure`` (as Marathon shows it), ``failing_health_checks`` [{cause, tasks}],
        ``declined_offers`` [{reason, declined}], ``unused_offers`` [{host, reasons}], ``delayed_seconds``, ``no_offers`` (True).
    """
    found: dict[str, Any] = {}
    failure = last_failure(app)
    if failure:
        found["last_task_failure"] = failure
    causes = Counter(
        result["lastFailureCause"]
        for task in app.get("tasks") or []
        if _health(task, app) == UNHEALTHY
        for result in task.get("healthCheckResults") or []
        if result and not result.get("alive") and result.get("lastFailureCause")
    )
    if causes:
        found["failing_health_checks"] = [{"cause": cause, "tasks": count} for cause, count in causes.most_common()]
    for entry in queue:
        if (entry.get("app") or {}).get("id") == app.get("id"):
            found.update(_of_queue(entry, has_places=bool(starting_tasks(app))))
    return found


def obstacles_in_words(found: dict[str, Any]) -> list[str]:
    """Say in a clause each what ``obstacles`` found."""
    clauses = []
    if "last_task_failure" in found:
        clauses.append(f"the last task failure was {failure_in_words(found['last_task_failure'])}")
    for check in found.get("failing_health_checks", []):
        clauses.append(f"the health check of {counted(check['tasks'], 'task')} fails: {check['cause']}")
    if "declined_offers" in found:
        reasons = ", ".join(f"{offer['reason']} ({offer['declined']})" for offer in found["declined_offers"])
        clauses.append(f"Marathon declined Mesos' offers for: {reasons}")
    if "no_offers" in found:
        clauses.append("no offer of resources has come from Mesos yet, for which Marathon 1.8 can wait a minute")
    if "delayed_seconds" in found:
        clauses.append(f"the next start is delayed for {found['delayed_seconds']} s after the failures before it")
    return clauses


def _is_current(task: Mapping[str, Any], app: Mapping[str, Any]) -> bool:
    """Tell whether a task is of the present configuration. What a rollback of 1.11 leaves is older than what it replaced.

    So its own version counts at both ends: a task may be newer than the app, and is what was rolled back.
    """
    newest = app.get("version")
    since = (app.get("versionInfo") or {}).get("lastConfigChangeAt") or newest or ""
    version = task.get("version") or since
    # Marathon's timestamps are all of one form and length, so that their order is that of the text.
    return since <= version and (not newest or version <= newest)


def _of_queue(entry: dict[str, Any], *, has_places: bool) -> dict[str, Any]:
    """Return what the queue tells. Whoever waits for tasks that have a place already does not wait for offers."""
    found: dict[str, Any] = {}
    summary, delay = entry.get("processedOffersSummary") or {}, entry.get("delay") or {}
    is_delayed = bool(delay.get("timeLeftSeconds")) and not delay.get("overdue")
    declined = [
        {"reason": _spaced(reason.get("reason", "")), "declined": reason["declined"]}
        for reason in summary.get("rejectSummaryLastOffers") or []
        if reason.get("declined")
    ]
    if declined:
        found["declined_offers"] = sorted(declined, key=lambda offer: -offer["declined"])
    elif summary.get("processedOffersCount") == 0 and not has_places and not is_delayed:
        found["no_offers"] = True
    unused = entry.get("lastUnusedOffers") or []
    if unused:
        found["unused_offers"] = [_unused(each) for each in unused[:MOST_OFFERS]]
    if is_delayed:
        found["delayed_seconds"] = delay["timeLeftSeconds"]
    return found


def _unused(offer: dict[str, Any]) -> dict[str, Any]:
    reasons = [_spaced(str(reason)) for reason in offer.get("reason") or []]
    return {"host": str((offer.get("offer") or {}).get("hostname") or ""), "reasons": reasons}


def _spaced(camel_case: str) -> str:
    """ "InsufficientCpus" -> "insufficient cpus"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", camel_case).lower()
