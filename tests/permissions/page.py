# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/permissions.md, as it follows from what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.lab.avi.permissions import permission_of
from tests.lab.dcos.permissions import AGENT, LISTS, MASTER, Permission, needed
from tests.soak.markdown import Row, table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
LOGINS = {"/login": "none: the login itself", "/logout": "none", "/acs/api/v1/auth/login": "none: the login itself"}
YES = "yes"
READS_ONLY = "status"


@dataclass(frozen=True, order=True)
class Request:
    """A method and a path in which capitals stand for what differs from one service to the next. `api` is "dcos" or "avi"."""

    api: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"`{self.method} {self.path}`"


Jobs: TypeAlias = Mapping[str, frozenset[Request]]


def write(jobs: Jobs) -> str:
    """Return the page for what each job asked."""
    return _TEXT.format(
        spdx="SPDX",  # Not in the text: a checker would take its licence for that of this file.
        marathon=_table(jobs, "dcos"),
        output=str(*_permissions(Request("dcos", "GET", f"{AGENT}ID/state"))),
        free=str(*_permissions(Request("dcos", "GET", f"{MASTER}slaves"))),
        avi=_table(jobs, "avi"),
        grants=_grants(jobs),
        privileges=",\n".join(
            f'    {{"resource": "{each}", "type": "READ_ACCESS"}}' for each in sorted(_privileges(jobs))
        ),
    )


def marathon_permissions(asked: Iterable[Request]) -> list[Permission]:
    """The permissions that these requests need, once each."""
    return sorted({each for request in asked if request.api == "dcos" for each in _permissions(request)})


def _permissions(request: Request) -> list[Permission]:
    if request.path in LOGINS:
        return []
    found = needed(request.method, request.path, {"id": "APP"}, ["APP"])
    assert found is not None, f"{request} has no permission"
    return found


def _privileges(jobs: Jobs) -> set[str]:
    return {permission_of(each.path) for each in _asked(jobs) if each.api == "avi" and each.path not in LOGINS}


def _table(jobs: Jobs, api: str) -> str:
    """What is asked, whoever asks it: which of the reads one role makes may differ from run to run."""
    rows: list[Row] = [
        (str(each), _words(each), YES if each in jobs[READS_ONLY] else "") for each in _asked(jobs) if each.api == api
    ]
    return table(("request", "needs", "asked by `dcos.avi.status`, too"), rows)


def _asked(jobs: Jobs) -> list[Request]:
    return sorted(frozenset[Request]().union(*jobs.values()))


def _words(request: Request) -> str:
    if request.path in LOGINS:
        return LOGINS[request.path]
    if request.api == "avi":
        return f"`{permission_of(request.path)}` read"
    if request.path in LISTS and request.method == "GET":
        return "`…services:/FOLDER` read: what may not be read is left out"
    return ", ".join(f"`{_short(each)}` {each.action}" for each in _permissions(request))


def _short(permission: Permission) -> str:
    resource = permission.resource.replace("dcos:service:marathon:marathon:", "…")
    return resource.replace("services:/APP", "services:/FOLDER")


def _grants(jobs: Jobs) -> str:
    """Commands that grant what the roles need; what only the modules ask is within that."""
    wanted = marathon_permissions(each for each in _asked(jobs) if not each.path.startswith(AGENT))
    lines = ["dcos:adminrouter:service:marathon full"]
    lines += [str(each) for each in wanted if ":services:" not in each.resource]
    folder = "dcos:service:marathon:marathon:services:/prod/app1"
    actions = {each.action for each in wanted if ":services:" in each.resource}
    lines += [f"{folder} {action}" for action in _ORDER if action in actions]
    return "\n".join(f"dcos security org users grant ansible {line}" for line in lines)


_ORDER = ("create", "read", "update", "delete")
_TEXT = """\
<!--
Copyright (c) 2026, dcos.avi maintainers
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
{spdx}-License-Identifier: GPL-3.0-or-later
-->

# Permissions

The roles need few rights. Give the deployer's logins to Marathon and Avi these, and no others. A program writes the tables: it runs the roles in
[the lab](../tests/lab/README.md), with a login that may do nothing else, and records their requests (`python -m tests.permissions`).

## Marathon in DC/OS Enterprise

These commands are for a service in the folder `/prod/app1` ([one folder, one service](trust.md#one-folder-one-service)), and for the service account `ansible`:

```console
{grants}
```

Permissions on a folder hold for all apps in it. This login does not see other folders, so it can neither read nor change them.

Two permissions are about the whole cluster:

- `admin:config` lets the roles read Marathon's release. They do so before they scale a version to zero.
- `admin:events` only makes waits end sooner. Without it, the roles read the state again every few seconds.

The lock and the freeze are apps, so they also need `create` and `delete`. `dcos.avi.status` only needs the first permission and `read`.

## What is asked of Marathon

`APP` is an app in the service's folder: its listener, a version, a preview, the lock or the freeze. Some requests are only sent by tasks of your own, or
to undo something. `…` stands for `dcos:service:marathon:marathon:`.

{marathon}
## The output of tasks

After a failure, the roles read the last lines that the tasks wrote, and Mesos' reason of each failure, from the Mesos agents. This needs a permission
that shows more than the service's own folder: all agents, with the output of all tasks. It is not needed for anything else. Without it, a rollout works
in the same way, and its result says that the output could not be read. With `rollout_mesos_agents: none` (`MESOS_AGENTS=none`), the roles do not
ask the agents.

```console
dcos security org users grant ansible {output}
```

In the security mode `strict`, Mesos itself asks for `read` of `dcos:mesos:agent:framework:role`, and of `dcos:mesos:agent:executor:app_id`,
`dcos:mesos:agent:task:app_id` and `dcos:mesos:agent:sandbox:app_id`, each of which can be limited to `:/prod/app1`. The lab does not check these.

## What is free

With `rollout_capacity`, a rollout asks the Mesos master what is free in the whole cluster (`GET /mesos/slaves`, `GET /mesos/roles`). It needs this
permission for that, and for nothing else. Without it, the rollout cannot find out whether there is room: `warn` says so, and `require` refuses.

```console
dcos security org users grant ansible {free}
```

## Without DC/OS

A Marathon without DC/OS only has permissions if you install an authorizer plugin. There, `create`, `read`, `update` and
`delete` are called `CreateRunSpec`, `ViewRunSpec`, `UpdateRunSpec` and `DeleteRunSpec`. The two permissions about the cluster are `ViewResource`.

## A role of the Avi Controller

The collection only reads from the Controller. This role is enough, in the tenant of the virtual service:

```json
{{
  "name": "dcos-avi",
  "privileges": [
{privileges}
  ]
}}
```

Create it with `POST /api/role`, and give it to the user that logs in (`AVI_USERNAME`). `PERMISSION_POOLGROUP` is only needed if your services use pool groups.

{avi}
## If one is missing

The run fails with a message that names the request, such as `does not permit PUT /v2/apps/prod/app1/web-100 (403)`. Find the request in the tables.
"""
