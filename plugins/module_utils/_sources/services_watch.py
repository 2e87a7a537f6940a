# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks services again and again, and hands on what is news of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError, Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import refuse_endless
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import may_pass
from ansible_collections.dcos.avi.plugins.module_utils._gates.metric_source import METRICS_OPTION
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.belonging import ALSO_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._marathon.client import Marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.ids import validate_id
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import Service
from ansible_collections.dcos.avi.plugins.module_utils._sources.beside import MetricsBeside
from ansible_collections.dcos.avi.plugins.module_utils._sources.queueing import Put, Tell, checked
from ansible_collections.dcos.avi.plugins.module_utils._sources.service_news import Limits, Memory, news_of
from ansible_collections.dcos.avi.plugins.module_utils._sources.warm_metrics import WarmMetrics

SOURCE = "dcos.avi.services"
SERVICES_SOURCE_OPTIONS: dict[str, Any] = {
    "services": {"type": "list", "elements": "str", "required": True},
    "virtualservice": {"type": "str"},
    "cloud": {"type": "str"},
    **ALSO_OPTIONS,
    "interval": {"type": "float", "default": 5.0},
    "keep_warm": {"type": "int"},
    "approval_timeout": {"type": "int"},
    "metrics": METRICS_OPTION,
    **marathon.MARATHON_OPTIONS,
    **avi.AVI_OPTIONS,
}


class ServicesWatch:
    """The services that the arguments of the source name.

    :param tell: is told in a sentence of each failure that does not end it.
    :raises Refused: the arguments cannot be used; nothing was sent.
    """

    def __init__(self, args: dict[str, Any], tell: Tell) -> None:
        self._params = params = checked(SERVICES_SOURCE_OPTIONS, args, SOURCE)
        self._ids = list(dict.fromkeys(validate_id(each).strip("/") for each in params["services"] if each.strip()))
        self._refuse_unusable()
        self._limits = Limits(params["keep_warm"], params["approval_timeout"])
        self._tell = tell
        metrics = {each: WarmMetrics(params["metrics"], params["interval"], tell) for each in self._ids}
        self._of_the_first = metrics[self._ids[0]]
        self._metrics = {each: MetricsBeside(of_it) for each, of_it in metrics.items()}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Check no more."""
        self._stopping.set()

    def run(self, put: Put) -> None:
        """Hand on each event until ``stop``.

        :raises DcosAviError: a failure that does not pass by itself, such as a login that is not accepted.
        """
        client = marathon.client_from(self._params)
        with avi.controller_from(self._params) as controller:
            services = [Service.asked_for({**self._params, "service": each}, client, controller) for each in self._ids]
            memories = {service.id: Memory() for service in services}
            failures: dict[str, str] = {}
            self._of_the_first.try_out(self._ids[0])
            while not self._stopping.is_set():
                for service in services:
                    for event in self._check(service, client, memories, failures):
                        put(event)
                self._stopping.wait(self._params["interval"])

    def _check(
        self, service: Service, client: Marathon, memories: dict[str, Memory], failures: dict[str, str]
    ) -> Iterator[dict[str, Any]]:
        if self._stopping.is_set():
            return
        try:
            seen = service.look()
        except DcosAviError as error:
            if not may_pass(error):
                raise
            if failures.get(service.id) != error.sentence:
                self._tell(f"{service.id} could not be checked, and is checked again: {error.sentence}")
            failures[service.id] = error.sentence
            return
        failures.pop(service.id, None)
        events, memories[service.id] = news_of(memories[service.id], seen, self._limits, client.now())
        yield from events
        yield from self._metrics[service.id].events(seen, memories[service.id].locked, client.now())

    def _refuse_unusable(self) -> None:
        params = self._params
        if not self._ids:
            raise Refused("services names no service, so no event could ever come.")
        if params["virtualservice"] and len(self._ids) > 1:
            raise Refused(
                "virtualservice is the name of one virtual service. Use a source for each service that needs it."
            )
        refuse_endless(params, ("interval",))
        if not params["interval"] > 0:
            raise Refused(f"interval must be above 0 (seconds), not {params['interval']}.")
        for name in ("keep_warm", "approval_timeout"):
            if params[name] is not None and params[name] < 0:
                raise Refused(f"{name} must be 0 or more (seconds), not {params[name]}.")
