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
      - If not set, the environment variable E(AVI_CONTROLLER) is used.
    type: str
    required: true
  username:
    description:
      - The name of the user to log in as. Reading is all that is done.
      - If not set, the environment variable E(AVI_USERNAME) is used.
    type: str
    required: true
  password:
    description:
      - The password of that user.
      - If not set, the environment variable E(AVI_PASSWORD) is used.
    type: str
    required: true
  tenant:
    description:
      - The name of the tenant whose objects are looked at.
      - If not set, the environment variable E(AVI_TENANT) is used.
    type: str
    default: admin
  api_version:
    description:
      - The version of the object model in which the Controller answers.
      - From V(18.1.2) on answers leave the A/B settings of pools out, also on Controllers that have them, so keep it below.
      - If not set, the environment variable E(AVI_API_VERSION) is used.
    type: str
    default: 17.2.14
  validate_certs:
    description:
      - Whether to verify the Controller's TLS certificate.
      - If not set, the environment variable E(AVI_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - The file with the certificates of the CAs to trust, instead of the usual ones. A Controller often has a certificate
        of its own making.
      - If not set, the environment variable E(AVI_CA_PATH) is used.
    type: path
  timeout:
    description:
      - How many seconds the Controller may take for a connection, and then for an answer.
      - If not set, the environment variable E(AVI_TIMEOUT) is used.
    type: int
    default: 60
requirements:
  - requests
"""
