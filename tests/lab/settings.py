# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be chosen about a lab, and where each choice comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


def _choice(default: str, *others: str) -> str:
    """A setting that takes one of a few words; the first is the default."""
    return field(default=default, metadata={"choices": (default, *others)})  # pylint: disable=invalid-field-call


#: The settings the environment may give, by their names in capitals (MARATHON=1.4, FLIP=on_create, ...).
#: The others are given with --set only: a shell that sourced the lab's own env file must not change the next lab.
FROM_ENVIRONMENT = ("marathon", "avi", "flip", "alternate", "top_gone", "connector_delay", "speed")


@dataclass
class Settings:
    """The choices of one lab. Parts read them when they act, so that most can change while the lab runs."""

    marathon: str = _choice("1.8", "1.4", "1.5", "1.11")
    avi: str = _choice("ab_pool", "pool_group")
    flip: str = _choice("on_server", "on_create", "on_all")
    alternate: str = _choice("by_active", "by_order")
    top_gone: str = _choice("keep", "revert", "empty")
    connector: str = _choice("on", "silent")
    connector_delay: float = 0.0
    """Seconds between a change in Marathon and what the connector makes of it."""
    speed: float = 20.0
    """Marathon's seconds (health check intervals, grace periods, backoff) pass this many times faster."""
    kill_grace: float = 3.0
    """Real seconds a task has to finish what it began, where its app says nothing else."""
    task_killing: str = _choice("on", "off")
    """Whether Marathon shows that a task is being killed, as that of a DC/OS cluster does. Off, as by default elsewhere, it is shown running to its end."""
    scale_interval: float = 300.0
    """Marathon checks the scale of all apps so often (its own seconds, as its option scale_apps_interval)."""
    offer_wait: float = 0.0
    """A launch waits so long for its first offer (Marathon's seconds): up to 5 after a quiet spell, on 1.8 usually 10 to 29, and up to 58."""
    kill_order: str = _choice("tracker", "worst")
    """Which instances go first where Marathon does not look at health: in its tracker's order, or those that serve."""
    election_seconds: float = 1.0
    """Real seconds without a leader after an abdication: 0.5 to 5 on real ones, 11 to 16 after a kill, 12 to 38 for a restart."""
    election_answers: str = _choice("wait", "measured")
    """What a Marathon without a leader says: nothing for as long as it waits for one, or at once what real ones were seen to say."""
    marathon_nodes: int = 1
    """Marathon runs so often; one of them leads."""
    agents: int = 2
    agent_cpus: float = 32.0
    agent_mem: float = 65536.0
    service: str = "app1"
    """The service that LAB_VIP_URL leads to."""
    marathon_username: str = ""
    marathon_password: str = ""
    """With a user name, Marathon asks for basic authentication."""
    dcos: str = _choice("off", "http", "https", "client_certificate")
    """Marathon is reached through the front of a DC/OS cluster: how that listens, and whether it asks for a certificate."""
    dcos_username: str = "bootstrapuser"
    dcos_guest: str = "guest"
    """A user who can log in, by the same password, and may do nothing."""
    dcos_password: str = "dcos-lab"
    dcos_service_account: str = "ansible"
    dcos_grants: str = ""
    """What the service account may do (see dcos/permissions.py). Empty: everything."""
    dcos_token_seconds: float = 432000.0
    """How long a token is good for that is given from now on."""
    avi_username: str = "admin"
    avi_password: str = "avi-lab"
    avi_release: str = _choice("17.2", "16.4", "18.1", "20.1")
    avi_reads: str = ""
    """What a client of the Controller may read, such as "PERMISSION_POOL,PERMISSION_VIRTUALSERVICE". Empty: everything."""
    avi_session_seconds: float = 86400.0
    """How long after its login a session of the Controller ends."""
    avi_token: str = "avi-lab-token"
    """What a login may bring instead of the password."""
    avi_others: int = 0
    """How many more virtual services and pools, of nobody's concern, the Controller holds from its start."""
    avi_places: int = 12
    """How many virtual services take traffic at once; more wait for a place, down."""
    haproxy_metrics: str = _choice("off", "on")
    """Whether HAProxy tells a Prometheus what it counts (at the start only)."""
    avi_basic_auth: str = _choice("off", "on")
    avi_addressing: str = _choice("host", "container")
    """How pools name their servers: by host and host port, or by container address and port."""

    @classmethod
    def load(cls, environment: Mapping[str, str], given: Mapping[str, str]) -> Settings:
        """Make settings from the environment and from what was given by hand, which wins.

        Raises ValueError, with a sentence, for an unknown name or a value that does not fit.
        """
        settings = cls()
        for name in FROM_ENVIRONMENT:
            if environment.get(name.upper()):
                settings.change(name, environment[name.upper()])
        for name, value in given.items():
            settings.change(name, value)
        return settings

    def change(self, name: str, value: Any) -> None:
        """Change one setting. Raises ValueError, with a sentence, for an unknown name or a value that does not fit."""
        known = {each.name: each for each in fields(self)}
        if name not in known:
            raise ValueError(f"The lab has no setting {name!r}; it has: {', '.join(known)}.")
        kind = type(getattr(self, name))
        try:
            fitting = kind(value)
        except (TypeError, ValueError):
            raise ValueError(f"The setting {name} takes a {kind.__name__}, not {value!r}.") from None
        choices = known[name].metadata.get("choices")
        if choices and fitting not in choices:
            raise ValueError(f"The setting {name} takes one of {', '.join(choices)}, not {value!r}.")
        setattr(self, name, fitting)

    def as_dict(self) -> dict[str, Any]:
        """Return all settings by name, without the passwords."""
        return {name: value for name, value in asdict(self).items() if not name.endswith("_password")}
