# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the servlet container decides by a request's headers and method, before or after the API sees it."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from tests.lab.marathon.errors import Refusal
from tests.lab.marathon.persona import Persona

#: What is answered to whoever accepts one of these, and at paths that end so, of these.
_OFFERED = ("*/*", "application/*", "application/json")
_ALSO_OFFERED = {"tasks": ("text/plain", "text/*"), "ping": ("",), "events": ("",)}


def refuse_unfit(request: web.Request) -> None:
    """Refuse what a client accepts or sends and the API does not speak. Raises Refusal(406) or Refusal(415)."""
    accept = request.headers.get("Accept", "*/*")
    offered = (*_OFFERED, *_ALSO_OFFERED.get(request.path.rpartition("/")[2], ()))
    if not any(each in accept for each in offered):
        raise not_acceptable()
    sent = request.headers.get("Content-Type", "application/json")
    if request.method in ("POST", "PUT", "PATCH") and "application/json" not in sent:
        raise Refusal(415, "Unsupported Media Type")


def not_acceptable() -> Refusal:
    """406."""
    return Refusal(406, "Not Acceptable")


def method_not_allowed(persona: Persona) -> Refusal:
    """405: the older releases name no reason."""
    refusal = Refusal(405, "Method Not Allowed")
    if persona.jersey_1:
        refusal.body["message"] = None
    return refusal


def options(methods: Iterable[str]) -> web.Response:
    """Return what a path can be asked for, as its description in XML, which is none."""
    allowed = ",".join(sorted({*methods, "OPTIONS"}))
    page = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<application xmlns="http://wadl.dev.java.net/2009/02"/>'
    return web.Response(body=page.encode(), content_type="application/vnd.sun.wadl+xml", headers={"Allow": allowed})


def is_answered(request: web.Request, refusal: Refusal) -> bool:
    """Whether Marathon wrote a refusal as an answer, and did not throw it: its headers and details tell."""
    if refusal.status == 422:
        return "details" in refusal.body and not refusal.thrown
    changes_app = request.path.startswith("/v2/apps") and request.method != "GET" and "/tasks" not in request.path
    return refusal.status == 404 and not changes_app and not refusal.thrown


def content_type(persona: Persona, status: int, answered: bool) -> str:
    """Return the Content-Type of an answer in JSON."""
    return "application/json; qs=2" if persona.jersey_1 and (status < 300 or answered) else "application/json"


def location(request: web.Request, created: str, persona: Persona) -> str:
    """Return where a created app or group is said to be; the older releases put its id behind the path of the request."""
    path = request.path.rstrip("/") if persona.jersey_1 else ""
    return f"{request.url.origin()}{path}{created}"


def no_get(persona: Persona) -> web.Response:
    """Return the page for a client that asks for events and does not accept a stream."""
    reason = "HTTP method GET is not supported by this URL"
    powered = _POWERED if persona.old_form else ""
    page = (_OLD_PAGE if persona.jersey_1 else _PAGE).format(reason=reason, powered=powered)
    headers = {"Content-Type": "text/html;charset=iso-8859-1"}
    return web.Response(status=405, body=page.encode(), headers=headers)


_PAGE = """<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
<title>Error 405 {reason}</title>
</head>
<body><h2>HTTP ERROR 405</h2>
<p>Problem accessing /v2/events. Reason:
<pre>    {reason}</pre></p>
</body>
</html>
"""
_POWERED = '<a href="http://eclipse.org/jetty">Powered by Jetty:// 9.3.6.v20151106</a><hr/>'
_OLD_PAGE = """<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>
<title>Error 405 </title>
</head>
<body>
<h2>HTTP ERROR: 405</h2>
<p>Problem accessing /v2/events. Reason:
<pre>    {reason}</pre></p>
<hr />{powered}
</body>
</html>
"""
