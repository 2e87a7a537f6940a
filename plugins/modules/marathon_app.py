#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: marathon_app

short_description: Create, change, scale and delete Marathon apps

version_added: 1.0.0

description:
  - Brings an app of Marathon to the state you describe and waits until it is rolled out and healthy.
  - Definitions are compared by meaning. Defaults that Marathon fills in, ports it assigns, the two ways to write a network,
    and the order of sets do not count as changes.
  - Only the fields you give are compared and changed, unless O(update=replace). Marathon takes each field of a definition
    as a whole, so C(labels), C(env), C(container) and the like must be complete when given.
  - A change of anything but O(instances) makes Marathon restart the app's tasks; a change of the instances alone never does.
    For an app that takes traffic through Avi, create a new version instead of changing it.
  - Marathon does not make every change that it accepts. It leaves an app as it was when C(executorResources) alone is to be
    changed. The module reports no change then, and warns of it. In check mode it shows the change.
  - The values of C(env) are shown by C(--diff) and C(-v), as all of a definition is. Where they are secrets, use O(no_log_env).

extends_documentation_fragment:
  - dcos.avi._marathon
  - dcos.avi._wait
  - dcos.avi._attributes
  - dcos.avi._attributes.actiongroup_marathon

attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Shows only the fields that differ, by Marathon's own names. A new app is shown whole, or against another one (O(diff_against)).
  idempotent:
    support: partial
    details:
      - With O(state=restarted) all tasks are replaced each time, and with O(exclusive) an app that exists is refused.

options:
  id:
    description:
      - The id of the app, such as V(app1) or V(/shop/cart).
      - Can be left out when O(definition) has it.
    type: str
  definition:
    description:
      - The app in Marathon's own JSON, as a mapping. Both ways to write the network work with every release of Marathon.
      - Values are converted to the types Marathon wants, so that C(true) or C(80) can be written for a label or an
        environment variable.
      - Which of the files in C(uris) are archives to be extracted is Marathon's to judge, and stays as it judged. Write C(fetch)
        instead to say it yourself.
      - Fields that only Marathon sets, such as C(version) or C(tasks), are ignored, so that what
        M(dcos.avi.marathon_app_info) returned can be used here.
      - Mutually exclusive with O(src).
    type: dict
  src:
    description:
      - A file with the app in Marathon's own JSON, or the same in YAML, used like O(definition). YAML needs PyYAML.
      - It is read where the module runs.
      - In YAML only V(true), V(false), V(null) and decimal numbers are not text. V(yes), dates and numbers such as V(0x10) stay the text that was
        written. So does every number where Marathon wants text, as in C(labels) and C(env), so that a version V(1.10) stays one.
      - A file that is encrypted with Ansible Vault is decrypted where the module runs inside C(ansible-playbook). It does so with a local
        connection and Ansible's own Python, without C(become), C(async) and C(environment). Elsewhere it is refused. Give
        O(definition) with the lookup P(ansible.builtin.file#lookup) then, which decrypts.
      - The file is taken as it stands. One that holds C({{) or C({%) as a template does is refused. Give O(definition) with the lookup
        P(ansible.builtin.template#lookup) to fill it in, or with P(ansible.builtin.file#lookup) where the braces are meant for the app.
    type: path
  update:
    description:
      - What becomes of the fields of an app that O(definition) does not give.
      - V(merge) leaves them as they are.
      - V(replace) puts them back to Marathon's defaults. Only the number of instances stays when it is not given.
    type: str
    choices: [merge, replace]
    default: merge
  avi:
    description:
      - What the labels tell Avi's cloud connector, as data instead of strings of JSON.
      - These labels are set beside the labels of O(definition). Where O(definition) has no labels, the other labels of
        the app stay as they are, unless O(update=replace).
      - What is not given is treated like the other labels. What is V(false) or empty has no label, and an app's is taken away.
        Only O(avi.proxy_listener=false) has one.
    type: dict
    suboptions:
      frontend:
        description:
          - The app is a north-south service with a virtual service of its own (the label C(FE-Proxy)).
          - With V(false) the label is taken away, and the virtual service goes with it. That is refused while there are versions
            of the service.
        type: bool
      frontend_vip:
        description: The address of the virtual service, in the older way (the label C(FE-Proxy-VIP)).
        type: str
      proxy:
        description:
          - Settings for the objects Avi makes (the label C(avi_proxy)), with the keys C(virtualservice) and C(pool), which hold
            what Avi's REST API takes. Known keys are checked for their type and their words; others are passed through.
        type: dict
      proxy_listener:
        description: Set to V(false) to get a pool without a virtual service (the label C(proxy_listener)).
        type: bool
      ab_config:
        description: Makes the app a version of a service (the label C(ab_config)).
        type: dict
        suboptions:
          service:
            description: The id of the service's listener app.
            type: str
            required: true
          priority:
            description: The service's traffic goes to the version with the highest priority.
            type: int
            required: true
  versions_also:
    description:
      - The ids of apps that count as versions of the service that their C(ab_config) names, although they are not in its folder with an
        id that begins with C(<service>-).
      - Versions have a say in what is refused, such as a priority that is not the highest, or to delete their listener. Other apps
        whose C(ab_config) names a service have none.
    type: list
    elements: str
    default: []
  instances:
    description:
      - How many tasks the app is to have. Takes precedence over C(instances) in O(definition).
      - An app that runs is scaled down to another number than V(0) only while all its tasks run and none waits in Marathon's launch queue.
        Nor may a deployment of it be under way. That is waited for, for O(wait_timeout) seconds at most. From 1.8 on Marathon kills the
        tasks that run before those that do not run yet, so that nobody might serve. See O(allow_outage).
      - With V(0), the wait ends when no task runs and none waits in Marathon's launch queue. Before 1.8 Marathon starts what waits there,
        although the app has no instances; that is ended, too.
      - When neither says it, a new app gets one, and an existing one keeps what it has.
    type: int
  state:
    description:
      - V(present) creates the app or changes it.
      - V(absent) deletes it.
      - V(restarted) makes Marathon replace all its tasks, each time. Give nothing but the O(id) with it.
    type: str
    choices: [present, absent, restarted]
    default: present
  exclusive:
    description:
      - Only create the app, and fail when there is one with this id.
      - Of several that try at once, one succeeds.
    type: bool
    default: false
  expected_version:
    description:
      - Change, restart or delete the app only while it still has this version, which an earlier look saw (RV(version)).
      - Else fail and change nothing, because somebody else has changed the app since.
      - Two changes within one millisecond have the same version on every release of Marathon, so this does not tell them apart.
    type: str
  delete_listener:
    description:
      - With O(state=absent), delete the app even when it is the listener of a service. Its virtual service goes with it.
      - Else an app with the label C(FE-Proxy=yes), or one that the C(ab_config) of another app names, is not deleted.
      - Neither is, of the versions of a service that have instances, the one with the highest priority, because it may take the traffic.
    type: bool
    default: false
  force:
    description:
      - Change or delete the app although a deployment of it is under way, which is given up then, half done.
      - Else that deployment is waited for, for O(wait_timeout) seconds at most.
      - If tasks from before the half-done change serve, the app is first scaled down to these, and then changed. Marathon would take down
        the healthy tasks first. Where that is not possible, nothing is changed, unless O(allow_outage).
    type: bool
    default: false
  force_own:
    description:
      - Like O(force), but only for a deployment of this app alone, which may be one that never ends.
      - One that changes other apps, too, is somebody's deployment of a group. The module fails then, names it, and changes nothing.
    type: bool
    default: false
  wait:
    description:
      - Wait until the app is rolled out. Then no deployment of it is under way, and all its tasks run the current configuration. All are
        healthy, or running if there are no health checks.
      - With O(state=absent), wait until its tasks are gone.
      - Marathon's events say when to look. Where they cannot be had, the module looks every O(wait_interval) seconds.
      - When nothing is to be changed, a rollout that an earlier run left unfinished is waited for, too.
    type: bool
    default: true
  on_failure:
    description:
      - What to do when the app is not rolled out in time. The module fails in any case.
      - V(keep) leaves it to Marathon, which continues to try.
      - V(rollback) undoes the change, and waits for that, for O(wait_timeout) seconds once more. An app that this task created is
        deleted by that.
      - The tasks that serve go on serving meanwhile. The app is scaled down to them in two steps, which ends the deployment and kills the
        youngest tasks. Then it is changed back without force. Between the steps it has fewer instances than it should.
      - Where that is not possible, the deployment is left as it is, and the message says why. What can be foreseen of it is a warning in
        check mode. See O(allow_outage).
      - V(keep) is no state to leave it in. When Marathon's leader changes, Marathon 1.8 to 1.11 take down the healthy tasks of a change
        that does not come to an end, for good. Roll it back, or correct it.
    type: str
    choices: [keep, rollback]
    default: keep
  allow_outage:
    description:
      - What to do where O(on_failure=rollback), O(force) or a scale down could take down the tasks that serve.
      - With V(false) nothing is done, and the message says what is in the way. Each of these is in the way of a rollback. C(killSelection)
        is V(OLDEST_FIRST). An instance does not run or was not checked yet. A healthy task is younger than the new ones. The deployment
        scales the app, or changes several apps. With Marathon 1.11, the restart would never end.
      - With V(true) Marathon's own rollback, the forced change or the scale down is done all the same. With 1 or 2 instances, measured,
        nobody served for up to 5 seconds; with 4, 1 to 3 did.
    type: bool
    default: false
  env_from:
    description:
      - Where the values are that C(env) of O(definition) hides, as a RV(dcos.avi.migration_info#module:plan) does that was made with
        O(dcos.avi.migration_info#module:no_log_env).
      - They are read when the app is created or changed, and stand in no result before. Without a hidden value nothing is read.
    type: dict
    suboptions:
      app:
        description: The id of the app whose C(env) the plan started from, where neither the definition nor the file was stated.
        type: str
      version:
        description: The version of that app. When not given, it is the present one.
        type: str
      definition:
        description: The definition that was stated for the plan.
        type: dict
      src:
        description: The path of the file that was stated for the plan.
        type: path
      overrides:
        description: The overrides that were stated for the plan.
        type: dict
  diff_against:
    description:
      - The id of another app, such as the version before. With C(--diff) a new app is shown against it, so that only what differs is shown.
      - Where there is no such app, the new one is shown whole.
    type: str
  no_log_env:
    description:
      - Hide the values of C(env) in all that the module returns, in the difference, and in its parameters. The names stay.
      - Values elsewhere, such as in labels and in C(container.docker.parameters), are shown.
    type: bool
    default: false
  lock:
    description:
      - The lock that the run must hold for anything to be changed, as M(dcos.avi.migration_lock) takes it.
      - It is read right before each request that changes something. A run that has lost it, because it was stopped and somebody broke its
        lock, changes nothing more.
      - On a version of a service that is created so, the label C(dcos_avi_run) notes what the lock tells of the run, see
        M(dcos.avi.migration_history). It is no difference of definition.
      - When not given, no lock is asked for, and nothing is noted. In check mode no lock is needed.
    type: dict
    suboptions:
      service:
        description: The service, which is the id of its listener app.
        type: str
        required: true
      owner:
        description: The name of the run, as O(dcos.avi.migration_lock#module:owner). When not given, it is found out in the same way.
        type: str
      nonce:
        description:
          - What proves that the lock is this run's own, as O(dcos.avi.migration_lock#module:nonce).
          - When not given, the environment variable E(DCOS_AVI_LOCK_NONCE) is used.
        type: str

seealso:
  - module: dcos.avi.marathon_app_info

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Create an app, or change it to this
  dcos.avi.marathon_app:
    marathon_url: http://marathon.mesos:8080
    id: /shop/cart
    definition:
      cpus: 0.5
      mem: 64
      instances: 2
      networks:
        - mode: container/bridge
      container:
        type: DOCKER
        docker:
          image: shop/cart:1.4
        portMappings:
          - containerPort: 80
      healthChecks:
        - protocol: HTTP
          path: /
      env:
        WORKERS: 4

- name: Create the listener app of a service behind Avi from a file without labels
  dcos.avi.marathon_app:
    src: "{{ playbook_dir }}/app1-without-labels.json"
    avi:
      frontend: true
      proxy:
        virtualservice:
          services:
            - port: 80
          auto_allocate_ip: true
        pool:
          lb_algorithm: LB_ALGORITHM_ROUND_ROBIN

- name: Scale an app, without a restart
  dcos.avi.marathon_app:
    id: app1
    instances: 0

- name: Change an app, and change it back if it does not become healthy within two minutes
  dcos.avi.marathon_app:
    id: /shop/cart
    definition:
      env:
        WORKERS: 8
    on_failure: rollback
    wait_timeout: 120

- name: Delete an app and wait until its tasks are gone
  dcos.avi.marathon_app:
    id: app1-100
    state: absent
"""

RETURN = r"""
app:
  description:
    - The app as Marathon shows it after the change, with counts, tasks and deployments.
    - In check mode the app as it would be.
    - V(null) when it is absent.
  type: dict
  returned: success
  sample:
    id: /app1
    instances: 2
    tasksRunning: 2
    tasksHealthy: 2
    labels:
      FE-Proxy: "yes"
    version: "2026-01-15T10:20:30.123Z"
version:
  description: The version of the app, which is the time of its last change.
  type: str
  returned: success
  sample: "2026-01-15T10:20:30.123Z"
deployment_id:
  description: The deployment that carries the change out. V(null) when nothing was deployed.
  type: str
  returned: success
  sample: 97c136bf-5a28-4821-9d94-480d9fbb01c8
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
  description:
    - What is known of the failure as data. The body of Marathon's answer, or what a wait saw last.
  type: raw
  returned: failure, when there is any
  sample:
    waited_for: /app1 to be rolled out
    seconds: 300
    last_seen: 1 of 2 tasks healthy (2 running, 1 healthy)
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 1.32, "requests": 6}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.marathon_app import APP


def main() -> None:
    """Run the module."""
    run(APP)


if __name__ == "__main__":
    main()
