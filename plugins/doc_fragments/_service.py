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
      - When not given, it is the name in the listener's label C(avi_proxy), or else the name of the service with dashes for
        slashes.
    type: str
  cloud:
    description:
      - The name of the Avi cloud that the virtual service is in.
      - Needed if several clouds have a virtual service of this name. Without it, the module refuses such a service.
    type: str
  versions_also:
    description:
      - The ids of versions in another folder, or whose ids do not begin with C(<service>-). Their label C(ab_config) must name the
        service.
      - Without this option, such an app does not count as a version and is shown as a problem. It is not deployed from, drained, scaled down or deleted.
    type: list
    elements: str
    default: []
"""
