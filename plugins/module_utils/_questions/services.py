# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which services are there, and how are they? What an inventory asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.dcos.avi.plugins.module_utils._avi import options as avi
from ansible_collections.dcos.avi.plugins.module_utils._core.address import split_userinfo
from ansible_collections.dcos.avi.plugins.module_utils._marathon import options as marathon
from ansible_collections.dcos.avi.plugins.module_utils._marathon.belonging import ALSO_OPTIONS, named_ids
from ansible_collections.dcos.avi.plugins.module_utils._plan.services_result import service_facts
from ansible_collections.dcos.avi.plugins.module_utils._service.fleet import not_found, wanted_services
from ansible_collections.dcos.avi.plugins.module_utils._service.observe_all import Fleet

SERVICES_OPTIONS: dict[str, Any] = {
    "services": {"type": "list", "elements": "str", "default": []},
    "with_avi": {"type": "bool", "default": False},
    "cloud": {"type": "str"},
    **ALSO_OPTIONS,
    **marathon.MARATHON_OPTIONS,
    **avi.AVI_OPTIONS,
}


@dataclass(frozen=True)
class ServicesAnswer:
    """The facts of each service, and which of the wanted ones were not found."""

    services: list[dict[str, Any]]
    missing: list[str]


def services_asked_for(params: dict[str, Any]) -> ServicesAnswer:
    """Return the services that are meant by the options of SERVICES_OPTIONS, each key present.

    :raises Refused: an id cannot be one, or the options of a connection contradict each other; nothing was asked of anyone.
    :raises DcosAviError: whatever else went wrong with Marathon or Avi.
    """
    wanted, also = wanted_services(params["services"]), named_ids(params)
    client = marathon.client_from(params)
    if params["with_avi"]:
        with avi.controller_from(params) as controller:
            seen = Fleet(client, controller, wanted, also, params["cloud"]).look()
    else:
        seen = Fleet(client, None, wanted, also).look()
    return ServicesAnswer([service_facts(each) for each in seen], not_found(wanted, [each.apps for each in seen]))


def asked_of_whom(params: Mapping[str, Any]) -> list[str]:
    """Return what an earlier answer must have been asked for and of whom to stand for a new one, without a secret."""
    addresses = [split_userinfo(url.strip())[0] for url in params["marathon_url"] or ()]
    logins = [params.get(name) for name in ("marathon_username", "marathon_service_account")]
    with_avi = [params.get(name) for name in ("controller", "tenant", "cloud")] if params["with_avi"] else ["without"]
    return [repr(each) for each in (addresses, logins, with_avi, params["services"], params["versions_also"])]
