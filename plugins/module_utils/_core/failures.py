# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What went wrong with an HTTP request, from what requests raised or the status that came back.

Two questions decide what a caller may do next: was anything sent, and is a repeat worth it.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Callable

from ansible_collections.dcos.avi.plugins.module_utils._core.address import split_userinfo
from ansible_collections.dcos.avi.plugins.module_utils._core.error_bodies import parsed, what_it_says
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import (
    ApiError,
    AuthenticationError,
    Away,
    Breakdown,
    Conflict,
    DcosAviError,
    NotFound,
    PermissionRefused,
    Refused,
    UnknownOutcome,
    Unreachable,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.outside import each_text
from ansible_collections.dcos.avi.plugins.module_utils._core.transport import NotWhole

try:
    import requests
    from urllib3 import exceptions as transport
except ImportError:
    pass  # _module.py says so to the user, before any of this runs.

# Statuses of servers and proxies that are starting, stopping or changing their leader.
PASSING_STATUSES = (502, 503, 504)
TOO_MANY_REQUESTS = 429
# What Marathon says for some seconds after a change of its leader: with 500, and with 422.
NO_LEADER_YET = ("not currently active", "the store must be opened")
# Seconds: as long as a Retry-After is kept to. It may be meant for a person, or for a robot that comes once a day.
MOST_RETRY_AFTER = 5.0
ERROR_OF_STATUS: dict[int, type[ApiError]] = {404: NotFound, 409: Conflict}
# What reading from a connection raises where urllib3 does not come in between. Until Python 3.9 the time limit has its own kind.
OF_A_CONNECTION = (http.client.HTTPException, ConnectionError, socket.timeout, ssl.SSLError)  # noqa: UP041
# The peer left in the middle of TLS.
TLS_CUT_SHORT = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


@dataclass(frozen=True)
class Failure:
    """A failed request. ``repeat``: doing it again is safe, and may succeed, ``retry_after`` so many seconds."""

    error: DcosAviError
    repeat: bool = False
    retry_after: float = 0.0


def is_an_object(value: Any) -> bool:
    """Tell whether a JSON value is an object: so an API says what it has to say, and a proxy in text or as a page."""
    return isinstance(value, dict)


def of_exception(
    raised: Exception,
    request: str,
    *,
    timeout: float,
    ca_option: str,
    read_only: bool,
    sent: bool,
    say: Callable[[str], str],
) -> Failure:
    """Judge what requests raised.

    :param request: as a person reads it, "GET /v2/info".
    :param timeout: the time limit it had, in seconds.
    :param ca_option: where a user gives the file of a CA.
    :param read_only: it could change nothing.
    :param sent: it may have been sent, or a part of it: there was a connection.
    :param say: puts the server's name before a predicate.
    """
    causes = list(_causes(raised))
    if _is_of_a_header(raised):
        return Failure(
            Refused(say("cannot be asked: a credential holds a line break or a character that no header can carry"))
        )
    if isinstance(raised, (ValueError, _not_json())) or not isinstance(
        raised, (requests.RequestException, transport.HTTPError, NotWhole, *OF_A_CONNECTION)
    ):
        return Failure(Refused(say(f"cannot be asked {request}: {raised}")))
    why = _why(causes, timeout=timeout, ca_option=ca_option, sent=sent)
    if not sent:
        sentence = (
            f"cannot be reached for {request}: {why}. Nothing was sent. Check the address and that the server runs"
        )
        return Failure(Unreachable(say(sentence)), repeat=not _is_refused_by_tls(causes))
    # A second wait for an answer that did not come in time would double the caller's time limit.
    repeat = read_only and not _any(causes, transport.ReadTimeoutError, NotWhole)
    return Failure(UnknownOutcome(say(f"gave no usable answer to {request}: {why}{_doubt(read_only)}")), repeat)


def _not_json() -> type[Exception]:
    """Return what requests raises for a value that is none of JSON: up to 2.25 a ValueError."""
    kind: type[Exception] = getattr(requests.exceptions, "InvalidJSONError", ValueError)
    return kind


def of_size(request: str, size: str, advice: str, *, read_only: bool, say: Callable[[str], str]) -> Failure:
    """Judge an answer that is too large. Asked again, it would be as large."""
    sentence = say(". ".join(filter(None, (f"answered {request} with {size}{_doubt(read_only)}", advice))))
    return Failure(ApiError(sentence) if read_only else UnknownOutcome(sentence))


def of_status(
    status: int,
    text: str,
    request: str,
    *,
    headers: Mapping[str, str],
    read_only: bool,
    is_own_404: Callable[[Any], bool],
    say: Callable[[str], str],
    hide: Callable[[str], str],
) -> Failure:
    """Judge an answer whose status was not expected.

    :param text: its body, of which as much is hidden already as is to be found in it as it came; ``hide`` finds more in what it holds.
    :param is_own_404: tells from the JSON value of a 404 whether the server itself says it.
    """
    says, details = what_it_says(text), parsed(text)
    details = each_text(hide, details)
    facts: dict[str, Any] = {"status": status, "details": details}
    because = f": {says.rstrip('.')}" if says else ""
    if status == 401:
        advice = "Check the user name and password, or the token"
        return Failure(
            AuthenticationError(say(f"does not accept the credentials for {request} (401){because}. {advice}"), **facts)
        )
    if status == 403:
        return Failure(PermissionRefused(say(f"does not permit {request} (403){because}"), **facts))
    sentence = f"answered {status} to {request}{because}"
    retry_after = _retry_after(headers)
    if status == TOO_MANY_REQUESTS:
        # A write, too: it was turned away.
        return Failure(Away(say(f"{sentence}. It has too many requests to answer"), **facts), True, retry_after)
    passes = _passes(status, text, details, is_own_404)
    if not read_only and (passes or status >= 500 or 200 <= status < 300):
        kind = UnknownOutcome if passes or status < 500 else Breakdown
        return Failure(kind(say(f"{sentence}{_doubt(read_only)}"), **facts))
    if passes or status >= 500:
        return Failure(Away(say(sentence), **facts), True, retry_after)
    if 300 <= status < 400:
        location = split_userinfo(headers.get("Location", ""))[0]
        sentence += (
            f", a redirect to {location or 'nowhere'}. It was not followed, because credentials go to the address alone that they were given "
            "for. If you trust the one it leads to, give that instead"
        )
    return Failure(ERROR_OF_STATUS.get(status, ApiError)(say(sentence), **facts))


def _passes(status: int, text: str, details: Any, is_own_404: Callable[[Any], bool]) -> bool:
    """Whether an answer says no more than that there is nobody to answer right now."""
    if status == 404:
        return not is_own_404(details)
    if status in (422, 500) and any(words in text for words in NO_LEADER_YET):
        return True
    # An API breaks down over a request in JSON. A page is that of a server which is about to go, or to come.
    return status in PASSING_STATUSES or (status == 500 and not is_an_object(details))


def _retry_after(headers: Mapping[str, str]) -> float:
    """Return after how many seconds the server wants to be asked again, 0 where it does not say; never more than is sensible."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), MOST_RETRY_AFTER)
    try:
        seconds = (parsedate_to_datetime(said) - parsedate_to_datetime(headers.get("Date", ""))).total_seconds()
    except (TypeError, ValueError, IndexError):
        return 0.0
    return min(max(0.0, seconds), MOST_RETRY_AFTER)


def _doubt(read_only: bool) -> str:
    return "" if read_only else ". Whether it was applied is not known"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and all it wraps, outermost first: requests and urllib3 hide causes in different places."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, BaseException) and id(current) not in seen:
            seen.add(id(current))
            yield current
            waiting += [getattr(current, "reason", None), *current.args, current.__cause__, current.__context__]


def _any(causes: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _is_of_a_header(raised: BaseException) -> bool:
    """Whether a header cannot be sent. The texts of requests and http.client quote it, and it may be a token or a session."""
    if isinstance(raised, requests.exceptions.InvalidHeader):
        return True
    is_pythons_own = isinstance(raised, ValueError) and not isinstance(raised, (OSError, transport.HTTPError))
    return is_pythons_own and ("header" in str(raised).lower() or getattr(raised, "encoding", "") == "latin-1")


def _is_refused_by_tls(causes: list[BaseException]) -> bool:
    """Whether both sides do not agree, which a repeat does not change; a connection that was cut meanwhile is another matter."""
    return _any(causes, ssl.SSLError) and not _any(causes, *TLS_CUT_SHORT)


def reason(raised: Exception, *, timeout: float, ca_option: str) -> str:
    """Say in a few words why a request failed, from the most telling cause of what requests raised.

    :param timeout: the time limit it had, in seconds.
    :param ca_option: where a user gives the file of a CA.
    """
    return _why(list(_causes(raised)), timeout=timeout, ca_option=ca_option, sent=False)


def _why(causes: list[BaseException], *, timeout: float, ca_option: str, sent: bool) -> str:
    if sent:
        # Behind a proxy, urllib3 calls everything an error of the proxy.
        causes = [cause for cause in causes if not isinstance(cause, transport.ProxyError)]
    if any(map(_is_of_a_header, causes)):
        return "one of its headers holds a line break or a character that no header can carry"
    # The special before the general: several of these inherit from later ones.
    sayings: list[tuple[type[BaseException], Callable[[BaseException], str]]] = [
        (NotWhole, lambda cause: f"no whole answer within {timeout:g} s"),
        (transport.ProxyError, lambda cause: f"the proxy does not let it through ({_innermost(causes)})"),
        (
            ssl.SSLCertVerificationError,
            lambda cause: (
                f"its certificate is not trusted ({getattr(cause, 'verify_message', cause)}); "
                f"give the file of its CA{ca_option and f' as {ca_option}'}"
            ),
        ),
        (ssl.SSLError, lambda cause: f"TLS failed ({getattr(cause, 'reason', None) or cause})"),
        (socket.gaierror, lambda cause: "its name does not resolve"),
        (http.client.IncompleteRead, lambda cause: "the answer was cut short"),
        (http.client.RemoteDisconnected, lambda cause: "the server closed the connection without an answer"),
        (ConnectionRefusedError, lambda cause: "connection refused"),
        (ConnectionResetError, lambda cause: "the connection was reset"),
        (transport.ReadTimeoutError, lambda cause: f"no answer within {timeout:g} s"),
        (requests.ReadTimeout, lambda cause: f"no whole answer within {timeout:g} s"),
        (transport.NewConnectionError, lambda cause: _innermost(causes)),
        (transport.ConnectTimeoutError, lambda cause: f"no connection within {timeout:g} s"),
        (socket.timeout, lambda cause: f"no answer within {timeout:g} s"),  # noqa: UP041
    ]
    for kind, saying in sayings:
        for cause in causes:
            if isinstance(cause, kind):
                return saying(cause)
    return _innermost(causes)


def _innermost(causes: list[BaseException]) -> str:
    innermost = causes[-1]
    return getattr(innermost, "strerror", None) or str(innermost) or type(innermost).__name__
