#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: marathon_deployment

short_description: Wait for Marathon deployments, roll them back or abandon them

version_added: 1.0.0

description:
  - Waits for a deployment that is under way, or ends it.
  - A deployment of Marathon never fails by itself. If it lacks resources, or if its tasks do not become healthy, it lasts until it is
    rolled back or abandoned. Until then it locks its apps.
  - Marathon forgets a deployment when it is over. So a deployment that is not under way is no error, and nothing changes.

extends_documentation_fragment:
  - dcos.avi._marathon
  - dcos.avi._wait
  - dcos.avi._attributes
  - dcos.avi._attributes.actiongroup_marathon

attributes:
  check_mode:
    support: full
    details:
      - Waits for nothing.
  diff_mode:
    support: none
  idempotent:
    support: full

options:
  id:
    description:
      - The id of the deployment, such as RV(dcos.avi.marathon_app#module:deployment_id).
      - Exactly one of O(id) and O(app) is required.
    type: str
  app:
    description:
      - The id of an app. The module works on all deployments that affect it.
    type: str
  state:
    description:
      - V(finished) waits until the deployment is over, and changes nothing.
      - V(rolled_back) undoes the deployment. Apps that it created are deleted.
      - During V(rolled_back), the tasks that serve go on serving. The app is scaled down to them in two steps, which ends the deployment and
        kills the youngest tasks. Then it is changed back without force. Marathon's own rollback would take down the healthy tasks. It is
        only used if no task serves, or with O(allow_outage).
      - With O(app), a rollback that was interrupted is resumed by running it again, and so is a change that was abandoned half done.
      - Do not leave a deployment that does not come to an end. If Marathon's leader changes, Marathon 1.8 to 1.11 take down the healthy
        tasks of its app for good.
      - V(abandoned) stops the deployment, and leaves the apps half changed. Marathon 1.8 and later still launch tasks that they had
        planned, when offers come. A warning names such apps. To end that, scale them to 0 instances.
    type: str
    choices: [finished, rolled_back, abandoned]
    default: finished
  allow_outage:
    description:
      - What to do with O(state=rolled_back) if that could take down the tasks that serve.
      - With V(false) nothing is done, and the message gives the reason. The rollback is not done if C(killSelection) is
        V(OLDEST_FIRST), if an instance does not run or was not checked yet, if a healthy task is younger than the new ones, if the deployment
        creates or scales an app or changes several, or if the restart would never end (Marathon 1.11).
      - With V(true) Marathon's own rollback is used all the same. In measurements with 1 or 2 instances, no task served for up to
        5 seconds. With 4 instances, 1 to 3 served.
    type: bool
    default: false
  wait:
    description:
      - With O(state=rolled_back), wait until it is undone. The steps before the last are waited for in any case.
    type: bool
    default: true

seealso:
  - module: dcos.avi.marathon_app

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Start a change without waiting
  dcos.avi.marathon_app:
    id: /shop/cart
    definition:
      env:
        WORKERS: 8
    wait: false
  register: change

- name: Wait until it is deployed
  dcos.avi.marathon_deployment:
    id: "{{ change.deployment_id }}"
  when: change.deployment_id is not none

- name: Undo each deployment of an app that is under way
  dcos.avi.marathon_deployment:
    app: /shop/cart
    state: rolled_back
"""

RETURN = r"""
deployments:
  description: The deployments that were under way, as Marathon showed them before anything was done.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The id.
      type: str
      sample: 97c136bf-5a28-4821-9d94-480d9fbb01c8
    affectedApps:
      description: The apps it changes.
      type: list
      elements: str
      sample: [/shop/cart]
    currentStep:
      description: The step it is in, V(0) before the first.
      type: int
      sample: 1
    totalSteps:
      description: How many steps it has.
      type: int
      sample: 2
code:
  description: The kind of the failure. The page docs/troubleshooting.md of the collection lists all, with causes and what to do.
  type: str
  returned: failure
  sample: not_permitted
status:
  description: The HTTP status of the answer that made the module fail.
  type: int
  returned: failure, when there was an answer
  sample: 503
details:
  description: What is known of the failure as data. The body of Marathon's answer, or what the wait saw last.
  type: raw
  returned: failure, when there is any
  sample:
    waited_for: deployment 97c136bf-5a28-4821-9d94-480d9fbb01c8 to be over
    seconds: 300
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 1.32, "requests": 6}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_deployment import DEPLOYMENT


def main() -> None:
    """Run the module."""
    run(DEPLOYMENT)


if __name__ == "__main__":
    main()
