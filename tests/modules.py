# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of the modules in this process, as Ansible would have it done."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import options_read
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work


def call(work: Work, *, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    """Do the work of a module, with its options checked and filled in by its argument spec."""
    if "nonce" in work.options:
        # No process of Ansible is above this one, of which the run could make its own.
        options.setdefault("nonce", "of these tests")
    parameters = ArgumentSpecValidator(work.options, **work.rules).validate(options_read(work.options, options))
    assert not parameters.error_messages, parameters.error_messages
    return work.do(parameters.validated_parameters, check_mode)
