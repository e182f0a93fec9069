"""The connections of the real sender: opened only to allowed addresses, reused only where that is surely safe.

An attempt must reach its endpoint at most once, so it is never sent again by us; and a server that closes a connection
between two attempts, or never reads from it again, must not make the second one fail. Providers mostly open a
connection for each webhook, and so does an attempt here until its origin has shown that it keeps them:

- one connection is left idle after its answer and watched, for longer than any is kept; meanwhile every attempt has its
  own;
- then one attempt goes over a connection that was used before; until it is answered, all others have their own;
- from then on connections are reused, if they were idle only for a moment, as they are in a burst, and are silent: one
  that is readable has been closed, or says what nobody asked. If that is found, the origin must show itself anew;
- the watched connection is watched on meanwhile; when it has stood ten times as long, all may be idle as much longer.

A reused connection that breaks without an answer ends the reuse at its origin for good.
"""

from __future__ import annotations

import asyncio
import errno
import functools
import re
import select
import socket
import ssl
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from enum import Enum, auto
from time import monotonic
from typing import TYPE_CHECKING, cast

from aiohttp import TCPConnector, ThreadedResolver
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientTimeout, StreamReader
    from aiohttp.abc import ResolveResult
    from aiohttp.client_reqrep import ConnectionKey
    from aiohttp.connector import AddrInfoType, Connection
    from aiohttp.http import RawResponseMessage
    from aiohttp.tracing import Trace

    from emulator.sender.policy import TargetPolicy
    from emulator.sender.target import Target

WATCH_S = 0.1
"""How long a connection must stay open while it is idle before any is reused at its origin, in seconds."""

KEPT_S = 0.05
"""How long an idle connection is kept, in seconds: far less than was seen to be safe, and than any server's limit."""

_LONGER = 10
"""So many times as long is a connection watched on, and others are kept once it has stood that, too."""

_LOOKS = (
    2  # so that a pause of the whole machine is not taken for the time in which a server would have closed
)
_HEADER_BYTES = 65_536  # of one header; frameworks in debug mode write many
_HEADERS = 256
_ORIGINS = 1024
_BLANK = re.compile(rb"\r?\n\r?\n|\A\r?\n")  # the empty line after the headers, or what may be its end


class Habit(Enum):
    """What is known of how an origin treats its connections after an answer."""

    UNKNOWN = auto()
    WATCHED = auto()  # one is left idle, to see whether it stays open
    QUIET = auto()  # it did
    TRIED = auto()  # an attempt is under way on a used one, the first
    KEEPS = auto()  # it was answered
    BREAKS = auto()  # one that was reused broke


class Origin:
    """Where connections lead, its habit, and for how many seconds an idle connection to it may be used again."""

    __slots__ = ("habit", "kept_s")

    def __init__(self) -> None:
        self.habit = Habit.UNKNOWN
        self.kept_s = KEPT_S


class Conversation(ResponseHandler):
    """aiohttp's protocol of one connection, which also knows what became of it.

    `origin` is where it leads, `uses` counts the requests it carried, `idle_since` is when the last one was answered,
    `beginning` holds the first bytes of that answer, and `lost` says why the connection broke, if it did and was not
    merely closed.
    """

    origin: Origin
    uses = 0
    idle_since = 0.0
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
        self.begin(bodiless=bodiless)
        if self.transport is not None:
            self.transport.write(head + body)
        return await self.answer()

    def begin(self, *, bodiless: bool) -> None:
        """Be ready for an answer."""
        self.set_response_params(
            skip_payload=bodiless,
            read_until_eof=True,
            auto_decompress=False,
            max_line_size=_HEADER_BYTES,
            max_field_size=_HEADER_BYTES,
            max_headers=_HEADERS,
        )
        self._is_before_body = True

    async def answer(self) -> tuple[RawResponseMessage, StreamReader]:
        """The beginning of the answer, and the body that follows it."""
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

    def resume_reading(self, resume_parser: bool = True) -> None:  # noqa: FBT001, FBT002 - aiohttp's own signature
        """Go on reading. aiohttp asks for it after every piece of a body, and then parses again what is not there."""
        if self._reading_paused:
            super().resume_reading(resume_parser)

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

    `refusals` says by address why it must not be connected to, `tried` holds those that were tried; `conversation` is
    what the request goes through, `status` the answer's, once its headers are there.
    """

    __slots__ = ("conversation", "refusals", "status", "target", "tried")

    def __init__(self, target: Target) -> None:
        self.begin(target)

    def begin(self, target: Target) -> None:
        """Turn to the attempt's first request, or the next one."""
        self.target = target
        self.refusals: dict[str, str] = {}
        self.tried: list[str] = []
        self.conversation: Conversation | None = None
        self.status: int | None = None


COURSE: ContextVar[Course] = ContextVar("course")


class Connector(TCPConnector):
    """aiohttp's connector under a target policy. To be made inside a running loop."""

    def __init__(self, policy: TargetPolicy, *, verify: ssl.SSLContext | bool, limit: int) -> None:
        super().__init__(
            ssl=verify,
            limit=limit,
            keepalive_timeout=KEPT_S * _LONGER,
            resolver=ThreadedResolver(),
            socket_factory=self._open,
        )
        self._policy = policy
        self._origins: dict[ConnectionKey, Origin] = {}
        self._watched: dict[Connection, asyncio.TimerHandle] = {}
        self._factory = cast(
            "functools.partial[ResponseHandler]", functools.partial(Conversation, loop=self._loop)
        )

    def _open(self, info: AddrInfoType) -> socket.socket:
        """A socket for one address, the very one that is connected to next, if the policy allows it."""
        family, kind, protocol, _, address = info
        course = COURSE.get()
        refusal = self._refusal(str(address[0]))
        if refusal is not None:
            raise OSError(errno.EACCES, refusal)
        course.tried.append(str(address[0]))
        return socket.socket(family, kind, protocol)

    def _refusal(self, address: str) -> str | None:
        course = COURSE.get()
        refusal = self._policy.refusal(address, course.target.host)
        if refusal is not None:
            course.refusals[address] = refusal
        return refusal

    async def _resolve_host(
        self, host: str, port: int, traces: Sequence[Trace] | None = None
    ) -> list[ResolveResult]:
        """The addresses of a host: those that are allowed, or if there are none, all, to be refused one by one."""
        found = await super()._resolve_host(host, port, traces)
        return [each for each in found if self._refusal(each["host"]) is None] or found

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:
        """A connection that is new, or kept, alive, and safe to use again. To be given to `keep` or `drop`."""
        while True:
            connection = await super().connect(req, traces, timeout)
            conversation = _conversation(connection)
            if not conversation.uses:
                conversation.origin = self._origin(req.connection_key)
            elif not _is_safe(conversation):
                connection.close()
                continue
            conversation.uses += 1
            conversation.beginning = b""
            COURSE.get().conversation = conversation
            return connection

    def keep(self, connection: Connection) -> None:
        """Take back a connection after a whole answer."""
        conversation = _conversation(connection)
        conversation.idle_since = monotonic()
        origin = conversation.origin
        if origin.habit is Habit.TRIED and conversation.uses > 1:
            origin.habit = Habit.KEEPS
        if conversation.should_close or origin.habit in (Habit.QUIET, Habit.KEEPS):
            connection.release()
        elif origin.habit is Habit.UNKNOWN:
            origin.habit = Habit.WATCHED
            self._watch(connection, _LOOKS)
        else:
            connection.close()

    def drop(self, connection: Connection) -> None:
        """Close a connection whose answer did not come to its end."""
        conversation = _conversation(connection)
        if conversation.origin.habit is Habit.TRIED and conversation.uses > 1:
            conversation.origin.habit = Habit.UNKNOWN
        connection.close()

    async def end(self) -> None:
        """Close every connection."""
        for connection, timer in self._watched.items():
            timer.cancel()
            connection.close()
        self._watched.clear()
        await self.close()

    def _watch(self, connection: Connection, looks: int) -> None:
        timer = self._loop.call_later(WATCH_S / _LOOKS, self._look, connection, looks - 1)
        self._watched[connection] = timer

    def _look(self, connection: Connection, looks: int) -> None:
        """Go on watching, or end it. A connection that was closed harmed nobody: another will be watched."""
        del self._watched[connection]
        conversation = _conversation(connection)
        origin, silent = conversation.origin, conversation.is_silent()
        if origin.habit is Habit.WATCHED:
            if silent and looks:
                self._watch(connection, looks)
                return
            origin.habit = Habit.QUIET if silent else Habit.UNKNOWN
            if silent:
                timer = self._loop.call_later(WATCH_S * _LONGER, self._look_again, connection)
                self._watched[connection] = timer
                return
        connection.close()

    def _look_again(self, connection: Connection) -> None:
        """The watch has ended: what stood so long may be kept the longer."""
        del self._watched[connection]
        conversation = _conversation(connection)
        if conversation.is_silent():
            conversation.origin.kept_s = KEPT_S * _LONGER
        connection.close()

    def _origin(self, key: ConnectionKey) -> Origin:
        origin = self._origins.get(key)
        if origin is None:
            if len(self._origins) >= _ORIGINS:
                self._origins.clear()
            origin = self._origins[key] = Origin()
        return origin


def distrust(conversation: Conversation) -> None:
    """Learn from an attempt that failed: no more reuse at an origin where a used connection gave no answer at all."""
    if conversation.uses > 1 and not conversation.beginning:
        conversation.origin.habit = Habit.BREAKS


def _is_safe(conversation: Conversation) -> bool:
    """Whether a used connection may carry one more attempt."""
    origin = conversation.origin
    if origin.habit not in (Habit.QUIET, Habit.KEEPS):
        return False
    if monotonic() - conversation.idle_since > origin.kept_s:
        return False
    if not conversation.is_silent():
        origin.habit, origin.kept_s = Habit.UNKNOWN, KEPT_S
        return False
    if origin.habit is Habit.QUIET:
        origin.habit = Habit.TRIED
    return True


def _conversation(connection: Connection) -> Conversation:
    conversation = connection.protocol
    assert isinstance(conversation, Conversation)  # noqa: S101 - made by our own factory, and not yet released
    return conversation


def _is_interim(answer: RawResponseMessage) -> bool:
    return 100 <= answer.code < 200 and answer.code != 101


def _probe(descriptor: int) -> Callable[[], bool]:
    """A test of whether a socket has something to read, its end included."""
    if not hasattr(select, "poll"):
        return lambda: bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return lambda: bool(poll.poll(0))
