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
      - State the version by O(rollout.definition) or O(rollout.src); or start from the active version's definition and give
        what changes by O(rollout.image) and O(rollout.overrides). Both ways can be combined.
    type: dict
    suboptions:
      version:
        description:
          - The name of the version. Its app is C(<service>-<version>).
          - Write it in quotes. A number with a dot, and words such as V(yes), are refused, because it is not known how they were written.
        type: raw
        required: true
      definition:
        description: The definition of the version, in Marathon's own JSON. The labels that make it a version are added.
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
          - When neither this nor the definition says it, it is the active version's.
        type: int
      priority:
        description: The priority, which must be above all others. When not given, it is RV(dcos.avi.migration_info#module:next_priority).
        type: int
      windows:
        description:
          - When a rollout may begin, by the time that Marathon tells. Outside these windows it is refused, with the time at which the next one opens.
          - What goes on with a version that is there already is not.
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
              - From when until when by the clock of O(rollout.windows[].time_zone), such as V(09:00-16:30). When it does not end after it begins, it ends on
                the next day. V(24:00) is midnight.
            type: str
            required: true
          time_zone:
            description: The name of the time zone, such as V(Europe/Berlin).
            type: str
            default: UTC
      override_freeze:
        description:
          - Whether to begin although the service is frozen, or no window is open. This needs a O(rollout.reason).
        type: bool
        default: false
      reason:
        description: Why the rollout is.
        type: str
        default: ""
      strategy:
        description:
          - V(direct) creates the version.
          - V(preview) first has a preview of it, an app of the same definition that gets no traffic, to be tested.
        type: str
        choices: [direct, preview]
        default: direct
      approval_timeout:
        description:
          - For how many seconds a preview that O(rollout.promote) leaves can be approved. After that it is not promoted. With V(0), at any time.
        type: int
        default: 0
      promote:
        description: With the O(rollout.strategy) V(preview), whether to go on after the preview, or to stop there.
        type: bool
        default: true
      preview_instances:
        description: The number of instances of the preview; at most that of the version.
        type: int
        default: 1
      capacity:
        description:
          - What to do where the cluster has no room for the tasks that are to be started, by what Mesos' master shows before anything is written.
          - V(ignore) asks nobody. V(warn) warns. V(require) refuses the rollout, also where it is not known whether there is room.
          - What is counted is in RV(dcos.avi.migration_info#module:capacity).
          - It takes up to three requests more, of which one may have a large answer. Where the master cannot be asked, only what waits in Marathon's
            queue tells anything. So the default is V(ignore).
        type: str
        choices: [ignore, warn, require]
        default: ignore
      gates:
        description: The tests that are made on the way, to be named among the steps.
        type: list
        elements: str
        choices: [smoke, requests, soak]
        default: []
      goes_on:
        description:
          - Whether the rollout is part of a release that has begun. Then neither a freeze nor the O(rollout.windows) hold it up.
          - And the O(rollout.gates) judge a version once more that takes the traffic already, while those before it are kept warm. An earlier run may
            have ended before they did.
        type: bool
        default: false
  mesos_master:
    description:
      - The address of Mesos' master, such as V(http://leader.mesos:5050). It is used with O(rollout.capacity).
      - If it is not given, and O(marathon_url) is below a DC/OS cluster (C(/service/marathon)), the master is asked by way of the cluster, with the
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
        description: What the labels tell Avi, as data, in the form of the option O(dcos.avi.marathon_app#module:avi).
        type: dict
  retire:
    description:
      - What of superseded versions is to be kept, and so is not in RV(dcos.avi.migration_info#module:retire) or RV(dcos.avi.migration_info#module:prune).
    type: dict
    suboptions:
      keep_warm:
        description:
          - For how many seconds after the traffic moved to the active version superseded versions keep their
            instances. Until then they are in RV(dcos.avi.migration_info#module:warm).
          - It counts from when the traffic moved. That is the last change of the version's configuration, or the last write of what decides
            in Avi where the traffic goes. Tasks that move do not begin it anew.
          - A write that comes more than an hour after the version's change does not count. With V(0) nothing is kept warm.
          - The time is that of Marathon's clock, or this machine's where Marathon's answers do not tell it.
        type: int
        default: 0
      keep:
        description: How many retired versions to keep. When not given, all of them.
        type: int
      by:
        description:
          - The id of the app that supersedes the others, such as the one that was just rolled out. While another app is active,
            nothing is in RV(dcos.avi.migration_info#module:retire), and RV(dcos.avi.migration_info#module:retire_blocked) says so.
          - When not given, the active app supersedes those below it, whichever it is.
        type: str
      at_least:
        description:
          - With O(retire.by), the number of instances that this app must have. While it has fewer, nothing is in RV(dcos.avi.migration_info#module:retire), and
            RV(dcos.avi.migration_info#module:retire_blocked) says so.
          - V(0) stands for as many as the version has which it takes over from.
          - When not given, any number will do.
        type: int
  planned:
    description:
      - What was planned before the lock was taken. RV(dcos.avi.migration_info#module:plan.anew) then tells whether it is something else now.
      - With O(rollback), the plan is refused if what was to be ended first has ended by itself. What was asked for is done then.
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
      - Hide the values of C(env) in the definitions of the RV(dcos.avi.migration_info#module:plan), and in the parameters. The names stay.
      - Give what RV(dcos.avi.migration_info#module:plan.env_from) says, and what was stated for the plan, to the option
        O(dcos.avi.marathon_app#module:env_from), which finds the values there.
      - Values elsewhere, such as in labels and in C(container.docker.parameters), are shown.
    type: bool
    default: false
"""
