#!/usr/bin/python
# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: migration_requests

short_description: Ask each task of an app, or a virtual service, and judge the answers

version_added: 1.0.0

description:
  - Sends requests to every single task of an app (O(app)), or to a virtual service (O(url)), until all answers are as
    expected, one after another.
  - Fails if that takes longer than O(wait_timeout), and returns what each target answered last. An app without tasks does not pass.
  - Each request is sent once, on a connection of its own. Redirects are not followed.
  - Changes nothing by itself, but requests other than GET may.

extends_documentation_fragment:
  - dcos.avi._marathon
  - dcos.avi._wait
  - dcos.avi._attributes
  - dcos.avi._attributes.actiongroup_marathon

attributes:
  check_mode:
    support: full
    details:
      - In check mode no request is sent, and RV(passed) is V(null).
  diff_mode:
    support: N/A
    details:
      - This module has nothing to compare.
  idempotent:
    support: N/A
    details:
      - What requests do depends on the app.

options:
  app:
    description:
      - The id of the app whose tasks are asked, each at its agent's address and first port.
      - Exactly one of O(app) and O(url) is needed.
    type: str
  url:
    description:
      - The address of the virtual service.
      - If it has a path of its own, it is used as it is, unless O(path) is given, too.
    type: str
  marathon_url:
    description:
      - The base URL of Marathon, or several of the same cluster.
      - Needed with O(app).
      - When not given, the environment variable E(MARATHON_URL) is used.
  request:
    description:
      - The options that make the request, from O(url) to O(wait_timeout), as one dictionary.
      - An option of its own takes precedence over the same key here. A key that is V(null) counts as not given.
    type: dict
  scheme:
    description: Whether tasks are asked over HTTP or HTTPS.
    type: str
    choices: [http, https]
    default: http
  path:
    description:
      - The path, with a query if there is one.
      - Messages show it, so put credentials into O(headers).
    type: str
    default: /
  method:
    description: The HTTP method.
    type: str
    default: GET
  headers:
    description:
      - Headers to send. Ansible never prints them as parameters.
      - An answer may repeat what it was sent. Some headers are named as credentials are, such as C(Authorization), C(Cookie) or
        C(X-Api-Key). Their values, and all others of 8 characters or more, are hidden wherever they would be shown. Those of C(Host),
        C(Accept), C(Content-Type) and C(User-Agent) are not.
    type: dict
  body:
    description:
      - The body to send, without spaces and line breaks around it.
      - A dictionary or a list is sent as JSON; name its C(Content-Type) among the O(headers) where that matters.
      - Ansible never prints it as a parameter. From 8 characters on it is hidden wherever it would be shown. Each value of data in JSON is
        hidden by the same rules as the values of O(headers).
    type: jsonarg
  validate_certs:
    description: Whether to verify the TLS certificate of the target.
    type: bool
    default: true
  ca_path:
    description: The path of a file with certificates of the authorities to trust.
    type: path
  status:
    description: The HTTP statuses that are expected. At least one is needed.
    type: list
    elements: int
    default: [200]
  body_contains:
    description: Text that the body of the answer must contain.
    type: str
  answer_headers:
    description: Headers that the answer must have, each with a regular expression that its whole value must match.
    type: dict
    default: {}
  max_seconds:
    description: How many seconds an answer may take. Must be above 0 and at most 86400, which is a day.
    type: float
  count:
    description: How many requests in a row each target must answer as expected.
    type: int
    default: 1
  wait_timeout:
    default: 30

seealso:
  - module: dcos.avi.migration_soak
  - module: dcos.avi.migration_info

author:
  - dcos.avi maintainers (@dcos-avi)
"""

EXAMPLES = r"""
- name: Ask each task of a preview before it is promoted
  dcos.avi.migration_requests:
    marathon_url: http://marathon.mesos:8080
    app: app1-200-preview
    path: /health/deep
    max_seconds: 0.5

- name: Make sure that clients get the new version
  dcos.avi.migration_requests:
    url: http://app1.example.com
    answer_headers:
      X-Version: "200"
    count: 20
"""

RETURN = r"""
passed:
  description: V(true), because the module fails otherwise. V(null) in check mode.
  type: bool
  returned: success
  sample: true
targets:
  description: How each target answered.
  type: list
  elements: dict
  returned: success
  contains:
    target:
      description: Where it is.
      type: str
      sample: http://10.0.0.7:31005
    task:
      description: The id of the task. V(null) for a virtual service.
      type: str
      sample: app1-200.5f2a0e5c-8d5c-11e9-9a8e-70b3d5800001
    requests:
      description: How many requests it was sent.
      type: int
      sample: 1
    slowest_seconds:
      description: How long the slowest answer took.
      type: float
      sample: 0.012
    status:
      description: The status of the last answer.
      type: int
      sample: 200
    reason:
      description: Why the last answer was not as expected. V(null) when it was.
      type: str
      sample: null
    body:
      description: The first 1000 characters of an answer that was not as expected, in which what looks like a credential is hidden.
      type: str
      sample: ""
    passed:
      description: Whether all answers were as expected.
      type: bool
      sample: true
code:
  description: The kind of the failure. The page docs/troubleshooting.md of the collection lists all, with causes and what to do.
  type: str
  returned: failure
  sample: not_permitted
status:
  description: The HTTP status of the answer of Marathon that made the module fail.
  type: int
  returned: failure, when there was such an answer
  sample: 403
details:
  description: What was waited for, for how many seconds, what was seen last, and the C(targets) as they answered then; or the body of Marathon's answer.
  type: raw
  returned: failure, when known
  sample: {"waited_for": "every task of app1-200 to answer GET / as expected", "seconds": 30, "last_seen": "answered 500 instead of 200"}
unseen:
  description: V(true) if nothing could be checked, because Marathon gave no answer. This says nothing about the version.
  type: bool
  returned: failure, where it is so
  sample: true
spent:
  description: What the call took, in seconds and in requests to Marathon and Avi.
  type: dict
  returned: always
  sample: {"seconds": 1.32, "requests": 6}
"""

from ansible_collections.dcos.avi.plugins.module_utils._core.module import run
from ansible_collections.dcos.avi.plugins.module_utils._modules.migration_requests import MIGRATION_REQUESTS


def main() -> None:
    """Run the module."""
    run(MIGRATION_REQUESTS)


if __name__ == "__main__":
    main()
