# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module does, whether it has a process of its own or not."""

from __future__ import annotations

import json
import os
import re
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.parameters import _list_no_log_values, remove_values
from ansible_collections.dcos.avi.plugins.module_utils._errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._http import HttpSession, password_in
from ansible_collections.dcos.avi.plugins.module_utils._wait import refuse_unusable_times

# Of the options that come from the environment, Ansible knows those to be secret that have a fallback of its own.
SECRET_VARIABLES = ("AVI_PASSWORD", "AVI_TOKEN")
# Here a password may stand without http:// before it.
ADDRESSES = ("marathon_url", "controller", "url")
# Options of these types hold what is secret beside what is not.
MIXED_TYPES = ("dict", "jsonarg")
# The same word as Ansible's.
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
OF_CREDENTIALS = re.compile(
    r"(auth|authorization|authentication|cookie|credential|key|passphrase|passw(or)?d|pwd|secret|session([-_]?id)?|signature|token)s?$",
    re.IGNORECASE,
)
# Words of the sentences about a request, which to hide would make these unreadable.
NO_SECRETS = {
    *("accept", "content-length", "content-type", "host", "user-agent"),
    *("api_version", "controller", "port", "tenant", "tenant_uuid", "username"),
}
# A shorter value whose name does not speak of credentials stands in too much that has nothing to do with it.
LEAST_SECRET = 8


@dataclass(frozen=True)
class Work:
    """The work of a module.

    ``do`` takes the checked parameters, each key present, and whether it may only predict; it returns the module's result, or
    raises DcosAviError. ``options`` is the module's argument spec, ``rules`` are those between options, such as ``mutually_exclusive``.
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
            result = self.do(params, check_mode)
        except DcosAviError as error:
            result = {"failed": True, "msg": error.sentence, **error.as_result()}
        except Exception as error:
            result = _defect(module, error)
        if not diff_mode:
            result.pop("diff", None)
        spent = {"seconds": round(time.monotonic() - begin, 2), "requests": HttpSession.requests_of_all - before}
        return {**result, "spent": spent}

    def shown(self, result: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the module's result as it may be printed, with its parameters, and without secrets.

        ``spent`` is made of numbers of ours, which roles add up: a secret as short as "1" is not hidden in it.
        """
        mixed = self._mixed()
        given = {name: HIDDEN if name in mixed and value else value for name, value in params.items()}
        without = remove_values({**result, "invocation": {"module_args": given}}, self.secrets(params))
        return {**without, "spent": result["spent"]}

    def secrets(self, params: Mapping[str, Any]) -> set[str]:
        """Return what is to be found nowhere in what is printed: an answer may repeat what it was sent.

        To Ansible, each text and number in an option with ``no_log`` is one, as is "1" in ``headers: {X-Debug: "1"}``: then not
        one number of the result could be read. It does not know the passwords inside URLs, nor those of the Avi Controller that are
        in the environment.
        """
        mixed = self._mixed()
        simple = {name: option for name, option in self.options.items() if name not in mixed}
        variables = SECRET_VARIABLES if "avi_credentials" in self.options else ()
        return {
            *_list_no_log_values(simple, params),
            *(secret for name in mixed for secret in _secrets_among(params.get(name))),
            *_passwords_in(dict(params)),
            *filter(None, map(os.environ.get, variables)),
        }

    def _mixed(self) -> list[str]:
        return [name for name, option in self.options.items() if option.get("no_log") and option["type"] in MIXED_TYPES]


def _defect(module: str, error: Exception) -> dict[str, Any]:
    """Return the result of a failure that nobody thought of. What it says may hold anything, and is left to the traceback."""
    sentence = (
        f"{module} failed with an error of the kind {type(error).__name__}, which is a defect of it. Whether anything was changed "
        "before is not known. Please report it with the output of -vvv and ANSIBLE_DISPLAY_TRACEBACK=error."
    )
    return {"failed": True, "msg": sentence, "exception": traceback.format_exc()}


def _secrets_among(value: Any, name: str = "") -> Iterator[str]:
    """Yield what is secret in an option that holds other things, too: what has the name of a credential, or is long enough."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _secrets_among(item, name if OF_CREDENTIALS.search(name) else str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _secrets_among(item, name)
    elif value is not None and not isinstance(value, bool):
        text = str(value)
        if text and (OF_CREDENTIALS.search(name) or (len(text) >= LEAST_SECRET and name.lower() not in NO_SECRETS)):
            yield text
        if isinstance(value, str):
            yield from _secrets_among(_data_in(value), name)


def _data_in(text: str) -> Any:
    """Return the dictionary or list that a text is in JSON, as bodies are; None where it is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) else None


def _passwords_in(value: Any, name: str = "") -> Iterator[str]:
    """Yield the passwords inside URLs."""
    if isinstance(value, list):
        for item in value:
            yield from _passwords_in(item, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _passwords_in(item, str(key))
    elif isinstance(value, str):
        url = value.strip()
        yield from filter(None, [password_in(f"http://{url}" if name in ADDRESSES and "://" not in url else url)])
