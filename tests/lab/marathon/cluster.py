# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs: the tasks of all apps, their launches and their ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from tests.lab.agents import Agent
from tests.lab.images import Behaviour, behaviour
from tests.lab.journal import Journal
from tests.lab.marathon.clock import Clock
from tests.lab.marathon.events import Events
from tests.lab.marathon.health import Checks
from tests.lab.marathon.launcher import Launcher
from tests.lab.marathon.persona import Persona
from tests.lab.marathon.ports import slots
from tests.lab.marathon.root import App
from tests.lab.marathon.signals import Signals
from tests.lab.marathon.taskjson import ip_addresses
from tests.lab.marathon.tasks import FAILED, KILLED, KILLING, RUNNING, Task, new_task, next_incarnation
from tests.lab.mesos.sandboxes import Sandboxes
from tests.lab.peer import Peer
from tests.lab.settings import Settings
from tests.lab.taskserver import Count, TaskServer

#: An image has to be fetched and a container made before a task runs (Marathon's seconds).
STAGING_SECONDS = 2


class Cluster:
    """Launches, watches and kills tasks. It does what it is told: how many an app should have, others decide."""

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        clock: Clock,
        events: Events,
        persona: Persona,
        agents: Sequence[Agent],
        ended: Callable[[Task], None],
    ) -> None:
        """`ended` is called with a task that has ended."""
        self.settings = settings
        self._journal = journal
        self._clock = clock
        self._events = events
        self.persona = persona
        self._ended = ended
        self.signals = Signals()
        self.agents = agents
        self.launcher = Launcher(
            clock,
            agents,
            self._hosts,
            self._launch,
            is_separate=persona.separate_queue,
            ends_at=persona.fatal_constraint,
            offer_wait=lambda: settings.offer_wait,
        )
        self.failures: dict[str, dict[str, Any]] = {}
        """The last task failure of each app."""
        self.counts: dict[str, Count] = {}
        """The requests each app's tasks answered, those of ended tasks included."""
        self.sandboxes = Sandboxes()
        self._checks = Checks(clock, events, persona, self.signals.ring, self._kill_unhealthy)
        self._tasks: dict[str, dict[str, Task]] = {}
        self._expunged: list[Task] = []
        """Lost ones that Marathon knows no more, and whose processes go on."""
        self._lives: set[asyncio.Task[None]] = set()

    def tasks_of(self, app_id: str) -> list[Task]:
        """Return the tasks of an app, those included that are ending, and those that ended and whose instances wait to run again."""
        entry = self.launcher.entries.get(app_id)
        return [*self._tasks.get(app_id, {}).values(), *(entry.ended if entry else [])]

    def live_of(self, app_id: str) -> list[Task]:
        """Return the tasks of an app that have not ended, and that Marathon has not given up."""
        return [task for task in self._tasks.get(app_id, {}).values() if not task.given_up]

    def on(self, agent: Agent) -> list[Task]:
        """Return the tasks that Marathon knows on an agent."""
        return [task for tasks in self._tasks.values() for task in tasks.values() if task.agent is agent]

    def expunged_on(self, agent: Agent) -> list[Task]:
        """Return the tasks on an agent that Marathon knows no more."""
        return [task for task in self._expunged if task.agent is agent]

    def all_tasks(self) -> list[Task]:
        """Return every task, as tasks_of does for each app."""
        return [
            task for app_id in dict.fromkeys((*self._tasks, *self.launcher.entries)) for task in self.tasks_of(app_id)
        ]

    def waiting(self, app_id: str) -> int:
        """Return how many instances of an app wait for their launch; in a separate queue nothing is an instance yet."""
        entry = self.launcher.entries.get(app_id)
        return entry.count if entry and not self.persona.separate_queue else 0

    def kill(self, task: Task, cause: str = "", *, for_good: bool = True) -> None:
        """Send a task the SIGTERM; it ends within its grace period.

        The cause is for the journal, where Marathon does so by itself. `for_good`: its instance is to end with it, where instances
        outlive their tasks.
        """
        task.comes_back = task.comes_back and not for_good
        if task.is_lost and for_good:
            self._let_go(task)
        elif task.active:
            if for_good and not self.persona.internal_instances and task.state == RUNNING:
                self._tell_condition(task, "Running")  # it is as it was, but for its goal
            self._journal.add("kill", app=task.app.id, task=task.id, **({"cause": cause} if cause else {}))
            if self.settings.task_killing == "on":
                self.set_state(task, KILLING)
            else:
                task.killed_while, task.state = task.state, KILLING
                self.signals.ring(task.app.id)
            self._spawn(self._terminate(task))

    def _let_go(self, task: Task) -> None:
        """Have a lost task end once its agent is back. Up to 1.5 Marathon forgets it at once; later releases list it until then."""
        self._journal.add("let go", app=task.app.id, task=task.id)
        if self.persona.internal_instances:
            self.expunge(task)
        else:
            task.given_up = True
            self.signals.ring(task.app.id)

    def expunge(self, task: Task) -> None:
        """Forget a lost task. Its process goes on."""
        self._checks.end(task)
        del self._tasks[task.app.id][task.id]
        self._expunged.append(task)
        self.signals.ring(task.app.id)

    def end_expunged(self, task: Task) -> None:
        """Have a process end that Marathon does not know, now that its agent is back."""
        self._expunged.remove(task)
        self._journal.add("kill", app=task.app.id, task=task.id, cause="Marathon does not know it")
        self._spawn(self._terminate_unknown(task))

    async def _terminate_unknown(self, task: Task) -> None:
        if task.server:
            await task.server.terminate(self._grace(task))
        self._journal.add("end", app=task.app.id, task=task.id, state=KILLED)
        self._give_back(task)
        self.launcher.offer()

    def crash(self, task: Task) -> None:
        """Have the process of a running task killed by something else than Marathon, which learns of it as of any failure."""
        if task.state == RUNNING:
            self._journal.add("crash", app=task.app.id, task=task.id)
            self.fail(task, "Command terminated with signal Killed")

    def forget(self, app_id: str) -> None:
        """Forget what went wrong with an app that is no more."""
        self.failures.pop(app_id, None)
        self.launcher.forgive(app_id)
        self._checks.forget(app_id)

    def forget_health(self) -> None:
        """Forget all results of health checks; the next ones come."""
        self._checks.begin_again()

    async def stop(self) -> None:
        """End everything at once."""
        self._checks.stop()
        for life in self._lives:
            life.cancel()
        for task in (*(task for tasks in self._tasks.values() for task in tasks.values()), *self._expunged):
            for each in task.reserved:
                each.close()
            if task.server:
                task.server.kill()
        await asyncio.gather(*self._lives, return_exceptions=True)

    def _hosts(self, app_id: str) -> list[str]:
        return [task.agent.name for task in self.live_of(app_id)]

    def _spawn(self, life: Coroutine[Any, Any, None]) -> None:
        running = asyncio.create_task(life)
        self._lives.add(running)
        running.add_done_callback(self._lived)

    def _lived(self, life: asyncio.Task[None]) -> None:
        self._lives.discard(life)
        if not life.cancelled():
            life.result()  # a bug in the lab shows at once

    def _launch(self, app: App, agent: Agent, ended: Task | None) -> None:
        now = self._clock.now()
        task = next_incarnation(ended, app, agent, now) if ended else new_task(app, agent, now, self.persona)
        if ended:
            self._checks.end(ended)
        self._checks.expect(app)
        agent.free -= task.resources
        agent.fixed_ports |= _fixed_ports(task)
        self._tasks.setdefault(app.id, {})[task.id] = task
        self.sandboxes.make(task.id, agent)
        # The offer that launches a task gives it its ports.
        problem = _reserve_ports(task)
        if self.persona.internal_instances:
            self._tell_condition(task, "Created")
        else:
            if not ended:
                self._tell_condition(task, "Scheduled", placed=False)
            self._tell_condition(task, "Provisioned")
        self._spawn(self._begin(task, problem))

    async def _begin(self, task: Task, problem: OSError | None) -> None:
        """Start a task's server, unless there is a problem with its ports; a crash is part of its life."""
        definition = task.app.definition
        await asyncio.sleep(self._clock.real(STAGING_SECONDS))
        if not task.active:
            return
        if problem:
            self.fail(task, f"Failed to launch container: {problem}", "REASON_CONTAINER_LAUNCH_FAILED")
            return
        does = behaviour(_image(definition), definition.get("env", {}), task.app.version)
        task.server = TaskServer(
            task.app.id,
            task.id,
            does,
            [check.get("path", "/") for check in definition.get("healthChecks", [])],
            self.counts.setdefault(task.app.id, Count()),
            self.sandboxes.of(task.id),
            self._peer_of(does),
        )
        reserved, task.reserved = task.reserved, []
        await task.server.start(reserved)
        if not task.active:  # it was killed while it began
            task.server.kill()
            return
        if not self.persona.internal_instances:
            self._tell_status(task, "TASK_STARTING", "")
            self._tell_condition(task, "Starting")
        task.started_at, task.started = self._clock.now(), asyncio.get_running_loop().time()
        self._journal.add(
            "start", app=task.app.id, task=task.id, host=task.agent.name, address=task.agent.address, ports=task.ports
        )
        self.set_state(task, RUNNING)
        self._checks.begin(task)
        crash = task.server.behaviour.crashes_after
        if crash != float("inf"):
            await asyncio.sleep(crash)
            if task.active:
                self.fail(task, *_words_of_crash(task))

    def _peer_of(self, does: Behaviour) -> Peer | None:
        return Peer(does.peer_url, does.peer, does.version, self._addresses_of) if does.peer else None

    def _addresses_of(self, service: str, version: str) -> list[tuple[str, int]]:
        """Where the tasks of a service run that are of a version, whichever apps they belong to."""
        return [
            (task.agent.address, task.endpoints[0])
            for app_id, tasks in self._tasks.items()
            if app_id == f"/{service}" or app_id.startswith(f"/{service}-")
            for task in tasks.values()
            if task.state == RUNNING and task.server and task.server.behaviour.version == version
        ]

    async def _terminate(self, task: Task) -> None:
        if task.server:
            await task.server.terminate(self._grace(task))
        self._end(task, KILLED, "Command terminated with signal Terminated")

    def _grace(self, task: Task) -> float:
        return float(task.app.definition.get("taskKillGracePeriodSeconds", self.settings.kill_grace))

    def _kill_unhealthy(self, task: Task, cause: str) -> None:
        if not task.active:
            return
        message = f"Task was killed since health check failed. Reason: {cause}"
        self._note_failure(task, KILLED, message)
        self._events.send(
            "unhealthy_instance_kill_event",
            appId=task.app.id,
            taskId=task.id,
            instanceId=task.instance_id,
            version=task.app.version,
            reason=cause,
            host=task.agent.name,
            slaveId=task.agent.id,
        )
        self.kill(task, message, for_good=False)

    def fail(self, task: Task, message: str, reason: str = "") -> None:
        """End a task that failed. Of what its own program did, Mesos states no reason."""
        if task.server:
            task.server.crash(message)
        self._note_failure(task, FAILED, message)
        ran = asyncio.get_running_loop().time() - task.started if task.started_at else 0.0
        self.launcher.failed(task.app, ran)
        self._end(task, FAILED, message, reason)

    def _note_failure(self, task: Task, state: str, message: str) -> None:
        self.failures[task.app.id] = {
            "appId": task.app.id,
            "host": task.agent.name,
            "message": message,
            "state": state,
            "taskId": task.id,
            "timestamp": self._clock.now(),
            "version": task.app.version,
            "slaveId": task.agent.id,
        }

    def _end(self, task: Task, state: str, message: str, reason: str = "") -> None:
        self._journal.add("end", app=task.app.id, task=task.id, state=state)
        if self.persona.separate_queue or not task.comes_back:
            self._checks.end(task)
        for each in task.reserved:
            each.close()
        self._give_back(task)
        del self._tasks[task.app.id][task.id]
        self.set_state(task, state, message, reason)
        self._ended(task)
        self.launcher.offer()

    def _give_back(self, task: Task) -> None:
        task.agent.free += task.resources
        task.agent.fixed_ports -= _fixed_ports(task)

    def set_state(self, task: Task, state: str, message: str = "", reason: str = "") -> None:
        """Give a task another state, and tell of it."""
        task.state, task.killed_while = state, None
        self.sandboxes.of(task.id).enters(state, message, reason, ends=state in (KILLED, FAILED))
        self._tell(task, message)
        self.signals.ring(task.app.id)

    def _tell(self, task: Task, message: str) -> None:
        self._tell_status(task, task.state, message)
        self._tell_condition(task, task.state.removeprefix("TASK_").capitalize())

    def _tell_status(self, task: Task, state: str, message: str) -> None:
        self._events.send(
            "status_update_event",
            slaveId=task.agent.id,
            taskId=task.id,
            taskStatus=state,
            message=message,
            appId=task.app.id,
            host=task.agent.name,
            ipAddresses=ip_addresses(task) if task.started_at else [],
            ports=task.ports,
            version=task.app.version,
        )

    def _tell_condition(self, task: Task, condition: str, *, placed: bool = True) -> None:
        self._events.send(
            "instance_changed_event",
            instanceId=task.instance_id,
            condition=condition,
            runSpecId=task.app.id,
            agentId=task.agent.id if placed else None,
            host=task.agent.name if placed else None,
            runSpecVersion=task.app.version,
        )


def _reserve_ports(task: Task) -> OSError | None:
    """Take the ports of a task on its agent; return why it cannot have them."""
    wanted = slots(task.app.definition)
    try:
        task.reserved = task.agent.reserve(slot.host_port or 0 for slot in wanted)
    except OSError as error:
        return error
    task.endpoints = [each.getsockname()[1] for each in task.reserved]
    task.ports = [port for port, slot in zip(task.endpoints, wanted, strict=True) if slot.host_port is not None]
    return None


def _words_of_crash(task: Task) -> tuple[str, str]:
    """What Mesos says of a task that crashes by itself: the message, and the reason, which is that of a limit."""
    if not (task.server and task.server.behaviour.out_of_memory):
        return "Command exited with status 1", ""
    mem = f"{task.resources.mem:g}MB"
    return f"Memory limit exceeded: Requested: {mem} Maximum Used: {mem}", "REASON_CONTAINER_LIMITATION_MEMORY"


def _fixed_ports(task: Task) -> set[int]:
    return {slot.host_port for slot in slots(task.app.definition) if slot.host_port}


def _image(definition: dict[str, Any]) -> str:
    return str(definition.get("container", {}).get("docker", {}).get("image", ""))
