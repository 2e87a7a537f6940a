# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options to connect to Marathon, for the documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  marathon_url:
    description:
      - The address of Marathon, such as V(http://marathon.mesos:8080). A path prefix is kept
        (V(https://dcos.example.com/service/marathon)).
      - With several addresses of one Marathon cluster, the next one is tried when one cannot be reached.
      - If not set, the environment variable E(MARATHON_URL) is used, with commas between several addresses. One of them is needed.
    type: list
    elements: str
  marathon_username:
    description:
      - The user name for HTTP basic authentication.
      - Give one of O(marathon_username), O(marathon_token) and O(marathon_service_account_key), if Marathon asks for a login.
      - If not set, the environment variable E(MARATHON_USERNAME) is used.
    type: str
  marathon_password:
    description:
      - The password for HTTP basic authentication.
      - If not set, the environment variable E(MARATHON_PASSWORD) is used.
    type: str
  marathon_token:
    description:
      - "A DC/OS authentication token. It is sent as C(Authorization: token=...)."
      - If not set, the environment variable E(MARATHON_TOKEN) is used.
    type: str
  marathon_service_account:
    description:
      - The id of a DC/OS service account to log in with. It is not needed when O(marathon_service_account_key) has it.
      - If not set, the environment variable E(MARATHON_SERVICE_ACCOUNT) is used.
    type: str
  marathon_service_account_key:
    description:
      - The file with the RSA private key of a DC/OS service account, in PEM, unencrypted.
      - Or the file with the JSON object that DC/OS keeps of the account as a secret, with C(uid), C(private_key) and
        C(login_endpoint).
      - The module logs in to the cluster that O(marathon_url) belongs to, and once more when the login has expired. The Python
        package cryptography is needed for that.
      - If not set, the environment variable E(MARATHON_SERVICE_ACCOUNT_KEY) is used.
    type: path
  marathon_client_cert:
    description:
      - The file with the certificate to show to Marathon, in PEM, with or without its key.
      - If not set, the environment variable E(MARATHON_CLIENT_CERT) is used.
    type: path
  marathon_client_key:
    description:
      - The file with the key of O(marathon_client_cert), when that does not hold it.
      - If not set, the environment variable E(MARATHON_CLIENT_KEY) is used.
    type: path
  marathon_validate_certs:
    description:
      - Whether to verify Marathon's TLS certificate.
      - If not set, the environment variable E(MARATHON_VALIDATE_CERTS) is used.
    type: bool
    default: true
  marathon_allow_http:
    description:
      - Whether to send a password or a token to an address without TLS, where everybody on the way can read it.
      - It also holds for a second address in O(marathon_url) and for the C(login_endpoint) of a service account. This machine itself
        needs no TLS.
      - If not set, the environment variable E(MARATHON_ALLOW_HTTP) is used.
    type: bool
    default: false
  marathon_ca_path:
    description:
      - The file with the certificates of the CAs to trust, instead of the usual ones.
      - If not set, the environment variable E(MARATHON_CA_PATH) is used.
    type: path
  marathon_timeout:
    description:
      - How many seconds Marathon may take for a connection, and then for the whole answer.
      - If not set, the environment variable E(MARATHON_TIMEOUT) is used.
    type: int
    default: 30
  marathon_away_timeout:
    description:
      - For how many seconds in all to repeat reads while Marathon gives no answer, such as during a restart or a change of its leader.
      - In check mode it is V(0). The roles set it once a step has begun.
      - If not set, the environment variable E(MARATHON_AWAY_TIMEOUT) is used.
    type: int
    default: 0
  marathon_max_answer:
    description:
      - How many MiB an answer of Marathon may have, once it is decoded. A larger one is an error.
      - If not set, the environment variable E(MARATHON_MAX_ANSWER) is used.
    type: int
    default: 64
requirements:
  - requests
"""
