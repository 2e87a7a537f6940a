# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a loop that watches to the queue of an event source."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import options_read
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean, each_text
from ansible_collections.dcos.avi.plugins.module_utils._core.session import REQUESTS_IMPORT_ERROR

_TEMPLATE = re.compile(r"\{(?=[{%#])")
Put = Callable[[dict[str, Any]], None]
Tell = Callable[[str], None]


class Watch(Protocol):
    """What watches until it is told to stop; ``run`` hands on each event, and raises what ends it."""

    def run(self, put: Put) -> None:
        """Watch."""

    def stop(self) -> None:
        """End ``run`` soon."""


def checked(options: Mapping[str, Any], given: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return the arguments of a source by the modules' own rules, from their environment variables, too.

    :raises Refused: one is unknown, or of no use.
    """
    if REQUESTS_IMPORT_ERROR:
        raise Refused(f"{source} needs the Python package requests where ansible-rulebook runs.")
    # Beside the arguments of the rulebook, ansible-rulebook may hand over what is its own.
    own = {name: value for name, value in given.items() if not name.startswith("eda_")}
    validation = ArgumentSpecValidator(dict(options)).validate(options_read(options, own))
    if validation.error_messages:
        raise Refused(f"The arguments of {source} cannot be used: {'; '.join(validation.error_messages)}.")
    params: dict[str, Any] = validation.validated_parameters
    return params


def harmless(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event whose texts are shown as they are, and are no template.

    A rulebook hands on what it gets to playbooks, whose extra variables Ansible templates. Whoever may start a task in the cluster writes such
    texts. So a space comes between the two characters that begin a template.
    """
    found: dict[str, Any] = each_text(lambda text: _TEMPLATE.sub("{ ", clean(text)), event)
    return found


async def watched(watch: Watch, queue: Any) -> None:
    """Put what a watch hands on into a queue, until that ends, or until this is cancelled.

    It has a thread of its own, as it waits for servers. The next event is only asked for when the queue has taken the last one.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def put(event: dict[str, Any]) -> None:
        asyncio.run_coroutine_threadsafe(queue.put(harmless(event)), loop).result()

    def tell_end(error: BaseException | None) -> None:
        if not ended.done():
            if error is None:
                ended.set_result(None)
            else:
                ended.set_exception(error)

    def watch_in_thread() -> None:
        error: BaseException | None = None
        try:
            watch.run(put)
        except BaseException as raised:
            error = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell_end, error)

    # A daemon, because nothing can be done about a read that has begun: it must not keep the process alive.
    threading.Thread(target=watch_in_thread, daemon=True).start()
    try:
        await ended
    finally:
        watch.stop()
