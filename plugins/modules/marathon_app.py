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
  - Marathon accepts some changes without making them. It leaves an app as it was if only C(executorResources) would
    change. The module reports no change then, and warns. In check mode it shows the change.
  - C(--diff) and C(-v) show the values of C(env), like the rest of a definition. If they are secrets, use O(no_log_env).

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
      - Marathon decides which of the files in C(uris) are archives to extract. To decide that yourself, write C(fetch) instead.
      - Fields that only Marathon sets, such as C(version) or C(tasks), are ignored, so that what
        M(dcos.avi.marathon_app_info) returned can be used here.
      - Mutually exclusive with O(src).
    type: dict
  src:
    description:
      - A file with the app in Marathon's own JSON, or the same in YAML, used like O(definition). YAML needs PyYAML.
      - It is read where the module runs.
      - In YAML, everything is text except V(true), V(false), V(null) and decimal numbers. V(yes), dates and numbers such as V(0x10) stay text.
        So does every number in a field that is text for Marathon, as in C(labels) and C(env). A version V(1.10) stays V(1.10).
      - A file that is encrypted with Ansible Vault is decrypted if the module runs inside C(ansible-playbook). It does so with a local
        connection and Ansible's own Python, without C(become), C(async) and C(environment). Elsewhere it is refused. Give
        O(definition) with the lookup P(ansible.builtin.file#lookup) then, which decrypts.
      - The file is read without templating. One with C({{) or C({%) that looks like a template is refused. Give O(definition) with the lookup
        P(ansible.builtin.template#lookup) to fill it in, or with P(ansible.builtin.file#lookup) if the braces are meant for the app.
    type: path
  update:
    description:
      - What to do with the fields of an app that O(definition) does not give.
      - V(merge) leaves them as they are.
      - V(replace) resets them to Marathon's defaults. Only the number of instances stays if it is not given.
    type: str
    choices: [merge, replace]
    default: merge
  avi:
    description:
      - Settings for Avi's cloud connector, as data. The module writes them into the labels that hold strings of JSON.
      - These labels are added to the labels of O(definition). If O(definition) has no labels, the other labels of
        the app stay as they are, unless O(update=replace).
      - A setting that is not given is treated like the other labels. A setting that is V(false) or empty removes its label from the app.
        The exception is O(avi.proxy_listener=false), which writes a label.
    type: dict
    suboptions:
      frontend:
        description:
          - The app is a north-south service with a virtual service of its own (the label C(FE-Proxy)).
          - With V(false) the label is removed, and Avi deletes the virtual service. This is refused while there are versions
            of the service.
        type: bool
      frontend_vip:
        description: The address of the virtual service, in the older way (the label C(FE-Proxy-VIP)).
        type: str
      proxy:
        description:
          - Settings for the objects that Avi makes (the label C(avi_proxy)). The keys C(virtualservice) and C(pool) hold
            fields of Avi's REST API. The types and values of known fields are checked. Others are passed through.
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
      - The ids of versions in another folder than the service that their C(ab_config) names, or whose ids do not begin with C(<service>-).
      - The module refuses some changes because of versions, such as a priority that is not the highest, or the deletion of their listener. Other
        apps whose C(ab_config) names a service are ignored there.
    type: list
    elements: str
    default: []
  instances:
    description:
      - How many tasks the app should have. Takes precedence over C(instances) in O(definition).
      - A scale down to another number than V(0) first waits, for O(wait_timeout) seconds at most. All tasks must run, none may wait in Marathon's
        launch queue, and no deployment of the app may be under way. Otherwise Marathon 1.8 and later would kill the tasks that run before those
        that do not run yet, and no task might serve. See O(allow_outage).
      - With V(0), the wait ends when no task runs and none waits in Marathon's launch queue. Marathon before 1.8 starts tasks that wait there,
        although the app has no instances. The module ends these, too.
      - When not given, a new app gets one instance, and an existing app keeps its number.
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
      - Change, restart or delete the app only while it still has this version, which an earlier task returned (RV(version)).
      - Otherwise the module fails and changes nothing, because somebody else has changed the app since.
      - Two changes within one millisecond have the same version on every release of Marathon, so this option cannot distinguish them.
    type: str
  delete_listener:
    description:
      - With O(state=absent), delete the app even if it is the listener of a service. Avi then deletes its virtual service.
      - Without this option, the module does not delete an app with the label C(FE-Proxy=yes), or one that the C(ab_config) of another app names.
        Nor does it delete the version that has the highest priority of those with instances, because that version may take the traffic.
    type: bool
    default: false
  force:
    description:
      - Change or delete the app although a deployment of it is under way. That deployment is cancelled, half done.
      - Without this option, the module waits for that deployment, for O(wait_timeout) seconds at most.
      - If tasks from before the half-done change serve, the app is first scaled down to these, and then changed. Otherwise Marathon would take
        down the healthy tasks first. If that is not possible, nothing is changed, unless O(allow_outage).
    type: bool
    default: false
  force_own:
    description:
      - Like O(force), but only for a deployment that changes this app alone. Such a deployment may never end.
      - If the deployment also changes other apps, it is somebody's deployment of a group. Then the module fails, names it, and changes nothing.
    type: bool
    default: false
  wait:
    description:
      - Wait until the app is rolled out. Then no deployment of it is under way, and all its tasks run the current configuration. All are
        healthy, or running if there are no health checks.
      - With O(state=absent), wait until its tasks are gone.
      - The module checks the app when Marathon's events report a change. Without access to the events, it checks every O(wait_interval) seconds.
      - If there is nothing to change, the module waits for a deployment that an earlier run left unfinished.
    type: bool
    default: true
  on_failure:
    description:
      - What to do when the app is not rolled out in time. The module fails in any case.
      - V(keep) leaves it to Marathon, which continues to try.
      - V(rollback) undoes the change, and waits for that, for O(wait_timeout) seconds once more. An app that this task created is
        deleted.
      - During V(rollback), the tasks that serve go on serving. The app is scaled down to them in two steps, which ends the deployment and kills the
        youngest tasks. Then it is changed back without force. Between the steps it has fewer instances than it should.
      - If that is not possible, the deployment is left as it is, and the message says why. Check mode warns of it as far as it can be foreseen.
        See O(allow_outage).
      - After V(keep), do not leave the app in this state. If Marathon's leader changes while a deployment does not come to an end, Marathon 1.8 to 1.11
        take down the app's healthy tasks for good. Roll the change back, or correct it.
    type: str
    choices: [keep, rollback]
    default: keep
  allow_outage:
    description:
      - What to do if O(on_failure=rollback), O(force) or a scale down could take down the tasks that serve.
      - With V(false) nothing is done, and the message gives the reason. A rollback is not done if C(killSelection)
        is V(OLDEST_FIRST), if an instance does not run or was not checked yet, if a healthy task is younger than the new ones, if the deployment
        scales the app or changes several apps, or if the restart would never end (Marathon 1.11).
      - With V(true) Marathon's own rollback, the forced change or the scale down is done all the same. In measurements with 1 or 2 instances,
        no task served for up to 5 seconds. With 4 instances, 1 to 3 served.
    type: bool
    default: false
  env_from:
    description:
      - Where to read the values of C(env) that are hidden in O(definition). A RV(dcos.avi.migration_info#module:plan) that was made with
        O(dcos.avi.migration_info#module:no_log_env) hides them.
      - They are read when the app is created or changed, and are in no result before. Without a hidden value nothing is read.
    type: dict
    suboptions:
      app:
        description: The id of the app whose C(env) the plan started from, if the plan was given neither a definition nor a file.
        type: str
      version:
        description: The version of that app. When not given, it is the current one.
        type: str
      definition:
        description: The definition that the plan was given.
        type: dict
      src:
        description: The path of the file that the plan was given.
        type: path
      overrides:
        description: The overrides that the plan was given.
        type: dict
  diff_against:
    description:
      - The id of another app, such as the version before. With C(--diff), a new app is compared with it, so that only the differences are shown.
      - If there is no such app, the new one is shown in full.
    type: str
  no_log_env:
    description:
      - Hide the values of C(env) in all that the module returns, in the difference, and in its parameters. The names are shown.
      - Values elsewhere, such as in labels and in C(container.docker.parameters), are shown.
    type: bool
    default: false
  lock:
    description:
      - The lock of M(dcos.avi.migration_lock) that the run must hold. Without it, the module changes nothing.
      - It is read right before each request that changes something. A run that has lost it, because it was stopped and somebody broke its
        lock, changes nothing more.
      - If the module creates a version of a service, it records in the label C(dcos_avi_run) what the lock says about the run, see
        M(dcos.avi.migration_history_info). This label is no difference between definitions.
      - When not given, no lock is needed, and nothing is recorded. In check mode no lock is needed.
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
