# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One requests session to one server: time limits, safe retries, verified TLS, typed errors.

Retries happen only where a repeat is safe: reads, and writes of which nothing was sent. Every other failure of a
write is an UnknownOutcome, for the caller to read before repeating.
"""

from __future__ import annotations

import contextlib
import http.client
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.dcos.avi.plugins.module_utils._core.address import (
    basic_auth,
    bind_cookie,
    credentials_in,
    is_web_address,
    origin,
    split_userinfo,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.bounded import ENCODINGS, TooLarge, read_whole
from ansible_collections.dcos.avi.plugins.module_utils._core.clock import elapsed
from ansible_collections.dcos.avi.plugins.module_utils._core.connection import MIB, Answer, Connection
from ansible_collections.dcos.avi.plugins.module_utils._core.error_bodies import (
    DEEPEST,
    LONGEST_ERROR,
    TooDeep,
    read_json,
    what_it_says,
)
from ansible_collections.dcos.avi.plugins.module_utils._core.errors import AuthenticationError, NotJson, TooLate
from ansible_collections.dcos.avi.plugins.module_utils._core.failures import Failure, of_exception, of_size, of_status
from ansible_collections.dcos.avi.plugins.module_utils._core.hidden_answers import Hiding
from ansible_collections.dcos.avi.plugins.module_utils._core.lines import lines_of
from ansible_collections.dcos.avi.plugins.module_utils._core.live import AT_MOST_EVERY, tell
from ansible_collections.dcos.avi.plugins.module_utils._core.proxies import refuse_unusable_proxy
from ansible_collections.dcos.avi.plugins.module_utils._core.transport import NotWhole, TooLateToSend, Trip, watch

REQUESTS_IMPORT_ERROR: str | None = None
FAILURES: tuple[type[Exception], ...] = (OSError, ValueError, http.client.HTTPException, TooLarge)
try:
    import requests
    import urllib3

    FAILURES += (requests.RequestException, urllib3.exceptions.HTTPError)
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

ATTEMPTS = 4
REDIRECTS = (301, 302, 303, 307, 308)
FIRST_PAUSE = 0.25  # seconds; doubles with each further attempt


@dataclass(frozen=True)
class _Asked:
    """A request as ``HttpSession.request`` takes it; ``content`` is what requests takes of it."""

    method: str
    path: str
    content: dict[str, Any]
    expect: tuple[int, ...]
    not_after: float | None
    read_only: bool
    private: bool


class HttpSession:
    """Requests to one service over one kept-alive session.

    ``requests_of_all`` counts what all sessions of this process sent, retries included. ``date`` is the time of the server at
    its last answer, as HTTP writes it; None where it tells none. ``answered`` are the headers of that answer. ``login`` returns headers to
    send with each request; it is called before the first one, and once more when the server answers 401.
    """

    requests_of_all = 0

    def __init__(
        self,
        connection: Connection,
        *,
        login: Callable[[], Mapping[str, str]] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.connection = connection
        self._login = login
        self._logged_in = False
        self._is_away = False
        self.date: str | None = None
        self.answered: Mapping[str, str] = {}
        self._urls = [split_userinfo(url)[0] for url in (connection.base_url, *connection.other_urls)]
        self._auth = connection.auth or credentials_in(connection.base_url)
        self._sleep = sleep
        self._session = requests.Session()
        own = {"User-Agent": "dcos.avi", "Accept": "application/json", "Accept-Encoding": ENCODINGS}
        self._session.headers.update({**own, **connection.headers})
        self._session.cert = connection.cert
        self._session.auth = basic_auth(self._auth)
        self._hiding = Hiding(connection, self._auth, self._session)
        self._trip = Trip(connection.timeout)
        watch(self._session, self._trip)
        if connection.verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    @property
    def url(self) -> str:
        """The base URL in use, without credentials."""
        return self._urls[0]

    @property
    def headers(self) -> Any:
        """The headers of every request, to be read and changed."""
        return self._session.headers

    @property
    def cookies(self) -> Any:
        """The session's cookie jar, to be read and changed."""
        return self._session.cookies

    def set_cookies(self, values: Mapping[str, str]) -> None:
        """Send these cookies to the host of the address alone, and where that is asked over TLS, never without."""
        for name, value in values.items():
            bind_cookie(self.cookies, self.url, name, value)

    def close(self) -> None:
        """Close the kept-alive connections."""
        self._session.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        expect: tuple[int, ...] = (200,),
        not_after: float | None = None,
        read_only: bool | None = None,
        private: bool = False,
    ) -> Answer:
        """Send a request and return its answer.

        :param path: appended to the base URL.
        :param params: query parameters, as requests takes them.
        :param json: a value to send as JSON; ``data`` sends bytes or form fields instead.
        :param expect: the statuses that are no error. Their body, where there is one, must be JSON.
        :param not_after: by this moment of the clock ``elapsed`` it is sent, or not at all.
        :param read_only: it changes nothing, so that it may be repeated; None where its method tells.
        :param private: credentials are sent in it, and come back: a login.
        :raises Unreachable: nothing was sent, even after retries; TooLate where it was not by ``not_after``.
        :raises UnknownOutcome: sent, but no usable answer; a write may have been applied, also with a status that says nothing else.
        :raises Away: a status that says no more than that the server cannot answer now, even after retries.
        :raises NotJson: an expected status, but the body is not JSON.
        :raises AuthenticationError: 401.
        :raises PermissionRefused: 403.
        :raises ApiError: any other status (NotFound for 404, Conflict for 409).
        :raises Refused: the URL, the CA's or the certificate's path is unusable; nothing was sent.
        """
        content = {"params": params, "json": json, "data": data, "headers": headers}
        is_read = method == "GET" if read_only is None else read_only
        asked = _Asked(method, path, content, expect, not_after, is_read, private)
        fresh = self._log_in_first()
        try:
            return self._repeated(asked)
        except AuthenticationError:
            if self._login is None or fresh:
                raise
        # The login may have expired. A request that is refused so was not carried out.
        self._log_in(self._login)
        return self._repeated(asked)

    def _log_in_first(self) -> bool:
        """Log in where that is still to be done, and tell whether it was."""
        if self._login is None or self._logged_in:
            return False
        self._log_in(self._login)
        self._logged_in = True
        return True

    def _log_in(self, login: Callable[[], Mapping[str, str]]) -> None:
        received = login()
        self._hiding.received(value.removeprefix("token=") for value in received.values())
        self.headers.update(received)

    def _repeated(self, asked: _Asked) -> Answer:
        """Send a request, again and again where that is safe, and return its answer."""
        backoff, begun = FIRST_PAUSE, elapsed()
        # Who did not answer several times is asked once at a time, until there is an answer: callers come back by themselves.
        attempts = 1 if self._is_away and asked.read_only else ATTEMPTS
        for attempt in range(1, attempts + 1):
            outcome = self._once(asked)
            if isinstance(outcome, Answer):
                self._is_away = False
                return outcome
            if not outcome.repeat or attempt == attempts:
                self._is_away = outcome.repeat
                if outcome.repeat:
                    # Where there are several addresses, the next request is for the next one.
                    self._urls.append(self._urls.pop(0))
                raise outcome.error
            pause = max(backoff, outcome.retry_after)
            if asked.not_after is not None and elapsed() + pause >= asked.not_after:
                raise TooLate(f"{outcome.error.sentence}. There was no time to try it again") from None
            if elapsed() - begun >= AT_MOST_EVERY:
                # A server that is silent takes as long as it may at each attempt.
                tell(f"{outcome.error.sentence}. It is asked again ({attempt + 1} of {attempts})")
            self._urls.append(self._urls.pop(0))
            self._sleep(pause)
            backoff *= 2
        raise AssertionError  # The last attempt returns or raises.

    @contextlib.contextmanager
    def lines(self, path: str, *, params: Any, accept: str, silence: float) -> Iterator[Iterator[str]]:
        """Read an answer that does not end, line by line, in a ``with`` block.

        :param accept: the content type that is asked for, and must come.
        :param silence: how many seconds may pass without a line.
        :raises Unreachable, UnknownOutcome, AuthenticationError, PermissionRefused, ApiError: as ``request``, when it
            cannot be opened, breaks off, or is silent for too long.
        """
        request = f"GET {path}"
        self._trip.not_after, self._trip.connecting = None, False
        most = self.connection.most_bytes
        try:
            with contextlib.ExitStack() as stack:
                with self._trip.whole_answer_in(self.connection.timeout):
                    response = stack.enter_context(self._opened(self.url + path, params, accept, silence))
                    leader = self._where_to_follow(response, path)
                    if leader:
                        response = stack.enter_context(self._opened(leader, params, accept, silence))
                    if not _is_stream(response, accept):
                        text = read_whole(response, most).decode("utf-8", "replace")
                        raise self._of_status(response, text, request, True).error
                yield lines_of(response.raw, most)
        except FAILURES as raised:
            failure = self._failure(raised, request, True, silence)
            self._urls.append(self._urls.pop(0))
            raise failure.error from None

    def _opened(self, url: str, params: Any, accept: str, silence: float) -> requests.Response:
        refuse_unusable_proxy(url)
        self._count()
        return self._session.get(
            url,
            params=params,
            # What is compressed may be held back until there is more of it.
            headers={"Accept": accept, "Accept-Encoding": "identity"},
            stream=True,
            timeout=(self.connection.timeout, silence),
            verify=self.connection.verify,
            allow_redirects=False,
        )

    def _where_to_follow(self, response: requests.Response, path: str) -> str:
        """Return where a redirect of a stream leads to that may be followed: a Marathon sends its clients to the leader so. Else nothing.

        Credentials follow only to an address that the user gave, too.
        """
        target = response.headers.get("Location", "").partition("?")[0]
        if response.status_code not in REDIRECTS or not is_web_address(target) or not target.endswith(path):
            return ""
        is_known = origin(target) in map(origin, self._urls)
        return target if is_known or not self._has_credentials else ""

    @property
    def _has_credentials(self) -> bool:
        has_header = "Authorization" in self.headers
        return bool(self._auth or self._login or self.connection.cert or has_header or len(self.cookies))

    def _count(self) -> None:
        HttpSession.requests_of_all += 1

    def sibling(self, connection: Connection | None = None) -> HttpSession:
        """Return another session to the same server, with the same credentials, for another thread.

        :param connection: how it connects, where that is another way, such as another path. Credentials go to no other server.
        """
        if connection is not None and origin(connection.base_url) != origin(self.connection.base_url):
            raise ValueError("A session has its credentials for its own server.")
        other = HttpSession(connection or self.connection, login=self._login, sleep=self._sleep)
        other._logged_in = self._logged_in
        if connection is None:
            other._urls = list(self._urls)
        other.headers.update(self.headers)
        other.cookies.update(self.cookies)
        other._hiding.received(self._hiding.known)
        return other

    def _once(self, asked: _Asked) -> Answer | Failure:
        request, read_only = f"{asked.method} {asked.path}", asked.read_only
        self._trip.not_after, self._trip.connecting = asked.not_after, False
        try:
            self._trip.refuse_if_too_late()
            refuse_unusable_proxy(self.url)
            self._count()
            with (
                self._trip.whole_answer_in(self.connection.timeout),
                self._session.request(
                    asked.method,
                    self.url + asked.path,
                    timeout=self.connection.timeout,
                    # Given with each request: as an attribute of the session, REQUESTS_CA_BUNDLE would override it.
                    verify=self.connection.verify,
                    # A redirected write would be repeated as a GET, and a read would take what it carries to a host that nobody named.
                    allow_redirects=False,
                    stream=True,
                    **asked.content,
                ) as response,
            ):
                text = read_whole(response, self.connection.most_bytes).decode("utf-8", "replace")
        except TooLateToSend:
            return Failure(TooLate(self._say(f"was not sent {request} in time. Nothing was sent")))
        except FAILURES as raised:
            return self._failure(raised, request, read_only, self.connection.timeout)
        self.date, self.answered = response.headers.get("Date"), response.headers
        self._hiding.sent_and_received(asked.content, text, private=asked.private)
        if response.status_code not in asked.expect:
            # What else a login is answered is a session more likely than a reason.
            is_reason = response.status_code >= 400 or not asked.private
            return self._of_status(response, text if is_reason else "", request, read_only)
        try:
            body = read_json(text) if text.strip() else None
        except ValueError as error:
            return self._not_json(error, response.status_code, text, asked)
        return Answer(response.status_code, response.headers, body, text)

    def _not_json(self, error: ValueError, status: int, text: str, asked: _Asked) -> Failure:
        """Judge an answer that should be JSON."""
        answered = f"answered {asked.method} {asked.path} with"
        if isinstance(error, TooDeep):
            return Failure(
                NotJson(self._say(f"{answered} JSON that is nested more than {DEEPEST} levels deep"), status=status)
            )
        # Of the answer to a login only the title of a page is shown: the rest may be a session that was cut short.
        is_shown = not asked.private or text.lstrip().startswith("<")
        said = f": {self._quoted(text)}" if is_shown else ""
        sentence = self._say(f"{answered} something that is not JSON{said}. Check that this is the address of its API")
        # What begins as JSON was cut short, by a server that does not tell how long its answers are.
        is_cut = text.lstrip()[:1] in ("{", "[")
        return Failure(NotJson(sentence, status=status), repeat=asked.read_only and is_cut)

    def _quoted(self, text: str) -> str:
        return what_it_says(self._hiding.hidden(text[:LONGEST_ERROR]))

    def _of_status(self, response: requests.Response, text: str, request: str, read_only: bool) -> Failure:
        return of_status(
            response.status_code,
            # Hidden before anything of it is cut short.
            self._hiding.hidden(text[:LONGEST_ERROR]),
            request,
            headers=response.headers,
            read_only=read_only,
            is_own_404=self.connection.is_own_404,
            say=self._say,
            hide=self._hiding.hidden,
        )

    def _failure(self, raised: Exception, request: str, read_only: bool, timeout: float) -> Failure:
        if isinstance(raised, NotWhole):
            timeout = self.connection.timeout
        if isinstance(raised, TooLarge):
            size = f"more than {self.connection.most_bytes / MIB:g} MiB"
            advice = f"{self.connection.most_option} allows more" if self.connection.most_option else ""
            return of_size(request, size, advice, read_only=read_only, say=self._say)
        return of_exception(
            raised,
            request,
            timeout=timeout,
            ca_option=self.connection.ca_option,
            read_only=read_only,
            sent=not self._trip.connecting,
            say=self._say,
        )

    def _say(self, predicate: str) -> str:
        """Put the server's name before what it did, and blot out credentials that were echoed."""
        name = self.connection.what
        sentence = f"{name[:1].upper()}{name[1:]} at {self.url} {predicate}"
        if self._urls[1:]:
            sentence += f". Other addresses: {', '.join(self._urls[1:])}"
        return self._hiding.hidden(sentence)


def _is_stream(response: requests.Response, kind: str) -> bool:
    said = response.headers
    is_plain = said.get("Content-Encoding", "identity") == "identity"
    return response.status_code == 200 and is_plain and said.get("Content-Type", "").startswith(kind)
