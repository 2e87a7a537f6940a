# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options to connect to the Avi Controller, for the documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  controller:
    description:
      - The address of the Avi Controller, such as V(avi.example.com) or V(10.0.0.1:9443). It is asked over HTTPS.
      - The module takes the address from this option, from O(avi_credentials), or from the environment variable E(AVI_CONTROLLER), in this
        order. One of them is needed. The same order holds for all options of the connection.
    type: str
  username:
    description:
      - The name of the user to log in as. The module only reads.
      - If not set, the environment variable E(AVI_USERNAME) is used.
    type: str
  password:
    description:
      - The password of that user.
      - If not set, the environment variable E(AVI_PASSWORD) is used.
    type: str
  token:
    description:
      - A token of that user, which is used instead of the password.
      - If not set, the environment variable E(AVI_TOKEN) is used.
    type: str
  basic_auth:
    description:
      - Send the password with each request, instead of logging in. The Controller's portal configuration must allow it.
      - If not set, the environment variable E(AVI_BASIC_AUTH) is used, or else it is V(false).
    type: bool
  tenant:
    description:
      - The name of the tenant whose objects are read.
      - If not set, the environment variable E(AVI_TENANT) is used, or else it is V(admin).
    type: str
  tenant_uuid:
    description:
      - The uuid of the tenant. Takes precedence over O(tenant).
      - If not set, the environment variable E(AVI_TENANT_UUID) is used.
    type: str
  api_version:
    description:
      - The version of the object model in which the Controller answers.
      - From V(18.1.2) on, answers leave out the A/B settings of pools, even if the Controller has them. So keep the version below that.
      - If not set, the environment variable E(AVI_API_VERSION) is used, or else V(17.2.14), or the Controller's own version if that is
        older. The module learns the Controller's version at the login, so it cannot with O(basic_auth) or O(api_context).
    type: str
  validate_certs:
    description:
      - Whether to verify the Controller's TLS certificate.
      - If not set, the environment variable E(AVI_VALIDATE_CERTS) is used, or else it is V(true).
    type: bool
  ca_path:
    description:
      - The file with the certificates of the CAs to trust, instead of the usual ones. A Controller often has a self-signed
        certificate.
      - If not set, the environment variable E(AVI_CA_PATH) is used.
    type: path
  timeout:
    description:
      - How many seconds the Controller may take for a connection, and then for the whole answer.
      - If not set, the environment variable E(AVI_TIMEOUT) is used, or else it is V(60).
    type: int
  max_answer:
    description:
      - How many MiB an answer of the Controller may have, once it is decoded. A larger one is an error.
      - If not set, the environment variable E(AVI_MAX_ANSWER) is used, or else it is V(64).
    type: int
  avi_credentials:
    description:
      - The connection as one dictionary, as the modules of C(vmware.alb) take it. The other options take precedence over it.
    type: dict
    suboptions:
      controller:
        description: See O(controller).
        type: str
      port:
        description: The port of the Controller, when it is not in the address.
        type: int
      username:
        description: See O(username).
        type: str
      password:
        description: See O(password).
        type: str
      token:
        description: See O(token).
        type: str
      session_id:
        description: The id of a session that exists already. It is used instead of a login, and left open.
        type: str
      csrftoken:
        description: The CSRF token of that session.
        type: str
      tenant:
        description: See O(tenant).
        type: str
      tenant_uuid:
        description: See O(tenant_uuid).
        type: str
      api_version:
        description: See O(api_version).
        type: str
      timeout:
        description: See O(timeout).
        type: int
  api_context:
    description:
      - A session that exists already, as the modules of C(vmware.alb) return it. It is used instead of a login, and left open. The module never
        returns it.
      - When it has ended, a new one is begun if there is a password or a token.
    type: dict
requirements:
  - requests
"""
