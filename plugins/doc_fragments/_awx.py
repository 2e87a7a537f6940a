# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The AWX whose jobs hold locks, for the documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  awx_url:
    description:
      - The address of AWX, such as V(https://awx.example.com). A name alone is asked with TLS.
      - The lock of an AWX job records it. A later job with the same address and with O(awx_token) asks AWX whether the earlier job has ended.
        If so, it takes the lock over at once.
      - When not given, the environment variables E(CONTROLLER_HOST) and E(TOWER_HOST) are used, which AWX's own credential type sets.
    type: str
  awx_token:
    description:
      - A token that may read jobs. It is only sent to O(awx_url), and not without TLS.
      - When not given, the environment variables E(CONTROLLER_OAUTH_TOKEN) and E(TOWER_OAUTH_TOKEN) are used.
    type: str
  awx_validate_certs:
    description:
      - Whether the certificate of AWX is verified.
      - When not given, the environment variables E(CONTROLLER_VERIFY_SSL) and E(TOWER_VERIFY_SSL) are used.
    type: bool
    default: true
  awx_ca_path:
    description:
      - The file with the certificate of the CA that signed AWX's certificate. Needed if the system does not trust this CA.
      - When not given, the environment variable E(AWX_CA_PATH) is used.
    type: path
"""
