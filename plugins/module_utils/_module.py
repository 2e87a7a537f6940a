# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a function of parameters to an Ansible module."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Callable

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.dcos.avi.plugins.module_utils._errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._http import REQUESTS_IMPORT_ERROR, HttpSession, split_userinfo


def run(
    work: Callable[[dict[str, Any], bool], dict[str, Any]], argument_spec: dict[str, Any], **module_kwargs: Any
) -> None:
    """Run ``work(params, check_mode)`` as a module: its result is the module's, its DcosAviError the failure.

    Both tell what was ``spent``: the seconds that the work took, and the requests that it made.
    """
    begin = time.monotonic()
    module = AnsibleModule(argument_spec=argument_spec, supports_check_mode=True, **module_kwargs)
    module.no_log_values.update(_passwords_in_urls(module.params.values()))
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    try:
        result = work(module.params, module.check_mode)
    except DcosAviError as error:
        module.fail_json(msg=error.sentence, spent=_spent(begin), **error.as_result())
    if not module._diff:
        result.pop("diff", None)
    for warning in result.pop("warnings", []):
        module.warn(warning)
    module.exit_json(**result, spent=_spent(begin))


def _spent(begin: float) -> dict[str, Any]:
    return {"seconds": round(time.monotonic() - begin, 2), "requests": HttpSession.requests_of_all}


def _passwords_in_urls(values: Any) -> Iterator[str]:
    """Yield the passwords that users wrote into URLs: Ansible prints the parameters of a module at -vvv."""
    for value in values:
        if isinstance(value, list):
            yield from _passwords_in_urls(value)
        elif isinstance(value, str):
            _url, auth = split_userinfo(value)
            if auth and auth[1]:
                yield auth[1]
