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

The roles need few rights. Give the login of the deployer these, and no others. The tables are written from what the roles asked in
[the lab](../tests/lab/README.md), behind a front that refuses everything else (`python -m tests.permissions`).

## Marathon in DC/OS Enterprise

For a service whose folder is `/prod/app1` ([one folder, one service](trust.md#one-folder-one-service)), and the service account `ansible`:

```console
{grants}
```

Permissions on a folder hold for all apps in it. Other folders are not shown to this login, so it can neither read nor change them.

Two of them are about the cluster:

- `admin:config` is for Marathon's release. The roles ask for it before they scale a version to zero.
- `admin:events` only makes waits end sooner. Without it, they ask again every few seconds.

The lock and the freeze are apps, so that `create` and `delete` are needed for them, too. `dcos.avi.status` only needs the first one and `read`.

## What is asked of Marathon

`APP` is an app in the service's folder: its listener, a version, a preview, the lock or the freeze. Some requests are only made by a task of your own, or
to undo something. `…` stands for `dcos:service:marathon:marathon:`.

{marathon}
## The output of tasks

After a failure, the roles read the last lines that the tasks wrote, from their Mesos agents. This needs a permission that shows more than the service's own
folder: all agents, with the output of all tasks. It is not needed for anything else. Without it, a rollout does the same, and only its result
says that the output could not be read. To have it asked for by nobody, give `rollout_mesos_agents: none` (`MESOS_AGENTS=none`).

```console
dcos security org users grant ansible {output}
```

In the security mode `strict`, Mesos itself asks for `read` of `dcos:mesos:agent:framework:role`, and of `dcos:mesos:agent:executor:app_id`,
`dcos:mesos:agent:task:app_id` and `dcos:mesos:agent:sandbox:app_id`, each of which can be limited to `:/prod/app1`. The lab does not check these.

## What is free

With `rollout_capacity`, a rollout asks Mesos' master what is free in the whole cluster (`GET /mesos/slaves`, `GET /mesos/roles`). It needs this
permission for that, and for nothing else. Without it, it is not known whether there is room: `warn` says so, and `require` refuses.

```console
dcos security org users grant ansible {free}
```

## Without DC/OS

A Marathon without DC/OS has no such permissions, unless an authorizer of your own asks for them. Its words for `create`, `read`, `update` and
`delete` are `CreateRunSpec`, `ViewRunSpec`, `UpdateRunSpec` and `DeleteRunSpec`, and `ViewResource` for the two about the cluster.

## A role of the Avi Controller

The Controller is only read. This role is enough, in the tenant of the virtual service:

```json
{{
  "name": "dcos-avi",
  "privileges": [
{privileges}
  ]
}}
```

Create it with `POST /api/role`, and give it to the user of `avi_credentials`. `PERMISSION_POOLGROUP` is only needed where pool groups hold the versions.

{avi}
## If one is missing

A run ends with a sentence that names the request, such as `does not permit PUT /v2/apps/prod/app1/web-100 (403)`. Find the request in the tables.
"""
