"""Many clients at once, in threads of this process, which is neither the server's nor the receiver's."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Any

from tests.bench.load import CONNECTIONS
from tests.bench.server import Server


def fire(
    server: Server, path: str, documents: Sequence[Any], check: Callable[[dict[str, Any]], object]
) -> None:
    """Post each document, by as many clients as there are connections, and look at each answer."""
    left = iter(documents)

    def work() -> None:
        with server.client() as client:
            for document in left:
                check(client.post(path, document))

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for done in [pool.submit(work) for _ in range(CONNECTIONS)]:
            done.result()


@contextmanager
def polling(server: Server, paths: Sequence[str], clients: int) -> Iterator[None]:
    """So many clients ask for these paths in turn, without a pause, during the block."""
    over = Event()

    def work() -> None:
        with server.client() as client:
            while not over.is_set():
                for path in paths:
                    client.get(path)

    with ThreadPoolExecutor(clients) as pool:
        polls = [pool.submit(work) for _ in range(clients)]
        try:
            yield
        finally:
            over.set()
    for poll in polls:
        poll.result()


@contextmanager
def reading_along(server: Server, readers: int) -> Iterator[None]:
    """So many clients read the stream during the block, and one more has opened it and reads nothing."""
    asked = b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(readers))
        for number in range(readers + 1):
            made = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            stack.callback(made.shutdown, socket.SHUT_RDWR)
            made.sendall(asked)
            if not made.recv(1 << 10).startswith(b"HTTP/1.1 200"):
                raise RuntimeError("there is no stream")
            if number < readers:
                pool.submit(_drain, made)
        yield


def _drain(made: socket.socket) -> None:
    while made.recv(1 << 18):
        pass
