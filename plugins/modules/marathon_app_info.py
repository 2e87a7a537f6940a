#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: marathon_app_info

short_description: Look up Marathon apps with their health and deployments

version_added: 1.0.0

description:
  - Returns the apps that match, as Marathon shows them, always with their counts of tasks and their deployments.
  - Marathon itself filters, so that this is cheap in a cluster with many apps. All filters given must match; without any,
    all apps are returned.

extends_documentation_fragment:
  - dcos.avi._marathon
  - dcos.avi._attributes
  - dcos.avi._attributes.info
  - dcos.avi._attributes.actiongroup_marathon

options:
  id:
    description:
      - The id of one app, such as V(app1) or V(/shop/cart).
      - The app comes with its tasks and its last task failure, whatever O(embed) says.
    type: str
  id_contains:
    description: Only apps with this in their id, in upper or lower case.
    type: str
  cmd_contains:
    description: Only apps with this in their command, in upper or lower case.
    type: str
  label:
    description:
      - Only apps whose labels match this selector.
      - V(key), V(key==value), V(key!=value), V(key in (a,b)\) and V(key notin (a,b)\) can be joined by commas, which mean
        "and". A backslash goes before characters other than letters, digits, dots, dashes and underscores.
    type: str
  embed:
    description:
      - What to return with each app, in addition to its counts and deployments.
    type: list
    elements: str
    choices: [tasks, lastTaskFailure, taskStats, readiness]
    default: []

seealso:
  - module: dcos.avi.marathon_app

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Look one app up
  dcos.avi.marathon_app_info:
    marathon_url: http://marathon.mesos:8080
    id: app1
  register: found

- name: Stop if it is being deployed
  ansible.builtin.assert:
    that: found.apps[0].deployments == []

- name: Wait until each of its tasks is healthy, which changes nothing
  dcos.avi.marathon_app:
    marathon_url: http://marathon.mesos:8080
    id: app1

- name: List the versions of all services behind Avi, with their tasks
  dcos.avi.marathon_app_info:
    label: ab_config
    embed: [tasks]
"""

RETURN = r"""
apps:
  description:
    - The apps that match, sorted by id. Empty when none does.
    - Each has Marathon's own fields. RV(apps[].tasksHealthy) is always V(0) for an app without health checks.
    - Do not base decisions on RV(apps[].tasksHealthy). Marathon also counts tasks on a lost agent. From 1.8 on it counts tasks that were started again
      and that it has not checked since. M(dcos.avi.marathon_app) with nothing but the app's id waits until each task was checked.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The absolute id.
      type: str
      sample: /app1
    instances:
      description: How many tasks the app should have.
      type: int
      sample: 2
    tasksRunning:
      description: How many tasks run.
      type: int
      sample: 2
    tasksHealthy:
      description: How many tasks Marathon counts as healthy. This may include some that do not run, or that it has not checked yet.
      type: int
      sample: 2
    deployments:
      description: The deployments of the app that are under way.
      type: list
      elements: dict
      sample: []
    labels:
      description: The labels, all strings.
      type: dict
      sample: {"FE-Proxy": "yes"}
code:
  description: The kind of the failure. The page docs/troubleshooting.md of the collection lists all, with causes and what to do.
  type: str
  returned: failure
  sample: not_permitted
status:
  description: The HTTP status of the answer that made the module fail.
  type: int
  returned: failure, when there was an answer
  sample: 422
details:
  description: The body of the answer that made the module fail.
  type: raw
  returned: failure, when it was JSON
  sample: {"message": "Can not parse label selector"}
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 1.32, "requests": 6}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app_info import APP_INFO


def main() -> None:
    """Run the module."""
    run(APP_INFO)


if __name__ == "__main__":
    main()
