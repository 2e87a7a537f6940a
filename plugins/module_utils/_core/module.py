# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the work of a module to an Ansible module."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.parsing.convert_bool import BOOLEANS_FALSE
from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_env import env_values
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import options_read
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import in_all_forms, printable, secrets
from ansible_collections.dcos.avi.plugins.module_utils._core.session import REQUESTS_IMPORT_ERROR
from ansible_collections.dcos.avi.plugins.module_utils._core.spread import spread
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work


class _Module(AnsibleModule):  # type: ignore[misc]  # ansible-core tells no types
    """A module whose options have their numbers read in the collection's own way, whatever the release of ansible-core."""

    params: dict[str, Any]

    def _load_params(self) -> None:
        super()._load_params()
        self.params = options_read(self.argument_spec, spread(self.argument_spec, self.params))
        # Ansible itself tells them to the system's log, and where it refuses one of them. They are not checked yet.
        asked = self.params.get("no_log_env")
        if asked is not None and str(asked).lower() not in BOOLEANS_FALSE:
            self.no_log_values.update(env_values(self.params))


def run(work: Work) -> None:
    """Do the work as a module, in a process of its own."""
    module = _Module(argument_spec=work.options, supports_check_mode=True, **work.rules)
    found = in_all_forms(secrets(work.options, module.params), module.params)
    module.no_log_values.update(found)
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    result = work.result(module.params, module=module._name, check_mode=module.check_mode, diff_mode=module._diff)
    result = printable(work.options, module.params, result)
    # Ansible hides on its own what it finds in what is left: the headers of a request, and the numbers of what was spent.
    spent = " ".join(map(str, result["spent"].values()))
    module.no_log_values = {secret for secret in found if secret not in spent}
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)
