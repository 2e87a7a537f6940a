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
  - Marathon's deployments never fail by themselves. One may lack resources, or its tasks may not become healthy. Then it lasts until it is
    rolled back or abandoned, and locks its apps meanwhile.
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
      - V(rolled_back) undoes it. Apps that it created are deleted by that.
      - The tasks of an app that serve go on serving meanwhile. The app is scaled down to them in two steps, which ends the deployment and
        kills the youngest tasks. Then it is changed back without force. Marathon's own rollback would take down the healthy tasks. It is
        only used where no task serves, and with O(allow_outage).
      - With O(app), a rollback that was interrupted is resumed by running it again, and so is a change that was abandoned half done.
      - Do not leave a deployment that does not come to an end. When Marathon's leader changes, Marathon 1.8 to 1.11 take down the healthy
        tasks of its app for good.
      - V(abandoned) stops it, and leaves the apps as they are at that moment, half done. From 1.8 on Marathon still launches what it had
        planned, when offers come; a warning names such apps. To end that, scale them to 0 instances.
    type: str
    choices: [finished, rolled_back, abandoned]
    default: finished
  allow_outage:
    description:
      - What to do with O(state=rolled_back) where that could take down the tasks that serve.
      - With V(false) nothing is done, and the message says what is in the way. Each of these is in the way. C(killSelection) is
        V(OLDEST_FIRST). An instance does not run or was not checked yet. A healthy task is younger than the new ones. The deployment
        creates or scales an app, or changes several. With Marathon 1.11, the restart would never end.
      - With V(true) Marathon's own rollback is used all the same. With 1 or 2 instances, measured, nobody served for up to
        5 seconds; with 4, 1 to 3 did.
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
