# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API of AWX 24 takes at each of its endpoints that examples/awx writes to.

Restated from awx/api/serializers.py and awx/main/models of github.com/ansible/awx at e21dd0a0 (October 2024), which is what AWX answers to
OPTIONS. AWX itself passes over a field that it does not know; here it is a mistake, because what was meant is not done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.awx.kinds import is_of


@dataclass(frozen=True)
class Field:
    """A field that may be written."""

    kind: type
    default: Any = None
    required: bool = False
    choices: tuple[Any, ...] = ()
    refers: str = ""
    """The endpoint whose objects it may name, by their ids."""
    holds_mapping: bool = False
    """A text that must be JSON or YAML of a dictionary."""
    null_is: Any = None
    """What AWX makes of null, unless it is refused."""
    takes_null: bool = False
    once: bool = False
    """Later writes are passed over."""

    def taken(self, value: Any) -> Any:
        """Return what AWX keeps of a value. Raises ValueError, with the reason, where it refuses it."""
        if value is None and self.takes_null:
            return self.null_is
        if not is_of(self.kind, value):
            raise ValueError(f"{value!r} is no {self.kind.__name__}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{value!r} is none of {self.choices}")
        return value


@dataclass(frozen=True)
class Endpoint:
    """A list of objects of one type."""

    type: str
    fields: Mapping[str, Field]
    ignored: frozenset[str] = frozenset()
    """What awx.awx sends and AWX passes over, because the field is read-only."""
    shows: Mapping[str, Any] = field(default_factory=dict)
    """More of these, which each object is shown with."""
    lists: Mapping[str, str] = field(default_factory=dict)
    """The lists of other objects that an object has, with the endpoints of these."""
    has_survey: bool = False


def text(default: str = "", *choices: str, required: bool = False) -> Field:
    return Field(str, default, required, choices, null_is="", takes_null=not required)


def mapping(*, required: bool = False) -> Field:
    return Field(dict, {}, required)


def link(endpoint: str, *, required: bool = False, once: bool = False) -> Field:
    return Field(int, None, required, refers=endpoint, takes_null=not required, once=once)


VARIABLES = Field(str, "", holds_mapping=True, null_is="", takes_null=True)
FLAG = Field(bool, False, null_is=False, takes_null=True)
NUMBER = Field(int, 0)
NAMED = {"name": text(required=True), "description": text()}
NOTIFIES = {f"notification_templates_{event}": "notification_templates" for event in ("started", "success", "error")}
PROMPTS_OF_BOTH = {
    f"ask_{what}_on_launch": FLAG
    for what in ("inventory", "limit", "scm_branch", "labels", "tags", "skip_tags", "variables")
}
PROMPTS = PROMPTS_OF_BOTH | {
    f"ask_{what}_on_launch": FLAG
    for what in (
        "diff_mode job_type verbosity credential execution_environment forks job_slice_count timeout instance_groups".split()
    )
}
LAUNCHED_WITH = {
    "extra_data": mapping(),
    "inventory": link("inventories"),
    "execution_environment": link("execution_environments"),
    "diff_mode": Field(bool, None, takes_null=True),
    **{
        name: Field(str, None, takes_null=True) for name in ("scm_branch", "job_type", "job_tags", "skip_tags", "limit")
    },
    **{name: Field(int, None, takes_null=True) for name in ("verbosity", "forks", "job_slice_count", "timeout")},
}
LAUNCHED_LISTS = {"credentials": "credentials", "labels": "labels", "instance_groups": "instance_groups"}
NOTIFICATION_TYPES = "awssns email grafana irc mattermost pagerduty rocketchat slack twilio webhook".split()

ENDPOINTS: Mapping[str, Endpoint] = {
    "organizations": Endpoint(
        "organization",
        {**NAMED, "max_hosts": NUMBER, "default_environment": link("execution_environments")},
        ignored=frozenset({"custom_virtualenv"}),
        lists={
            **NOTIFIES,
            "notification_templates_approvals": "notification_templates",
            "galaxy_credentials": "credentials",
            "instance_groups": "instance_groups",
        },
    ),
    "execution_environments": Endpoint(
        "execution_environment",
        {
            **NAMED,
            "organization": link("organizations"),
            "image": text(required=True),
            "credential": link("credentials"),
            "pull": text("", "always", "missing", "never", ""),
        },
    ),
    "notification_templates": Endpoint(
        "notification_template",
        {
            **NAMED,
            "organization": link("organizations", required=True),
            "notification_type": text("", *NOTIFICATION_TYPES, required=True),
            "notification_configuration": mapping(),
            "messages": Field(dict, None, takes_null=True),
        },
    ),
    "credential_types": Endpoint(
        "credential_type",
        {**NAMED, "kind": text("", "cloud", "net", required=True), "inputs": mapping(), "injectors": mapping()},
        shows={"managed": False},
    ),
    "credentials": Endpoint(
        "credential",
        {
            **NAMED,
            "organization": link("organizations"),
            "credential_type": link("credential_types", required=True),
            "inputs": mapping(),
            "user": link("users"),
            "team": link("teams"),
        },
    ),
    "projects": Endpoint(
        "project",
        {
            **NAMED,
            "organization": link("organizations"),
            "scm_type": text("", "", "git", "svn", "insights", "archive"),
            **{name: text() for name in ("local_path", "scm_url", "scm_branch", "scm_refspec")},
            **dict.fromkeys(("scm_clean", "scm_track_submodules", "scm_delete_on_update"), FLAG),
            **dict.fromkeys(("scm_update_on_launch", "allow_override"), FLAG),
            "scm_update_cache_timeout": NUMBER,
            "timeout": NUMBER,
            "credential": link("credentials"),
            "default_environment": link("execution_environments"),
            "signature_validation_credential": link("credentials"),
        },
        ignored=frozenset({"custom_virtualenv"}),
        lists=NOTIFIES,
    ),
    "inventories": Endpoint(
        "inventory",
        {
            **NAMED,
            "organization": link("organizations", required=True),
            "kind": text("", "", "smart", "constructed"),
            "host_filter": Field(str, None, takes_null=True),
            "variables": VARIABLES,
            "prevent_instance_group_fallback": FLAG,
        },
        lists={"instance_groups": "instance_groups"},
    ),
    "inventory_sources": Endpoint(
        "inventory_source",
        {
            **NAMED,
            "inventory": link("inventories", required=True, once=True),
            "source": Field(str, None, True),
            **{name: text() for name in ("source_path", "scm_branch", "enabled_var", "enabled_value")},
            **{name: text() for name in ("host_filter", "limit")},
            "source_vars": VARIABLES,
            "credential": link("credentials"),
            **dict.fromkeys(("overwrite", "overwrite_vars", "update_on_launch"), FLAG),
            **dict.fromkeys(("timeout", "update_cache_timeout"), NUMBER),
            "verbosity": Field(int, 1, choices=(0, 1, 2)),
            "source_project": link("projects"),
            "execution_environment": link("execution_environments"),
        },
        ignored=frozenset({"custom_virtualenv"}),
        lists=NOTIFIES,
    ),
    "job_templates": Endpoint(
        "job_template",
        {
            **NAMED,
            **PROMPTS,
            "job_type": text("run", "run", "check"),
            "inventory": link("inventories"),
            "project": link("projects", required=True),
            "playbook": text(required=True),
            **{name: text() for name in ("scm_branch", "limit", "job_tags", "skip_tags", "start_at_task")},
            "host_config_key": text(),
            "extra_vars": VARIABLES,
            **dict.fromkeys(("forks", "timeout"), NUMBER),
            "job_slice_count": Field(int, 1),
            "verbosity": Field(int, 0, choices=tuple(range(6))),
            **dict.fromkeys(("force_handlers", "use_fact_cache", "survey_enabled", "become_enabled"), FLAG),
            **dict.fromkeys(("diff_mode", "allow_simultaneous", "prevent_instance_group_fallback"), FLAG),
            "webhook_service": text("", "", "github", "gitlab", "bitbucket_dc"),
            "webhook_credential": link("credentials"),
            "execution_environment": link("execution_environments"),
        },
        ignored=frozenset({"custom_virtualenv", "organization"}),
        lists={**NOTIFIES, **LAUNCHED_LISTS},
        has_survey=True,
    ),
    "workflow_job_templates": Endpoint(
        "workflow_job_template",
        {
            **NAMED,
            **PROMPTS_OF_BOTH,
            "extra_vars": VARIABLES,
            "organization": link("organizations"),
            **dict.fromkeys(("survey_enabled", "allow_simultaneous"), FLAG),
            "inventory": link("inventories"),
            **{name: Field(str, None, takes_null=True) for name in ("limit", "scm_branch", "skip_tags", "job_tags")},
            "webhook_service": text("", "", "github", "gitlab", "bitbucket_dc"),
            "webhook_credential": link("credentials"),
        },
        lists={**NOTIFIES, "notification_templates_approvals": "notification_templates", "labels": "labels"},
        has_survey=True,
    ),
    "workflow_job_template_nodes": Endpoint(
        "workflow_job_template_node",
        {
            **LAUNCHED_WITH,
            "workflow_job_template": link("workflow_job_templates", required=True, once=True),
            "unified_job_template": link("unified_job_templates"),
            "all_parents_must_converge": FLAG,
            "identifier": text(),
        },
        shows={"type": "workflow_job_template_node"},
        lists={
            **LAUNCHED_LISTS,
            **{f"{end}_nodes": "workflow_job_template_nodes" for end in ("success", "failure", "always")},
        },
    ),
    "workflow_approval_templates": Endpoint(
        "workflow_approval_template",
        {**NAMED, "timeout": NUMBER},
    ),
    "schedules": Endpoint(
        "schedule",
        {
            **NAMED,
            **LAUNCHED_WITH,
            "unified_job_template": link("unified_job_templates", required=True),
            "rrule": text(required=True),
            "enabled": Field(bool, True),
        },
        lists=LAUNCHED_LISTS,
    ),
}
#: What jobs are made of. Each is listed at the endpoint unified_job_templates, too.
UNIFIED = ("projects", "inventory_sources", "job_templates", "workflow_job_templates", "workflow_approval_templates")
#: What a notification's configuration has for each type that the example uses; None stands where nothing may be left out.
NOTIFICATION_CONFIGURATIONS: Mapping[str, Mapping[str, tuple[type, Any]]] = {
    "webhook": {
        "url": (str, None),
        "http_method": (str, "POST"),
        "disable_ssl_verification": (bool, False),
        "username": (str, ""),
        "password": (str, ""),
        "headers": (dict, None),
    },
    "email": {
        "host": (str, None),
        "port": (int, None),
        "username": (str, None),
        "password": (str, None),
        "use_tls": (bool, None),
        "use_ssl": (bool, None),
        "sender": (str, None),
        "recipients": (list, None),
        "timeout": (int, 30),
    },
}
