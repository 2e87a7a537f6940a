# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds what no gate of a role could judge by, before the role asks anything of anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.dcos.avi.plugins.module_utils._avi.options import AVI_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import Refused
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import options_read
from ansible_collections.dcos.avi.plugins.module_utils._core.removal import without_secrets
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import in_all_forms, secrets
from ansible_collections.dcos.avi.plugins.module_utils._core.session import REQUESTS_IMPORT_ERROR
from ansible_collections.dcos.avi.plugins.module_utils._core.spread import TOGETHER
from ansible_collections.dcos.avi.plugins.module_utils._core.wait import refuse_unusable_times
from ansible_collections.dcos.avi.plugins.module_utils._marathon.options import MARATHON_OPTIONS
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_requests import (
    REQUESTS_OPTIONS,
    refuse_unusable_request,
)
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_soak import SOAK_OPTIONS, soak_by
from ansible_collections.dcos.avi.plugins.module_utils._service.observe import SERVICE_OPTIONS
from ansible_collections.dcos.avi.plugins.plugin_utils._plain import plain

Options = dict[str, Any]
Refuse = Callable[[dict[str, Any]], Any]


def gate_mistakes(given: Mapping[str, Any], role: str) -> list[str]:
    """Return what the gates of a role could not judge by, a sentence each. Nobody is asked for it.

    :param given: the gates by the names of the variables, without the role's name and the underscore. What is no dictionary is no gate.
    """
    if REQUESTS_IMPORT_ERROR:
        # The first module says so.
        return []
    gates = {name: gate for name, gate in given.items() if name in _GATES and isinstance(gate, Mapping)}
    found = ((name, _why_unusable(plain(gate), *_GATES[name])) for name, gate in gates.items())
    return [f"{role}_{name}: {why}" for name, why in found if why]


def _why_unusable(gate: dict[str, Any], options: Options, refuse: Refuse) -> str:
    # What was left empty counts as not given.
    stated = {name: value for name, value in gate.items() if value is not None}
    read = ArgumentSpecValidator(options).validate(options_read(options, stated))
    if read.error_messages:
        return " ".join(read.error_messages)
    params: dict[str, Any] = {"app": None, **read.validated_parameters}
    try:
        refuse_unusable_times(params)
        refuse(params)
    except Refused as refused:
        (sentence,) = without_secrets([refused.sentence], in_all_forms(secrets(options, params), params))
        return str(sentence)
    return ""


def _of_a_gate(options: Options, others: Iterable[str]) -> Options:
    """Return the options without those that a role gives by itself, or leaves to the environment."""
    return {name: option for name, option in options.items() if name not in {"app", *TOGETHER, *others}}


_OF_A_REQUEST = _of_a_gate(REQUESTS_OPTIONS, MARATHON_OPTIONS)
_OF_A_SOAK = _of_a_gate(SOAK_OPTIONS, [*SERVICE_OPTIONS, *MARATHON_OPTIONS, *AVI_OPTIONS])
_GATES: dict[str, tuple[Options, Refuse]] = {
    "smoke": (_OF_A_REQUEST, refuse_unusable_request),
    "requests": (_OF_A_REQUEST, refuse_unusable_request),
    "soak": (_OF_A_SOAK, soak_by),
}
