#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: marathon_deployment

short_description: Wait for Marathon deployments, roll them back or abandon them

version_added: 0.1.0

description:
  - Waits for a deployment that is under way, or ends it.
  - Marathon's deployments never fail by themselves. One that cannot get further, for lack of resources or because its tasks do
    not become healthy, goes on until it is rolled back or abandoned, and locks its apps meanwhile.
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
      - The id of an app. All deployments that affect it are meant.
    type: str
  state:
    description:
      - V(finished) waits until the deployment is over, and changes nothing.
      - V(rolled_back) has Marathon undo it. Apps that it created are deleted by that.
      - Of an app that serves, this costs requests. Marathon replaces all tasks once more, and ends healthy ones of the old definition before
        their successors run. Of an app with one or two instances none serves for up to 5 seconds, of larger ones half of them.
      - V(abandoned) stops it, and leaves the apps as they are at that moment, half done. From 1.8 on Marathon still launches what it had
        planned, when offers come; a warning names such apps. To end that, scale them to 0 instances.
    type: str
    choices: [finished, rolled_back, abandoned]
    default: finished
  wait:
    description:
      - With O(state=rolled_back), wait until it is undone.
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

- name: Undo whatever is being deployed of an app
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

from ansible_collections.dcos.avi.plugins.module_utils._marathon.end_deployments import DEPLOYMENT
from ansible_collections.dcos.avi.plugins.module_utils._module import run


def main() -> None:
    """Run the module."""
    run(DEPLOYMENT)


if __name__ == "__main__":
    main()
