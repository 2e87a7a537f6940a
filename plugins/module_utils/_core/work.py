# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module does, whether it has a process of its own or not."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean, escaped
from ansible_collections.dcos.avi.plugins.module_utils._core.session import HttpSession
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import refuse_unusable_times

EXCEPTION = "exception"
# The code of a failure that nobody thought of; the others are those of the errors.
DEFECT = "defect"
# What a task shows as it ends, without being part of its result: a sentence, and lines below it.
SHOWN, MORE_SHOWN = "shown", "more_shown"
# Data of a result that somebody may write back, or compare: apps and their definitions, whose they are, and what a user's own query returns.
DATA = {"app", "apps", "definition", "env_from", "lock", "owner", "result"}


@dataclass(frozen=True)
class Work:
    """The work of a module.

    ``do`` takes the checked parameters, each key present, with ``diff_mode`` beside them, and whether it may only predict; it returns the
    module's result, or raises DcosAviError. ``options`` is the module's argument spec, ``rules`` are those between options, such as ``mutually_exclusive``.
    """

    do: Callable[[dict[str, Any], bool], dict[str, Any]]
    options: dict[str, Any]
    rules: Mapping[str, Any] = field(default_factory=dict)

    def result(self, params: dict[str, Any], *, module: str, check_mode: bool, diff_mode: bool) -> dict[str, Any]:
        """Do the work and return the result of the ``module``; of a failure, with ``failed`` and its sentence as ``msg``.

        Both tell what was ``spent``: the seconds that the work took, and the requests that it made.
        """
        begin, before = time.monotonic(), HttpSession.requests_of_all
        try:
            refuse_unusable_times(params)
            # Who only asks what would be done is told at once that Marathon does not answer.
            patience = {"marathon_away_timeout": 0} if check_mode else {}
            result = self.do({**params, **patience, "diff_mode": diff_mode}, check_mode)
        except DcosAviError as error:
            result = {"failed": True, "msg": error.sentence, "code": error.code, **error.as_result()}
        except Exception as error:
            result = _defect(module, error)
        if not diff_mode:
            result.pop("diff", None)
        spent = {"seconds": round(time.monotonic() - begin, 2), "requests": HttpSession.requests_of_all - before}
        return {**_printed(result), "spent": spent}


def _defect(module: str, error: Exception) -> dict[str, Any]:
    """Return the result of a failure that nobody thought of. What it says may hold anything, and is left to the traceback."""
    sentence = (
        f"{module} failed with an error of the kind {type(error).__name__}, which is a defect of it. Whether anything was changed "
        "before is not known. Please report it with the output of -vvv and ANSIBLE_DISPLAY_TRACEBACK=error."
    )
    return {"failed": True, "msg": sentence, "code": DEFECT, EXCEPTION: _trace(error)}


def _trace(error: Exception) -> str:
    """Return the traceback. Its lines are those of Python: what an error says may hold lines of its own."""
    parts = traceback.TracebackException.from_exception(error).format()
    # Where something was called is several lines, of which none comes from outside.
    return "".join(part if part.startswith("  File") else f"{clean(part.strip())}\n" for part in parts)


def _printed(value: Any, name: str = "") -> Any:
    """Return a result of which people can be shown everything but the data that is to be used as it is."""
    if name == "diff":
        return escaped(value)
    if name == EXCEPTION or (name in DATA and not isinstance(value, str)):
        return value
    if isinstance(value, Mapping):
        return {clean(key): _printed(item, key) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printed(item) for item in value]
    return clean(value) if isinstance(value, str) else value
