# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules are asked to do while the answers to them are changed: together they read all that Marathon and Avi tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import options_read
from ansible_collections.dcos.avi.plugins.module_utils._core.secrets import printable
from ansible_collections.dcos.avi.plugins.module_utils._core.work import Work
from ansible_collections.dcos.avi.plugins.module_utils._modules.avi_pool_info import POOL_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.avi_virtualservice_info import VIRTUALSERVICE_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app_info import APP_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_deployment import DEPLOYMENT
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import MIGRATION_INFO
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_lock import MIGRATION_LOCK
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_scale_down import MIGRATION_SCALE_DOWN
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_soak import MIGRATION_SOAK

SERVICE, OLD, NEW, JOB = "app1", "app1-100", "app1-200", "job"
GATHERED = ["servers", "connections", "runtime", "health_score", "metrics"]
SOON = {"wait_timeout": 2, "wait_interval": 0.5}
PASSWORDS = {"marathon_password": "of-marathon-1", "password": "of-avi-2"}


@dataclass(frozen=True)
class Question:
    """A module's work with some options; `check` only asks what it would do."""

    work: Work
    options: Mapping[str, Any]
    check: bool = False

    def result(self, addresses: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the module returns to Ansible."""
        known = {**addresses, **self.options}
        given = {name: value for name, value in known.items() if name in self.work.options}
        read = options_read(self.work.options, given)
        params = ArgumentSpecValidator(self.work.options, **self.work.rules).validate(read)
        assert not params.error_messages, params.error_messages
        result = self.work.result(params.validated_parameters, module="a module", check_mode=self.check, diff_mode=True)
        told = printable(self.work.options, params.validated_parameters, result)
        del told["invocation"]
        return told


LOCKED: Mapping[str, Any] = {"owner": "somebody", "nonce": "n" * 32}
QUESTIONS: Mapping[str, Question] = {
    "apps": Question(APP_INFO, {}),
    "an app": Question(APP_INFO, {"id": NEW}),
    "pools": Question(POOL_INFO, {"virtualservice": SERVICE, "gather": GATHERED}),
    "virtual services": Question(VIRTUALSERVICE_INFO, {"gather": ["health_score", "metrics"]}),
    "the state": Question(MIGRATION_INFO, {"service": SERVICE}),
    "a rollout": Question(
        MIGRATION_INFO, {"service": SERVICE, "rollout": {"version": "300", "image": "shop/server:300"}}
    ),
    "a preview": Question(
        MIGRATION_INFO,
        {"service": SERVICE, "rollout": {"version": "300", "image": "shop/server:300", "strategy": "preview"}},
    ),
    "a rollback": Question(MIGRATION_INFO, {"service": SERVICE, "rollback": {}}),
    "a retirement": Question(MIGRATION_INFO, {"service": SERVICE, "retire": {"keep": 1}}),
    "a recovery": Question(MIGRATION_INFO, {"service": SERVICE, "recover": {"app": NEW}}),
    "active": Question(MIGRATION_INFO, {"service": SERVICE, "until": "active", "app": NEW, **SOON}),
    "drained": Question(MIGRATION_INFO, {"service": SERVICE, "until": "drained", "app": OLD, **SOON}),
    "settled": Question(MIGRATION_INFO, {"service": SERVICE, "until": "settled", "app": NEW, **SOON}),
    "the soak": Question(
        MIGRATION_SOAK,
        {"service": SERVICE, "app": NEW, "seconds": 1, "interval": 0.5, "max_connections": 100, "min_health_score": 1},
    ),
    "the lock": Question(MIGRATION_LOCK, {"service": SERVICE, "purpose": "a test", **LOCKED, **SOON}),
    "unlock": Question(MIGRATION_LOCK, {"service": SERVICE, "state": "absent", **LOCKED, **SOON}),
    "a scale-down": Question(MIGRATION_SCALE_DOWN, {"service": SERVICE, "app": OLD, "retire": {}, **LOCKED, **SOON}),
    "a change": Question(APP, {"id": JOB, "definition": {"labels": {"team": "shop"}}, **SOON}, check=True),
    "a change that is made": Question(APP, {"id": JOB, "definition": {"mem": 48}, "on_failure": "rollback", **SOON}),
    "a restart": Question(APP, {"id": JOB, "state": "restarted", **SOON}),
    "a deletion": Question(APP, {"id": OLD, "state": "absent", **SOON}),
    "to zero": Question(APP, {"id": OLD, "instances": 0, **SOON}),
    "deployments": Question(DEPLOYMENT, {"app": JOB, "state": "rolled_back", **SOON}),
}
