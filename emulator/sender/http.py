"""The real sender: attempts over aiohttp's client, each of them at most once on the wire and whole within its time.

aiohttp gives the connections, kept alive, and the parser of answers. The request is written here, byte for byte as it
stands: aiohttp's session would spell headers anew, and costs as much as all the rest, for cookies, proxies and
redirects that we do not want. Whatever a target does comes back as data. Only cancelling passes through, and drops the
connection.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import partial
from time import monotonic_ns
from typing import TYPE_CHECKING

from aiohttp import ClientRequest, ClientTimeout

from emulator.errors import InvalidInput
from emulator.fault import PLAIN, Manner
from emulator.record import AttemptError, ErrorKind, Request, Response
from emulator.sender.body import BadAnswer, decoded
from emulator.sender.connection import COURSE, Connector, Course, distrust
from emulator.sender.deadline import Deadlines
from emulator.sender.failure import failure, in_container, timed_out
from emulator.sender.headers import unsendable
from emulator.sender.policy import TargetPolicy
from emulator.sender.redirect import STATUSES, redirected
from emulator.sender.seam import Exchange
from emulator.sender.target import parse_target
from emulator.sender.writing import Dropped, head_of, unwritable, write

if TYPE_CHECKING:
    from aiohttp import StreamReader
    from aiohttp.http import RawResponseMessage

    from emulator.sender.redirect import Outcome
    from emulator.sender.target import Target

KEEP_BODY = 65_536
"""How many bytes of an answer's body are kept."""

_NO_LIMIT = ClientTimeout()
_ORIGINS = 1024


def trust(ca_file: str | None = None, *, insecure: bool = False) -> ssl.SSLContext | bool:
    """What `--ca-file` and `--insecure` mean for TLS: which certificates an `HttpSender` accepts.

    The file's authorities come on top of the system's. Raises InvalidInput when it cannot be read or holds none.
    """
    if insecure:
        return False
    if ca_file is None:
        return True
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_verify_locations(ca_file)
    except OSError as error:
        reason = "expected certificates in PEM form" if isinstance(error, ssl.SSLError) else error.strerror
        raise InvalidInput.of(f"{ca_file}: {reason}", key="--ca-file") from None
    return context


class HttpSender:
    """Sends over HTTP and HTTPS. To be made inside a running event loop, and closed there.

    `verify` is what `trust` gives. `connections` bounds the connections open at a time (0: no bound); waiting for one
    counts as part of an attempt, so it belongs above the player's own limits. `keep_body` is in bytes. `container` says
    whether this process runs in a container; left out, it is found out.
    """

    def __init__(
        self,
        policy: TargetPolicy | None = None,
        *,
        verify: ssl.SSLContext | bool = True,
        connections: int = 0,
        keep_body: int = KEEP_BODY,
        container: bool | None = None,
    ) -> None:
        self._connector = Connector(policy or TargetPolicy(), verify=verify, limit=connections)
        self._addresses: dict[tuple[str, str], ClientRequest] = {}
        self._deadlines = Deadlines()
        self._keep_body = keep_body
        self._container = in_container() if container is None else container

    async def send(
        self, request: Request, *, timeout_us: int, follow: bool, manner: Manner = PLAIN
    ) -> Exchange:
        sent_ns = monotonic_ns()
        response, error = await self._attempt(request, timeout_us, follow=follow, manner=manner)
        return Exchange(response=response, error=error, sent_ns=sent_ns, ended_ns=monotonic_ns())

    async def close(self) -> None:
        self._deadlines.close()
        await self._connector.end()

    async def _attempt(self, request: Request, timeout_us: int, *, follow: bool, manner: Manner) -> Outcome:
        try:
            target = parse_target(request.url)
        except ValueError as error:
            if "@" in request.url:  # what stands before it may be a password
                return None, _unsent("the target is none")
            return None, _unsent(f"{request.url!r} is no target: {error}")
        if reason := unsendable(request) or unwritable(target, manner):
            return None, _unsent(reason)
        course = Course(target)
        COURSE.set(course)
        limit = self._deadlines.within(timeout_us)
        try:
            with limit:
                response = await self._exchange(course, request, manner)
                if response.status not in STATUSES:
                    return response, None
                return await redirected(request, response, partial(self._exchange, course), follow=follow)
        except Dropped as dropped:
            return None, AttemptError(ErrorKind.RESET, str(dropped))
        except Exception as error:  # noqa: BLE001 - whatever a target provokes is a result
            if course.conversation is not None:
                distrust(course.conversation)
            if limit.expired:
                return None, timed_out(course, timeout_us, slow_us=manner.over_us)
            return None, failure(error, course, container=self._container)

    async def _exchange(self, course: Course, request: Request, manner: Manner = PLAIN) -> Response:
        """One request and its whole answer. Raises whatever stands in their way."""
        if course.conversation is not None:
            course.begin(parse_target(request.url))
        connection = await self._connector.connect(self._address(course.target), [], _NO_LIMIT)
        try:
            response = await self._answer(course, request, manner)
        except BaseException:
            self._connector.drop(connection)
            raise
        if manner is PLAIN:
            self._connector.keep(connection)
        else:
            self._connector.drop(connection)
        return response

    def _address(self, target: Target) -> ClientRequest:
        """What aiohttp's connector asks to know where to connect."""
        key = target.scheme, target.authority
        address = self._addresses.get(key)
        if address is None:
            if len(self._addresses) >= _ORIGINS:
                self._addresses.clear()
            address = self._addresses[key] = ClientRequest("GET", target.url, loop=asyncio.get_running_loop())
        return address

    async def _answer(self, course: Course, request: Request, manner: Manner) -> Response:
        conversation = course.conversation
        assert conversation is not None  # noqa: S101 - the connector has set it
        head, bodiless = head_of(request, course.target, manner), request.method == "HEAD"
        if manner is PLAIN:
            answer, content = await conversation.ask(head, request.body, bodiless=bodiless)
        else:
            conversation.begin(bodiless=bodiless)
            await write(conversation, head, request.body, manner)
            answer, content = await conversation.answer()
        course.status = answer.code
        if answer.code == 101:
            raise BadAnswer("it switches protocols, which nobody asked for")
        headers = tuple(
            [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers]
        )
        body, whole = await _beginning(content, self._keep_body)
        if conversation.lost is not None:
            _check_end(answer)
        truncated = not whole
        if "Content-Encoding" in answer.headers:
            body, truncated = decoded(body, headers, whole=whole, limit=self._keep_body)
        return Response(status=answer.code, headers=headers, body=body, truncated=truncated)


async def _beginning(content: StreamReader, limit: int) -> tuple[bytes, bool]:
    """Up to `limit` bytes of a body that is read to its end, and whether that is all of it."""
    if content.is_eof():
        body = content.read_nowait()
        return body[:limit], len(body) <= limit
    parts, size = [], 0
    while part := await content.readany():
        if size < limit:
            parts.append(part[: limit - size])
        size += len(part)
    return b"".join(parts), size <= limit


def _check_end(answer: RawResponseMessage) -> None:
    """A body that ends with its connection has not ended when that broke; aiohttp does not tell the two apart."""
    if "Content-Length" not in answer.headers and "Transfer-Encoding" not in answer.headers:
        raise ConnectionResetError


def _unsent(reason: str) -> AttemptError:
    """Blocked, because that is never retried; and the next attempt would be the same request."""
    return AttemptError(ErrorKind.BLOCKED, f"nothing was sent: {reason}")
