# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service that a module looks at in Marathon and Avi, for the documentation. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  service:
    description:
      - The name of the service, which is the id of its listener app, such as V(app1) or V(/shop/cart).
    type: str
    required: true
  virtualservice:
    description:
      - The name of the virtual service.
      - When not given, it is the one in the listener's label C(avi_proxy), or else the id of the app, with dashes for
        slashes.
    type: str
  cloud:
    description:
      - The name of the Avi cloud that the virtual service is in.
      - Needed where several clouds have a virtual service of the name. Without it, that is refused.
    type: str
  versions_also:
    description:
      - The ids of apps that belong to the service although they are in another folder, or their ids do not begin with C(<service>-).
        Their label C(ab_config) must name the service all the same.
      - Any other such app is shown as a problem and counts for nothing. It is not deployed from, drained, scaled down or deleted.
    type: list
    elements: str
    default: []
"""
