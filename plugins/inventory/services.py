# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: services

short_description: The services of a Marathon as hosts

version_added: 1.0.0

author:
  - dcos.avi maintainers (@dcos-avi)

description:
  - Each service is a host, and its state is in the variables of that host. So a play can run a role of this collection for many services.
  - One request to Marathon reads all services. Avi is only asked with O(with_avi).
  - "A service is named by the labels of its versions, or its listener has labels of Avi (C(FE-Proxy), C(FE-Proxy-VIP) or C(avi_proxy)). An app
    elsewhere that names a service does not make one: the id of a version begins with the id of its service."
  - The name of a host is the id of the service, with C(_) for each C(/). The id itself is the variable C(dcos_avi_service).
  - The name of the inventory file must end with C(dcos_avi.yml) or C(dcos_avi.yaml).
  - Labels and other texts from the cluster are never templated.

extends_documentation_fragment:
  - constructed
  - inventory_cache
  - dcos.avi._marathon
  - dcos.avi._avi

notes:
  - "The variables of a host are:"
  - C(dcos_avi_service), the id of the service.
  - C(dcos_avi_labels), the labels of its listener.
  - C(dcos_avi_versions), its listener and its versions by priority, each with C(app), C(version), C(priority), C(instances) and C(healthy);
    with O(with_avi) also with C(role) and C(pool), as M(dcos.avi.migration_info) returns them.
  - C(dcos_avi_highest), the one of them with the highest priority that has instances; V(null) if none has.
  - C(dcos_avi_active), the one of them that is proven to take the traffic, V(null) if none is, and C(dcos_avi_problems). Both only exist with
    O(with_avi).
  - C(dcos_avi_previews), each with C(app), C(version), C(instances), C(healthy) and C(awaits_approval).
  - C(dcos_avi_lock), with C(app), C(owner), C(purpose) and C(since); V(null) if no run holds the lock.
  - C(dcos_avi_freeze), with C(by), C(since), C(until) and C(reason); V(null) if the service is not frozen.
  - C(dcos_avi_deployments), each with C(id) and C(app).
  - C(ansible_connection) is V(local), and C(ansible_python_interpreter) the Python that Ansible runs with, because a service is not a machine.
    Set them with O(compose) if the modules should run elsewhere.

options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [dcos.avi.services]
  services:
    description:
      - The ids of services, or patterns such as V(shop/*), in which C(*) also stands for slashes. When empty, all services are hosts.
      - An app with such an id is a host even if it has no labels.
      - Everybody who may create apps in the cluster can make an app that looks like a service. So name the services, or their folders, if a play
        changes all hosts.
      - If another inventory source has already made a host with the name of a service, that host is left as it is, with a warning. To make it the
        service, name the service here by its id.
    type: list
    elements: str
    default: []
  versions_also:
    description: The ids of versions in another folder, or whose ids do not begin with C(<service>-). Their label C(ab_config) names their service.
    type: list
    elements: str
    default: []
  with_avi:
    description:
      - Also ask Avi which version of each service takes the traffic. That takes about a dozen requests for each service.
    type: bool
    default: false
  cloud:
    description: The name of the Avi cloud that the virtual services are in. Needed if several clouds have a virtual service of the same name.
    type: str
"""

EXAMPLES = r"""
# services.dcos_avi.yml: all services below /shop. The first two lines are enough where Marathon's address and the login are in the
# environment (MARATHON_URL, MARATHON_TOKEN).
plugin: dcos.avi.services
services: ["shop/*"]

# Secrets from where they are kept.
marathon_url: https://dcos.example.com/service/marathon
marathon_token: "{{ lookup('ansible.builtin.env', 'DCOS_TOKEN') }}"

# A cache of a minute.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /tmp/dcos_avi
cache_timeout: 60

compose:
  instances: dcos_avi_highest.instances | default(0)
keyed_groups:
  # The services of a team, by a label of their listeners: team_checkout.
  - key: dcos_avi_labels.team | default('nobody')
    prefix: team
groups:
  locked: dcos_avi_lock is not none
  frozen: dcos_avi_freeze is not none
  to_approve: dcos_avi_previews | selectattr('awaits_approval') | list | length > 0
  # With with_avi: true, which also asks Avi: those whose version that takes the traffic is not the newest, and those where none is proven to.
  # behind: dcos_avi_active is not none and dcos_avi_active.app != dcos_avi_highest.app
  # unproven: dcos_avi_active is none
"""

import contextlib
import gc
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import DcosAviError
from ansible_collections.dcos.avi.plugins.module_utils._core.numbers import options_read
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import clean
from ansible_collections.dcos.avi.plugins.module_utils._core.session import REQUESTS_IMPORT_ERROR
from ansible_collections.dcos.avi.plugins.module_utils._plan.services_result import (
    PREFIX,
    host_name,
    inventory_variables,
    read_facts,
)
from ansible_collections.dcos.avi.plugins.module_utils._questions.services import (
    SERVICES_OPTIONS,
    asked_of_whom,
    services_asked_for,
)
from ansible_collections.dcos.avi.plugins.module_utils._service.fleet import wanted_services
from ansible_collections.dcos.avi.plugins.plugin_utils._outside import never_templated
from ansible_collections.dcos.avi.plugins.plugin_utils._plain import plain

FILE_NAMES = ("dcos_avi.yml", "dcos_avi.yaml")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]  # ansible-core tells no types
    """The services of a Marathon as hosts."""

    NAME = "dcos.avi.services"

    def verify_file(self, path: str) -> bool:
        """Return whether a file may configure this plugin."""
        return bool(super().verify_file(path)) and path.endswith(FILE_NAMES)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the services to the inventory."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        self._refuse_unknown(config, path)
        with _without_collecting():
            try:
                params = self._params(config)
                services, named = self._services(params, path, cache), wanted_services(params["services"])
            except DcosAviError as error:
                raise AnsibleParserError(f"The services could not be read. {error.sentence}") from error
            for facts in services:
                if facts["service"] in named or not self._is_of_another_source(facts):
                    self._add(facts)

    def _refuse_unknown(self, config: Mapping[str, Any], path: str) -> None:
        unknown = sorted(map(str, set(config) - set(self._options) - {"plugin"}))
        if unknown:
            raise AnsibleParserError(f"{path}: {self.NAME} has no option {', '.join(unknown)}. Check the spelling.")

    def _params(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options by the modules' own rules, from their environment variables, too. Values may be templates."""
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        given = {name: self.templar.template(config[name]) for name in SERVICES_OPTIONS if name in config}
        checked = ArgumentSpecValidator(SERVICES_OPTIONS).validate(options_read(SERVICES_OPTIONS, plain(given)))
        if checked.error_messages:
            raise AnsibleParserError(f"The options of {self.NAME} cannot be used: {'; '.join(checked.error_messages)}.")
        params: dict[str, Any] = checked.validated_parameters
        return params

    def _services(self, params: dict[str, Any], path: str, cache: bool) -> list[dict[str, Any]]:
        """Return the facts of each service: from the cache, where that is wanted and holds them, or as they are now."""
        asked, is_cached = asked_of_whom(params), self.get_option("cache")
        key = self.get_cache_key(path)
        found = self._kept(key, asked) if is_cached and cache else None
        if found is not None:
            return found
        answer = services_asked_for(params)
        for wish in answer.missing:
            self.display.warning(
                clean(f"No service in Marathon is {wish}. Check its id, and whether this login may read it.")
            )
        if is_cached:
            self._cache[key] = {"asked": asked, "services": json.loads(json.dumps(answer.services))}
        return answer.services

    def _kept(self, key: str, asked: list[str]) -> list[dict[str, Any]] | None:
        """Return what the cache holds, None where that is nothing, or of no use."""
        try:
            kept = self._cache[key]
        except KeyError:
            return None
        except Exception as error:
            # What a cache plugin makes of a file that was cut, or that somebody else wrote, is for each of them to say.
            self.display.warning(
                clean(f"The cache of {self.NAME} cannot be read, so Marathon is asked instead: {error}")
            )
            return None
        if isinstance(kept, Mapping) and kept.get("asked") == asked:
            found = read_facts(kept.get("services"))
            if found is not None:
                return found
            self.display.warning(
                f"The cache of {self.NAME} holds something else than services, so Marathon is asked instead."
            )
        return None

    def _is_of_another_source(self, facts: Mapping[str, Any]) -> bool:
        """Return whether the name of a service is that of a host which this plugin did not make, and warn of it.

        Whoever may create apps chooses the names of services. What is meant for a machine must not run here instead.
        """
        name = host_name(facts["service"])
        host = self.inventory.hosts.get(name)
        is_another = host is not None and f"{PREFIX}service" not in host.vars
        if is_another:
            self.display.warning(
                f"{name} is a host of another source of the inventory, so it is none for the service {facts['service']}. "
                "If the service is to be that host, name it in services."
            )
        return is_another

    def _add(self, facts: Mapping[str, Any]) -> None:
        name = host_name(facts["service"])
        self.inventory.add_host(name)
        variables = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        for key, value in {**variables, **never_templated(inventory_variables(facts))}.items():
            self.inventory.set_variable(name, key, value)
        self._construct(name)

    def _construct(self, name: str) -> None:
        strict = self.get_option("strict")
        if self.get_option("compose"):
            self._set_composite_vars(self.get_option("compose"), self._of(name), name, strict=strict)
        if self.get_option("groups"):
            self._add_host_to_composed_groups(self.get_option("groups"), self._of(name), name, strict=strict)
        if self.get_option("keyed_groups"):
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), self._of(name), name, strict=strict)

    def _of(self, name: str) -> dict[str, Any]:
        variables: dict[str, Any] = self.inventory.get_host(name).get_vars()
        return variables


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no garbage in a ``with`` block: an answer of megabytes holds none, and looking takes as long as half of the work."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
