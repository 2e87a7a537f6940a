#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_info

short_description: See which version of a service takes the traffic, with proof, and what may be done next

version_added: 1.0.0

description:
  - Joins what Marathon runs for a service with what the Avi Controller shows of its virtual service.
  - A version is called active only with proof. The servers of the pool that takes all traffic must be exactly the healthy
    tasks of that version, and all of them up. In any other state RV(active) is V(null), and RV(problems) says why.
  - Both shapes are read, a pool with an A/B setting and a pool group.
  - Can wait until an app is active or drained (O(until)), and plan a rollout (O(rollout)), a listener (O(listener)) or a rollback
    (O(rollback)).
  - Never changes anything.

extends_documentation_fragment:
  - dcos.avi._service
  - dcos.avi._questions
  - dcos.avi._rollback
  - dcos.avi._marathon
  - dcos.avi._avi
  - dcos.avi._wait
  - dcos.avi._attributes
  - dcos.avi._attributes.info
  - dcos.avi._attributes.actiongroup_both
  - dcos.avi._attributes.actiongroup_marathon
  - dcos.avi._attributes.actiongroup_avi

options:
  recover:
    description:
      - Decide what to do about an app whose rollout failed. The result is RV(recovery).
    type: dict
    suboptions:
      app:
        description: The id of the app.
        type: str
        required: true
      why:
        description:
          - Collect why it failed, as RV(why). This takes five seconds at most, while the service is checked.
          - The tasks that fail an HTTP health check are asked once more, for the body of the answer.
        type: bool
        default: false
      on_failure:
        description: V(rollback) to bring the service back to the version before, V(freeze) to leave all as it is.
        type: str
        choices: [rollback, freeze]
        default: rollback
      phase:
        description:
          - The phase of the rollout that failed.
          - After V(deploy), V(confirm) and V(retire), an app is not rolled back if it is proven to take the traffic now. It must have all
            its instances, and no task may have failed within 15 seconds.
          - After V(deploy) and V(confirm), an app that is healthy is not rolled back either, wherever its tasks are. It could only not be
            confirmed in time.
        type: str
      begun:
        description: Whether the rollout had begun to create or change the app. An app that it did not touch is left as it is.
        type: bool
        default: true
      judged:
        description: Whether the failed phase could judge the app. V(false) if it got no answer, which says nothing about the app.
        type: bool
        default: true
  drift:
    description:
      - Whether to find out what was changed after the rollout, as RV(drift). That is a definition edited by hand, another number of instances, a pool
        with servers of no version, or a setting of the pool that differs from the labels.
      - It takes a few more requests for each app that runs.
    type: bool
    default: false
  mesos_agents:
    description:
      - The address at which the Mesos agents show the files of tasks, such as V(http://{host}:5051). V({host}) stands for an agent's name, as Marathon
        shows it, and V({id}) for its id in Mesos. It is used with O(recover.why).
      - If it is not given, and O(marathon_url) is below a DC/OS cluster (C(/service/marathon)), the agents are asked through the cluster, with the
        same login. Elsewhere, no agent is asked.
      - V(none) asks no agent.
      - No credentials are sent to an address that is given here.
      - The environment variable E(MESOS_AGENTS) is used if it is not set.
    type: str
  until:
    description:
      - Wait for a state, then check the service for the result.
      - V(active) waits until the app is proven to take the traffic with all its instances. The module fails when it does not
        happen in time. Where a task of it failed within the last 15 seconds, it is then given up to 30 seconds in which none
        fails.
      - V(drained) waits until the pool of the app has had no open connection for five seconds. One moment without a connection is enough if
        what decides where the traffic goes has not changed for ten seconds. The pool must not be the one that takes the traffic. When it
        does not happen in time, RV(waited.complete) is V(false).
      - V(settled) waits for at most 10 seconds, and no longer than O(wait_timeout), until a version is proven to take the traffic with all
        its instances. RV(waited.complete) is V(false) if that is another version than O(app), or if there is none. If a version above it was scaled to zero
        within the last O(wait_timeout) seconds, a late cloud connector may still move the traffic there. Then it waits for as long as that
        may happen, and no longer than O(wait_timeout). RV(waited.watched) says so.
      - V(retirable) waits until superseded versions may be scaled down. What may pass by itself gets 30 seconds, and tasks that Marathon has not checked
        yet get five minutes. The wait ends at once if the obstacle will not pass, as when the traffic goes to another version or tasks fail again.
        Then RV(waited.complete) is V(false).
    type: str
    choices: [active, drained, settled, retirable]
  app:
    description: The id of the app to wait for. Required with V(active) and V(drained).
    type: str

seealso:
  - module: dcos.avi.marathon_app
  - module: dcos.avi.avi_virtualservice_info
  - plugin: dcos.avi.migration_table
    plugin_type: filter

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: See which version takes the traffic
  dcos.avi.migration_info:
    marathon_url: http://marathon.mesos:8080
    controller: avi.example.com
    username: reader
    password: "{{ avi_password }}"
    service: app1
  register: observed

- name: Say so
  ansible.builtin.debug:
    msg: "{{ observed.active.app if observed.active else observed.problems }}"

- name: Plan a rollout of another image, with the connections in environment variables
  dcos.avi.migration_info:
    service: app1
    rollout:
      version: "200"
      image: avinetworks/server:2
  register: observed

- name: Show its steps
  ansible.builtin.debug:
    msg: "{{ observed.plan | dcos.avi.migration_steps }}"

- name: Plan a rollback to the version before
  dcos.avi.migration_info:
    service: app1
    rollback: {}
  register: observed

- name: Wait until Avi sends all traffic to exactly the tasks of a version
  dcos.avi.migration_info:
    service: app1
    until: active
    app: app1-200
    wait_timeout: 180
"""

RETURN = r"""
service:
  description: The service, without a leading slash.
  type: str
  returned: success
  sample: app1
shape:
  description:
    - How the virtual service leads to its pools, V(ab_pool) or V(pool_group).
    - V(null) when there is no virtual service to be seen.
  type: str
  returned: success
  sample: ab_pool
virtualservice:
  description: The virtual service with its pools. V(null) when Avi shows none.
  type: dict
  returned: success
  contains:
    name:
      description: The name.
      type: str
      sample: app1
    uuid:
      description: The uuid.
      type: str
      sample: virtualservice-cf0ea99a-3a72-4043-bad1-30241db467e3
    oper_state:
      description: The operational state.
      type: str
      sample: OPER_UP
    pool_a:
      description: Pool A. V(null) in the shape of a pool group.
      type: dict
      sample: {"name": "app1-pool-80", "uuid": "pool-6426d0be", "servers_up": 2, "connections": 0}
    pool_b:
      description: Pool B. V(null) when there is none.
      type: dict
      sample: {"name": "app1-100-pool-80", "uuid": "pool-7d0dd4b1", "servers_up": 2, "connections": 14}
    ratio:
      description:
        - The percentage of the traffic that goes to pool B. V(0) where there is no pool B. V(null) in the shape of a pool group, or when
          it cannot be seen.
      type: int
      sample: 100
    members:
      description: The members of the pool group, with their priority labels and ratios. Empty in the other shape.
      type: list
      elements: dict
      sample: []
active:
  description: The version proven to take the traffic. V(null) when none is.
  type: dict
  returned: success
  contains:
    app:
      description: The id of its app.
      type: str
      sample: app1-100
    version:
      description: Its name. V(null) for the listener.
      type: str
      sample: "100"
    side:
      description: V(a) or V(b). V(null) in the shape of a pool group.
      type: str
      sample: b
    pool:
      description: The name of the pool that takes the traffic.
      type: str
      sample: app1-100-pool-80
    since:
      description: When the configuration of the app last changed.
      type: str
      sample: "2026-01-15T10:20:30.123Z"
    proof:
      description: The servers of that pool, and the healthy tasks of the app.
      type: dict
      sample:
        servers: ["10.0.0.11:31001", "10.0.0.12:31005"]
        tasks: ["10.0.0.11:31001", "10.0.0.12:31005"]
        equal: true
versions:
  description:
    - The listener, with the priority 0, the versions by priority, and then the previews.
    - A version is in the folder of the listener, and its id begins with C(<service>-), or it is named by O(versions_also).
    - A preview is an app without C(ab_config) that names the service in its label C(dcos_avi_service).
  type: list
  elements: dict
  returned: success
  contains:
    app:
      description: The id of the app.
      type: str
      sample: app1-100
    version:
      description: The name of the version. V(null) for the listener, the id of the app where that was chosen by hand.
      type: str
      sample: "100"
    priority:
      description: The priority in its label C(ab_config). V(null) for a preview, which has none.
      type: int
      sample: 10
    instances:
      description: How many tasks the app should have.
      type: int
      sample: 2
    healthy:
      description: How many of its tasks are healthy, or run when there are no health checks.
      type: int
      sample: 2
    role:
      description:
        - V(listener) for the listener, unless it is active. V(active) for the active version.
        - V(previous) for one below the active version with tasks that are still in a pool, or the nearest one below.
          V(unattached) for one further below, in no pool.
        - V(waiting) for one above the active version, or when none is active. V(retired) for one without instances.
        - V(preview) for a preview.
      type: str
      sample: active
    side:
      description: The side its tasks are on, V(a) or V(b). V(null) when they are in no pool, or in one of a group.
      type: str
      sample: b
    pool:
      description: The name of the pool of the virtual service that holds its tasks. V(null) when none does.
      type: str
      sample: app1-100-pool-80
    definition_hash:
      description: Equal for versions that run the same, whatever their ids, priorities and numbers of instances.
      type: str
      sample: 4c3f0a9d1b2e
serving:
  description:
    - The id of the app whose tasks are the servers that take the traffic, proven to be all that it should have or not. V(null) when there is
      none, or several.
  type: str
  returned: success
  sample: app1-100
next_priority:
  description: The priority that a new version gets.
  type: int
  returned: success
  sample: 20
lock:
  description: The lock on the service, as M(dcos.avi.migration_lock) takes it. V(null) when there is none.
  type: dict
  returned: success
  contains:
    app:
      description: The id of the app that is the lock.
      type: str
      sample: app1-migration-lock-1
    owner:
      description: The run that holds it.
      type: str
      sample: AWX job 4711
    purpose:
      description: What the run holds the lock for.
      type: str
      sample: rollout of app1-200
    since:
      description: Since when, in UTC.
      type: str
      sample: "2026-01-15T10:20:30Z"
    lease:
      description: Seconds after which it ends unless that run renews it. V(0) if it lasts until it is released or broken.
      type: int
      sample: 600
    gone:
      description: Whether that run is known to have ended, so that the next run takes the lock over.
      type: bool
      sample: false
freeze:
  description: The freeze of the service, as M(dcos.avi.migration_freeze) writes it. V(null) when there is none, or it is over.
  type: dict
  returned: success
  contains:
    by:
      description: On whose behalf it was frozen.
      type: str
      sample: jane
    since:
      description: Since when, in UTC.
      type: str
      sample: "2031-12-20T10:20:30Z"
    until:
      description: Until when, in UTC. V(null) when it lasts until it is lifted.
      type: str
      sample: "2031-12-27T07:00:00Z"
    reason:
      description: Why.
      type: str
      sample: holidays, see CHANGE-2026
drift:
  description: What was changed after the rollout. It is shown to people, and decides nothing.
  type: list
  elements: dict
  returned: success, with O(drift)
  contains:
    code:
      description: What it is, V(edited), V(resized), V(pool_without_version) or V(setting_reverted).
      type: str
      sample: resized
    subject:
      description: The app or the pool.
      type: str
      sample: app1-100
    sentence:
      description: What differs, and what to do.
      type: str
      sample: app1-100 has 4 instances, and was rolled out with 2.
deployments:
  description: The deployments of Marathon under way for apps of the service.
  type: list
  elements: dict
  returned: success
  sample: [{"id": "97c136bf-5a28-4821-9d94-480d9fbb01c8", "app": "app1-100"}]
check_mode:
  description: Whether the task ran in check mode. Ansible's own C(ansible_check_mode) only reflects C(--check), not the C(check_mode) of a task.
  type: bool
  returned: success
  sample: false
problems:
  description: What a person should know, and all that keeps a version from being called active.
  type: list
  elements: dict
  returned: success
  contains:
    code:
      description:
        - One of V(no_virtualservice), V(several_virtualservices), V(virtualservice_disabled), V(no_pool), V(pool_disabled), V(ab_hidden), V(mixed_ratio),
          V(unreadable_ratio), V(ambiguous), V(empty_active_pool), V(servers_down), V(servers_differ), V(unknown_servers),
          V(active_incomplete), V(active_failing), V(no_listener), V(not_a_listener), V(other_tenant), V(broken_label), V(wrong_label),
          V(same_priority), V(runs_at_zero), V(foreign_app), V(foreign_traffic), V(unseen_traffic).
        - V(foreign_app) names an app that names the service in a label and does not belong to it, see O(versions_also). It says nothing
          against the active version. Of very many, ten are named.
        - With V(foreign_traffic), the pool that takes the traffic holds tasks of such an app.
        - V(unseen_traffic) says nothing against the active version either. The virtual service has a setting by which a part
          of the traffic may go elsewhere, and that part is not observed. Such settings are C(service_pool_select), C(http_policies),
          C(l4_policies), C(vs_datascripts) and several C(services).
      type: str
      sample: mixed_ratio
    subject:
      description: The object it is about.
      type: str
      sample: app1
    sentence:
      description: The same for people.
      type: str
      sample: Virtual service app1 sends 50% of the traffic to pool app1-pool-80 and 50% to pool app1-100-pool-80.
retire:
  description:
    - The apps below the active version that still have instances, and may be scaled to zero now.
    - Empty unless a version is proven active with all its instances, none of them is being deployed, and none of its tasks
      failed within the last 15 seconds. Also empty while one of those below it is being deployed, except the version that is
      being rolled back.
    - C(version) is the app's version in Marathon at this check. C(deploying) says whether a deployment of the app is under way, which
      has to be cancelled. C(note) holds the labels that the app gets in the request that scales it to zero.
  type: list
  elements: dict
  returned: success
  sample:
    - app: app1
      instances: 2
      reason: app1-100 takes all traffic with its 2 instances
      version: "2026-11-23T20:15:04.123Z"
      deploying: false
      note: {}
warm:
  description: The apps that would be in RV(retire), but are kept warm, and until when, in UTC.
  type: list
  elements: dict
  returned: success
  sample:
    - app: app1
      until: "2026-01-15T10:50:30Z"
prune:
  description:
    - The retired versions that may be deleted now, so that O(retire.keep) of them are kept, the oldest first. With the same fields
      as RV(retire).
    - Never the listener, nor the active version or one above it, nor the one before it.
  type: list
  elements: dict
  returned: success
  sample: []
retire_blocked:
  description: Why no superseded version may be scaled down now. V(null) if they may.
  type: str
  returned: success
  sample: app1-100 takes the traffic with only 1 of its 2 instances healthy.
leftover:
  description:
    - The apps that run although they are scaled to zero, and may be ended now, with the same fields as RV(retire). Before 1.8 Marathon
      starts what waited in its launch queue when an app was scaled to zero.
    - While there are any, RV(retire), RV(prune), RV(withdraw) and RV(plan) say what follows after they have ended.
      M(dcos.avi.migration_scale_down) ends them.
    - Empty where nothing else is ready to serve, see RV(problems).
  type: list
  elements: dict
  returned: success
  sample:
    - app: app1-200
      instances: 0
      reason: it runs although it has no instances, and app1-100 is ready to take all traffic with its 2 instances
      version: "2026-11-23T20:15:04.123Z"
      deploying: false
withdraw:
  description:
    - The versions above the active one that have instances, with the same fields as RV(retire). They may be scaled to zero now, to give up
      a rollout that has not moved the traffic yet.
    - Empty unless a version is proven active with all its instances, and none of them is being deployed.
  type: list
  elements: dict
  returned: success
  sample:
    - app: app1-200
      instances: 2
      reason: app1-100 takes all traffic with its 2 instances
      version: "2026-11-23T20:15:04.123Z"
      deploying: true
      note: {"dcos_avi_withdrawn_for": "app1-100"}
left_previews:
  description:
    - The ids of previews that an interrupted rollout left, and that nobody needs unless a run holds the lock.
    - A preview that awaits its approval is not among them, unless its version exists already.
  type: list
  elements: str
  returned: success
  sample: ["app1-200-preview"]
withdraw_blocked:
  description: Why nothing of the service may be withdrawn now. V(null) if it may.
  type: str
  returned: success
  sample: app1-100 takes the traffic with only 1 of its 2 instances healthy.
capacity:
  description:
    - Whether there is room for the tasks that the plan starts, with O(rollout.capacity). V(null) where it starts none, or is refused for another reason.
    - The module counts, for each agent, how many tasks fit on its free resources, with the constraints of the app. Agents that are deactivated or drained
      do not count. Resources that are reserved for a role count for apps that accept them. A preview and its version both need room. Tasks that run already
      need no more room.
    - Where several constraints of groups are combined, there may be less room than this shows.
  type: dict
  returned: success, with O(rollout)
  contains:
    verdict:
      description: V(fits), V(lacking), or V(unknown) where nothing shows what is free.
      type: str
      sample: lacking
    sentence:
      description: The same in words, with the numbers and what to do.
      type: str
      sample: There is no room for 3 instances of app1-200, each with 4 cpus and 1024 MiB of memory.
    source:
      description: Where this comes from, V(mesos), or V(marathon) for Marathon's queue. Empty if it could not be found out.
      type: str
      sample: mesos
    needed:
      description: How many tasks have to be started.
      type: int
      sample: 3
    fits:
      description: How many of them fit at most. V(null) where it is not known.
      type: int
      sample: 1
    each:
      description: What each of them takes.
      type: dict
      sample: {"cpus": 4.0, "mem": 1024.0, "disk": 0.0, "gpus": 0.0}
    offering:
      description: How many agents have something free for them.
      type: int
      sample: 5
    agents:
      description: How many of these have room for one, whatever the constraints.
      type: int
      sample: 1
    largest:
      description: What is free on the agent with the most room for them. V(null) where none has any.
      type: dict
      sample: {"host": "agent-3", "cpus": 5.5, "mem": 6144.0, "disk": 20480.0, "gpus": 0.0}
plan:
  description: What to do next.
  type: dict
  returned: with O(rollout), O(listener) or O(rollback)
  contains:
    action:
      description:
        - V(deploy) if the app has to be created. V(resume) if it exists as asked for, but is not proven to take the traffic
          with all its instances. V(none) if it does. V(refuse) if the plan is refused.
        - With O(rollback) also V(instant) and V(withdraw). V(instant) means that the app is ready to take over from the version above it in its
          pool group. V(withdraw) means that it still takes the traffic, and that another version waits above it.
        - V(preview) if only the preview is created and tested, because O(rollout.promote) is V(false).
      type: str
      sample: deploy
    app:
      description: The id of the app.
      type: str
      sample: app1-200
    priority:
      description: Its priority.
      type: int
      sample: 20
    definition:
      description: Its complete definition, ready for M(dcos.avi.marathon_app). V(null) when it stays as it is.
      type: dict
      sample: {"id": "app1-200", "instances": 2, "labels": {"proxy_listener": "no"}}
    steps:
      description:
        - The steps, each with the app and the reason, in the order in which the roles take them. A step is V(lock), V(end),
          V(withdraw), V(preview), V(smoke), V(approve), V(deploy), V(confirm), V(judge), V(requests), V(soak), V(keep), V(drain), V(retire) or V(delete).
      type: list
      elements: dict
      sample: [{"step": "retire", "app": "app1-100", "reason": "superseded by app1-200; kept at zero instances"}]
    refusals:
      description:
        - Why the plan is refused, each reason as a code and a sentence.
        - The codes are V(ab_hidden), V(ambiguous), V(approval_too_late), V(bad_definition), V(bad_id), V(broken_label), V(capacity_unknown),
          V(ended_meanwhile), V(ends_launches), V(fewer_instances), V(fixed_port), V(foreign_traffic), V(frozen), V(id_taken), V(left_preview),
          V(mixed_ratio), V(name_taken), V(no_capacity), V(no_health_check), V(no_instances), V(no_listener), V(no_pool), V(no_preview),
          V(no_version_before), V(no_virtualservice), V(not_a_listener), V(not_approved), V(not_proven), V(nothing_active), V(nothing_stated),
          V(other_definition), V(other_service), V(outside_windows), V(override_without_reason), V(persistent_volume), V(pool_disabled),
          V(priority_too_low), V(runs_at_zero), V(same_volume), V(several_ports), V(several_virtualservices), V(single_instance), V(superseded),
          V(unfinished), V(unknown_history), V(unknown_version), V(unreadable_ratio), V(virtualservice_disabled), V(wrong_label). The page
          docs/troubleshooting.md of the collection explains each.
      type: list
      elements: dict
      sample: [{"code": "no_health_check", "sentence": "The definition has no healthChecks."}]
    reason:
      description: Why this is the plan. Only with O(rollback).
      type: str
      sample: app1-100-r2 takes the traffic already, and came back in place of app1-200. To go further back, name the version.
    withdraw:
      description: The apps to scale to zero before anything else, as in RV(retire). Only with O(rollback).
      type: list
      elements: dict
      sample: []
    preview:
      description:
        - The preview of the version, with its C(app) and its C(definition). The definition is V(null) if an existing preview only has
          to be deleted. V(null) if there is no preview.
      type: dict
      sample: {"app": "app1-200-preview", "definition": {"id": "app1-200-preview", "instances": 1}}
    version:
      description: The version of the app in Marathon, if the app exists already. If it changes, the plan does not hold any more.
      type: str
      sample: null
    env_from:
      description:
        - The app, with its C(app) and C(version), that C(env) of the definition starts from. V(null) if a definition was given, or if nothing
          is planned.
      type: dict
      sample: {"app": "app1-100", "version": "2026-01-15T10:20:30.123Z"}
    leftovers:
      description: The previews that an interrupted rollout left, to be deleted at the end.
      type: list
      elements: str
      sample: []
    deploys:
      description: Whether the app has to be created, or brought to its size and waited for.
      type: bool
      sample: true
    judges:
      description:
        - Whether the gates judge the app. They do if the traffic will move to it, or if an earlier run ended at an unknown point
          before it retired the others.
      type: bool
      sample: true
    retires:
      description: Whether superseded apps have to be drained and scaled to zero at the end.
      type: bool
      sample: true
    waits:
      description:
        - Whether the plan is refused while another run holds the lock. It may be possible when that run has ended.
        - Only with O(rollout) and O(rollback). V(false) with O(planned).
      type: bool
      sample: false
    anew:
      description:
        - Whether the steps differ from the O(planned) ones, or there are none, because the plan is refused or some tasks have to be ended first.
        - Only with O(rollout) and O(rollback). V(false) without O(planned).
      type: bool
      sample: false
why:
  description:
    - Why the app failed, as far as it can be seen while the app still runs. Control characters are replaced, and what looks like a credential is
      hidden, such as the text after C(password=), and the values of variables in C(env) with such names.
  type: dict
  returned: with O(recover.why)
  contains:
    app:
      description: The id of the app, or of its preview.
      type: str
      sample: /app1-200
    tasks:
      description: At most four tasks. First those that failed, then those that are not healthy, then others.
      type: list
      elements: dict
      contains:
        task:
          description: The id of the task.
          type: str
        host:
          description: The name of its agent, as Marathon shows it. C(agent) is its id in Mesos.
          type: str
        state:
          description: The task's last state in Mesos.
          type: str
          sample: TASK_FAILED
        at:
          description: When it got that state. Of a task that runs, when it started.
          type: str
        message:
          description: Mesos' message of its end. Marathon keeps that of the last failure only; those of the others come from the agents.
          type: str
          sample: "Memory limit exceeded: Requested: 32MB Maximum Used: 32MB"
        reason:
          description: Mesos' reason of its end, if the agent shows one. Mesos states none where a command just exits.
          type: str
          sample: REASON_CONTAINER_LIMITATION_MEMORY
        failed:
          description: Whether it failed.
          type: bool
        stdout:
          description: The last lines that it wrote. Both files together have at most 4096 characters.
          type: list
          elements: str
        stderr:
          description: The last lines that it wrote as errors.
          type: list
          elements: str
        unread:
          description: Why its files could not be read. Empty where they were, or where no agent is asked.
          type: str
    health_checks:
      description: The HTTP health checks of at most two running tasks that fail, made once more.
      type: list
      elements: dict
      contains:
        task:
          description: The id of the task.
          type: str
        url:
          description: What was asked.
          type: str
        cause:
          description: Why the check failed when Marathon made it.
          type: str
          sample: 503 Service Unavailable
        status:
          description: The HTTP status of the answer. V(null) without one.
          type: int
        body:
          description: The first 1000 characters of the answer.
          type: str
        error:
          description: Why there was no answer. Empty where there was one.
          type: str
    offers:
      description: Why tasks still wait to be launched. C(declined_offers) is a list of C(reason) and C(declined), C(unused_offers) one of
        C(host) and C(reasons). C(delayed_seconds) is the time until the next launch, and C(no_offers) says that none has come. Empty where none waits.
      type: dict
    unread:
      description: What could not be read, and why.
      type: list
      elements: str
  sample:
    app: /app1-200
    tasks:
      - task: app1-200.instance-8a2c._app.1
        host: 10.0.0.2
        agent: 2d1a-S0
        state: TASK_FAILED
        at: "2026-01-15T10:20:30.123Z"
        message: Command exited with status 1
        failed: true
        stdout: [listening on 31001]
        stderr: ["fatal: no database at db.example, password=********"]
        unread: ""
    health_checks: []
    offers: {}
    unread: []
recovery:
  description: What to do about an app whose rollout failed.
  type: dict
  returned: with O(recover)
  contains:
    action:
      description:
        - V(withdraw) if the app is proven to take no traffic, and may be scaled to zero. V(rollback) if the
          traffic goes to it, or to nobody. V(nothing) if it has no instances. V(unfinished) if it serves, and
          only the versions before still have to be retired. V(leave) if none of these is safe or wanted.
      type: str
      sample: withdraw
    app:
      description: The id of the app.
      type: str
      sample: app1-200
    version:
      description: The version of the app in Marathon for which this holds. V(null) unless it may be withdrawn.
      type: str
      sample: "2026-01-01T12:00:00.000Z"
    preview:
      description: The id of its preview, if one has to be deleted. V(null) otherwise.
      type: str
      sample: app1-200-preview
    moves:
      description: What the role P(dcos.avi.rollout#role) does about it, as the names of its files of tasks.
      type: list
      elements: str
      sample: [recover_by_withdraw, clean]
    sentence:
      description: Why.
      type: str
      sample: app1-200 takes no traffic.
    next:
      description: What a person can do next.
      type: str
      sample: Fix what failed, and run the rollout again.
waited:
  description: What was waited for.
  type: dict
  returned: with O(until)
  contains:
    for:
      description: V(active), V(drained), V(settled) or V(retirable).
      type: str
      sample: drained
    seconds:
      description: How long.
      type: float
      sample: 12.5
    complete:
      description: Whether it happened.
      type: bool
      sample: true
    last:
      description: What was seen last.
      type: str
      sample: Pool app1-pool-80 of app1 has 0 open connections.
    watched:
      description:
        - With V(settled), what the cloud connector was watched for, and for how long. Empty where there was nothing to watch.
        - It ends when the servers of the version have left the pools of the virtual service. If it never was in one, it is not known how
          late the connector is. Then the watch ends 60 seconds after the version was scaled to zero.
      type: str
      sample: ""
code:
  description: The kind of the failure. The page docs/troubleshooting.md of the collection lists all, with causes and what to do.
  type: str
  returned: failure
  sample: not_permitted
status:
  description: The HTTP status of the answer that made the module fail.
  type: int
  returned: failure, when there was an answer
  sample: 403
details:
  description: The body of the answer that made the module fail, or what a wait saw last.
  type: raw
  returned: failure, when known
  sample: {"waited_for": "Avi to send all traffic to exactly the tasks of app1-200", "seconds": 300}
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 1.32, "requests": 6}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_info import MIGRATION_INFO


def main() -> None:
    """Run the module."""
    run(MIGRATION_INFO)


if __name__ == "__main__":
    main()
