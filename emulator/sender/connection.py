"""The connections of the real sender: opened only to allowed addresses, reused only while they are surely alive.

An attempt must reach its endpoint at most once, so it is never sent again by us; and a server that closes a
connection between two attempts must not make the second one fail. Both hold because a kept connection is looked at
before it is used:

- one that is readable has been closed, or says what nobody asked; it is dropped and another one is taken;
- one that was idle for a second is dropped: servers close after two seconds or more, never then;
- the first reuse at an origin waits for a moment, since a server that closes after each answer without saying so needs
  one, too. After that the origin is known to keep its connections, or not to.
"""

from __future__ import annotations

import asyncio
import errno
import functools
import re
import select
import socket
import ssl
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, cast

from aiohttp import TCPConnector, ThreadedResolver
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientTimeout, StreamReader
    from aiohttp.client_reqrep import ConnectionKey
    from aiohttp.connector import AddrInfoType, Connection
    from aiohttp.http import RawResponseMessage
    from aiohttp.tracing import Trace

    from emulator.sender.policy import TargetPolicy
    from emulator.sender.target import Target

KEPT_S = 1.0
"""How long an idle connection is kept, in seconds."""

PROBATION_S = 0.005
"""How long the first reuse of a connection at an origin waits for the server to close it, in seconds."""

_HEADER_BYTES = 65_536  # of one header; frameworks in debug mode write many
_HEADERS = 256
_ORIGINS = 1024
_BLANK = re.compile(rb"\r?\n\r?\n|\A\r?\n")  # the empty line after the headers, or what may be its end


class Conversation(ResponseHandler):
    """aiohttp's protocol of one connection, which also knows what became of it.

    `uses` counts the requests it carried, `beginning` holds the first bytes of the answer to the last one, and `lost`
    says why the connection broke, if it did and was not merely closed.
    """

    uses = 0
    beginning = b""
    lost: BaseException | None = None
    _has_input: Callable[[], bool] | None = None
    _is_before_body = False

    def is_silent(self) -> bool:
        """The connection stands, and nothing has come on it since its last answer."""
        if self.transport is None or self.transport.is_closing() or self.should_close:
            return False
        if self._has_input is None:
            self._has_input = _probe(self.transport.get_extra_info("socket").fileno())
        return not self._has_input()

    async def ask(
        self, head: bytes, body: bytes, *, bodiless: bool
    ) -> tuple[RawResponseMessage, StreamReader]:
        """Write a request as it is; the beginning of the answer, and the body that follows it.

        A `bodiless` answer has no body, whatever its headers say (that to HEAD).
        """
        self.set_response_params(
            skip_payload=bodiless,
            read_until_eof=True,
            auto_decompress=False,
            max_line_size=_HEADER_BYTES,
            max_field_size=_HEADER_BYTES,
            max_headers=_HEADERS,
        )
        self._is_before_body = True
        if self.transport is not None:
            self.transport.write(head + body)
        while True:
            message, content = await self.read()
            if not _is_interim(message):
                return message, content

    @property
    def should_close(self) -> bool:
        """Also where the answer came before all of the request was taken."""
        return super().should_close or self._is_writing()

    def close(self) -> None:
        """End the connection at once: of what is not yet written, nothing more goes out."""
        if self._is_writing():
            self.abort()
        super().close()

    def _is_writing(self) -> bool:
        return self.transport is not None and self.transport.get_write_buffer_size() > 0

    def data_received(self, data: bytes) -> None:
        if not self.beginning:
            self.beginning = bytes(data[:8])
        # The parser forgets an answer if, within one piece, more follows than belongs to it. Nobody else minds, and
        # where pieces end is chance; so what comes after the headers is a piece of its own.
        start = 0
        while self._is_before_body and (blank := _BLANK.search(data, start)) is not None:
            super().data_received(data[start : blank.end()])
            start = blank.end()
        if start < len(data):
            super().data_received(data[start:] if start else data)

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """Note that the headers of an answer are there (and not those of an interim one)."""
        self._is_before_body = _is_interim(data[0])
        super().feed_data(data, size)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.lost = exc
        super().connection_lost(exc)

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        """Tell the reader of the body, too: aiohttp leaves it waiting when what follows the headers is malformed."""
        super().set_exception(exc, exc if exc_cause is None else exc_cause)
        body = self._payload
        if isinstance(exc, HttpProcessingError) and body is not None and not body.is_eof():
            body.set_exception(exc)


class Course:
    """How far an attempt has come, in the request it is making.

    `refusals` says by address why it must not be connected to, `tried` that another one was; `conversation` is what the
    request goes through, `status` the answer's, once its headers are there.
    """

    __slots__ = ("conversation", "refusals", "status", "target", "tried")

    def __init__(self, target: Target) -> None:
        self.begin(target)

    def begin(self, target: Target) -> None:
        """Turn to the attempt's first request, or the next one."""
        self.target = target
        self.refusals: dict[str, str] = {}
        self.tried = False
        self.conversation: Conversation | None = None
        self.status: int | None = None


COURSE: ContextVar[Course] = ContextVar("course")


class Connector(TCPConnector):
    """aiohttp's connector under a target policy. To be made inside a running loop."""

    def __init__(self, policy: TargetPolicy, *, verify: ssl.SSLContext | bool, limit: int) -> None:
        super().__init__(
            ssl=verify,
            limit=limit,
            keepalive_timeout=KEPT_S,
            resolver=ThreadedResolver(),
            socket_factory=self._open,
        )
        self._policy = policy
        self._keeps: dict[ConnectionKey, bool] = {}
        self._factory = cast(
            "functools.partial[ResponseHandler]", functools.partial(Conversation, loop=self._loop)
        )

    def _open(self, info: AddrInfoType) -> socket.socket:
        """A socket for one address, the very one that is connected to next, if the policy allows it."""
        family, kind, protocol, _, address = info
        course = COURSE.get()
        refusal = self._policy.refusal(str(address[0]), course.target.host)
        if refusal is not None:
            course.refusals[str(address[0])] = refusal
            raise OSError(errno.EACCES, refusal)
        course.tried = True
        return socket.socket(family, kind, protocol)

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:
        """A connection that is new, or kept and alive."""
        while True:
            connection = await super().connect(req, traces, timeout)
            conversation = connection.protocol
            assert isinstance(conversation, Conversation)  # noqa: S101 - made by our own factory
            if conversation.uses == 1 and not await self._is_kept(connection, req.connection_key):
                continue
            if conversation.uses and not conversation.is_silent():
                connection.close()
                continue
            conversation.uses += 1
            conversation.beginning = b""
            COURSE.get().conversation = conversation
            return connection

    async def _is_kept(self, connection: Connection, origin: ConnectionKey) -> bool:
        """Whether the origin keeps its connections after an answer; if not, this one is closed, too."""
        keeps = self._keeps.get(origin)
        try:
            if keeps is None:
                await asyncio.sleep(PROBATION_S)
                keeps = self._learn(origin, connection.protocol)
        finally:
            if not keeps:
                connection.close()
        return keeps

    def _learn(self, origin: ConnectionKey, conversation: ResponseHandler | None) -> bool:
        if len(self._keeps) >= _ORIGINS:
            self._keeps.clear()
        self._keeps[origin] = isinstance(conversation, Conversation) and conversation.is_silent()
        return self._keeps[origin]


def _is_interim(answer: RawResponseMessage) -> bool:
    return 100 <= answer.code < 200 and answer.code != 101


def _probe(descriptor: int) -> Callable[[], bool]:
    """A test of whether a socket has something to read, its end included."""
    if not hasattr(select, "poll"):
        return lambda: bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return lambda: bool(poll.poll(0))
