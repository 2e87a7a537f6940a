# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why did an app fail? What its tasks wrote, what its checks are answered, and why it got no offers, while it is still there to be asked."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_env import env_values
from ansible_collections.dcos.avi.plugins.module_utils._core.hiding import named_as_secret
from ansible_collections.dcos.avi.plugins.module_utils._core.masking import masked
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import LEAST_SECRET
from ansible_collections.dcos.avi.plugins.module_utils._core.single_request import ask_once
from ansible_collections.dcos.avi.plugins.module_utils._core.transport import begun
from ansible_collections.dcos.avi.plugins.module_utils._marathon.agents import (
    READ,
    Agent,
    AgentFiles,
    Agents,
    agents_from,
)
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import AppJson, Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.progress import obstacles
from ansible_collections.dcos.avi.plugins.module_utils._marathon.sandboxes import Sandbox, task_prefix
from ansible_collections.dcos.avi.plugins.module_utils._marathon.task_statuses import Said
from ansible_collections.dcos.avi.plugins.module_utils._plan.preview import preview_id
from ansible_collections.dcos.avi.plugins.module_utils._plan.why import (
    MOST_BODY,
    MOST_TASKS,
    Suspect,
    failing_checks,
    output_of,
    suspects_of,
)

# Seconds for all of it. A rollback waits for it no longer, and takes most of them for its own checks anyway.
MOST_SECONDS = 5.0
# Seconds that Marathon, or a task, has for an answer.
TIMEOUT = 2.0
# Tasks whose health check is made once more. The others are answered the same.
MOST_CHECKS = 2
_NOT_SHOWN = "its agent does not show this task to the login, or not any more"
_OFFERS = ("declined_offers", "unused_offers", "no_offers", "delayed_seconds")
Why = dict[str, Any]


def gathering(params: Mapping[str, Any], app_id: str, marathon: Marathon) -> Callable[[], Why]:
    """Begin to gather why an app, or its preview where that is what there is, failed, and return what returns it.

    That never raises, and never takes longer than a few seconds.

    :param params: of the module: how it reaches Mesos' agents, and whether it shows environment variables.
    """
    try:
        # By the session that all goes through, which logs in with it. The others have what it got.
        app = marathon.app(app_id) or marathon.app(preview_id(app_id))
        if app is None:
            return lambda: _result(app_id)
        hide = _hiding(app, params)
        known = [dataclasses.replace(each, message=hide(each.message)) for each in suspects_of(app)]
    except Exception as error:
        # It comes with a failure, which is to be told whatever happens to this.
        unread = error.sentence if isinstance(error, DcosAviError) else _defect(app_id, error)
        return lambda: _result(app_id, unread=[unread])
    deadline = time.monotonic() + MOST_SECONDS
    found: Future[Why] = begun(lambda: _Gathering(params, marathon, hide, deadline).of(app, known))

    def without(sentence: str) -> Why:
        return _result(app["id"], known[:MOST_TASKS], unread=[sentence])

    def result() -> Why:
        wait([found], max(0.0, deadline - time.monotonic()) + 0.5)
        if not found.done():
            return without(f"Not all that shows why {app_id} failed could be read within {MOST_SECONDS:g} s.")
        try:
            return found.result()
        except Exception as error:
            return without(_defect(app_id, error))

    return result


def _result(
    app_id: str,
    tasks: Iterable[Suspect] = (),
    health_checks: Iterable[dict[str, Any]] = (),
    offers: Mapping[str, Any] | None = None,
    unread: Iterable[str] = (),
) -> Why:
    return {
        "app": app_id,
        "tasks": [each.as_result() for each in tasks],
        "health_checks": list(health_checks),
        "offers": dict(offers or {}),
        "unread": list(unread),
    }


def _defect(app_id: str, error: Exception) -> str:
    return f"Why {app_id} failed could not be read, because of a defect ({type(error).__name__})."


@dataclass(frozen=True)
class _Gathering:
    params: Mapping[str, Any]
    marathon: Marathon
    hide: Callable[[str], str]
    deadline: float
    unread: list[str] = field(default_factory=list)

    def of(self, app: AppJson, known: list[Suspect]) -> Why:
        """Return why an app failed."""
        connection = dataclasses.replace(self.marathon.session.connection, timeout=TIMEOUT)
        asking = Marathon(self.marathon.session.sibling(connection))
        queue = begun(lambda: asking.queue(embed=["lastUnusedOffers"]))
        checks = [
            begun(functools.partial(_asked, *each, self.hide)) for each in _first_of_each_task(failing_checks(app))
        ]
        tasks = self._with_output(app, known)
        answered = [check for check in map(self._in_time, checks) if check]
        return _result(app["id"], tasks, answered, self._offers(app, queue), self.unread)

    def _offers(self, app: AppJson, queue: Future[list[dict[str, Any]]]) -> dict[str, Any]:
        kept = obstacles(app, self._in_time(queue) or [])
        return {key: kept[key] for key in _OFFERS if key in kept}

    def _in_time(self, future: Future[Any]) -> Any:
        """Return what a request came to, None where it failed or takes too long."""
        wait([future], max(0.0, self.deadline - time.monotonic()))
        return future.result() if future.done() and future.exception() is None else None

    def _with_output(self, app: AppJson, known: list[Suspect]) -> list[Suspect]:
        """Return the tasks that may tell, each with its output where its agent shows it."""
        agents = self._agents()
        if agents is None:
            return known[:MOST_TASKS]
        by_agent: dict[Agent, list[Suspect]] = {}
        for each in known:
            by_agent.setdefault(Agent(each.agent, each.host), []).append(each)
        several = list(by_agent.items())[:MOST_TASKS]
        most = max(1, MOST_TASKS // max(1, len(several)))
        since = str((app.get("versionInfo") or {}).get("lastConfigChangeAt") or app.get("version") or "")

        def read(agent: Agent, tasks: Sequence[Suspect]) -> list[Suspect]:
            return _read(
                agents.reach(agent, self.deadline), agent, tasks, task_prefix(app["id"]), since, most, self.hide
            )

        asked = [(tasks, begun(functools.partial(read, agent, tasks))) for agent, tasks in several]
        found = [each for tasks, future in asked for each in self._output(tasks[:most], future)]
        # What failed tells more than what runs.
        return sorted(found, key=lambda each: not each.failed)[:MOST_TASKS]

    def _agents(self) -> Agents | None:
        try:
            return agents_from(self.params.get("mesos_agents"), self.marathon)
        except DcosAviError as error:
            self.unread.append(error.sentence)
            return None

    def _output(self, tasks: Sequence[Suspect], future: Future[list[Suspect]]) -> list[Suspect]:
        found: list[Suspect] | None = self._in_time(future)
        if found is not None:
            return found
        error = future.exception() if future.done() else None
        why = (
            error.sentence if isinstance(error, DcosAviError) else f"its agent gave no answer within {MOST_SECONDS:g} s"
        )
        return [dataclasses.replace(each, unread=why) for each in tasks]


def _read(
    files: AgentFiles,
    agent: Agent,
    tasks: Sequence[Suspect],
    prefix: str,
    since: str,
    most: int,
    hide: Callable[[str], str],
) -> list[Suspect]:
    """Return the tasks on an agent with their output, and those that Marathon forgot: it keeps only the last failure.

    :param since: when the app got its configuration. What ended before was another version of it.
    """
    boxes = {box.task: box for box in files.sandboxes(prefix)}
    known = {each.task for each in tasks}
    forgotten = [
        Suspect(box.task, agent.host, agent.id, box.state, box.at, failed=True)
        for box in boxes.values()
        if box.task not in known and box.has_failed and box.at >= since
    ]
    chosen = sorted([*tasks, *forgotten], key=lambda each: not each.failed)[:most]
    chosen = list(_with_words(chosen, files, prefix, hide))
    return [
        _with_lines(each, files, boxes[each.task], hide)
        if each.task in boxes
        else dataclasses.replace(each, unread=_NOT_SHOWN)
        for each in chosen
    ]


def _with_words(
    tasks: Sequence[Suspect], files: AgentFiles, prefix: str, hide: Callable[[str], str]
) -> Iterator[Suspect]:
    """Yield tasks, those that failed with what Mesos says of their end. Without that, their output still tells."""
    said: Mapping[str, Said] = {}
    if any(each.failed for each in tasks):
        with contextlib.suppress(DcosAviError):
            said = files.said(prefix)
    for each in tasks:
        found = said.get(each.task) if each.failed else None
        # Marathon may say more than Mesos: why it had a task killed.
        yield (
            dataclasses.replace(each, message=each.message or hide(found.message), reason=found.reason)
            if found
            else each
        )


def _with_lines(task: Suspect, files: AgentFiles, box: Sandbox, hide: Callable[[str], str]) -> Suspect:
    # As one text, because a key is several lines.
    stderr, stdout = (
        [clean(line) for line in hide("\n".join(files.last_lines(box.directory, name))).splitlines()]
        for name in ("stderr", "stdout")
    )
    errors, said = output_of(stderr, stdout)
    return dataclasses.replace(task, at=task.at or box.at, stderr=errors, stdout=said)


def _first_of_each_task(checks: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    first: dict[str, tuple[str, str, str]] = {}
    for check in checks:
        first.setdefault(check[0], check)
    return list(first.values())[:MOST_CHECKS]


def _asked(task: str, url: str, cause: str, hide: Callable[[str], str]) -> dict[str, Any]:
    """Make a health check once more, because Marathon does not keep the body of an answer. As Marathon does, any certificate is taken."""
    reply = ask_once("GET", url, timeout=TIMEOUT, most_bytes=MIB, verify=False)
    # Hidden before it is cut.
    body = " ".join(clean(hide(reply.body[:READ])).split())
    return {
        "task": task,
        "url": url,
        "cause": hide(cause),
        "status": reply.status,
        "body": body[:MOST_BODY],
        "error": reply.error,
    }


def _hiding(app: AppJson, params: Mapping[str, Any]) -> Callable[[str], str]:
    """Return what hides the credentials that an app was given, and what looks like one."""
    given = {"env": app.get("env"), "labels": app.get("labels")}
    # A short word, such as "info", stands in too much that it has nothing to do with.
    values = (
        {value for value in env_values(dict(app)) if len(value) >= LEAST_SECRET} if params.get("no_log_env") else set()
    )
    known = {*named_as_secret(given), *values}
    return lambda text: masked(text, known)
