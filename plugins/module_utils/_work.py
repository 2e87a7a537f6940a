# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module does, whether it has a process of its own or not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._http import HttpSession, split_userinfo

# Of the options that come from the environment, Ansible knows those to be secret that have a fallback of its own.
SECRET_VARIABLES = ("AVI_PASSWORD", "AVI_TOKEN")


@dataclass(frozen=True)
class Work:
    """The work of a module.

    ``do`` takes the checked parameters, each key present, and whether it may only predict; it returns the module's result, or
    raises DcosAviError. ``options`` is the module's argument spec, ``rules`` are those between options, such as ``mutually_exclusive``.
    """

    do: Callable[[dict[str, Any], bool], dict[str, Any]]
    options: dict[str, Any]
    rules: Mapping[str, Any] = field(default_factory=dict)

    def result(self, params: dict[str, Any], *, check_mode: bool, diff_mode: bool) -> dict[str, Any]:
        """Do the work and return the module's result; of a failure, with ``failed`` and its sentence as ``msg``.

        Both tell what was ``spent``: the seconds that the work took, and the requests that it made.
        """
        begin, before = time.monotonic(), HttpSession.requests_of_all
        try:
            result = self.do(params, check_mode)
        except DcosAviError as error:
            result = {"failed": True, "msg": error.sentence, **error.as_result()}
        if not diff_mode:
            result.pop("diff", None)
        spent = {"seconds": round(time.monotonic() - begin, 2), "requests": HttpSession.requests_of_all - before}
        return {**result, "spent": spent}

    def secrets(self, params: Mapping[str, Any]) -> set[str]:
        """Return what Ansible does not know to be secret: the passwords inside URLs, and those of the Avi Controller that are in
        the environment. It prints parameters at -vvv, and an answer may repeat what it was sent."""
        variables = SECRET_VARIABLES if "avi_credentials" in self.options else ()
        return {*_passwords_in_urls(params.values()), *filter(None, map(os.environ.get, variables))}


def _passwords_in_urls(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, list):
            yield from _passwords_in_urls(value)
        elif isinstance(value, dict):
            yield from _passwords_in_urls(value.values())
        elif isinstance(value, str):
            _url, auth = split_userinfo(value)
            if auth and auth[1]:
                yield auth[1]
