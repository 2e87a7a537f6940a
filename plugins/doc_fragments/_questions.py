# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a service that is to be migrated, for the documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  rollout:
    description:
      - Plan to make a version active, and return the RV(dcos.avi.migration_info#module:plan).
      - Define the version with O(rollout.definition) or O(rollout.src). Or take the active version's definition, and change it with
        O(rollout.image) and O(rollout.overrides). Both ways can be combined.
    type: dict
    suboptions:
      version:
        description:
          - The name of the version. Its app is C(<service>-<version>).
          - Write it in quotes. A number with a dot, and words such as V(yes), are refused, because YAML does not keep how they were written.
        type: raw
        required: true
      definition:
        description: The definition of the version, in Marathon's own JSON. The plan adds the labels that make it a version.
        type: dict
      src:
        description: The path of a JSON or YAML file with the definition, which is read like O(dcos.avi.marathon_app#module:src).
        type: path
      image:
        description: The container image to run.
        type: str
      overrides:
        description: Fields to change in the definition. Objects are merged, lists are replaced, V(null) removes a field.
        type: dict
      instances:
        description:
          - The number of instances.
          - When not given, it is that of the definition, or else that of the active version.
        type: int
      priority:
        description: The priority, which must be above all others. When not given, it is RV(dcos.avi.migration_info#module:next_priority).
        type: int
      windows:
        description:
          - When a rollout may begin, by Marathon's clock. At another time it is refused, and the message says when the next window opens.
          - A rollout that resumes with a version that exists already is not refused.
        type: list
        elements: dict
        default: []
        suboptions:
          days:
            description: The weekdays on which the window begins, such as V(mon). When empty, it is every day.
            type: list
            elements: str
            default: []
          hours:
            description:
              - From when until when by the clock of O(rollout.windows[].time_zone), such as V(09:00-16:30). If the end is not after the beginning, the
                window ends on the next day. V(24:00) is midnight.
            type: str
            required: true
          time_zone:
            description: The name of the time zone, such as V(Europe/Berlin).
            type: str
            default: UTC
      override_freeze:
        description:
          - Whether to begin although the service is frozen, or no window is open. Needs O(rollout.reason).
        type: bool
        default: false
      reason:
        description: Why the service is rolled out, in words or as the number of a ticket.
        type: str
        default: ""
      strategy:
        description:
          - V(direct) creates the version.
          - V(preview) first creates a preview. This app has the same definition and gets no traffic, so that it can be tested.
        type: str
        choices: [direct, preview]
        default: direct
      approval_timeout:
        description:
          - Seconds within which a preview that O(rollout.promote=false) leaves can be approved. After that it is not promoted. With V(0), at any time.
        type: int
        default: 0
      promote:
        description: With O(rollout.strategy=preview), whether to continue after the preview, or to stop there.
        type: bool
        default: true
      preview_instances:
        description: The number of instances of the preview, at most that of the version.
        type: int
        default: 1
      capacity:
        description:
          - What to do if the cluster has no room for the new tasks. The Mesos master is asked before anything is written.
          - V(ignore) does not check. V(warn) warns. V(require) refuses the rollout. Both do so, too, if it cannot be found out whether there is room.
          - RV(dcos.avi.migration_info#module:capacity) says what is counted.
          - The check takes up to three more requests, of which one may have a large answer. If the master cannot be asked, only Marathon's queue
            can show that there is no room. So the default is V(ignore).
        type: str
        choices: [ignore, warn, require]
        default: ignore
      gates:
        description: The gates that the rollout has. The plan names them among its steps.
        type: list
        elements: str
        choices: [smoke, requests, soak]
        default: []
      goes_on:
        description:
          - Whether the rollout is part of a release that has begun. Then neither a freeze nor the O(rollout.windows) hold it up.
          - If the version takes the traffic already and earlier versions are kept warm, the O(rollout.gates) judge it once more. An earlier run may
            have ended before its gates did.
        type: bool
        default: false
  mesos_master:
    description:
      - The address of Mesos' master, such as V(http://leader.mesos:5050). It is used with O(rollout.capacity).
      - If it is not given, and O(marathon_url) is below a DC/OS cluster (C(/service/marathon)), the master is asked through the cluster, with the
        same login. Elsewhere, no master is asked.
      - V(none) asks no master.
      - No credentials are sent to an address that is given here. If another master leads, that one is asked.
      - The environment variable E(MESOS_MASTER) is used if it is not set.
    type: str
  listener:
    description:
      - Plan to create the listener of the service, and return the RV(dcos.avi.migration_info#module:plan).
    type: dict
    suboptions:
      definition:
        description: The definition of the app, in Marathon's own JSON.
        type: dict
      src:
        description: The path of a JSON or YAML file with the definition, which is read like O(dcos.avi.marathon_app#module:src).
        type: path
      avi:
        description: The settings for Avi, as data, in the form of the option O(dcos.avi.marathon_app#module:avi).
        type: dict
  retire:
    description:
      - Which superseded versions to keep. They are not in RV(dcos.avi.migration_info#module:retire) and RV(dcos.avi.migration_info#module:prune).
    type: dict
    suboptions:
      keep_warm:
        description:
          - For how many seconds after the traffic moved to the active version superseded versions keep their
            instances. Until then they are in RV(dcos.avi.migration_info#module:warm).
          - It counts from when the traffic moved. That is the last change of the version's configuration, or the last write of what decides
            in Avi where the traffic goes. Tasks that move do not begin it anew.
          - A write that comes more than an hour after the version's change does not count. With V(0) nothing is kept warm.
          - The time is that of Marathon's clock, or of this machine if Marathon's answers do not show it.
        type: int
        default: 0
      keep:
        description: How many retired versions to keep. When not given, all of them.
        type: int
      by:
        description:
          - The id of the app that supersedes the others, such as the one that was just rolled out. While another app is active,
            nothing is in RV(dcos.avi.migration_info#module:retire), and RV(dcos.avi.migration_info#module:retire_blocked) says so.
          - When not given, any active app supersedes those below it.
        type: str
      at_least:
        description:
          - With O(retire.by), the number of instances that this app must have. While it has fewer, nothing is in RV(dcos.avi.migration_info#module:retire), and
            RV(dcos.avi.migration_info#module:retire_blocked) says so.
          - V(0) stands for as many as the version before it has.
          - When not given, any number is enough.
        type: int
  planned:
    description:
      - What was planned before the lock was taken. RV(dcos.avi.migration_info#module:plan.anew) then says whether the plan is different now.
      - With O(rollback), the plan is refused if the tasks that had to be ended first have ended by themselves, because then the rollback is done.
    type: dict
    suboptions:
      steps:
        description: The RV(dcos.avi.migration_info#module:plan.steps) of the earlier plan.
        type: list
        elements: dict
        required: true
      leftover:
        description: The ids of the apps that were in RV(dcos.avi.migration_info#module:leftover).
        type: list
        elements: str
        required: true
  no_log_env:
    description:
      - Hide the values of C(env) in the definitions of the RV(dcos.avi.migration_info#module:plan), and in the parameters. The names are shown.
      - Pass RV(dcos.avi.migration_info#module:plan.env_from), and the definition that was given for the plan, to the option
        O(dcos.avi.marathon_app#module:env_from), which finds the values there.
      - Values elsewhere, such as in labels and in C(container.docker.parameters), are shown.
    type: bool
    default: false
"""
