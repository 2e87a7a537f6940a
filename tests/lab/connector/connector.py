# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connector at work: it follows Marathon as any client can, and brings the Controller's objects to what it finds."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

import aiohttp

from tests.lab.avi.engine import ServiceEngine
from tests.lab.avi.store import Spec, Store
from tests.lab.connector import group, swap
from tests.lab.connector.apps import App, read_app
from tests.lab.connector.group import Group
from tests.lab.connector.objects import CREATOR, by_container, desired, merged, pool_name, virtualservice_name
from tests.lab.connector.swap import Swap
from tests.lab.connector.versions import Change, Switches, Version
from tests.lab.connector.view import History, Seen
from tests.lab.journal import Journal
from tests.lab.settings import Settings

#: Without an event, Marathon is read this often (seconds). After a read, events gather; after a failure, and in silence, it rests.
INTERVAL = 1.0
GATHER = 0.02
PAUSE = 0.2


class Connector:
    """Reads Marathon over REST and SSE, writes the store. `marathon_url` is asked when it starts.

    With `connector_delay`, own pools and new servers still appear at once; what moves or ends traffic (attaching a version,
    the flip, the leaving of servers, the end of a virtual service) follows its cause that many seconds later.
    """

    def __init__(
        self, settings: Settings, journal: Journal, store: Store, engine: ServiceEngine, marathon_url: Callable[[], str]
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._store = store
        self._engine = engine
        self._marathon_url = marathon_url
        self._history = History()
        self._services: dict[str, Swap | Group] = {}
        self._carried: dict[str, Swap | Group] = {}
        """The services as objects and data plane have them: what others may read, and what is in the journal."""
        self._known: dict[str, App] = {}
        self._ids: dict[str, str] = {}
        """Marathon's id of every app there ever was, by the name of its objects."""
        self._specs: list[Spec] = []
        self._complaints: set[str] = set()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._marathon: aiohttp.ClientSession

    async def start(self) -> None:
        """Begin to follow Marathon."""
        user = self._settings.marathon_username
        auth = aiohttp.BasicAuth(user, self._settings.marathon_password) if user else None
        headers = {"User-Agent": "lab-connector"}
        self._marathon = aiohttp.ClientSession(self._marathon_url(), headers=headers, auth=auth)
        self._engine.listen(self._wake.set)
        self._tasks = [asyncio.create_task(self._follow_events()), asyncio.create_task(self._work())]

    async def stop(self) -> None:
        """Stop following; the objects stay as they are."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tasks:
            await self._marathon.close()

    def state(self) -> Any:
        """Return how the versions of each service stand, and what the connector complained about."""
        services = {name: asdict(state) | {"active": state.active or name} for name, state in self._carried.items()}
        return {"services": services, "complaints": sorted(self._complaints)}

    async def _follow_events(self) -> None:
        """Wake up at each event of Marathon's stream, whatever it is about."""
        timeout = aiohttp.ClientTimeout(total=None)
        headers = {"Accept": "text/event-stream"}
        while True:
            with suppress(aiohttp.ClientError, OSError):
                async with self._marathon.get("/v2/events", headers=headers, timeout=timeout) as stream:
                    async for received in stream.content.iter_any():
                        if received.strip():  # else it is only kept alive
                            self._wake.set()
            await asyncio.sleep(INTERVAL)

    async def _work(self) -> None:
        while True:
            delayed = self._history.next_change() + self._settings.connector_delay - time.monotonic()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), max(0.0, min(INTERVAL, delayed)))
            self._wake.clear()
            if self._settings.connector == "silent":
                await asyncio.sleep(PAUSE)
                continue
            try:
                running = await self._read()
                if self._settings.connector != "silent":  # it may have fallen silent while Marathon took its time
                    await self.reconcile(running, time.monotonic())
                await asyncio.sleep(GATHER)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                self._complain(f"Marathon cannot be read: {type(error).__name__} {error}")
                await asyncio.sleep(PAUSE)
            except Exception:  # a connector that dies of one app would hide what the lab is to show
                self._complain(traceback.format_exc())
                await asyncio.sleep(PAUSE)

    async def _read(self) -> list[App]:
        timeout = aiohttp.ClientTimeout(total=10)
        async with self._marathon.get("/v2/apps", params={"embed": "apps.tasks"}, timeout=timeout) as answer:
            answer.raise_for_status()
            return [read_app(app) for app in (await answer.json())["apps"]]

    async def reconcile(self, running: list[App], now: float) -> None:
        """Bring objects and data plane to these apps. `now`: seconds of a clock that only goes forward."""
        fresh = {app.name: app for app in running}
        self._ids.update({name: app.id for name, app in fresh.items()})
        self._history.add(now, Seen(fresh, {app.name: self._servers_up(app) for app in running}))
        late = self._history.at(now - self._settings.connector_delay)
        apps = merged([each.apps for each in self._history.since()])
        changes = self._take_turns(apps, late)
        everything = self._with_ghosts(apps)
        self._look_at_labels(everything)
        specs = desired(everything, self._services)
        if self._settings.avi_addressing == "container":
            specs, self._engine.addresses = by_container(specs, everything)
        begun = time.time()
        if specs != self._specs:
            for sentence in self._store.sync(CREATOR, specs):
                self._complain(sentence)
            await self._engine.refresh()
            self._specs = specs
        for listener, change in changes:
            self._note(everything[listener], change, begun)
        self._carried = self._services

    def _servers_up(self, app: App) -> int:
        pool = self._store.named("pool", pool_name(app), app.tenant) if app.ports else None
        return len(self._engine.up(pool)) if pool else 0

    def _take_turns(self, apps: dict[str, App], late: Seen) -> list[tuple[str, Change]]:
        """Take every service one step further; one that a late connector has not noticed yet is at its beginning."""
        settings = self._settings
        switches = Switches(settings.flip, settings.alternate, settings.top_gone)
        listeners = [name for name, app in apps.items() if app.listener and app.ports]
        self._services = {name: self._services.get(name) or self._first(name) for name in listeners}
        changes = []
        for name in listeners:
            if name in late.apps:
                self._services[name], steps = _step(self._services[name], name, _versions(late, name), switches)
                changes += [(name, each) for each in steps]
        return changes

    def _first(self, listener: str) -> Swap | Group:
        return Group() if self._settings.avi == "pool_group" else Swap(listener)

    def _with_ghosts(self, apps: dict[str, App]) -> dict[str, App]:
        """Return the apps and, as last known, those that are deleted but still hold the pool that has the traffic."""
        held = {app for state in self._services.values() for app in state.apps()}
        ghosts = {name: self._known[name] for name in held - apps.keys()}
        if self._settings.top_gone == "empty":
            ghosts = {name: replace(app, tasks=()) for name, app in ghosts.items()}
        self._known = apps | ghosts
        return self._known

    def _look_at_labels(self, apps: dict[str, App]) -> None:
        for app in apps.values():
            for sentence in app.broken:
                self._complain(f"{app.id}: {sentence}")
            if app.ab and app.ab.service not in apps:
                self._complain(f"{app.id}: ab_config names the service {app.ab.service}, which does not exist")

    def _complain(self, sentence: str) -> None:
        """Note something that is wrong, once."""
        if sentence not in self._complaints:
            self._complaints.add(sentence)
            self._journal.add("connector", event="complaint", sentence=sentence)

    def _note(self, listener: App, change: Change, begun: float) -> None:
        """Put a change in the journal, where apps go by their Marathon ids. It began before the data plane was told of it."""
        details = dict(change.details)
        for key in {"app", "from"} & details.keys():
            details[key] = self._ids[details[key]]
        kind = {"kind": "flip"} if change.what == "flip" else {"kind": "connector", "event": change.what}
        self._journal.add(**kind, service=virtualservice_name(listener), begun=round(begun, 4), **details)


def _step(
    state: Swap | Group, listener: str, versions: list[Version], switches: Switches
) -> tuple[Swap | Group, list[Change]]:
    if isinstance(state, Swap):
        return swap.step(state, listener, versions, switches)
    return group.step(state, listener, versions, switches)


def _versions(seen: Seen, listener: str) -> list[Version]:
    return [
        Version(app.name, app.ab.priority, app.instances, seen.up.get(app.name, 0))
        for app in seen.apps.values()
        if app.ab and app.ab.service == listener and app.name != listener and app.ports
    ]
