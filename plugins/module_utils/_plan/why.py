# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a version failed, as the result of a rollout keeps it: what its tasks, its checks and Mesos' offers showed before it was given up. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean
from ansible_collections.dcos.avi.plugins.module_utils._marathon.definition.health_checks import HEALTH_CHECKS
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import (
    ENDED_STATES,
    healthy_tasks,
    last_failure,
    running_tasks,
)

# Tasks of which the output is kept. What the first ones wrote, the others write, too.
MOST_TASKS = 4
# Characters of a task's output that are kept, of both its files together.
MOST_OUTPUT = 4096
# Characters of the body of an answer that are kept, and of a line that stands in the sentence of the failure.
MOST_BODY, MOST_QUOTED = 1000, 160
_ENDED_WELL = ("TASK_FINISHED", "TASK_KILLED", "TASK_GONE_BY_OPERATOR")
_STAYS = ("tasks", "health_checks", "offers", "unread")


@dataclass(frozen=True)
class Suspect:
    """A task that may tell why: one that failed, as far as Marathon knows how, or one that runs.

    ``agent`` is the id of its agent in Mesos. ``message`` and ``reason`` are Mesos' of its end, as far as they are known. ``stdout`` and
    ``stderr`` are the last lines of its output, ``unread`` why there are none.
    """

    task: str
    host: str = ""
    agent: str = ""
    state: str = ""
    at: str = ""
    message: str = ""
    reason: str = ""
    failed: bool = False
    stdout: tuple[str, ...] = ()
    stderr: tuple[str, ...] = ()
    unread: str = ""

    def as_result(self) -> dict[str, Any]:
        return {**dataclasses.asdict(self), "stdout": list(self.stdout), "stderr": list(self.stderr)}


def suspects_of(app: Mapping[str, Any]) -> list[Suspect]:
    """Return the tasks of an app that may tell why it failed, the most telling first: those that failed, then those that are not healthy."""
    failure = last_failure(app)
    found = [_of_failure(failure)] if failure else []
    tasks = [task for task in app.get("tasks") or [] if task.get("id")]
    well = {task["id"] for task in healthy_tasks(app)}
    ended = [task for task in tasks if task.get("state") in ENDED_STATES and task.get("state") not in _ENDED_WELL]
    running = [task for task in tasks if task.get("state") not in ENDED_STATES]
    found += [_of_task(task, failed=True) for task in ended]
    found += [_of_task(task) for task in sorted(running, key=lambda task: task["id"] in well)]
    return list({each.task: each for each in reversed(found)}.values())[::-1]


def _of_failure(failure: Mapping[str, Any]) -> Suspect:
    return Suspect(
        _text(failure, "taskId"),
        _text(failure, "host"),
        _text(failure, "slaveId"),
        _text(failure, "state"),
        _text(failure, "timestamp"),
        _text(failure, "message"),
        failed=True,
    )


def _of_task(task: Mapping[str, Any], *, failed: bool = False) -> Suspect:
    agent = _text(task, "slaveId")
    return Suspect(
        _text(task, "id"), _text(task, "host"), agent, _text(task, "state"), _text(task, "startedAt"), failed=failed
    )


def _text(value: Mapping[str, Any], key: str) -> str:
    return str(value.get(key) or "")


def failing_checks(app: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (task, address, cause) of the HTTP health checks of an app that a running task does not pass, as Marathon makes them."""
    well = {task.get("id") for task in healthy_tasks(app)}
    for task in running_tasks(app):
        results = [result or {} for result in task.get("healthCheckResults") or ()]
        for number, check in enumerate(app.get("healthChecks") or ()):
            url = _address(check, task)
            result = results[number] if number < len(results) else {}
            if url and task.get("id") not in well and not result.get("alive"):
                yield str(task.get("id")), url, str(result.get("lastFailureCause") or "")


def _address(check: Mapping[str, Any], task: Mapping[str, Any]) -> str | None:
    """Return where a check asks a task over HTTP; None where it asks otherwise, or the task has no such port on its agent."""
    protocol = str(check.get("protocol", "HTTP"))
    ports, number = task.get("ports") or (), check.get("portIndex") or 0
    port = check.get("port") or (ports[number] if isinstance(number, int) and 0 <= number < len(ports) else None)
    if protocol not in HEALTH_CHECKS or "HTTP" not in protocol or not isinstance(port, int) or not task.get("host"):
        return None
    path = str(check.get("path") or "/")
    return f"{'https' if 'HTTPS' in protocol else 'http'}://{task['host']}:{port}{path if path.startswith('/') else f'/{path}'}"


def output_of(stderr: Sequence[str], stdout: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return as many of the last lines of both as are kept. Errors go first; what they leave is for the rest."""
    errors = _last(stderr, MOST_OUTPUT // 2)
    said = _last(stdout, MOST_OUTPUT - sum(map(len, errors)))
    return _last(stderr, MOST_OUTPUT - sum(map(len, said))), said


def _last(lines: Sequence[str], most: int) -> tuple[str, ...]:
    kept: list[str] = []
    for line in reversed(lines):
        if len(line) > most and not kept:
            return (line[:most],)
        most -= len(line)
        if most < 0:
            break
        kept.append(line)
    return tuple(reversed(kept))


def why_it_failed(
    phases: Mapping[str, Any], seen: Mapping[str, Any], failure: str, failed_phase: str
) -> dict[str, Any]:
    """Return what the result of a rollout keeps of why it failed; empty where it did not.

    :param phases: what the module of each phase returned, as rollout_result takes it.
    :param seen: what was gathered before anything was taken back.
    """
    if not failure:
        return {}
    failed = [result for result in _results(phases) if result.get("failed")]
    details = [each["details"] for each in failed if isinstance(each.get("details"), Mapping)]
    asked = [target for each in details for target in _listed(each.get("targets")) if target.get("reason")]
    gates = {
        "code": next((each["code"] for each in failed if each.get("code")), None),
        "requests": asked,
        "measures": next((each["measures"] for each in details if each.get("measures")), None),
    }
    kept = {**{key: seen.get(key) for key in _STAYS}, **gates}
    return {"phase": failed_phase, "sentence": failure, **{key: value for key, value in kept.items() if value}}


def _results(phases: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what each module returned, but those that check the service after the failure: of these, one that fails is another matter."""
    for name, result in phases.items():
        if name not in ("recover", "report"):
            yield from (result,) if isinstance(result, Mapping) else _listed(result)


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, (list, tuple)) else []


def in_words(why: Mapping[str, Any]) -> list[str]:
    """Return in two sentences at most what the sentence of the failure does not have: what a task wrote last, and what a check was answered."""
    return [*_of_output(why.get("tasks") or ()), *_of_checks(why.get("health_checks") or ())]


def _of_output(tasks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for task in tasks:
        for name in ("stderr", "stdout"):
            lines = [line for line in task.get(name) or () if line.strip()]
            if lines:
                yield f"The last line that {task['task']} wrote to {name} is: {_quoted(lines[-1])}."
                return


def _of_checks(checks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for check in checks:
        if check.get("body"):
            yield f"Its health check {check['url']} is answered {check['status']} with: {_quoted(check['body'])}."
            return


def _quoted(text: str) -> str:
    line = " ".join(clean(text).split()).rstrip(".")
    return line if len(line) <= MOST_QUOTED else f"{line[:MOST_QUOTED]}…"
