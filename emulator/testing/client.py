"""The client for tests that are not async, on the standard library alone."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from emulator.testing.asking import Asking
from emulator.testing.call import Call, Listing, Page, Turns
from emulator.testing.errors import ApiError, Unreachable
from emulator.testing.events import Event, Lines
from emulator.testing.shell import HEARTBEAT_S, PAUSE_S, Shell, reason, shown

P = ParamSpec("P")
T = TypeVar("T")

_PIECE_BYTES = 64 << 10


def _asked(core: Callable[Concatenate[Asking, P], Call[T]]) -> Callable[Concatenate[Client, P], T]:
    def ask(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._ask(core(self._asking, *args, **kwargs))

    return shown(ask, core)


def _listed(
    core: Callable[Concatenate[Asking, P], Listing[T]],
) -> Callable[Concatenate[Client, P], Iterator[T]]:
    def ask(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        return self._all(core(self._asking, *args, **kwargs))

    return shown(ask, core, "Iterator[{}]")


def _streamed(
    core: Callable[Concatenate[Asking, P], Call[None]],
) -> Callable[Concatenate[Client, P], AbstractContextManager[Iterator[Event]]]:
    def ask(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> AbstractContextManager[Iterator[Event]]:
        return self._events(core(self._asking, *args, **kwargs))

    return shown(ask, core, "AbstractContextManager[Iterator[Event]]")


class Client(Shell):
    """A client of a running emulator. Threads may share it; each call has a connection of its own.

    `labels` go into every run that it begins, and into every question, list and reset that names no run itself, so
    that a test touches nothing but its own. `timeout_s` is how long an answer may take, beyond what a call waits for
    by itself.

    All methods raise `ApiError` for an answer that is an error, `Unreachable` where no answer comes, and ValueError for
    a duration, moment or URL that is none. Lists are iterators, which ask for a page at a time.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is kept open between calls; this is here for whoever closes what it opened."""

    def alive(self) -> bool:
        """Whether a server answers."""
        try:
            self._send(self._asking.livez(), 0)
        except Unreachable:
            return False
        return True

    def ready(self, wait_s: float = 30.0) -> None:
        """Wait until the server is ready, so many seconds at most. Raises what it last came to if it is not."""
        end, pause = time.monotonic() + wait_s, threading.Event()
        while True:
            try:
                return self._ask(self._asking.readyz())
            except (ApiError, Unreachable):
                if time.monotonic() + PAUSE_S >= end:
                    raise
            pause.wait(PAUSE_S)

    info = _asked(Asking.info)
    scenarios = _listed(Asking.scenarios)
    scenario = _asked(Asking.scenario)
    play = _asked(Asking.play)
    send = _asked(Asking.send)
    run = _asked(Asking.run)
    runs = _listed(Asking.runs)
    cancel = _asked(Asking.cancel)
    finish = _asked(Asking.finish)
    advance = _asked(Asking.advance)
    move = _asked(Asking.move)
    remove = _asked(Asking.remove)
    deliveries = _listed(Asking.deliveries)
    delivery = _asked(Asking.delivery)
    redeliver = _asked(Asking.redeliver)
    attempts = _listed(Asking.attempts)
    attempt = _asked(Asking.attempt)
    request_body = _asked(Asking.request_body)
    response_body = _asked(Asking.response_body)
    find_attempts = _listed(Asking.find_attempts)
    count_attempts = _asked(Asking.count_attempts)
    requests = _listed(Asking.requests)
    request = _asked(Asking.request)
    find_requests = _listed(Asking.find_requests)
    count_requests = _asked(Asking.count_requests)
    notifications = _listed(Asking.notifications)
    find_notifications = _listed(Asking.find_notifications)
    count_notifications = _asked(Asking.count_notifications)
    verify = _asked(Asking.verify)
    verify_all = _asked(Asking.verify_all)
    endpoints = _listed(Asking.endpoints)
    endpoint = _asked(Asking.endpoint)
    register = _asked(Asking.register)
    update_endpoint = _asked(Asking.update_endpoint)
    unregister = _asked(Asking.unregister)
    report = _asked(Asking.report)
    stream = _streamed(Asking.stream)
    reset = _asked(Asking.reset)

    def _ask(self, call: Call[T]) -> T:
        turns = Turns(call, time.monotonic())
        while True:
            asked = turns.next(time.monotonic())
            answer = asked.answered(*self._send(asked, turns.turn_s))
            if turns.ended(answer, time.monotonic()):
                return answer

    def _all(self, listing: Listing[T]) -> Iterator[T]:
        call: Call[Page[T]] | None = listing.first
        while call is not None:
            page = self._ask(call)
            yield from page.items
            call = listing.behind(page)

    def _send(self, call: Call[Any], wait_s: float) -> tuple[int, bytes]:
        with closing(self._connection(wait_s)) as connection, self._reached():
            answer = self._requested(connection, call)
            return answer.status, answer.read()

    @contextmanager
    def _events(self, call: Call[None]) -> Iterator[Iterator[Event]]:
        with closing(self._connection(HEARTBEAT_S)) as connection:
            with self._reached():
                answer = self._requested(connection, call)
                if answer.status != 200:
                    call.answered(answer.status, answer.read())
            yield self._told(answer)

    def _told(self, answer: http.client.HTTPResponse) -> Iterator[Event]:
        lines = Lines()
        for line in self._lines(answer):
            event = lines.put(line)
            if event is not None:
                yield event

    def _lines(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        """The lines until the server ends the stream. Raises Unreachable where it breaks off.

        They are cut here, since `readline` takes a break for the end.
        """
        begun: list[bytes] = []
        while True:
            with self._reached():
                piece = answer.read1(_PIECE_BYTES)
            if not piece:
                return
            for line in piece.splitlines(keepends=True):
                begun.append(line)
                if line.endswith(b"\n"):
                    yield b"".join(begun)
                    begun.clear()

    def _requested(self, connection: http.client.HTTPConnection, call: Call[Any]) -> http.client.HTTPResponse:
        path = self._address.path.rstrip("/") + call.target
        connection.request(call.method, path, call.content, self._headers(call))
        return connection.getresponse()

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(self.url, reason(error)) from None

    def _connection(self, wait_s: float) -> http.client.HTTPConnection:
        secure = self._address.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        return kind(self._address.hostname or "", self._address.port, timeout=wait_s + self._timeout_s)
